#pragma once
#include "llamaApi.hpp"
#include "outputHead.hpp"
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

struct ModelSettings {
    std::string path;
    /** Of the vocabulary; the file's own tokenizer is not kept in memory. */
    int32_t vocabulary = 0;
    /** Of the whole work; a decode may be given fewer. */
    int32_t threads = 1;
    /** Tokens of all sequences together. */
    uint32_t context = 512;
    uint32_t batch = 512;
    uint32_t sequences = 1;
    /** Most rows of logits that there are at once. */
    uint32_t outputs = 512;
    /** There may be more of them: `showRows` makes so many at a time. For batches that are one graph: at most 512 tokens, as many of each of some sequences that follow on each other. */
    bool inBlocks = false;
    /** Leaves all products to llama.cpp's kernels. */
    bool plainProducts = false;
    ggml_type keyType = GGML_TYPE_F16;
    ggml_type valueType = GGML_TYPE_F16;
    ggml_backend_sched_eval_callback watch = nullptr;
    void * watcher = nullptr;
};

/** Places of tokens in a batch. `output` marks rows whose logits are wanted. */
struct BatchPlan {
    std::vector<int32_t> tokens;
    std::vector<int32_t> positions;
    std::vector<int32_t> sequences;
    std::vector<int8_t> outputs;
    size_t size() const { return tokens.size(); }
    void add(int32_t token, int32_t position, int32_t sequence, bool output);
    void clear();
};

/** A model with a context. Loading and decoding end early with CANCELLED when the flag is set. */
class Model {
public:
    Model(const ModelSettings & settings, std::shared_ptr<Flag> cancelled, const std::function<void(float)> & progress);
    /** The same weights with a context of its own, to be read by another thread. */
    Model(const Model & loaded, const ModelSettings & settings);
    Model(const Model &) = delete;
    Model & operator=(const Model &) = delete;

    /** Nothing is read yet. */
    void forget();
    /** What comes next follows on nothing; rows that were read can still be shown. */
    void forgetCache();
    /** False when the kind of model cannot forget a part. */
    bool forgetFrom(int32_t position);
    /** With all threads, or as many as are given, if it has work for them. Without a row that is wanted, only what comes after is made ready. */
    void decode(const BatchPlan & plan, const Flag & cancelled, int32_t given = 0);
    /** In blocks: makes rows from the `first` of all on that were wanted since `forget`, as many as there are at once. What was cached is given up. */
    void showRows(size_t first, const Flag & cancelled, int32_t given = 0);
    /** How many rows are shown at most. */
    size_t rowsAtOnce() const { return settings.inBlocks ? settings.outputs : SIZE_MAX; }
    /** Logits of the token at an index of the last plan. In blocks, of one of the rows that are shown, by its place among all. */
    const float * row(int32_t index) const;
    llama_perf_context_data perf() const;

    std::string path;
    int32_t threads;
    int32_t vocabulary = 0;
    uint64_t tensorBytes = 0;
    uint64_t parameters = 0;
    /** Of llama.cpp's list of tokens, which nothing is asked of: given back to the system. */
    size_t dummyTokenBytes = 0;
    double loadSeconds = 0;
    /** As if it had had all threads: what runs side by side adds up to the time that passed. */
    double decodeSeconds = 0;
    int64_t decodedTokens = 0;
    double metricsSeconds = 0;
    /** Steps of graphs that were taken from llama.cpp. */
    int64_t ownProducts = 0;
    /** Of sequence 0, for a reader that goes on from what is there. */
    std::vector<int32_t> cached;

private:
    const ModelSettings settings;
    /** Its path as the system names it. */
    const std::string file;
    void openContext();
    /** Has a graph made for a block of rows, of which no step is computed. */
    void lookAtGraph();
    void requireHead() const;
    /** With marks for the rows that its graph is to have. */
    void read(const BatchPlan & plan, const std::vector<int8_t> & marks, const Flag & cancelled, int32_t given);
    void releaseRead() const;
    void discardComputed() const;
    int32_t runBatch(const BatchPlan & plan, const std::vector<int8_t> & marks, const Flag & cancelled, int32_t used);
    static bool onStep(ggml_tensor * step, bool ask, void * model);
    void findEmbeddings(const ggml_tensor * step);

    std::shared_ptr<llama_model> model;
    std::unique_ptr<llama_context, void (*)(llama_context *)> context{nullptr, nullptr};
    std::shared_ptr<Flag> loadingCancelled;
    /** Writes to the cache in a graph, once one was seen whole, and in the present one so far. */
    int32_t stores = 0, storesSoFar = 0;
    bool endedEarly = false;
    /** Of a decode, those that came to their logits. */
    int32_t graphs = 0;
    /** Of the plan that is decoded. */
    bool rowsWanted = true;
    /** Where rows come in blocks. */
    std::unique_ptr<OutputHead> head;
    /** Where rows come in blocks: what tokens are looked up in. */
    const ggml_tensor * embeddings = nullptr;
    bool embeddingsReadAgain = false;
    /** The memory of the last graph's results. */
    ggml_backend_buffer_t computedIn = nullptr;
    /** A graph is only looked at, and its steps are left out. */
    bool looking = false;
    std::vector<ggml_tensor *> leftOut;
    /** Memory of the caches. */
    std::vector<ggml_backend_buffer_t> caches;
    bool cacheIsEmpty = false;
    /** The first of the rows that are shown. */
    size_t shown = 0;
    float * rows = nullptr;
    /** Read by the context's abort callback; points at the flag of the work that runs. */
    std::atomic<const Flag *> running{nullptr};
};

double secondsNow();
