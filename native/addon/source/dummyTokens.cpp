#include "dummyTokens.hpp"
#include "llamaApi.hpp"
#include "pages.hpp"
#include <cstdint>
#include <cstring>
#include <new>
#if defined(__linux__) && defined(__GLIBC__) && defined(__GLIBCXX__)
#define ASSAY_FINDS_TOKENS
#include <malloc.h>
#endif

namespace {

/** As in llama-vocab.h of the release whose headers are used. */
struct Token {
    std::string text;
    float score = 0;
    llama_token_attr attr = LLAMA_TOKEN_ATTR_UNDEFINED;
};

#ifdef ASSAY_FINDS_TOKENS
/** An empty text points at the room for short texts that it has itself. */
bool isEmptyToken(const uint8_t * bytes) {
    static_assert(sizeof(Token) == 40 && sizeof(std::string) == 32);
    const uint8_t * room = bytes + 16;
    return std::memcmp(bytes, &room, sizeof room) == 0 && std::memcmp(bytes + 8, std::string(32, '\0').data(), 32) == 0;
}

/** The list is a vector: three addresses one after the other, of its beginning, its end and the end of its room. */
uint8_t * findTokens(const llama_model * model, size_t count) {
    const llama_vocab * vocabulary = api.llama_model_get_vocab(model);
    const uintptr_t * inside;
    std::memcpy(&inside, vocabulary, sizeof inside);
    const size_t words = malloc_usable_size((void *) inside) / sizeof *inside;
    for (size_t i = 0; i + 2 < words; i++) {
        if (inside[i] == 0 || inside[i + 1] != inside[i] + count * sizeof(Token) || inside[i + 2] != inside[i + 1]) continue;
        auto * tokens = (uint8_t *) inside[i];
        if (malloc_usable_size(tokens) < count * sizeof(Token)) continue;
        size_t same = 0;
        while (same < count && isEmptyToken(tokens + same * sizeof(Token))) same++;
        if (same == count) return tokens;
    }
    return nullptr;
}
#endif

} // namespace

DummyTokens::DummyTokens(const llama_model * model) {
#ifdef ASSAY_FINDS_TOKENS
    const auto vocabulary = api.llama_model_get_vocab(model);
    const size_t all = (size_t) api.llama_vocab_n_tokens(vocabulary);
    if (api.llama_vocab_type(vocabulary) != LLAMA_VOCAB_TYPE_NONE || all == 0) return;
    first = findTokens(model, all);
    if (!first) return;
    count = all;
    discardPages(first, bytes());
#else
    (void) model;
#endif
}
DummyTokens::~DummyTokens() {
    for (size_t i = 0; i < count; i++) new ((Token *) first + i) Token;
}
size_t DummyTokens::bytes() const { return count * sizeof(Token); }
