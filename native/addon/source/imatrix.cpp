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
        if (ask) return self.wanted(tensor);
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

void write(const ImatrixSettings & settings, const Collector & collector, int32_t chunks) {
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
    api.gguf_set_val_u32(file, "imatrix.chunk_count", chunks);
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
    // All rows give logits, for the last layer works on no others: fewer tokens at once where a vocabulary is large.
    const uint32_t affordable = (uint32_t) std::max<int64_t>(64, (int64_t) (48 << 20) / ((int64_t) settings.vocabulary * 4));
    const uint32_t sequences = std::max(1, 2048 / settings.context);
    const bool whole = affordable >= 2048;
    // Equal parts of a chunk: a short one at its end would run through another kernel.
    const uint32_t most = std::min(affordable, 512u), parts = (settings.context + most - 1) / most;
    const uint32_t batch = whole ? std::min(2048u, sequences * settings.context) : (settings.context + parts - 1) / parts;
    Collector collector(settings.processOutput);
    ModelSettings wanted;
    wanted.path = settings.model;
    wanted.vocabulary = settings.vocabulary;
    wanted.threads = settings.threads;
    wanted.sequences = whole ? sequences : 1;
    wanted.context = wanted.sequences * settings.context;
    wanted.batch = batch;
    wanted.outputs = batch;
    wanted.watch = Collector::watch;
    wanted.watcher = &collector;
    Model model(wanted, cancelled, nullptr);

    const int32_t group = (int32_t) wanted.sequences;
    for (int32_t chunk = 0; chunk < settings.chunks; chunk += group) {
        model.forget();
        const int32_t together = std::min(group, settings.chunks - chunk);
        BatchPlan plan;
        auto run = [&] {
            model.decode(plan, *cancelled);
            plan.clear();
            if (!collector.problem.empty()) throw Problem("MODEL_UNREADABLE", "No importance matrix of " + settings.model + " can be made: " + collector.problem + ".");
        };
        for (int32_t sequence = 0; sequence < together; sequence++)
            for (int32_t i = 0; i < settings.context; i++) {
                const int32_t token = i == 0 && settings.bos >= 0 ? settings.bos : settings.tokens[(size_t) (chunk + sequence) * settings.context + i];
                plan.add(token, i, sequence, true);
                if (plan.size() == batch) run();
            }
        if (plan.size() > 0) run();
        progress(chunk + together, settings.chunks);
    }
    throwIfCancelled(*cancelled);
    write(settings, collector, settings.chunks);
    return {settings.chunks, (int32_t) collector.sums.size()};
}
