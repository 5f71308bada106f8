// Quantizes the sample model and compares two files of it, on the llama.cpp libraries that node-llama-cpp ships.
//   ladder LIBRARIES quantize IN.gguf OUT.gguf FTYPE
//   ladder LIBRARIES compare BASE.gguf OTHER.gguf CONVERSATIONS.txt    one conversation a line, template applied
// compare prints JSON: mean KL divergence of OTHER from BASE in nats, same-top-1 share, over what the model says.
#include "ggml-backend.h"
#include "llama.h"
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

static void onlyErrors(ggml_log_level level, const char * text, void *) {
    if (level == GGML_LOG_LEVEL_ERROR) fputs(text, stderr);
}

struct Model {
    llama_model * model = nullptr;
    llama_context * context = nullptr;
    const llama_vocab * vocab = nullptr;
    int pieces = 0;

    explicit Model(const char * path) {
        auto modelParams = llama_model_default_params();
        modelParams.n_gpu_layers = 0;
        model = llama_model_load_from_file(path, modelParams);
        if (!model) throw std::runtime_error(std::string("cannot load ") + path);
        auto params = llama_context_default_params();
        params.n_ctx = params.n_batch = params.n_ubatch = 1024;
        params.n_threads = params.n_threads_batch = 1;
        context = llama_init_from_model(model, params);
        if (!context) throw std::runtime_error("cannot make a context");
        vocab = llama_model_get_vocab(model);
        pieces = llama_vocab_n_tokens(vocab);
    }
    ~Model() { llama_free(context); llama_model_free(model); }

    void decode(const std::vector<llama_token> & tokens) {
        llama_memory_clear(llama_get_memory(context), true);
        auto batch = llama_batch_init(tokens.size(), 0, 1);
        batch.n_tokens = tokens.size();
        for (size_t i = 0; i < tokens.size(); i++) {
            batch.token[i] = tokens[i]; batch.pos[i] = i; batch.n_seq_id[i] = 1; batch.seq_id[i][0] = 0; batch.logits[i] = 1;
        }
        const int failed = llama_decode(context, batch);
        llama_batch_free(batch);
        if (failed) throw std::runtime_error("decoding failed");
    }

    std::vector<double> logProbabilities(int position) {
        const float * logits = llama_get_logits_ith(context, position);
        const double top = *std::max_element(logits, logits + pieces);
        double sum = 0;
        for (int i = 0; i < pieces; i++) sum += std::exp(logits[i] - top);
        std::vector<double> result(pieces);
        for (int i = 0; i < pieces; i++) result[i] = logits[i] - top - std::log(sum);
        return result;
    }
};

static std::vector<llama_token> tokenize(const llama_vocab * vocab, const std::string & text) {
    std::vector<llama_token> tokens(text.size() + 8);
    const int count = llama_tokenize(vocab, text.c_str(), text.size(), tokens.data(), tokens.size(), false, true);
    if (count < 0) throw std::runtime_error("cannot tokenize a conversation");
    tokens.resize(count);
    return tokens;
}

static void compare(const char * basePath, const char * otherPath, const char * textPath) {
    Model base(basePath), other(otherPath);
    const llama_token assistant = tokenize(base.vocab, "<|assistant|>").at(0), end = tokenize(base.vocab, "<|end|>").at(0);
    std::ifstream lines(textPath);
    std::string line;
    double divergence = 0, worst = 0;
    long positions = 0, same = 0;
    while (std::getline(lines, line)) {
        const auto tokens = tokenize(base.vocab, line);
        base.decode(tokens);
        other.decode(tokens);
        bool speaking = false;
        for (size_t i = 0; i + 1 < tokens.size(); i++) {
            if (tokens[i] == assistant) speaking = true;
            if (tokens[i] == end) speaking = false;
            if (!speaking) continue;
            const auto p = base.logProbabilities(i), q = other.logProbabilities(i);
            double sum = 0;
            for (int piece = 0; piece < base.pieces; piece++) sum += std::exp(p[piece]) * (p[piece] - q[piece]);
            divergence += sum;
            worst = std::max(worst, sum);
            same += std::max_element(p.begin(), p.end()) - p.begin() == std::max_element(q.begin(), q.end()) - q.begin();
            positions++;
        }
    }
    if (!positions) throw std::runtime_error("nothing to compare");
    printf("{\"meanKld\":%.6f,\"maxKld\":%.4f,\"sameTop\":%.5f,\"positions\":%ld}\n", divergence / positions, worst, (double) same / positions, positions);
}

static void quantize(const char * in, const char * out, int ftype) {
    auto params = llama_model_quantize_default_params();
    params.ftype = (llama_ftype) ftype;
    params.nthread = 1;
    if (llama_model_quantize(in, out, &params)) throw std::runtime_error("quantizing failed");
}

int main(int count, char ** arguments) {
    try {
        if (count != 6) throw std::runtime_error("see the head of this file for the arguments");
        llama_log_set(onlyErrors, nullptr);
        ggml_backend_load_all_from_path(arguments[1]);
        llama_backend_init();
        if (!strcmp(arguments[2], "quantize")) quantize(arguments[3], arguments[4], atoi(arguments[5]));
        else if (!strcmp(arguments[2], "compare")) compare(arguments[3], arguments[4], arguments[5]);
        else throw std::runtime_error("unknown command");
    } catch (const std::exception & failure) {
        fprintf(stderr, "%s\n", failure.what());
        return 1;
    }
}
