// Built once for each instruction set, with ASSAY_SET naming the namespace. No templates of the standard library here: the linker would take one build of them for all.
#include "product.hpp"
#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>

namespace ASSAY_SET {
namespace {

inline float total(__m256 x) {
    __m128 half = _mm_add_ps(_mm256_extractf128_ps(x, 1), _mm256_castps256_ps128(x));
    half = _mm_add_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_add_ss(half, _mm_movehdup_ps(half)));
}

/**
 * A block of weights from 0 to 63, and their scales beside them. Sums of whole numbers are the same in any order; the eight that are
 * left of a block, and the sums of floats over blocks, are those of ggml_vec_dot_q6_K_q8_K.
 */
#if defined(__AVX512F__)
struct Block {
    __m512i weights[4], scales[4];
    __m256i allScales;
    float scale;

    explicit Block(const SixBits & from) : allScales(_mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *) from.scales))), scale(_mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(from.scale)))) {
        const __m512i m15 = _mm512_set1_epi8(15), m48 = _mm512_set1_epi8(48);
        for (int half = 0; half < 2; half++) {
            const __m512i low = _mm512_loadu_si512(from.low + 64 * half);
            const __m256i high = _mm256_loadu_si256((const __m256i *) (from.high + 32 * half));
            const __m512i first = _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_slli_epi16(high, 4)), _mm256_slli_epi16(high, 2), 1);
            const __m512i second = _mm512_inserti64x4(_mm512_castsi256_si512(high), _mm256_srli_epi16(high, 2), 1);
            weights[2 * half] = _mm512_or_si512(_mm512_and_si512(low, m15), _mm512_and_si512(first, m48));
            weights[2 * half + 1] = _mm512_or_si512(_mm512_and_si512(_mm512_srli_epi16(low, 4), m15), _mm512_and_si512(second, m48));
        }
        const __m512i wide = _mm512_castsi256_si512(allScales);
        const __m512i eighth = _mm512_set_epi16(3, 3, 3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0);
        for (int part = 0; part < 4; part++) scales[part] = _mm512_permutexvar_epi16(_mm512_add_epi16(eighth, _mm512_set1_epi16((short) (4 * part))), wide);
    }
    __m256i products(const EightBits & column) const {
        __m512i sum = _mm512_setzero_si512();
#pragma GCC unroll 4
        for (int part = 0; part < 4; part++)
            sum = _mm512_add_epi32(sum, _mm512_madd_epi16(scales[part], _mm512_maddubs_epi16(weights[part], _mm512_loadu_si512(column.numbers + 64 * part))));
        return _mm256_add_epi32(_mm512_castsi512_si256(sum), _mm512_extracti64x4_epi64(sum, 1));
    }
};
#else
struct Block {
    __m256i weights[8], scales[8];
    __m256i allScales;
    float scale;

    explicit Block(const SixBits & from) : allScales(_mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *) from.scales))), scale(_mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(from.scale)))) {
        const __m256i m15 = _mm256_set1_epi8(15), m48 = _mm256_set1_epi8(48);
        const auto both = [&](__m256i low, __m256i high) { return _mm256_or_si256(_mm256_and_si256(low, m15), _mm256_and_si256(high, m48)); };
        for (int half = 0; half < 2; half++) {
            const __m256i first = _mm256_loadu_si256((const __m256i *) (from.low + 64 * half)), second = _mm256_loadu_si256((const __m256i *) (from.low + 64 * half + 32));
            const __m256i high = _mm256_loadu_si256((const __m256i *) (from.high + 32 * half));
            weights[4 * half] = both(first, _mm256_slli_epi16(high, 4));
            weights[4 * half + 1] = both(second, _mm256_slli_epi16(high, 2));
            weights[4 * half + 2] = both(_mm256_srli_epi16(first, 4), high);
            weights[4 * half + 3] = both(_mm256_srli_epi16(second, 4), _mm256_srli_epi16(high, 2));
        }
        for (int part = 0; part < 8; part++)
            scales[part] = _mm256_set_m128i(_mm_set1_epi16(from.scales[2 * part + 1]), _mm_set1_epi16(from.scales[2 * part]));
    }
    __m256i products(const EightBits & column) const {
        __m256i sum = _mm256_setzero_si256();
#pragma GCC unroll 8
        for (int part = 0; part < 8; part++)
            sum = _mm256_add_epi32(sum, _mm256_madd_epi16(scales[part], _mm256_maddubs_epi16(weights[part], _mm256_loadu_si256((const __m256i *) (column.numbers + 32 * part)))));
        return sum;
    }
};
#endif

void compute(const Product & of, int64_t firstRow, int64_t endRow, int64_t firstColumn, int64_t endColumn, const EightBits * columns) {
    const int64_t blocks = of.width / blockWidth;
    for (int64_t row = firstRow; row < endRow; row++) {
        const SixBits * weights = (const SixBits *) (of.weights + row * of.weightStride);
        for (int64_t first = firstColumn; first < endColumn; first += sixBitColumns) {
            const int64_t count = endColumn - first < sixBitColumns ? endColumn - first : sixBitColumns;
            __m256 sums[sixBitColumns];
            for (int64_t column = 0; column < count; column++) sums[column] = _mm256_setzero_ps();
            for (int64_t at = 0; at < blocks; at++) {
                const Block block(weights[at]);
                for (int64_t column = 0; column < count; column++) {
                    const EightBits & other = columns[(first - firstColumn + column) * blocks + at];
                    // Weights count from -32 on.
                    const __m256i below = _mm256_slli_epi32(_mm256_madd_epi16(_mm256_loadu_si256((const __m256i *) other.sums), block.allScales), 5);
                    const __m256 products = _mm256_cvtepi32_ps(_mm256_sub_epi32(block.products(other), below));
                    sums[column] = _mm256_fmadd_ps(_mm256_set1_ps(other.scale * block.scale), products, sums[column]);
                }
            }
            for (int64_t column = 0; column < count; column++) of.result[(first + column) * of.resultStride + row] = total(sums[column]);
        }
    }
}

} // namespace

SixBitKernel sixBitKernel() { return compute; }

} // namespace ASSAY_SET
#else
namespace ASSAY_SET {
SixBitKernel sixBitKernel() { return nullptr; }
} // namespace ASSAY_SET
#endif
