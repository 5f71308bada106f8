#pragma once
#include "llamaApi.hpp"
#include <cstdint>
#include <memory>
#include <unordered_set>
#include <vector>

/**
 * What a graph computes for wanted rows alone: behind the last attention llama.cpp picks them, and goes on to their logits. These steps are
 * held back while a batch is decoded and computed afterwards, for a few rows at a time, so a batch may want more rows of logits than there
 * is room for. The steps are llama.cpp's own, run in its memory, so only until its context decodes again.
 */
class OutputHead {
public:
    OutputHead();
    ~OutputHead();
    OutputHead(const OutputHead &) = delete;
    OutputHead & operator=(const OutputHead &) = delete;

    /** Before a decode whose graph has `atOnce` rows. `rows`: places in the batch of all that are wanted. */
    void begin(std::vector<int32_t> rows, size_t atOnce);
    /** llama.cpp's question before and after each step of a graph. */
    bool onStep(ggml_tensor * step, bool ask);
    /** Whether the graph that was seen ends in steps that can be held back. */
    bool usable() const;
    /** Leaves the graph as it was. */
    void release();
    /** Logits of the wanted rows from `first` on, as many as the graph has; behind the last one stands what stood there. */
    void compute(size_t first, int32_t threads, float * logits);

private:
    /** A step that picks rows out of what was computed for all tokens. */
    struct Pick {
        ggml_tensor * step;
        /** Of all rows that are wanted, one after the other. */
        std::vector<uint8_t> rows;
    };
    /** Steps that follow on picks, up to the next of these. What was picked may stand where earlier steps put something. */
    struct Part {
        std::vector<Pick> picks;
        std::vector<ggml_tensor *> steps;
    };
    bool isPick(const ggml_tensor * step) const;
    bool isHeld(const ggml_tensor * tensor) const;
    void hold(ggml_tensor * step);

    ggml_backend_t backend;
    ggml_backend_set_n_threads_t setThreads;
    std::vector<int32_t> wanted;
    size_t atOnce = 0;
    std::vector<Part> parts;
    std::unordered_set<const ggml_tensor *> held;
    bool repeatable = false;
};
