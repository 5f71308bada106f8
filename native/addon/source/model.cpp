#include "model.hpp"
#include "dummyTokens.hpp"
#include "pages.hpp"
#include "product.hpp"
#include <algorithm>
#include <chrono>
#include <cstring>

double secondsNow() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

namespace {

llama_model_kv_override overrideOf(const char * key) {
    llama_model_kv_override entry{};
    std::strncpy(entry.key, key, sizeof entry.key - 1);
    return entry;
}

std::string architectureOf(const std::string & path) {
    gguf_init_params params{};
    params.no_alloc = true;
    gguf_context * header = api.gguf_init_from_file(path.c_str(), params);
    if (!header) return "";
    std::string name;
    const int64_t key = api.gguf_find_key(header, "general.architecture");
    if (key >= 0 && api.gguf_get_kv_type(header, key) == GGUF_TYPE_STRING) name = api.gguf_get_val_str(header, key);
    api.gguf_free(header);
    return name;
}

constexpr int32_t columnsOfThread = 128;

/** llama.cpp wants room for a row of each sequence. */
uint32_t mostOutputs(const ModelSettings & settings) { return std::max(settings.outputs, settings.sequences); }

void discardBuffer(ggml_backend_buffer_t buffer) {
    if (api.ggml_backend_buffer_is_host(buffer)) discardPages(api.ggml_backend_buffer_get_base(buffer), api.ggml_backend_buffer_get_size(buffer));
}

} // namespace

void BatchPlan::add(int32_t token, int32_t position, int32_t sequence, bool output) {
    tokens.push_back(token);
    positions.push_back(position);
    sequences.push_back(sequence);
    outputs.push_back(output);
}
void BatchPlan::clear() {
    tokens.clear();
    positions.clear();
    sequences.clear();
    outputs.clear();
}

Model::Model(const ModelSettings & settings, std::shared_ptr<Flag> cancelled, const std::function<void(float)> & progress) : path(settings.path), threads(settings.threads), settings(settings), file(wholePath(settings.path)), loadingCancelled(std::move(cancelled)) {
    forgetComplaints();
    const double begun = secondsNow();
    struct Loading {
        const Flag & cancelled;
        const std::function<void(float)> & progress;
        const std::string & file;
        float shown = -1;
    } loading{*loadingCancelled, progress, file};

    auto params = api.llama_model_default_params();
    params.n_gpu_layers = 0;
    // Not all damage reaches the logits: a kernel may swallow a NaN and give other numbers.
    params.check_tensors = true;
    params.progress_callback_user_data = &loading;
    params.progress_callback = [](float share, void * data) {
        auto & loading = *(Loading *) data;
        if (share - loading.shown >= 0.01f || share >= 1) {
            loading.shown = share;
            // Weights that llama.cpp lays out anew for the processor are in memory twice while it loads them.
            releasePages(loading.file);
            if (loading.progress) loading.progress(share);
        }
        return !loading.cancelled.load(std::memory_order_relaxed);
    };
    // Tokens come as numbers, so the texts of 128,000 of them need not be in memory once for each model.
    std::vector<llama_model_kv_override> overrides;
    const std::string architecture = settings.vocabulary > 0 ? architectureOf(settings.path) : "";
    if (!architecture.empty()) {
        auto kind = overrideOf("tokenizer.ggml.model");
        kind.tag = LLAMA_KV_OVERRIDE_TYPE_STR;
        std::strcpy(kind.val_str, "no_vocab");
        overrides.push_back(kind);
        auto size = overrideOf((architecture + ".vocab_size").c_str());
        size.tag = LLAMA_KV_OVERRIDE_TYPE_INT;
        size.val_i64 = settings.vocabulary;
        overrides.push_back(size);
        overrides.push_back(overrideOf(""));
        params.kv_overrides = overrides.data();
    }
    const auto tokens = std::make_shared<std::unique_ptr<DummyTokens>>();
    model.reset(api.llama_model_load_from_file(settings.path.c_str(), params), [tokens](llama_model * loaded) {
        tokens->reset();
        if (loaded) api.llama_model_free(loaded);
    });
    throwIfCancelled(*loadingCancelled);
    if (!model) {
        const std::string tensor = damagedTensor();
        if (!tensor.empty()) throw damagedWeights(settings.path, tensor);
        throw Problem("MODEL_UNREADABLE", settings.path + " cannot be loaded" + saidBecause(), settings.path);
    }
    if (api.llama_model_has_encoder(model.get())) throw Problem("MODEL_UNSUPPORTED", settings.path + " is a model with an encoder; only those that continue a text can be compared.", settings.path);
    if (api.llama_model_is_diffusion(model.get())) throw Problem("MODEL_UNSUPPORTED", settings.path + " is a diffusion model; only those that continue a text token by token can be compared.", settings.path);
    vocabulary = api.llama_vocab_n_tokens(api.llama_model_get_vocab(model.get()));
    tensorBytes = api.llama_model_size(model.get());
    parameters = api.llama_model_n_params(model.get());
    *tokens = std::make_unique<DummyTokens>(model.get());
    dummyTokenBytes = (*tokens)->bytes();
    openContext();
    loadSeconds = secondsNow() - begun;
}

Model::Model(const Model & loaded, const ModelSettings & settings)
    : path(loaded.path), threads(loaded.threads), vocabulary(loaded.vocabulary), tensorBytes(loaded.tensorBytes), parameters(loaded.parameters), settings(settings), file(loaded.file), model(loaded.model), loadingCancelled(loaded.loadingCancelled) {
    openContext();
}

void Model::openContext() {
    auto wanted = api.llama_context_default_params();
    wanted.n_ctx = settings.context;
    wanted.n_batch = settings.batch;
    wanted.n_ubatch = std::min<uint32_t>(settings.batch, 512);
    wanted.n_seq_max = settings.sequences;
    wanted.n_outputs_max = mostOutputs(settings);
    wanted.n_threads = wanted.n_threads_batch = settings.threads;
    wanted.no_perf = false;
    wanted.type_k = settings.keyType;
    wanted.type_v = settings.valueType;
    // What is held back is computed on the processor.
    wanted.op_offload = wanted.op_offload && !settings.inBlocks;
    if (settings.valueType != GGML_TYPE_F16 && settings.valueType != GGML_TYPE_F32 && settings.valueType != GGML_TYPE_BF16)
        wanted.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_ENABLED;
    wanted.cb_eval = settings.watch ? settings.watch : onStep;
    wanted.cb_eval_user_data = settings.watch ? settings.watcher : this;
    wanted.abort_callback_data = this;
    wanted.abort_callback = [](void * data) {
        const Flag * flag = ((Model *) data)->running.load(std::memory_order_relaxed);
        return flag && flag->load(std::memory_order_relaxed);
    };
    context = {api.llama_init_from_model(model.get(), wanted), api.llama_free};
    if (!context) throw Problem(memoryRanOut() ? "NOT_ENOUGH_MEMORY" : "MODEL_UNSUPPORTED", "No context of " + std::to_string(settings.context) + " tokens could be made for " + settings.path + saidBecause(), settings.path);
    if (!settings.inBlocks) return;
    head = std::make_unique<OutputHead>();
    lookAtGraph();
    requireHead();
}

void Model::lookAtGraph() {
    forgetCache();
    BatchPlan some;
    const uint32_t each = std::min(settings.batch, settings.context) / settings.sequences;
    for (uint32_t sequence = 0; sequence < settings.sequences; sequence++)
        for (uint32_t i = 0; i < each; i++) some.add(0, (int32_t) i, (int32_t) sequence, some.size() < settings.outputs);
    head->begin({}, std::min<size_t>(settings.outputs, some.size()));
    // Where there is more than one backend, as on a Mac, llama.cpp runs a graph in parts: all of them are to be seen, so none is given up.
    looking = true;
    const Flag goesOn{false};
    const int32_t result = runBatch(some, some.outputs, goesOn, 1);
    looking = false;
    for (ggml_tensor * step : leftOut) step->flags |= GGML_TENSOR_FLAG_COMPUTE;
    leftOut.clear();
    discardComputed();
    forgetCache();
    if (result != 0) throw Problem("MODEL_UNSUPPORTED", "llama.cpp could not run " + path + " (result " + std::to_string(result) + ")" + saidBecause(), path);
    rows = api.llama_get_logits(context.get());
    // There is room for more of them than are made at once, and it was all written to.
    discardPages(rows, (size_t) mostOutputs(settings) * vocabulary * sizeof(float));
}

void Model::requireHead() const {
    if (head->usable()) return;
    throw Problem("MODEL_UNSUPPORTED", path + " cannot be measured: its vocabulary of " + std::to_string(vocabulary) + " tokens is too large to hold all rows of logits, and llama.cpp does not compute them in steps that can be repeated.", path);
}

/** The table that a graph looks its tokens up in, and whether it is the matrix of the logits too. */
void Model::findEmbeddings(const ggml_tensor * step) {
    if (step->op == GGML_OP_GET_ROWS) {
        if (!embeddings && step->src[0]->op == GGML_OP_NONE && step->src[0]->ne[1] == vocabulary) embeddings = step->src[0];
        return;
    }
    for (const ggml_tensor * source : step->src)
        if (source && embeddings && source->data == embeddings->data) embeddingsReadAgain = true;
}

/** llama.cpp asks before each step of a graph whether to stop behind it, and where it does, whether to go on. */
bool Model::onStep(ggml_tensor * step, bool ask, void * data) {
    auto & model = *(Model *) data;
    if (ask && model.looking) model.findEmbeddings(step);
    if (ask) {
        // A step that stands in another tensor may stand in the cache.
        if (!step->view_src) model.computedIn = step->buffer;
        if (!model.settings.plainProducts && takeProduct(step)) model.ownProducts++;
        // Where no row is wanted, all that counts is what the layers leave in the cache: behind the last write to it the graph may end.
        const bool stores = (step->op == GGML_OP_SET_ROWS || step->op == GGML_OP_CPY) && step->view_src && std::strncmp(step->view_src->name, "cache_", 6) == 0;
        if (stores) {
            model.storesSoFar++;
            ggml_backend_buffer_t cache = step->view_src->buffer;
            if (cache && std::find(model.caches.begin(), model.caches.end(), cache) == model.caches.end()) model.caches.push_back(cache);
        }
        const bool last = stores && !model.rowsWanted && model.storesSoFar == model.stores;
        const bool end = std::strcmp(step->name, "result_output") == 0;
        // A part of a graph that is ended early may be followed by others, which count nothing.
        if (end && !model.endedEarly) model.stores = model.storesSoFar;
        if (end) model.graphs++;
        if (last || end) {
            model.storesSoFar = 0;
            model.endedEarly = last;
        }
        if (last) return true;
    }
    if (!model.rowsWanted || !model.head) return false;
    if (model.looking && (step->flags & GGML_TENSOR_FLAG_COMPUTE)) model.leftOut.push_back(step);
    const bool picked = model.head->onStep(step, ask);
    if (!model.looking) return picked;
    step->flags &= ~GGML_TENSOR_FLAG_COMPUTE;
    return false;
}

void Model::forget() {
    forgetCache();
    if (head) head->start();
}
void Model::forgetCache() {
    cached.clear();
    if (cacheIsEmpty) return;
    api.llama_memory_clear(api.llama_get_memory(context.get()), true);
    // All zeros now, as what comes for pages that were given back.
    if (settings.inBlocks)
        for (ggml_backend_buffer_t cache : caches) discardBuffer(cache);
    cacheIsEmpty = true;
}
bool Model::forgetFrom(int32_t position) {
    if (!api.llama_memory_seq_rm(api.llama_get_memory(context.get()), 0, position, -1)) return false;
    cached.resize(std::min<size_t>(cached.size(), position));
    return true;
}

int32_t Model::runBatch(const BatchPlan & plan, const std::vector<int8_t> & marks, const Flag & cancelled, int32_t used) {
    std::vector<int32_t> counts(plan.size(), 1);
    std::vector<int32_t *> sequences(plan.size() + 1, nullptr);
    for (size_t i = 0; i < plan.size(); i++) sequences[i] = const_cast<int32_t *>(&plan.sequences[i]);
    llama_batch batch{};
    batch.n_tokens = (int32_t) plan.size();
    batch.token = const_cast<int32_t *>(plan.tokens.data());
    batch.pos = const_cast<int32_t *>(plan.positions.data());
    batch.n_seq_id = counts.data();
    batch.seq_id = sequences.data();
    batch.logits = const_cast<int8_t *>(marks.data());
    api.llama_set_n_threads(context.get(), used, used);
    rowsWanted = std::find(marks.begin(), marks.end(), 1) != marks.end();
    storesSoFar = 0;
    graphs = 0;
    computedIn = nullptr;
    cacheIsEmpty = false;
    running.store(&cancelled, std::memory_order_relaxed);
    const int32_t result = api.llama_decode(context.get(), batch);
    api.llama_synchronize(context.get());
    running.store(nullptr, std::memory_order_relaxed);
    return result;
}

void Model::decode(const BatchPlan & plan, const Flag & cancelled, int32_t given) {
    if (plan.size() == 0) return;
    std::vector<int32_t> wanted;
    for (size_t i = 0; i < plan.size(); i++)
        if (plan.outputs[i]) wanted.push_back((int32_t) i);
    if (!settings.inBlocks || wanted.empty()) return read(plan, plan.outputs, cancelled, given);
    // The graph has a block of rows; which ones they are is decided when it is computed.
    const size_t atOnce = std::min<size_t>(settings.outputs, wanted.size());
    std::vector<int8_t> marks(plan.size(), 0);
    for (size_t i = 0; i < atOnce; i++) marks[wanted[i]] = 1;
    head->begin(std::move(wanted), atOnce);
    read(plan, marks, cancelled, given);
    if (graphs != 1) throw Problem("INTERNAL", "llama.cpp read a batch in " + std::to_string(graphs) + " graphs, and rows of one are shown.");
    requireHead();
}

void Model::read(const BatchPlan & plan, const std::vector<int8_t> & marks, const Flag & cancelled, int32_t given) {
    const double begun = secondsNow();
    const int32_t own = given > 0 ? given : threads;
    // With fewer columns for each thread, they wait for each other longer than they compute. Attention of a single token is cut by threads:
    // its last digits would depend on how many there are.
    const int32_t useful = plan.size() == 1 ? 1 : 1 + (api.llama_model_n_embd(model.get()) - 1) / columnsOfThread;
    const int32_t result = runBatch(plan, marks, cancelled, std::min(own, useful));
    releaseRead();
    throwIfCancelled(cancelled);
    if (result != 0) throw Problem("MODEL_UNSUPPORTED", "llama.cpp could not run " + path + " (result " + std::to_string(result) + ")" + saidBecause(), path);
    // llama.cpp puts the rows in order when the first of them is asked for. Here, for later several threads ask at once.
    if (rowsWanted) rows = api.llama_get_logits(context.get());
    decodeSeconds += (secondsNow() - begun) * own / threads;
    decodedTokens += (int64_t) plan.size();
}

/** What is not read soon: the next batch finds weights in the system's cache, and computes all else anew. */
void Model::releaseRead() const {
    if (!embeddings) return;
    discardComputed();
    const auto table = (uintptr_t) embeddings->data, end = table + api.ggml_nbytes(embeddings);
    // Only few rows of a large table were read. Where the logits come from it too, it is read next, and what the layers read is not.
    if (!embeddingsReadAgain) return releasePages(file, table, end);
    releasePages(file, 0, table);
    releasePages(file, end);
}
void Model::discardComputed() const {
    if (computedIn) discardBuffer(computedIn);
}

void Model::showRows(size_t first, const Flag & cancelled, int32_t given) {
    if (!settings.inBlocks) return;
    throwIfCancelled(cancelled);
    const double begun = secondsNow();
    const int32_t used = given > 0 ? given : threads;
    // The last batch may have wanted fewer rows than there are at once.
    if (head->graphRows() < settings.outputs) lookAtGraph();
    head->compute(first, used, rows);
    shown = first;
    if (embeddingsReadAgain && first + settings.outputs >= head->rows()) releasePages(file);
    decodeSeconds += (secondsNow() - begun) * used / threads;
}

const float * Model::row(int32_t index) const {
    return settings.inBlocks ? rows + (index - (int64_t) shown) * vocabulary : api.llama_get_logits_ith(context.get(), index);
}
llama_perf_context_data Model::perf() const { return api.llama_perf_context(context.get()); }
