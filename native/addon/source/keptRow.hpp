// What is kept of the reference's rows for a later turn, when not all models are in memory at once.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

/** What is kept of a row for a later turn: this head, a bit for each token above e^-16, and their 16-bit words. */
struct KeptHead {
    double nll;
    float scale, minimum;
    int32_t top;
    uint32_t count;
    uint32_t qTarget;
    uint32_t unused;
    /** Of the logits, to know an equal row again. */
    uint64_t fingerprint;
};

uint64_t fingerprintOf(const float * row, int32_t n);

/** The head with its count, and what follows it. */
std::vector<uint8_t> keepRow(const KeptHead & head, const uint16_t * q, const float * p, int32_t n);

/** A row as it lies in what was kept. */
struct KeptRow {
    const uint8_t * bitmap = nullptr;
    const uint8_t * words = nullptr;
    float scale = 0, minimum = 0;
    uint64_t fingerprint = 0;
};

/** Σ p · (ln p − row + offset) over the tokens that were kept. */
double keptDivergence(const KeptRow & reference, const float * row, int32_t n, float offset);

/** Where each of so many rows begins. Throws when what was kept is not whole. */
std::vector<size_t> keptPlaces(const std::vector<uint8_t> & kept, size_t rows, int32_t n);
