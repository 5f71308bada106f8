#include "keptRow.hpp"
#include "llamaApi.hpp"
#include <cmath>
#include <cstring>

uint64_t fingerprintOf(const float * row, int32_t n) {
    uint64_t lanes[4] = {1, 2, 3, 4};
    for (int32_t i = 0; i < n; i++) {
        uint32_t bits;
        std::memcpy(&bits, row + i, 4);
        lanes[i & 3] = (lanes[i & 3] ^ bits) * 0x9E3779B97F4A7C15ull;
        lanes[i & 3] ^= lanes[i & 3] >> 29;
    }
    return lanes[0] ^ (lanes[1] * 3) ^ (lanes[2] * 5) ^ (lanes[3] * 7);
}

std::vector<uint8_t> keepRow(const KeptHead & head, const uint16_t * q, const float * p, int32_t n) {
    const size_t bitmap = ((size_t) n + 7) / 8;
    std::vector<uint8_t> kept(sizeof head + bitmap);
    std::vector<uint16_t> words;
    for (int32_t i = 0; i < n; i++) {
        if (!(p[i] > 0)) continue;
        kept[sizeof head + i / 8] |= 1 << (i % 8);
        words.push_back(q[i]);
    }
    KeptHead whole = head;
    whole.count = (uint32_t) words.size();
    std::memcpy(kept.data(), &whole, sizeof whole);
    const auto * bytes = (const uint8_t *) words.data();
    kept.insert(kept.end(), bytes, bytes + words.size() * 2);
    return kept;
}

double keptDivergence(const KeptRow & reference, const float * row, int32_t n, float offset) {
    double sum = 0;
    const uint8_t * word = reference.words;
    for (int32_t byte = 0; byte < (n + 7) / 8; byte++) {
        for (unsigned bits = reference.bitmap[byte]; bits; bits &= bits - 1) {
            int32_t i = byte * 8;
            for (unsigned below = (bits & -bits) >> 1; below; below >>= 1) i++;
            uint16_t q;
            std::memcpy(&q, word, 2);
            word += 2;
            const float logP = reference.scale * q + reference.minimum;
            const float p = std::exp(logP);
            const float term = p * (logP - row[i] + offset);
            sum += term;
        }
    }
    return sum;
}

std::vector<size_t> keptPlaces(const std::vector<uint8_t> & kept, size_t rows, int32_t n) {
    const size_t bitmap = ((size_t) n + 7) / 8;
    std::vector<size_t> places;
    size_t at = 0;
    for (size_t row = 0; row < rows; row++) {
        KeptHead head;
        if (at + sizeof head + bitmap > kept.size()) throw Problem("INTERNAL", "What was kept of the reference is not whole.");
        std::memcpy(&head, kept.data() + at, sizeof head);
        places.push_back(at);
        at += sizeof head + bitmap + (size_t) head.count * 2;
        if (at > kept.size()) throw Problem("INTERNAL", "What was kept of the reference is not whole.");
    }
    return places;
}
