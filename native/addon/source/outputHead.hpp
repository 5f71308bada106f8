#pragma once
#include "llamaApi.hpp"
#include <cstdint>
#include <memory>
#include <unordered_set>
#include <vector>

/**
 * What a graph computes for wanted rows alone: behind the last attention llama.cpp picks them, and goes on to their logits. These steps are
 * held back while batches are decoded and computed afterwards, for a few rows at a time, so there may be more rows of logits than there is
 * room for. The steps are llama.cpp's own, those of the last graph, run in its memory, so only until its context decodes again.
 */
class OutputHead {
public:
    OutputHead();
    ~OutputHead();
    OutputHead(const OutputHead &) = delete;
    OutputHead & operator=(const OutputHead &) = delete;

    /** Before the first of some batches whose rows are computed together. */
    void start();
    /** Before a decode whose graph has `atOnce` rows. `rows`: places in the batch of all that are wanted. */
    void begin(std::vector<int32_t> rows, size_t atOnce);
    /** llama.cpp's question before and after each step of a graph. */
    bool onStep(ggml_tensor * step, bool ask);
    /** Whether the graph that was seen ends in steps that can be held back. */
    bool usable() const;
    /** Leaves the graph as it was. */
    void release();
    /** Rows of the graph that was seen last. */
    size_t graphRows() const { return atOnce; }
    /** All rows that were wanted since the start. */
    size_t rows() const { return all; }
    /** Logits of these from `first` on, as many as the last graph has; behind the last one stands what stood there. */
    void compute(size_t first, int32_t threads, float * logits);

private:
    /** Steps that follow on those that pick rows out of what was computed for all tokens, up to the next of these. What was picked may stand where earlier steps put something. */
    struct Part {
        std::vector<ggml_tensor *> picks;
        std::vector<ggml_tensor *> steps;
    };
    bool isPick(const ggml_tensor * step) const;
    bool isHeld(const ggml_tensor * tensor) const;
    void hold(ggml_tensor * step);

    ggml_backend_t backend;
    ggml_backend_set_n_threads_t setThreads;
    /** Of the batch that is decoded. */
    std::vector<int32_t> wanted;
    size_t atOnce = 0, all = 0;
    /** What each pick of a graph picked, of all rows since the start, one after the other. */
    std::vector<std::vector<uint8_t>> picked;
    size_t picksSeen = 0;
    std::vector<Part> parts;
    std::unordered_set<const ggml_tensor *> held;
    bool repeatable = false;
};
