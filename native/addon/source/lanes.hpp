// Work spread over threads, and models that read side by side.
#pragma once
#include "model.hpp"
#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

/** Does work(i, lane) for all i below n on some threads; the first exception is thrown on. */
template <typename Work> void inParallel(size_t n, int32_t threads, Work work) {
    std::atomic<size_t> next{0};
    std::exception_ptr thrown;
    std::mutex lock;
    auto run = [&](int32_t lane) {
        try {
            for (size_t i; (i = next++) < n;) work(i, lane);
        } catch (...) {
            std::lock_guard<std::mutex> hold(lock);
            if (!thrown) thrown = std::current_exception();
            next = n;
        }
    };
    std::vector<std::thread> others;
    const int32_t used = (int32_t) std::min<size_t>(threads, n);
    for (int32_t lane = 1; lane < used; lane++) others.emplace_back(run, lane);
    run(0);
    for (auto & other : others) other.join();
    if (thrown) std::rethrow_exception(thrown);
}

/**
 * All models read one batch, `threads` in use altogether. As many models as there are threads go side by side: llama.cpp waits for the
 * slowest thread at every step of a graph, and models have nothing to wait for in each other. The numbers do not depend on it.
 */
void decodeSideBySide(std::vector<Model *> models, const BatchPlan & plan, int32_t threads, const Flag & cancelled);
