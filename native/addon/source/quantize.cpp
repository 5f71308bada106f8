#include "quantize.hpp"
#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <map>
#include <regex>
#include <unordered_map>

const std::vector<std::pair<std::string, llama_ftype>> & fileTypes() {
    static const std::vector<std::pair<std::string, llama_ftype>> types = {
        {"Q1_0", LLAMA_FTYPE_MOSTLY_Q1_0}, {"Q2_0", LLAMA_FTYPE_MOSTLY_Q2_0}, {"Q4_0", LLAMA_FTYPE_MOSTLY_Q4_0}, {"Q4_1", LLAMA_FTYPE_MOSTLY_Q4_1},
        {"MXFP4_MOE", LLAMA_FTYPE_MOSTLY_MXFP4_MOE}, {"Q5_0", LLAMA_FTYPE_MOSTLY_Q5_0}, {"Q5_1", LLAMA_FTYPE_MOSTLY_Q5_1},
        {"IQ2_XXS", LLAMA_FTYPE_MOSTLY_IQ2_XXS}, {"IQ2_XS", LLAMA_FTYPE_MOSTLY_IQ2_XS}, {"IQ2_S", LLAMA_FTYPE_MOSTLY_IQ2_S}, {"IQ2_M", LLAMA_FTYPE_MOSTLY_IQ2_M},
        {"IQ1_S", LLAMA_FTYPE_MOSTLY_IQ1_S}, {"IQ1_M", LLAMA_FTYPE_MOSTLY_IQ1_M}, {"TQ1_0", LLAMA_FTYPE_MOSTLY_TQ1_0}, {"TQ2_0", LLAMA_FTYPE_MOSTLY_TQ2_0},
        {"Q2_K", LLAMA_FTYPE_MOSTLY_Q2_K}, {"Q2_K_S", LLAMA_FTYPE_MOSTLY_Q2_K_S}, {"IQ3_XXS", LLAMA_FTYPE_MOSTLY_IQ3_XXS}, {"IQ3_S", LLAMA_FTYPE_MOSTLY_IQ3_S},
        {"IQ3_M", LLAMA_FTYPE_MOSTLY_IQ3_M}, {"IQ3_XS", LLAMA_FTYPE_MOSTLY_IQ3_XS}, {"Q3_K_S", LLAMA_FTYPE_MOSTLY_Q3_K_S}, {"Q3_K_M", LLAMA_FTYPE_MOSTLY_Q3_K_M},
        {"Q3_K_L", LLAMA_FTYPE_MOSTLY_Q3_K_L}, {"IQ4_NL", LLAMA_FTYPE_MOSTLY_IQ4_NL}, {"IQ4_XS", LLAMA_FTYPE_MOSTLY_IQ4_XS}, {"Q4_K_S", LLAMA_FTYPE_MOSTLY_Q4_K_S},
        {"Q4_K_M", LLAMA_FTYPE_MOSTLY_Q4_K_M}, {"Q5_K_S", LLAMA_FTYPE_MOSTLY_Q5_K_S}, {"Q5_K_M", LLAMA_FTYPE_MOSTLY_Q5_K_M}, {"Q6_K", LLAMA_FTYPE_MOSTLY_Q6_K},
        {"Q8_0", LLAMA_FTYPE_MOSTLY_Q8_0}, {"F16", LLAMA_FTYPE_MOSTLY_F16}, {"BF16", LLAMA_FTYPE_MOSTLY_BF16}, {"F32", LLAMA_FTYPE_ALL_F32}, {"COPY", LLAMA_FTYPE_ALL_F32},
    };
    return types;
}

namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return (char) std::tolower(c); });
    return text;
}

ggml_type tensorTypeOf(const std::string & name) {
    for (int i = 0; i < GGML_TYPE_COUNT; i++) {
        const char * known = api.ggml_type_name((ggml_type) i);
        if (known && *known && lower(known) == lower(name)) return (ggml_type) i;
    }
    throw Problem("BAD_INPUT", "There is no tensor type " + name + ". Types are q8_0, q6_K, q5_K, q4_K, f16 and so on.");
}

struct Importance {
    std::unordered_map<std::string, std::vector<float>> values;
    std::string dataset;
    bool hasDataset = false;
    int32_t chunks = 0;
};

/** in_sum2 / count for each matrix, 1 where nothing was counted: as llama-quantize reads the GGUF format. */
Importance readImportance(const std::string & path) {
    ggml_context * data = nullptr;
    gguf_init_params params{};
    params.no_alloc = false;
    params.ctx = &data;
    gguf_context * file = api.gguf_init_from_file(path.c_str(), params);
    if (!file) throw Problem("BAD_INPUT", "The importance matrix " + path + " is no GGUF file. Make it with `assay quantize --imatrix-text`, or convert it with llama-imatrix.");
    struct Closing {
        gguf_context * file;
        ggml_context * data;
        ~Closing() {
            api.gguf_free(file);
            api.ggml_free(data);
        }
    } closing{file, data};
    Importance found;
    const int64_t datasets = api.gguf_find_key(file, "imatrix.datasets"), chunks = api.gguf_find_key(file, "imatrix.chunk_count"), size = api.gguf_find_key(file, "imatrix.chunk_size");
    if (datasets < 0 || chunks < 0 || size < 0) throw Problem("BAD_INPUT", path + " is a GGUF file, but no importance matrix: it does not say from which text it was made.");
    if (api.gguf_get_kv_type(file, datasets) == GGUF_TYPE_ARRAY && api.gguf_get_arr_type(file, datasets) == GGUF_TYPE_STRING && api.gguf_get_arr_n(file, datasets) > 0) {
        found.dataset = api.gguf_get_arr_str(file, datasets, 0);
        found.hasDataset = true;
    }
    if (api.gguf_get_kv_type(file, chunks) == GGUF_TYPE_UINT32) found.chunks = (int32_t) api.gguf_get_val_u32(file, chunks);
    std::map<std::string, std::pair<ggml_tensor *, ggml_tensor *>> pairs;
    auto endsWith = [](const std::string & name, const std::string & end) { return name.size() > end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0; };
    for (ggml_tensor * tensor = api.ggml_get_first_tensor(data); tensor; tensor = api.ggml_get_next_tensor(data, tensor)) {
        const std::string name = tensor->name;
        if (endsWith(name, ".in_sum2")) pairs[name.substr(0, name.size() - 8)].first = tensor;
        else if (endsWith(name, ".counts")) pairs[name.substr(0, name.size() - 7)].second = tensor;
    }
    for (const auto & [name, pair] : pairs) {
        const auto & [sums, counts] = pair;
        if (!sums || !counts || sums->type != GGML_TYPE_F32 || counts->type != GGML_TYPE_F32 || api.ggml_nelements(counts) < 1 || api.ggml_nelements(sums) % api.ggml_nelements(counts) != 0)
            throw Problem("BAD_INPUT", "The importance matrix " + path + " is damaged at " + name + ". Make it again.");
        const int64_t matrices = api.ggml_nelements(counts), columns = api.ggml_nelements(sums) / matrices;
        auto & values = found.values[name];
        values.resize(api.ggml_nelements(sums));
        for (int64_t matrix = 0; matrix < matrices; matrix++) {
            const float count = (float) std::lround(((const float *) counts->data)[matrix]);
            for (int64_t i = 0; i < columns; i++)
                values[matrix * columns + i] = count > 0 ? ((const float *) sums->data)[matrix * columns + i] / count : 1;
        }
    }
    if (found.values.empty()) throw Problem("BAD_INPUT", "The importance matrix " + path + " is empty. Make it again.");
    return found;
}

llama_model_kv_override named(const char * key) {
    llama_model_kv_override entry{};
    std::strncpy(entry.key, key, sizeof entry.key - 1);
    return entry;
}
llama_model_kv_override textOverride(const char * key, const std::string & value) {
    auto entry = named(key);
    entry.tag = LLAMA_KV_OVERRIDE_TYPE_STR;
    std::strncpy(entry.val_str, value.c_str(), 127);
    return entry;
}
llama_model_kv_override numberOverride(const char * key, int64_t value) {
    auto entry = named(key);
    entry.tag = LLAMA_KV_OVERRIDE_TYPE_INT;
    entry.val_i64 = value;
    return entry;
}

/** llama.cpp tells its progress, sizes and fallbacks in log lines alone; one line comes in several pieces. */
class QuantizeLog : public LogListener {
public:
    QuantizeLog(const Flag & cancelled, const TensorProgress & progress, QuantizeOutcome & outcome) : cancelled(cancelled), progress(progress), outcome(outcome) { listenToLog(this); }
    ~QuantizeLog() override { listenToLog(nullptr); }
    /** Of the tensors, in their order. */
    std::vector<std::string> names;
    void heard(const std::string & piece) override {
        line += piece;
        if (!told) tell();
        size_t end;
        while ((end = line.find('\n')) != std::string::npos) {
            finish(line.substr(0, end));
            line.erase(0, end + 1);
            told = false;
        }
    }

private:
    const Flag & cancelled;
    const TensorProgress & progress;
    QuantizeOutcome & outcome;
    std::string line;
    bool told = false;
    /** A tensor that is still to be converted: what it has no importance for is said in a line between. */
    int64_t openRows = 0, openColumns = 0;

    /** `[   9/  39] blk.0.ffn_down.weight  - [ 768,  256,    1,    1], type =    f16, ` */
    void tell() {
        int number = 0, of = 0, used = 0;
        if (line.empty() || line[0] != '[' || std::sscanf(line.c_str(), "[%d/%d] %n", &number, &of, &used) != 2 || used == 0) return;
        const size_t space = line.find(' ', used);
        if (space == std::string::npos) return;
        told = true;
        // Between two tensors: llama_model_quantize catches it, closes its file and answers that it failed.
        if (cancelled.load(std::memory_order_relaxed)) throw Problem("CANCELLED", "Cancelled.");
        names.push_back(line.substr(used, space - used));
        progress(number, of, names.back());
    }
    void add(int64_t rows, int64_t columns, const std::string & type) {
        outcome.tensorBytes += (double) rows * (double) api.ggml_row_size(tensorTypeOf(type), columns);
        outcome.weights += (double) rows * (double) columns;
    }
    /** `… - [ 768, 256, 1, 1], type = f16, converting to q4_K .. size = …`, in a dry run `… size = a MiB -> b MiB (q4_K)`; a warning names a fallback. */
    void finish(const std::string & whole) {
        static const std::regex tensor(R"(^\[ *\d+/ *\d+\] \S+ +- \[ *(\d+), *(\d+), *(\d+), *(\d+)\], type = +([^, ]+), )");
        static const std::regex converted(R"(converting to (\S+) \.\.|MiB \((\S+)\)\s*$)");
        static const std::regex fallback(R"(^warning: (\S+) +- ncols .*\(required for type +([^) ]+)\).*-> falling back to +(\S+))");
        std::smatch match;
        if (std::regex_search(whole, match, tensor)) {
            const int64_t columns = std::stoll(match[1]), rows = std::stoll(match[2]) * std::stoll(match[3]) * std::stoll(match[4]);
            std::smatch to;
            if (std::regex_search(whole, to, converted)) add(rows, columns, to[1].matched ? to[1] : to[2]);
            else if (whole.find("size = ") != std::string::npos) add(rows, columns, match[5]);
            else {
                openRows = rows;
                openColumns = columns;
            }
        } else if (openRows > 0 && std::regex_search(whole, match, converted)) {
            add(openRows, openColumns, match[1].matched ? match[1] : match[2]);
            openRows = 0;
        } else if (std::regex_search(whole, match, fallback)) {
            outcome.fallbacks.push_back({match[1], match[2], match[3]});
        } else if (whole.find("will require an imatrix") != std::string::npos) {
            outcome.needsImportance = true;
        }
    }
};

/** What llama.cpp says of a file that it cannot write names no reason; the room that is left does. */
Problem unwritten(const QuantizeSettings & settings) {
    constexpr uintmax_t little = 16u << 20;
    std::error_code unknown;
    const auto space = std::filesystem::space(std::filesystem::u8path(settings.output).parent_path(), unknown);
    if (!unknown && space.available < little)
        return Problem("DISK_FULL", "The file could not be written: the disk became full. Free some space, or choose another folder.");
    return Problem("DISK_FAILED", "The file could not be written: the disk gave an error, or went away. Choose another folder.");
}

/** Why llama.cpp gave up, and what can be done. `last`: the tensor that it came to. */
Problem notQuantized(const QuantizeSettings & settings, const std::string & last) {
    const std::string why = lastComplaint();
    const auto says = [&](const char * words) { return why.find(words) != std::string::npos; };
    if (says("requires an imatrix")) return Problem("BAD_INPUT", settings.type + " needs an importance matrix. Give a text for it (--imatrix-text), or choose another type.");
    if (says("imatrix"))
        return Problem("BAD_INPUT", settings.type + " needs an importance matrix that fits this model (" + why + "). Give a text for it (--imatrix-text), or choose another type.");
    if (says("requantizing"))
        return Problem("BAD_INPUT", settings.input + " is quantized already. Quantize the original, or allow quantizing again (--allow-requantize) and lose more.");
    if (says("iostream")) return unwritten(settings);
    const std::string damaged = damagedTensor();
    if (!damaged.empty()) return damagedWeights(settings.input, damaged);
    if (says("validation failed"))
        return Problem("MODEL_UNREADABLE", settings.input + " could not be quantized to " + settings.type + ": weights of its tensor " + last + " are too large for that type, or the file is damaged. Choose another type, or get the file anew.");
    return Problem("MODEL_UNREADABLE", settings.input + " could not be quantized to " + settings.type + (why.empty() ? "." : ": " + why + "."));
}

/** A pattern that fits no tensor is a slip of the hand: what comes out would be another file than the one that was asked for. */
void requireMatches(const std::vector<std::string> & patterns, const std::vector<std::string> & names) {
    for (const std::string & pattern : patterns) {
        const std::regex tried(pattern);
        if (std::any_of(names.begin(), names.end(), [&](const std::string & name) { return std::regex_search(name, tried); })) continue;
        throw Problem("BAD_INPUT", "\"" + pattern + "\" fits the name of no tensor of this model; they are called " + (names.empty() ? "nothing" : names[names.size() / 2]) + ", for example.");
    }
}

} // namespace

QuantizeOutcome quantize(const QuantizeSettings & settings, const Flag & cancelled, const TensorProgress & progress) {
    auto params = api.llama_model_quantize_default_params();
    const auto & types = fileTypes();
    const auto type = std::find_if(types.begin(), types.end(), [&](const auto & one) { return one.first == settings.type; });
    if (type == types.end()) throw Problem("BAD_INPUT", "There is no quantization " + settings.type + ".");
    params.ftype = type->second;
    params.only_copy = settings.type == "COPY";
    params.nthread = settings.threads;
    params.pure = settings.pure;
    params.quantize_output_tensor = !settings.leaveOutputTensor;
    params.allow_requantize = settings.allowRequantize;
    params.dry_run = settings.dryRun;
    if (!settings.outputType.empty()) params.output_tensor_type = tensorTypeOf(settings.outputType);
    if (!settings.embeddingType.empty()) params.token_embedding_type = tensorTypeOf(settings.embeddingType);

    std::vector<std::string> patterns;
    std::vector<llama_model_tensor_override> overrides;
    for (const auto & [pattern, name] : settings.tensorTypes) {
        const std::string small = lower(pattern);
        try {
            const std::regex tried(small);
        } catch (const std::regex_error &) {
            throw Problem("BAD_INPUT", "\"" + pattern + "\" is no regular expression for tensor names.");
        }
        patterns.push_back(small);
    }
    for (size_t i = 0; i < patterns.size(); i++) overrides.push_back({patterns[i].c_str(), tensorTypeOf(settings.tensorTypes[i].second)});
    if (!overrides.empty()) {
        overrides.push_back({nullptr, GGML_TYPE_COUNT});
        params.tt_overrides = overrides.data();
    }

    Importance importance;
    std::vector<llama_model_imatrix_data> rows;
    std::vector<llama_model_kv_override> keys;
    if (!settings.imatrixFile.empty()) {
        importance = readImportance(settings.imatrixFile);
        for (const auto & [name, values] : importance.values) rows.push_back({name.c_str(), values.data(), values.size()});
        rows.push_back({nullptr, nullptr, 0});
        params.imatrix = rows.data();
        keys.push_back(textOverride("quantize.imatrix.file", settings.imatrixName.empty() ? settings.imatrixFile : settings.imatrixName));
        if (importance.hasDataset) keys.push_back(textOverride("quantize.imatrix.dataset", importance.dataset));
        keys.push_back(numberOverride("quantize.imatrix.entries_count", (int64_t) importance.values.size()));
        if (importance.chunks > 0) keys.push_back(numberOverride("quantize.imatrix.chunks_count", importance.chunks));
        keys.push_back(named(""));
        params.kv_overrides = keys.data();
    }

    QuantizeOutcome outcome;
    forgetComplaints();
    uint32_t failed;
    std::string last;
    {
        QuantizeLog log(cancelled, progress, outcome);
        failed = api.llama_model_quantize(settings.input.c_str(), settings.dryRun ? "" : settings.output.c_str(), &params);
        if (!failed && settings.dryRun) requireMatches(patterns, log.names);
        if (!log.names.empty()) last = log.names.back();
    }
    throwIfCancelled(cancelled);
    if (failed) throw notQuantized(settings, last);
    return outcome;
}
