// Built once for each instruction set, with ASSAY_SET naming the namespace. No templates of the standard library here: the linker would take one build of them for all.
#include "product.hpp"
#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>

namespace ASSAY_SET {
namespace {

#if defined(__AVX512F__)
using Lanes = __m512;
constexpr int lanes = 16, tileColumns = 6;
inline Lanes none() { return _mm512_setzero_ps(); }
inline Lanes load(const float * from) { return _mm512_loadu_ps(from); }
inline Lanes load(const uint16_t * from) { return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *) from)); }
inline Lanes rounded(Lanes x) { return _mm512_cvtph_ps(_mm512_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)); }
inline void store(float * to, Lanes x) { _mm512_storeu_ps(to, x); }
inline Lanes multiplyAdd(Lanes a, Lanes b, Lanes sum) { return _mm512_fmadd_ps(a, b, sum); }
inline float total(Lanes x) { return _mm512_reduce_add_ps(x); }
#else
using Lanes = __m256;
constexpr int lanes = 8, tileColumns = 3;
inline Lanes none() { return _mm256_setzero_ps(); }
inline Lanes load(const float * from) { return _mm256_loadu_ps(from); }
inline Lanes load(const uint16_t * from) { return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *) from)); }
inline Lanes rounded(Lanes x) { return _mm256_cvtph_ps(_mm256_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT)); }
inline void store(float * to, Lanes x) { _mm256_storeu_ps(to, x); }
inline Lanes multiplyAdd(Lanes a, Lanes b, Lanes sum) { return _mm256_fmadd_ps(a, b, sum); }
inline float total(Lanes x) {
    __m128 half = _mm_add_ps(_mm256_extractf128_ps(x, 1), _mm256_castps256_ps128(x));
    half = _mm_add_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_add_ss(half, _mm_movehdup_ps(half)));
}
#endif
constexpr int tileRows = halfRowStep;

/** Sums of a tile stay in registers: the loops over it are unrolled. */
template <int columns> void tile(const Product & of, const uint16_t * weights, const float * wide, float * result) {
    Lanes sums[columns][tileRows];
    const int64_t stride = of.weightStride / (int64_t) sizeof(uint16_t);
#pragma GCC unroll 6
    for (int column = 0; column < columns; column++)
#pragma GCC unroll 4
        for (int row = 0; row < tileRows; row++) sums[column][row] = none();
    for (int64_t at = 0; at < of.width; at += lanes) {
        Lanes own[tileRows];
#pragma GCC unroll 4
        for (int row = 0; row < tileRows; row++) own[row] = load(weights + row * stride + at);
#pragma GCC unroll 6
        for (int column = 0; column < columns; column++) {
            const Lanes other = load(wide + column * of.width + at);
#pragma GCC unroll 4
            for (int row = 0; row < tileRows; row++) sums[column][row] = multiplyAdd(own[row], other, sums[column][row]);
        }
    }
#pragma GCC unroll 6
    for (int column = 0; column < columns; column++)
#pragma GCC unroll 4
        for (int row = 0; row < tileRows; row++) result[column * of.resultStride + row] = total(sums[column][row]);
}

/** Tiles of the last columns, which are fewer. */
template <int columns> void lastTile(int64_t left, const Product & of, const uint16_t * weights, const float * wide, float * result) {
    if constexpr (columns > 0) {
        if (left == columns) tile<columns>(of, weights, wide, result);
        else lastTile<columns - 1>(left, of, weights, wide, result);
    }
}

void compute(const Product & of, int64_t firstRow, int64_t endRow, int64_t firstColumn, int64_t endColumn, float * wide) {
    for (int64_t block = firstColumn; block < endColumn; block += halfColumns) {
        const int64_t columns = endColumn - block < halfColumns ? endColumn - block : halfColumns;
        for (int64_t column = 0; column < columns; column++)
            for (int64_t at = 0; at < of.width; at += lanes) store(wide + column * of.width + at, rounded(load(of.columns + (block + column) * of.columnStride + at)));
        for (int64_t row = firstRow; row < endRow; row += tileRows) {
            const uint16_t * weights = (const uint16_t *) (of.weights + row * of.weightStride);
            float * result = of.result + block * of.resultStride + row;
            int64_t column = 0;
            for (; column + tileColumns <= columns; column += tileColumns) tile<tileColumns>(of, weights, wide + column * of.width, result + column * of.resultStride);
            lastTile<tileColumns - 1>(columns - column, of, weights, wide + column * of.width, result + column * of.resultStride);
        }
    }
}

} // namespace

HalfKernel halfKernel() { return compute; }

} // namespace ASSAY_SET
#else
namespace ASSAY_SET {
HalfKernel halfKernel() { return nullptr; }
} // namespace ASSAY_SET
#endif
