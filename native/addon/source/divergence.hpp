#pragma once
#include <atomic>
#include "baseFile.hpp"
#include "model.hpp"
#include "rows.hpp"

struct Chunk {
    /** Index in the text, for messages. */
    int32_t index = 0;
    /** As the models see them. */
    std::vector<int32_t> tokens;
    /** Positions of the scored tokens, ascending, at least 1. */
    std::vector<int32_t> targets;
};

struct ReferenceNumbers {
    std::vector<double> nll, baseNll;
    std::vector<float> probability;
    double decodeSeconds = 0, metricsSeconds = 0;
};
struct CandidateNumbers {
    std::vector<double> nll, kld;
    std::vector<float> probability, deltaP;
    std::vector<uint8_t> sameTop;
    double decodeSeconds = 0, metricsSeconds = 0;
};
struct ChunkNumbers {
    ReferenceNumbers reference;
    std::vector<CandidateNumbers> candidates;
    /** What a later turn needs of the reference; empty unless asked for. */
    std::vector<uint8_t> kept;
};

/** Threads of groups that are measured side by side; who has nothing left to measure leaves its own here for the others. */
struct ThreadPool {
    explicit ThreadPool(int32_t all) : all(all) {}
    const int32_t all;
    std::atomic<int32_t> spare{0};
};

struct GroupWork {
    /** Decoded together, one sequence each. */
    std::vector<Chunk> chunks;
    /** Null when a file or what was kept stands for it. */
    Model * reference = nullptr;
    std::vector<Model *> candidates;
    bool exact = false;
    bool keep = false;
    BaseReader * base = nullptr;
    /** One for each chunk; empty when none was kept. */
    std::vector<const std::vector<uint8_t> *> kept;
    BaseWriter * writer = nullptr;
    /** Of this group; what becomes spare in the pool is taken besides, from the next decode on. */
    int32_t threads = 1;
    std::shared_ptr<ThreadPool> pool;
    /** Most tokens of one decode. */
    uint32_t batch = 512;
    std::shared_ptr<Flag> cancelled;
};

/**
 * Runs all models over the chunks of a group in lockstep and reduces row by row. Groups may run side by side, each with contexts of its
 * own: llama.cpp waits for its slowest thread at every step of a graph, and groups have nothing to wait for in each other. Numbers do
 * not depend on it.
 */
std::vector<ChunkNumbers> measure(const GroupWork & work);

/** A NaN or an infinity where a number belongs, in words. */
[[noreturn]] void notNumbers(const Model & model, const Chunk & chunk, int32_t target);
