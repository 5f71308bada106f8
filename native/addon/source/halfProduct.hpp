#pragma once
#include <cstddef>
#include <cstdint>

/**
 * Products of weights in 16-bit floats. llama.cpp's kernel for x86 keeps its sums in memory at every step, and takes half of the processor's
 * speed by it; this one keeps them in registers. It rounds the other side to 16 bits, multiplies and adds in the same order: the same bits.
 */
struct HalfProduct {
    /** Of rows, in numbers. */
    const uint16_t * weights;
    int64_t weightStride;
    const float * columns;
    int64_t columnStride;
    float * result;
    int64_t resultStride;
    /** Of a row and of a column. */
    int64_t width;

    /** A width is a multiple of so much, the number of rows of that. */
    static constexpr int64_t widthStep = 16, rowStep = 4;
    /** So many columns are widened at once: these stay in a core's cache. */
    static constexpr int64_t columnsAtOnce = 72;
};
/** Of a part of its rows and columns. `wide`: room for as many columns as are widened at once. */
using HalfKernel = void (*)(const HalfProduct & of, int64_t firstRow, int64_t endRow, int64_t firstColumn, int64_t endColumn, float * wide);
struct ggml_tensor;
/**
 * Has a step of a graph computed in this way, if it is such a product and the processor's part of ggml computes it. Before it is
 * computed; where it reads and writes stays as it is. Whether it was one.
 */
bool takeHalfProduct(ggml_tensor * step);
