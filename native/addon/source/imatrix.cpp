#include "baseFile.hpp"
#include "model.hpp"
#include "quantize.hpp"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

namespace {

/** Squares of what goes into each matrix, added up column by column: the collection of llama-imatrix. */
class Collector {
public:
    explicit Collector(bool processOutput) : processOutput(processOutput) {}
    struct Sums {
        std::vector<float> values;
        std::vector<int64_t> counts;
    };
    std::map<std::string, Sums> sums;
    /** Why it stopped; thrown after the decode, for no exception may pass through llama.cpp's threads. */
    std::string problem;

    static bool watch(ggml_tensor * tensor, bool ask, void * data) {
        auto & self = *(Collector *) data;
        if (ask) return self.wanted(tensor) || self.isEnd(tensor);
        if (self.isEnd(tensor)) return false;
        if (self.problem.empty()) self.collect(tensor);
        return self.problem.empty();
    }

private:
    bool processOutput;
    std::vector<char> copied, ids;

    /** CUDA0#blk.0.attn_k.weight#0 is blk.0.attn_k.weight. */
    static std::string nameOf(const ggml_tensor * tensor) {
        const std::string name = tensor->name;
        const size_t begin = name.find('#');
        if (begin == std::string::npos) return name;
        const size_t end = name.find('#', begin + 1);
        return name.substr(begin + 1, end == std::string::npos ? std::string::npos : end - begin - 1);
    }
    /** Behind it come the logits alone, and a graph that is told to stop there ends. */
    bool isEnd(const ggml_tensor * tensor) const { return !processOutput && std::strcmp(tensor->name, "result_norm") == 0; }
    bool wanted(const ggml_tensor * tensor) const {
        if (tensor->op == GGML_OP_MUL_MAT_ID) return true;
        if (tensor->op != GGML_OP_MUL_MAT) return false;
        if (tensor->src[1]->ne[1] < 16 || tensor->src[1]->type != GGML_TYPE_F32) return false;
        const std::string name = nameOf(tensor->src[0]);
        return name.rfind("blk.", 0) == 0 || (processOutput && name == "output.weight");
    }
    void collect(const ggml_tensor * tensor) {
        const ggml_tensor * weights = tensor->src[0];
        const ggml_tensor * input = tensor->src[1];
        const std::string name = nameOf(weights);
        const char * data = (const char *) input->data;
        if (!api.ggml_backend_buffer_is_host(input->buffer)) {
            copied.resize(api.ggml_nbytes(input));
            api.ggml_backend_tensor_get(input, copied.data(), 0, copied.size());
            data = copied.data();
        }
        const int64_t columns = input->ne[0];
        Sums & own = sums[name];
        const bool experts = tensor->op == GGML_OP_MUL_MAT_ID;
        const int64_t matrices = experts ? weights->ne[2] : weights->ne[2] * weights->ne[3];
        if (own.values.empty()) {
            own.values.resize(columns * matrices, 0);
            own.counts.resize(experts ? matrices : 1, 0);
        } else if (own.values.size() != (size_t) (columns * matrices)) {
            problem = "the sizes of " + name + " change from batch to batch";
            return;
        }
        auto add = [&](float * sum, const char * from) {
            const auto * x = (const float *) from;
            for (int64_t i = 0; i < columns; i++) sum[i] += x[i] * x[i];
        };
        if (experts) {
            const ggml_tensor * chosen = tensor->src[2];
            ids.resize(api.ggml_nbytes(chosen));
            api.ggml_backend_tensor_get(chosen, ids.data(), 0, ids.size());
            for (int64_t slot = 0; slot < chosen->ne[0]; slot++)
                for (int64_t row = 0; row < input->ne[2]; row++) {
                    int32_t expert;
                    std::memcpy(&expert, ids.data() + row * chosen->nb[1] + slot * chosen->nb[0], 4);
                    if (expert < 0 || expert >= matrices) {
                        problem = "an expert beyond the matrices of " + name + " was chosen";
                        return;
                    }
                    own.counts[expert]++;
                    add(own.values.data() + expert * columns, data + (slot % input->ne[1]) * input->nb[1] + row * input->nb[2]);
                }
        } else {
            for (int64_t i3 = 0; i3 < input->ne[3]; i3++)
                for (int64_t i2 = 0; i2 < input->ne[2]; i2++)
                    for (int64_t row = 0; row < input->ne[1]; row++)
                        add(own.values.data() + ((i3 % weights->ne[3]) * weights->ne[2] + i2 % weights->ne[2]) * columns,
                            data + row * input->nb[1] + i2 * input->nb[2] + i3 * input->nb[3]);
            for (auto & count : own.counts) count += api.ggml_nrows(input) / matrices;
        }
        if (!std::all_of(own.values.begin(), own.values.end(), [](float value) { return std::isfinite(value); }))
            problem = "what goes into " + name + " is NaN or infinite: the weights before it are damaged";
    }
};

/** As llama-imatrix counts them: by the rows that were added up, which leave out those of batches with fewer than sixteen. */
int32_t chunksIn(const Collector & collector, int32_t context) {
    int64_t most = 0;
    for (const auto & [name, own] : collector.sums)
        for (const int64_t count : own.counts) most = std::max(most, count);
    return (int32_t) (most / context);
}

void write(const ImatrixSettings & settings, const Collector & collector) {
    size_t bytes = 0;
    auto padded = [](size_t size) { return (size + GGML_MEM_ALIGN - 1) / GGML_MEM_ALIGN * GGML_MEM_ALIGN; };
    for (const auto & [name, own] : collector.sums)
        bytes += padded(api.ggml_tensor_overhead() + sizeof(float) * own.values.size()) + padded(api.ggml_tensor_overhead() + sizeof(float) * own.counts.size());
    ggml_init_params params{};
    params.mem_size = bytes;
    ggml_context * data = api.ggml_init(params);
    gguf_context * file = api.gguf_init_empty();
    const char * dataset = settings.dataset.c_str();
    api.gguf_set_val_str(file, "general.type", "imatrix");
    api.gguf_set_arr_str(file, "imatrix.datasets", &dataset, 1);
    api.gguf_set_val_u32(file, "imatrix.chunk_count", chunksIn(collector, settings.context));
    api.gguf_set_val_u32(file, "imatrix.chunk_size", settings.context);
    for (const auto & [name, own] : collector.sums) {
        if (own.values.empty()) continue;
        const int64_t matrices = (int64_t) own.counts.size();
        ggml_tensor * sums = api.ggml_new_tensor_2d(data, GGML_TYPE_F32, (int64_t) own.values.size() / matrices, matrices);
        ggml_tensor * counts = api.ggml_new_tensor_2d(data, GGML_TYPE_F32, 1, matrices);
        api.ggml_set_name(sums, (name + ".in_sum2").c_str());
        api.ggml_set_name(counts, (name + ".counts").c_str());
        std::memcpy(sums->data, own.values.data(), own.values.size() * sizeof(float));
        for (int64_t i = 0; i < matrices; i++) ((float *) counts->data)[i] = (float) own.counts[i];
        api.gguf_add_tensor(file, sums);
        api.gguf_add_tensor(file, counts);
    }
    const bool written = api.gguf_write_to_file(file, settings.output.c_str(), false);
    api.gguf_free(file);
    api.ggml_free(data);
    if (!written) throw Problem("DISK_FAILED", "The importance matrix " + settings.output + " could not be written.");
}

} // namespace

ImatrixOutcome computeImatrix(const ImatrixSettings & settings, std::shared_ptr<Flag> cancelled, const std::function<void(int32_t, int32_t)> & progress) {
    // As llama-imatrix, which decodes 2,048 tokens in graphs of 512: as many of each chunk in each. All rows are wanted, for the last layer works on no others.
    const int32_t sequences = std::max(1, 2048 / settings.context);
    const int32_t batch = std::min(512, sequences * settings.context);
    Collector collector(settings.processOutput);
    ModelSettings wanted;
    wanted.path = settings.model;
    wanted.vocabulary = settings.vocabulary;
    wanted.threads = settings.threads;
    wanted.sequences = sequences;
    wanted.context = sequences * settings.context;
    wanted.batch = batch;
    wanted.outputs = batch;
    wanted.watch = Collector::watch;
    wanted.watcher = &collector;
    Model model(wanted, cancelled, nullptr);

    for (int32_t chunk = 0; chunk < settings.chunks; chunk += sequences) {
        model.forget();
        const int32_t together = std::min(sequences, settings.chunks - chunk), each = std::max(1, batch / together);
        for (int32_t from = 0; from < settings.context; from += each) {
            BatchPlan plan;
            for (int32_t sequence = 0; sequence < together; sequence++)
                for (int32_t i = from; i < std::min(settings.context, from + each); i++) {
                    const int32_t token = i == 0 && settings.bos >= 0 ? settings.bos : settings.tokens[(size_t) (chunk + sequence) * settings.context + i];
                    plan.add(token, i, sequence, true);
                }
            model.decode(plan, *cancelled);
            if (!collector.problem.empty()) throw Problem("MODEL_UNREADABLE", "No importance matrix of " + settings.model + " can be made: " + collector.problem + ".");
        }
        progress(chunk + together, settings.chunks);
    }
    throwIfCancelled(*cancelled);
    write(settings, collector);
    return {settings.chunks, (int32_t) collector.sums.size()};
}
