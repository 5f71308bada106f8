// llama.cpp's C functions, found at run time in the library that node-llama-cpp ships. Types come from that release's headers.
#pragma once
#include "ggml-backend.h"
#include "ggml.h"
#include "gguf.h"
#include "llama.h"
#include <atomic>
#include <stdexcept>
#include <string>

#define LLAMA_FUNCTIONS(X) \
    X(llama_version) X(llama_backend_init) X(llama_log_set) X(llama_print_system_info) \
    X(llama_model_default_params) X(llama_context_default_params) X(llama_model_quantize_default_params) \
    X(llama_model_load_from_file) X(llama_model_free) X(llama_init_from_model) X(llama_free) X(llama_model_quantize) \
    X(llama_model_get_vocab) X(llama_model_size) X(llama_model_n_params) X(llama_model_n_embd) X(llama_model_has_encoder) X(llama_model_is_diffusion) X(llama_model_meta_val_str) \
    X(llama_vocab_n_tokens) X(llama_vocab_type) X(llama_vocab_get_text) X(llama_vocab_get_score) X(llama_vocab_get_attr) \
    X(llama_vocab_bos) X(llama_vocab_eos) X(llama_vocab_eot) X(llama_vocab_nl) X(llama_vocab_sep) X(llama_vocab_get_add_bos) X(llama_vocab_get_add_eos) X(llama_tokenize) X(llama_token_to_piece) \
    X(llama_batch_init) X(llama_batch_free) X(llama_decode) X(llama_get_logits) X(llama_get_logits_ith) X(llama_get_memory) X(llama_memory_clear) \
    X(llama_memory_seq_rm) X(llama_n_ctx) X(llama_n_batch) X(llama_set_abort_callback) X(llama_set_n_threads) X(llama_perf_context) X(llama_synchronize) X(llama_ftype_name)
#define GGML_FUNCTIONS(X) X(ggml_backend_load_all_from_path) X(ggml_backend_init_by_type) X(ggml_backend_dev_by_type)
#define GGML_BASE_FUNCTIONS(X) \
    X(ggml_type_name) X(ggml_row_size) X(ggml_nrows) X(ggml_nbytes) X(ggml_nelements) X(ggml_element_size) X(ggml_init) X(ggml_free) X(ggml_new_tensor_2d) X(ggml_custom_4d) \
    X(ggml_set_name) X(ggml_get_first_tensor) X(ggml_get_next_tensor) X(ggml_tensor_overhead) X(ggml_backend_buffer_is_host) X(ggml_backend_buffer_get_base) X(ggml_backend_buffer_get_size) \
    X(ggml_backend_tensor_get) X(ggml_backend_buffer_get_usage) X(ggml_backend_get_device) \
    X(ggml_backend_dev_backend_reg) X(ggml_backend_reg_get_proc_address) X(ggml_backend_graph_compute) X(ggml_backend_free) X(ggml_graph_overhead_custom) \
    X(ggml_new_graph_custom) X(ggml_graph_add_node) X(ggml_log_set) X(gguf_init_empty) X(gguf_init_from_file) X(gguf_free) X(gguf_find_key) X(gguf_get_kv_type) \
    X(gguf_get_arr_type) X(gguf_get_arr_n) X(gguf_get_arr_str) X(gguf_get_val_u32) X(gguf_get_val_str) X(gguf_set_val_str) X(gguf_set_val_u32) \
    X(gguf_set_arr_str) X(gguf_add_tensor) X(gguf_write_to_file)

/** llama.cpp's rounding of 256 numbers after each other to eight bits; not in its headers. */
extern "C" void quantize_row_q8_K_ref(const float * from, void * to, int64_t count);

struct LlamaApi {
#define X(name) decltype(&::name) name = nullptr;
    LLAMA_FUNCTIONS(X) GGML_FUNCTIONS(X) GGML_BASE_FUNCTIONS(X)
#undef X
    /** Null where the library does not offer it. */
    decltype(&::quantize_row_q8_K_ref) quantize_row_q8_K_ref = nullptr;
};
/** Filled by `openLibrary`; nothing else may be called before it. */
extern LlamaApi api;

/** A failure with a stable code beside its sentence. */
struct Problem : std::runtime_error {
    std::string code;
    /** Path of the model that it is about; may be empty. */
    std::string model;
    Problem(std::string code, const std::string & sentence, std::string model = "") : std::runtime_error(sentence), code(std::move(code)), model(std::move(model)) {}
};
using Flag = std::atomic<bool>;
inline void throwIfCancelled(const Flag & cancelled) {
    if (cancelled.load(std::memory_order_relaxed)) throw Problem("CANCELLED", "Cancelled.");
}

/** Loads the libraries of one folder and their CPU backends. Throws Problem when they are not the release compiled against. */
void openLibrary(const std::string & folder);
std::string libraryRelease();

/** Of the last piece of work on this thread: what llama.cpp complained of, in one line, for a message; empty when it said nothing. */
std::string lastComplaint();
/** The same as the end of a sentence: ": …." or ".". */
std::string saidBecause();
/** Of what was said: the first tensor that holds NaN or infinite weights, in a load that looks for them; else empty. */
std::string damagedTensor();
Problem damagedWeights(const std::string & model, const std::string & tensor);
/** Whether it complained of that. */
bool memoryRanOut();
void forgetComplaints();
/** Everything that llama.cpp says, line by line as far as it has come; null for nothing. Only one at a time. */
struct LogListener {
    virtual void heard(const std::string & piece) = 0;
    virtual ~LogListener() = default;
};
void listenToLog(LogListener * listener);
/** What was freed in small pieces goes back to the system. */
void giveBackFreed();
