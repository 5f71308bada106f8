// Built once for each instruction set, with ASSAY_SET naming the namespace. Loops over 16 lanes: every build adds in one order.
#include "rows.hpp"
#include <cmath>
#include <cstring>

namespace ASSAY_SET {
namespace {

constexpr int lanes = 16;
/** p_reference below this is left out of a divergence by llama-perplexity. */
constexpr float cut = -16.0f;

/** exp for x ≤ 0, relative error below 2e-7 (Cephes' expf); below −87 it gives 0. */
inline float expNonPositive(float x) {
    const float kept = x < -87.0f ? -87.0f : x;
    const float whole = std::floor(kept * 1.44269504088896341f + 0.5f);
    float r = kept - whole * 0.693359375f;
    r = r - whole * -2.12194440e-4f;
    float y = 1.9875691500e-4f;
    y = y * r + 1.3981999507e-3f;
    y = y * r + 8.3334519073e-3f;
    y = y * r + 4.1665795894e-2f;
    y = y * r + 1.6666665459e-1f;
    y = y * r + 5.0000001201e-1f;
    y = y * r * r + r + 1.0f;
    const int32_t bits = ((int32_t) whole + 127) << 23;
    float power;
    std::memcpy(&power, &bits, sizeof power);
    return x < -87.0f ? 0.0f : y * power;
}

inline double total(const double * sums) {
    double all = 0;
    for (int lane = 0; lane < lanes; lane++) all += sums[lane];
    return all;
}

/** Calls work(index) for whole groups of lanes with the lane known, then the rest one by one. */
template <typename Work> inline void eachLane(int32_t n, Work work) {
    int32_t i = 0;
    for (; i + lanes <= n; i += lanes)
        for (int lane = 0; lane < lanes; lane++) work(i + lane, lane);
    for (int lane = 0; i < n; i++, lane++) work(i, lane);
}

RowSummary summarize(const float * row, int32_t n) {
    float most[lanes], least[lanes];
    int32_t bad[lanes];
    for (int lane = 0; lane < lanes; lane++) {
        most[lane] = -INFINITY;
        least[lane] = INFINITY;
        bad[lane] = 0;
    }
    eachLane(n, [&](int32_t i, int lane) {
        const float x = row[i];
        most[lane] = x > most[lane] ? x : most[lane];
        least[lane] = x < least[lane] ? x : least[lane];
        bad[lane] |= x != x;
    });
    RowSummary found{-INFINITY, INFINITY, 0, 0, true};
    for (int lane = 0; lane < lanes; lane++) {
        found.max = most[lane] > found.max ? most[lane] : found.max;
        found.min = least[lane] < found.min ? least[lane] : found.min;
        if (bad[lane]) found.finite = false;
    }
    if (!found.finite || !(found.max < INFINITY) || !(found.max > -INFINITY)) {
        found.finite = false;
        return found;
    }
    const float max = found.max;
    while (row[found.top] != max) found.top++;
    double sums[lanes] = {};
    eachLane(n, [&](int32_t i, int lane) { sums[lane] += (double) expNonPositive(row[i] - max); });
    found.sum = total(sums);
    return found;
}

PackedRow pack(const float * row, int32_t n, const RowSummary & summary, float logSum, uint16_t * q) {
    const float max = summary.max;
    const float min = summary.min > max - 16 ? summary.min : max - 16;
    PackedRow packed{(max - min) / 65535.f, min - max - logSum, 0};
    if (packed.scale == 0) {
        std::memset(q, 0, n * sizeof *q);
        return packed;
    }
    const float inverse = 1 / packed.scale;
    // 2^23 · 1.5 added and taken away rounds to the nearest whole number, as llama-perplexity does.
    for (int32_t i = 0; i < n; i++) {
        const float x = row[i] > min ? inverse * (row[i] - min) + 12582912.f : 12582912.f;
        int32_t bits;
        std::memcpy(&bits, &x, sizeof bits);
        q[i] = (uint16_t) ((bits & 0x007fffff) - 0x00400000);
    }
    const uint16_t most = q[summary.top];
    while (q[packed.top] != most) packed.top++;
    return packed;
}

int32_t unpack(const uint16_t * q, int32_t n, float scale, float minimum, float * logP, float * p) {
    float most[lanes];
    for (int lane = 0; lane < lanes; lane++) most[lane] = -INFINITY;
    eachLane(n, [&](int32_t i, int lane) {
        const float value = scale * q[i] + minimum;
        logP[i] = value;
        const float share = expNonPositive(value > 0 ? 0 : value);
        p[i] = value > cut ? share : 0.0f;
        most[lane] = value > most[lane] ? value : most[lane];
    });
    float max = -INFINITY;
    for (int lane = 0; lane < lanes; lane++) max = most[lane] > max ? most[lane] : max;
    int32_t top = 0;
    while (top < n - 1 && logP[top] != max) top++;
    return top;
}

void normalize(const float * row, int32_t n, double logNormalizer, float * p) {
    // The nearest float and what is left of the normalizer: together as good as a double.
    const float near = (float) logNormalizer;
    const float rest = (float) std::exp(-(logNormalizer - (double) near));
    for (int32_t i = 0; i < n; i++) {
        const float value = row[i] - near;
        p[i] = rest * expNonPositive(value > 0 ? 0 : value);
    }
}

double divergence(const float * p, const float * logP, const float * row, int32_t n, float offset) {
    double sums[lanes] = {};
    eachLane(n, [&](int32_t i, int lane) {
        const float term = p[i] * (logP[i] - row[i] + offset);
        sums[lane] += (double) (p[i] > 0 ? term : 0.0f);
    });
    return total(sums);
}

double expectation(const float * p, const float * row, int32_t n) {
    double sums[lanes] = {};
    eachLane(n, [&](int32_t i, int lane) { sums[lane] += (double) (p[i] > 0 ? p[i] * row[i] : 0.0f); });
    return total(sums);
}

} // namespace

#define ASSAY_TEXT(set) #set
#define ASSAY_NAME(set) ASSAY_TEXT(set)
RowKernels rowKernels() { return {summarize, pack, unpack, normalize, divergence, expectation, ASSAY_NAME(ASSAY_SET)}; }

} // namespace ASSAY_SET
