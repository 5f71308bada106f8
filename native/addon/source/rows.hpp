// Sums over one row of the vocabulary. Compiled for several instruction sets; all add in the same order, so numbers do not depend on the machine.
#pragma once
#include <cstdint>

struct RowSummary {
    float max;
    float min;
    /** Index of the first largest. */
    int32_t top;
    /** Σ exp(x − max). */
    double sum;
    /** False when a value is NaN or the largest is infinite. */
    bool finite;
};

/** ln p of a reference as 16 bits keep them: ln p = scale · q + minimum. The layout of llama-perplexity's base file. */
struct PackedRow {
    float scale;
    float minimum;
    int32_t top;
};

struct RowKernels {
    RowSummary (*summarize)(const float * row, int32_t n);
    /** Writes q; `logSum` is ln of RowSummary.sum, as a float. */
    PackedRow (*pack)(const float * row, int32_t n, const RowSummary & summary, float logSum, uint16_t * q);
    /** ln p and p of a packed row, p = 0 below e^-16. Returns the first largest. */
    int32_t (*unpack)(const uint16_t * q, int32_t n, float scale, float minimum, float * logP, float * p);
    /** p of a row of logits, 0 below e^-87. */
    void (*normalize)(const float * row, int32_t n, double logNormalizer, float * p);
    /** Σ p · (ln p − row + offset) over entries with p > 0. With logits in the place of ln p, the offset is the difference of the normalizers. */
    double (*divergence)(const float * p, const float * logP, const float * row, int32_t n, float offset);
    /** Σ p · row, for the entropy. */
    double (*expectation)(const float * p, const float * row, int32_t n);
    const char * name;
};
/** The best that this processor knows. */
const RowKernels & rowKernels();
