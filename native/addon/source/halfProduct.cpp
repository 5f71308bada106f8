#include "halfProduct.hpp"
#include "llamaApi.hpp"
#include <algorithm>
#include <cstring>
#include <memory>

namespace plain { HalfKernel halfKernel(); }
#ifdef ASSAY_X64
namespace avx2 { HalfKernel halfKernel(); }
namespace avx512 { HalfKernel halfKernel(); }
#endif

namespace {

/** The instruction set of ggml's own kernels, so that sums are added in the same order. Null where there is none, or where a library of its own computes products in the memory of the processor. */
HalfKernel kernelBesideGgml() {
#ifdef ASSAY_X64
    if (api.ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_ACCEL)) return nullptr;
    ggml_backend_reg_t registry = api.ggml_backend_dev_backend_reg(api.ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU));
    const auto features = (ggml_backend_get_features_t) api.ggml_backend_reg_get_proc_address(registry, "ggml_backend_get_features");
    const auto has = [&](const char * name) {
        for (const ggml_backend_feature * one = features ? features(registry) : nullptr; one && one->name; one++)
            if (std::strcmp(one->name, name) == 0) return true;
        return false;
    };
    if (has("AVX512")) return avx512::halfKernel();
    if (has("AVX2") && has("FMA") && has("F16C")) return avx2::halfKernel();
#endif
    return plain::halfKernel();
}
HalfKernel halfKernel() {
    static const HalfKernel chosen = kernelBesideGgml();
    return chosen;
}

bool isMatrix(const ggml_tensor * tensor, ggml_type type, size_t size) {
    const ggml_tensor * root = tensor->view_src ? tensor->view_src : tensor;
    return tensor->type == type && tensor->nb[0] == size && tensor->nb[1] % size == 0 && tensor->ne[2] == 1 && tensor->ne[3] == 1 && root->buffer && api.ggml_backend_buffer_is_host(root->buffer);
}

/** In one of the threads that compute a graph: a part of the columns where there are many, else of the rows. */
void compute(ggml_tensor * step, int thread, int threads, void *) {
    const ggml_tensor * weights = step->src[0], * columns = step->src[1];
    const HalfProduct product{(const uint16_t *) weights->data, (int64_t) (weights->nb[1] / sizeof(uint16_t)), (const float *) columns->data, (int64_t) (columns->nb[1] / sizeof(float)),
        (float *) step->data, (int64_t) (step->nb[1] / sizeof(float)), weights->ne[0]};
    const int64_t rows = step->ne[0], count = step->ne[1];
    const bool byColumns = count >= threads * HalfProduct::columnsAtOnce;
    const int64_t units = byColumns ? count : rows / HalfProduct::rowStep;
    const int64_t from = units * thread / threads, to = units * (thread + 1) / threads;
    if (from == to) return;
    const int64_t atOnce = std::min(HalfProduct::columnsAtOnce, byColumns ? to - from : count);
    const std::unique_ptr<float[]> wide(new float[atOnce * product.width]);
    if (byColumns) halfKernel()(product, 0, rows, from, to, wide.get());
    else halfKernel()(product, from * HalfProduct::rowStep, to * HalfProduct::rowStep, 0, count, wide.get());
}

} // namespace

bool takeHalfProduct(ggml_tensor * step) {
    if (step->op != GGML_OP_MUL_MAT || !halfKernel()) return false;
    const ggml_tensor * weights = step->src[0];
    // With one column, llama.cpp adds in another order.
    if (step->ne[1] < 2 || weights->ne[0] % HalfProduct::widthStep != 0 || weights->ne[1] % HalfProduct::rowStep != 0) return false;
    if (!isMatrix(weights, GGML_TYPE_F16, sizeof(uint16_t)) || !isMatrix(step->src[1], GGML_TYPE_F32, sizeof(float)) || !isMatrix(step, GGML_TYPE_F32, sizeof(float))) return false;
    ggml_init_params params{};
    params.mem_size = 2 * api.ggml_tensor_overhead();
    params.no_alloc = true;
    const std::unique_ptr<ggml_context, void (*)(ggml_context *)> context(api.ggml_init(params), api.ggml_free);
    const ggml_tensor * custom = api.ggml_custom_4d(context.get(), GGML_TYPE_F32, step->ne[0], step->ne[1], 1, 1, step->src, 2, compute, GGML_N_TASKS_MAX, nullptr);
    step->op = custom->op;
    std::copy(std::begin(custom->op_params), std::end(custom->op_params), step->op_params);
    return true;
}
