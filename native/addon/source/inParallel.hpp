// Work spread over threads.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>
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
