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

void OutputHead::begin(std::vector<int32_t> rows, size_t most) {
    wanted = std::move(rows);
    atOnce = most;
    picks.clear();
    steps.clear();
    held.clear();
    replayable = true;
}

bool OutputHead::isHeld(const ggml_tensor * tensor) const { return held.count(tensor) || held.count(rootOf(tensor)); }

/** By numbers of rows that llama.cpp is given from outside; states of recurrent models are picked out of their cache in the same way. */
bool OutputHead::isPick(const ggml_tensor * step) const {
    return step->op == GGML_OP_GET_ROWS && (step->src[1]->flags & GGML_TENSOR_FLAG_INPUT) && (size_t) step->src[1]->ne[0] == atOnce
        && rootOf(step->src[0])->op != GGML_OP_NONE && !isHeld(step->src[0]);
}

/** It reads weights and what is held back, of which something, and writes nowhere else. */
bool OutputHead::mayReplay(const ggml_tensor * step) const {
    bool reads = false;
    for (const ggml_tensor * source : step->src) {
        if (!source) continue;
        if (isHeld(source)) reads = true;
        else if (!isWeight(source)) return false;
    }
    return reads && inHostMemory(step) && (!step->view_src || isHeld(step));
}

bool OutputHead::onStep(ggml_tensor * step, bool ask) {
    if (!ask) {
        // Nothing was computed since the first pick, so all that is picked from still stands.
        const ggml_tensor * from = picks.back().step->src[0];
        auto & rows = picks.back().rows;
        const size_t width = (size_t) from->ne[0] * sizeof(float);
        rows.resize(wanted.size() * width);
        for (size_t i = 0; i < wanted.size(); i++) std::memcpy(rows.data() + i * width, (const uint8_t *) from->data + wanted[i] * from->nb[1], width);
        return true;
    }
    const bool pick = isPick(step);
    if (picks.empty() && !pick) return false;
    if (pick) {
        const ggml_tensor * from = step->src[0];
        replayable &= from->type == GGML_TYPE_F32 && from->nb[0] == sizeof(float) && from->ne[2] == 1 && from->ne[3] == 1 && inHostMemory(from) && inHostMemory(step);
        picks.push_back({step, {}});
    } else if (computesNothing(step)) {
        if (step->view_src && isHeld(step)) held.insert(step);
        return false;
    } else {
        replayable &= mayReplay(step);
    }
    held.insert(step);
    steps.push_back(step);
    step->flags &= ~GGML_TENSOR_FLAG_COMPUTE;
    return pick;
}

bool OutputHead::usable() const { return replayable && !picks.empty() && std::strcmp(steps.back()->name, "result_output") == 0; }

void OutputHead::release() {
    for (ggml_tensor * step : steps) step->flags |= GGML_TENSOR_FLAG_COMPUTE;
}

void OutputHead::compute(size_t first, int32_t threads, float * logits) {
    release();
    const size_t rows = std::min(atOnce, wanted.size() - first);
    for (const Pick & pick : picks) {
        const ggml_tensor * from = pick.step->src[0];
        const size_t width = (size_t) from->ne[0] * sizeof(float);
        for (size_t i = 0; i < rows; i++) std::memcpy((uint8_t *) from->data + i * from->nb[1], pick.rows.data() + (first + i) * width, width);
        for (size_t i = 0; i < atOnce; i++) ((int32_t *) pick.step->src[1]->data)[i] = (int32_t) i;
    }
    // Written where llama.cpp would copy them to. Steps that go on in the same place, as a bound on logits does, go with the last one.
    const ggml_tensor last = *steps.back();
    for (ggml_tensor * step : steps)
        if (step->data == last.data && step->ne[0] == last.ne[0]) step->data = logits;
    ggml_init_params params{};
    params.mem_size = api.ggml_graph_overhead_custom(steps.size(), false);
    params.no_alloc = true;
    const std::unique_ptr<ggml_context, void (*)(ggml_context *)> context(api.ggml_init(params), api.ggml_free);
    ggml_cgraph * graph = api.ggml_new_graph_custom(context.get(), steps.size(), false);
    for (ggml_tensor * step : steps) api.ggml_graph_add_node(graph, step);
    setThreads(backend, threads);
    const ggml_status status = api.ggml_backend_graph_compute(backend, graph);
    if (status != GGML_STATUS_SUCCESS) throw Problem("INTERNAL", "llama.cpp could not compute logits (status " + std::to_string(status) + ")" + saidBecause());
}
