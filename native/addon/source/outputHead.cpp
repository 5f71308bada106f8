#include "outputHead.hpp"
#include <algorithm>
#include <cstring>

namespace {

/** Steps that only name a part of another tensor. */
bool computesNothing(const ggml_tensor * step) {
    return step->op == GGML_OP_NONE || step->op == GGML_OP_RESHAPE || step->op == GGML_OP_VIEW || step->op == GGML_OP_PERMUTE || step->op == GGML_OP_TRANSPOSE;
}
const ggml_tensor * rootOf(const ggml_tensor * tensor) { return tensor->view_src ? tensor->view_src : tensor; }
bool isWeight(const ggml_tensor * tensor) {
    return rootOf(tensor)->op == GGML_OP_NONE && rootOf(tensor)->buffer && api.ggml_backend_buffer_get_usage(rootOf(tensor)->buffer) == GGML_BACKEND_BUFFER_USAGE_WEIGHTS;
}
bool inHostMemory(const ggml_tensor * tensor) { return rootOf(tensor)->buffer && api.ggml_backend_buffer_is_host(rootOf(tensor)->buffer); }

} // namespace

OutputHead::OutputHead() : backend(api.ggml_backend_init_by_type(GGML_BACKEND_DEVICE_TYPE_CPU, nullptr)) {
    if (!backend) throw Problem("ENGINE_UNAVAILABLE", "The engine has no part that computes on the processor. Reinstall the dependencies (npm ci).");
    auto * registry = api.ggml_backend_dev_backend_reg(api.ggml_backend_get_device(backend));
    setThreads = (ggml_backend_set_n_threads_t) api.ggml_backend_reg_get_proc_address(registry, "ggml_backend_set_n_threads");
}
OutputHead::~OutputHead() {
    if (backend) api.ggml_backend_free(backend);
}

void OutputHead::start() {
    picked.clear();
    all = 0;
}

void OutputHead::begin(std::vector<int32_t> rows, size_t most) {
    wanted = std::move(rows);
    all += wanted.size();
    atOnce = most;
    picksSeen = 0;
    // Not released: the last graph is gone where llama.cpp has made another one since.
    parts.clear();
    held.clear();
    repeatable = true;
}

bool OutputHead::isHeld(const ggml_tensor * tensor) const { return held.count(rootOf(tensor)); }

/** By numbers of rows that llama.cpp is given from outside; states of recurrent models are picked out of their cache in the same way. */
bool OutputHead::isPick(const ggml_tensor * step) const {
    return step->op == GGML_OP_GET_ROWS && (step->src[1]->flags & GGML_TENSOR_FLAG_INPUT) && (size_t) step->src[1]->ne[0] == atOnce
        && rootOf(step->src[0])->op != GGML_OP_NONE && !isHeld(step->src[0]);
}

void OutputHead::hold(ggml_tensor * step) {
    held.insert(step);
    step->flags &= ~GGML_TENSOR_FLAG_COMPUTE;
    repeatable &= inHostMemory(step);
}

bool OutputHead::onStep(ggml_tensor * step, bool ask) {
    if (!ask) {
        const ggml_tensor * from = parts.back().picks.back()->src[0];
        const size_t width = (size_t) from->ne[0] * sizeof(float);
        picked.resize(std::max(picked.size(), picksSeen));
        auto & rows = picked[picksSeen - 1];
        for (const int32_t row : wanted) {
            // Of another graph than this one.
            if (row >= from->ne[1]) {
                repeatable = false;
                break;
            }
            const auto * begin = (const uint8_t *) from->data + row * from->nb[1];
            rows.insert(rows.end(), begin, begin + width);
        }
        return true;
    }
    if (isPick(step)) {
        const ggml_tensor * from = step->src[0];
        repeatable &= from->type == GGML_TYPE_F32 && from->nb[0] == sizeof(float) && from->ne[2] == 1 && from->ne[3] == 1 && inHostMemory(from);
        if (parts.empty() || !parts.back().steps.empty()) parts.emplace_back();
        parts.back().picks.push_back(step);
        picksSeen++;
        hold(step);
        return true;
    }
    if (parts.empty() || computesNothing(step)) return false;
    bool readsHeld = false, readsOther = false;
    for (const ggml_tensor * source : step->src) {
        if (!source) continue;
        if (isHeld(source)) readsHeld = true;
        else if (!isWeight(source)) readsOther = true;
    }
    // What reads neither, as a weight that is repeated, stands where the next steps put something: it is computed anew each time.
    if (readsOther && !readsHeld) return false;
    repeatable &= !readsOther && (!step->view_src || isHeld(step));
    parts.back().steps.push_back(step);
    hold(step);
    return false;
}

bool OutputHead::usable() const {
    return repeatable && !parts.empty() && !parts.back().steps.empty() && std::strcmp(parts.back().steps.back()->name, "result_output") == 0;
}

void OutputHead::release() {
    for (const Part & part : parts) {
        for (ggml_tensor * pick : part.picks) pick->flags |= GGML_TENSOR_FLAG_COMPUTE;
        for (ggml_tensor * step : part.steps) step->flags |= GGML_TENSOR_FLAG_COMPUTE;
    }
}

void OutputHead::compute(size_t first, int32_t threads, float * logits) {
    release();
    setThreads(backend, threads);
    if (picked.size() != picksSeen) throw Problem("INTERNAL", "llama.cpp picks rows otherwise in one batch than in another.");
    const size_t rows = std::min(atOnce, all - first);
    // Written where llama.cpp would copy them to. What goes on in the same place, as a bound on logits does, goes along.
    const auto & steps = parts.back().steps;
    const void * place = steps.back()->data;
    for (size_t i = steps.size(); i > 0 && steps[i - 1]->data == place; i--) {
        steps[i - 1]->data = logits;
        if (i == 1 || steps[i - 1]->src[0] != steps[i - 2]) break;
    }
    size_t pick = 0;
    for (const Part & part : parts) {
        for (ggml_tensor * step : part.picks) {
            const size_t width = (size_t) step->ne[0] * sizeof(float);
            std::memcpy(step->data, picked[pick++].data() + first * width, rows * width);
        }
        ggml_init_params params{};
        params.mem_size = api.ggml_graph_overhead_custom(part.steps.size(), false);
        params.no_alloc = true;
        const std::unique_ptr<ggml_context, void (*)(ggml_context *)> context(api.ggml_init(params), api.ggml_free);
        ggml_cgraph * graph = api.ggml_new_graph_custom(context.get(), part.steps.size(), false);
        for (ggml_tensor * step : part.steps) api.ggml_graph_add_node(graph, step);
        const ggml_status status = api.ggml_backend_graph_compute(backend, graph);
        if (status != GGML_STATUS_SUCCESS) throw Problem("INTERNAL", "llama.cpp could not compute logits (status " + std::to_string(status) + ")" + saidBecause());
    }
}
