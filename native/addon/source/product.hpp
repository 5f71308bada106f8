#pragma once
#include <cstddef>
#include <cstdint>

/**
 * Products of weights with columns, for kernels of our own on x86. Those of llama.cpp for weights in 16-bit floats keep their sums in memory
 * at every step, and those for Q6_K unpack a row anew for each column; each takes half of the processor's speed or more by it. These multiply
 * and add in the same order: the same bits.
 */
struct Product {
    const uint8_t * weights;
    /** From a row to the next, in bytes. */
    int64_t weightStride;
    const float * columns;
    int64_t columnStride;
    float * result;
    int64_t resultStride;
    /** Of a row and of a column. */
    int64_t width;
};

/** A width is a multiple of so much, the number of rows of that. */
constexpr int64_t halfWidthStep = 16, halfRowStep = 4;
/** So many columns are widened at once: these stay in a core's cache. */
constexpr int64_t halfColumns = 72;
/** Of a part of its rows and columns. `wide`: room for as many columns as are widened at once. */
using HalfKernel = void (*)(const Product & of, int64_t firstRow, int64_t endRow, int64_t firstColumn, int64_t endColumn, float * wide);

/** llama.cpp's block of 256 weights of Q6_K: six bits each, and a scale for each sixteen. */
struct SixBits {
    uint8_t low[128], high[64];
    int8_t scales[16];
    uint16_t scale;
};
/** llama.cpp's block of 256 numbers of a column, Q8_K. `sums`: of each sixteen. */
struct EightBits {
    float scale;
    int8_t numbers[256];
    int16_t sums[16];
};
constexpr int64_t blockWidth = 256;
static_assert(sizeof(SixBits) == 210 && sizeof(EightBits) == 292);
/** So many columns for each look at a row. */
constexpr int64_t sixBitColumns = 16;
/** Of a part of its rows and columns. `columns`: from the first of that part on. */
using SixBitKernel = void (*)(const Product & of, int64_t firstRow, int64_t endRow, int64_t firstColumn, int64_t endColumn, const EightBits * columns);

struct ggml_tensor;
/**
 * Has a step of a graph computed in this way, if it is such a product and the processor's part of ggml computes it. Before it is
 * computed; where it reads and writes stays as it is. Whether it was one.
 */
bool takeProduct(ggml_tensor * step);
