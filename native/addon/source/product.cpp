#include "product.hpp"
#include "llamaApi.hpp"
#include <algorithm>
#include <cstring>
#include <memory>

namespace plain { HalfKernel halfKernel(); SixBitKernel sixBitKernel(); }
#ifdef ASSAY_X64
namespace avx2 { HalfKernel halfKernel(); SixBitKernel sixBitKernel(); }
namespace avx512 { HalfKernel halfKernel(); SixBitKernel sixBitKernel(); }
#endif

namespace {

struct Kernels {
    HalfKernel half = nullptr;
    SixBitKernel sixBit = nullptr;
};

/** The instruction set of ggml's own kernels, so that sums are added in the same order. None where there is none, or where a library of its own computes products in the memory of the processor. */
Kernels kernelsBesideGgml() {
#ifdef ASSAY_X64
    if (api.ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_ACCEL)) return {};
    ggml_backend_reg_t registry = api.ggml_backend_dev_backend_reg(api.ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU));
    const auto features = (ggml_backend_get_features_t) api.ggml_backend_reg_get_proc_address(registry, "ggml_backend_get_features");
    const auto has = [&](const char * name) {
        for (const ggml_backend_feature * one = features ? features(registry) : nullptr; one && one->name; one++)
            if (std::strcmp(one->name, name) == 0) return true;
        return false;
    };
    if (has("AVX512")) return {avx512::halfKernel(), avx512::sixBitKernel()};
    if (has("AVX2") && has("FMA") && has("F16C")) return {avx2::halfKernel(), avx2::sixBitKernel()};
#endif
    return {plain::halfKernel(), plain::sixBitKernel()};
}
const Kernels & own() {
    static const Kernels chosen = kernelsBesideGgml();
    return chosen;
}

bool isMatrix(const ggml_tensor * tensor, ggml_type type, size_t size) {
    const ggml_tensor * root = tensor->view_src ? tensor->view_src : tensor;
    return tensor->type == type && tensor->nb[0] == size && tensor->nb[1] % size == 0 && tensor->ne[2] == 1 && tensor->ne[3] == 1 && root->buffer && api.ggml_backend_buffer_is_host(root->buffer);
}

Product productOf(const ggml_tensor * step) {
    const ggml_tensor * weights = step->src[0], * columns = step->src[1];
    return {(const uint8_t *) weights->data, (int64_t) weights->nb[1], (const float *) columns->data, (int64_t) (columns->nb[1] / sizeof(float)),
        (float *) step->data, (int64_t) (step->nb[1] / sizeof(float)), weights->ne[0]};
}

/** What one of the threads that compute a graph has of a product: a part of the columns where there are many, else of the rows. */
struct Part {
    int64_t firstRow, endRow, firstColumn, endColumn;
    Part(const ggml_tensor * step, int thread, int threads, int64_t columnsAtOnce, int64_t rowStep) {
        const int64_t rows = step->ne[0], columns = step->ne[1];
        const bool byColumns = columns >= threads * columnsAtOnce;
        const int64_t units = byColumns ? columns : rows / rowStep;
        const int64_t from = units * thread / threads, to = units * (thread + 1) / threads;
        firstRow = byColumns ? 0 : from * rowStep;
        endRow = byColumns ? rows : to * rowStep;
        firstColumn = byColumns ? from : 0;
        endColumn = byColumns ? to : columns;
    }
    int64_t columns() const { return firstRow < endRow ? endColumn - firstColumn : 0; }
};

void computeHalf(ggml_tensor * step, int thread, int threads, void *) {
    const Product product = productOf(step);
    const Part part(step, thread, threads, halfColumns, halfRowStep);
    const int64_t atOnce = std::min(halfColumns, part.columns());
    if (atOnce == 0) return;
    const std::unique_ptr<float[]> wide(new float[atOnce * product.width]);
    own().half(product, part.firstRow, part.endRow, part.firstColumn, part.endColumn, wide.get());
}

/** Columns that are turned into eight bits at once: a multiple of those for each look at a row. */
constexpr int64_t turnedAtOnce = 4 * sixBitColumns;

void computeSixBit(ggml_tensor * step, int thread, int threads, void *) {
    const Product product = productOf(step);
    const Part part(step, thread, threads, sixBitColumns, 1);
    const int64_t atOnce = std::min(turnedAtOnce, part.columns());
    if (atOnce == 0) return;
    const int64_t blocks = product.width / blockWidth;
    const std::unique_ptr<EightBits[]> turned(new EightBits[atOnce * blocks]);
    for (int64_t first = part.firstColumn; first < part.endColumn; first += atOnce) {
        const int64_t end = std::min(part.endColumn, first + atOnce);
        for (int64_t column = first; column < end; column++)
            api.quantize_row_q8_K_ref(product.columns + column * product.columnStride, turned.get() + (column - first) * blocks, product.width);
        own().sixBit(product, part.firstRow, part.endRow, first, end, turned.get());
    }
}

ggml_custom_op_t kernelOf(const ggml_tensor * step) {
    const ggml_tensor * weights = step->src[0];
    if (isMatrix(weights, GGML_TYPE_F16, sizeof(uint16_t)) && own().half && weights->ne[0] % halfWidthStep == 0 && weights->ne[1] % halfRowStep == 0) return computeHalf;
    if (isMatrix(weights, GGML_TYPE_Q6_K, sizeof(SixBits)) && own().sixBit && api.quantize_row_q8_K_ref) return computeSixBit;
    return nullptr;
}

} // namespace

bool takeProduct(ggml_tensor * step) {
    // With one column, llama.cpp adds in another order.
    if (step->op != GGML_OP_MUL_MAT || step->ne[1] < 2) return false;
    const ggml_custom_op_t kernel = kernelOf(step);
    if (!kernel || !isMatrix(step->src[1], GGML_TYPE_F32, sizeof(float)) || !isMatrix(step, GGML_TYPE_F32, sizeof(float))) return false;
    ggml_init_params params{};
    params.mem_size = 2 * api.ggml_tensor_overhead();
    params.no_alloc = true;
    const std::unique_ptr<ggml_context, void (*)(ggml_context *)> context(api.ggml_init(params), api.ggml_free);
    const ggml_tensor * custom = api.ggml_custom_4d(context.get(), GGML_TYPE_F32, step->ne[0], step->ne[1], 1, 1, step->src, 2, kernel, GGML_N_TASKS_MAX, nullptr);
    step->op = custom->op;
    std::copy(std::begin(custom->op_params), std::end(custom->op_params), step->op_params);
    return true;
}
