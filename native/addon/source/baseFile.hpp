// The file that `llama-perplexity --kl-divergence-base` writes: "_logits_", i32 context, i32 vocabulary, i32 chunks, i32 tokens, rows of 16 bits.
#pragma once
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <string>
#include <vector>

/** 16-bit words of one row: a float scale, a float minimum, one word a token, even in number. */
inline size_t baseRowWords(int32_t vocabulary) { return 2 * (((size_t) vocabulary + 1) / 2) + 4; }

struct BaseHeader {
    int32_t context = 0;
    int32_t vocabulary = 0;
    int32_t chunks = 0;
    std::vector<int32_t> tokens;
    int32_t first() const { return context / 2; }
    int32_t rowsPerChunk() const { return context - 1 - first(); }
};

class BaseReader {
public:
    /** Throws Problem BAD_INPUT for anything that is no whole base file. */
    explicit BaseReader(const std::string & path);
    ~BaseReader();
    BaseReader(const BaseReader &) = delete;
    BaseReader & operator=(const BaseReader &) = delete;
    /** A row of a chunk; from any thread. Throws where its best token has more than p = 1. */
    void read(int32_t chunk, int32_t row, uint16_t * into);
    /** Throws what a row is answered with that is no distribution. */
    [[noreturn]] void noDistribution(int32_t chunk, int32_t row) const;
    BaseHeader header;

private:
    std::mutex lock;
    std::string path;
    FILE * file;
    int64_t begin;
};

class BaseWriter {
public:
    /** `shownAs`: the name that it will have, for messages. */
    BaseWriter(const std::string & path, const std::string & shownAs, const BaseHeader & header);
    ~BaseWriter();
    BaseWriter(const BaseWriter &) = delete;
    BaseWriter & operator=(const BaseWriter &) = delete;
    /** From a row of a chunk on; in any order and from any thread. */
    void write(int32_t chunk, int32_t row, const uint16_t * words, size_t count);
    /** Throws when the disk did not take it all. */
    void close();

private:
    std::mutex lock;
    std::string shown;
    int64_t begin, rowBytes, rowsPerChunk;
    FILE * file;
};
