#pragma once
#include "llamaApi.hpp"
#include <cstdint>
#include <string>
#include <vector>

/** The tokenizer of a file, without its weights. */
class Vocabulary {
public:
    explicit Vocabulary(const std::string & path);
    ~Vocabulary();
    Vocabulary(const Vocabulary &) = delete;
    Vocabulary & operator=(const Vocabulary &) = delete;

    std::vector<int32_t> tokenize(const std::string & text, bool addSpecial, bool parseSpecial) const;
    std::string piece(int32_t token) const;
    /** What differs, as the end of a sentence ("the reference has …"); empty when a text becomes the same tokens in both. */
    std::string difference(const Vocabulary & other) const;
    int32_t size() const { return count; }
    bool addsBos() const;
    bool addsEos() const;
    int32_t bos() const;
    /** By names as templates use them: BOS, EOS, EOT, NL, SEP; −1 where there is none. */
    int32_t named(const std::string & name) const;

private:
    llama_model * model;
    const llama_vocab * vocab;
    int32_t count;
};
