#include "batches.hpp"
#include <algorithm>

namespace {

/** Tokens of each chunk on both sides of the first that is scored, from which on they have batches of their own: below, attention has another kernel. */
constexpr size_t leastApart = 64;
/** Kernels take tokens by so many; what is left over at the end of a batch they round in another place. */
constexpr size_t tokensOfKernel = 4;

/** Position of the first row of a chunk that is wanted. */
size_t firstRow(const Chunk & chunk) { return chunk.targets.empty() ? chunk.tokens.size() : (size_t) chunk.targets.front() - 1; }

} // namespace

std::vector<Batch> batchesOf(const GroupWork & work) {
    const size_t each = std::max<size_t>(1, work.batch / work.chunks.size());
    size_t longest = 0, first = SIZE_MAX;
    for (const Chunk & chunk : work.chunks) {
        longest = std::max(longest, chunk.tokens.size());
        first = std::min(first, firstRow(chunk));
    }
    std::vector<size_t> target(work.chunks.size(), 0);
    std::vector<Batch> batches;
    for (size_t from = 0, to; from < longest; from = to) {
        to = std::min(longest, (from / each + 1) * each);
        if (first >= from + leastApart && to >= first + leastApart && (first - from) * work.chunks.size() % tokensOfKernel == 0) to = first;
        for (const Chunk & chunk : work.chunks)
            if (chunk.tokens.size() > from) to = std::min(to, chunk.tokens.size());
        bool beside = false;
        for (size_t c = 0; c < work.chunks.size(); c++) {
            const Chunk & chunk = work.chunks[c];
            const bool goesOn = chunk.tokens.size() > from;
            if (goesOn && !beside) batches.emplace_back();
            beside = goesOn;
            for (size_t position = from; goesOn && position < to; position++) {
                Batch & batch = batches.back();
                const bool output = target[c] < chunk.targets.size() && chunk.targets[target[c]] == (int32_t) position + 1;
                if (output) batch.rows.push_back({c, target[c]++, (int32_t) batch.plan.size()});
                batch.plan.add(chunk.tokens[position], (int32_t) position, (int32_t) c, output);
            }
        }
    }
    while (!batches.empty() && batches.back().rows.empty()) batches.pop_back();
    return batches;
}
