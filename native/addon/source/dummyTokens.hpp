#pragma once
#include <cstddef>

struct llama_model;

/**
 * The list of empty tokens that llama.cpp makes for a model without a tokenizer: 40 bytes each, 4.9 MiB at 128,256, of which nothing but the
 * length is ever asked for. Its pages go back to the system, and come again before the model is freed. No call leads to it, so it is looked
 * for in the vocabulary; only one of which each entry is what such a list holds is touched. Linux with libstdc++; elsewhere nothing happens.
 */
class DummyTokens {
public:
    /** Of a model that was loaded without its tokenizer. */
    explicit DummyTokens(const llama_model * model);
    /** Not before: the model reads its list to free it. */
    ~DummyTokens();
    DummyTokens(const DummyTokens &) = delete;
    DummyTokens & operator=(const DummyTokens &) = delete;
    size_t bytes() const;

private:
    void * first = nullptr;
    size_t count = 0;
};
