#pragma once
#include "divergence.hpp"

/** Where a row of logits belongs. */
struct Row {
    size_t chunk;
    size_t target;
    /** In its batch, or where rows come in blocks, among all. */
    int32_t place;
};
struct Batch {
    BatchPlan plan;
    std::vector<Row> rows;
};

/**
 * As llama.cpp cuts a batch of llama-perplexity: as many tokens of each chunk, which together fill one graph. Numbers depend on it in their
 * last digits, so the last token is read too, though nothing is scored after it. A cut more before what is scored first, where kernels stay
 * the same, lets a graph end early. Where llama.cpp would make another graph, a batch ends: at the end of a chunk, and where one has ended
 * that stands between two which go on. There is none behind the last row.
 */
std::vector<Batch> batchesOf(const GroupWork & work);
