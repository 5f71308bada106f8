#include "vocabulary.hpp"
#include <cstring>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace {

std::string kindOf(enum llama_vocab_type type) {
    switch (type) {
        case LLAMA_VOCAB_TYPE_SPM: return "SentencePiece";
        case LLAMA_VOCAB_TYPE_BPE: return "BPE";
        case LLAMA_VOCAB_TYPE_WPM: return "WordPiece";
        case LLAMA_VOCAB_TYPE_UGM: return "Unigram";
        default: return "kind " + std::to_string((int) type);
    }
}

} // namespace

Vocabulary::Vocabulary(const std::string & path) {
    forgetComplaints();
    auto params = api.llama_model_default_params();
    params.vocab_only = true;
    model = api.llama_model_load_from_file(path.c_str(), params);
    if (!model) throw Problem("MODEL_UNREADABLE", "The vocabulary of " + path + " cannot be read" + saidBecause(), path);
    vocab = api.llama_model_get_vocab(model);
    count = api.llama_vocab_n_tokens(vocab);
    if (count < 1 || api.llama_vocab_type(vocab) == LLAMA_VOCAB_TYPE_NONE) {
        api.llama_model_free(model);
        throw Problem("MODEL_UNSUPPORTED", path + " has no vocabulary of its own: texts cannot be made tokens of it.", path);
    }
}
Vocabulary::~Vocabulary() {
    api.llama_model_free(model);
    // Texts of 128,000 tokens are as many small pieces, which glibc would keep for itself.
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}
bool Vocabulary::addsBos() const { return api.llama_vocab_get_add_bos(vocab); }
bool Vocabulary::addsEos() const { return api.llama_vocab_get_add_eos(vocab); }
int32_t Vocabulary::bos() const { return api.llama_vocab_bos(vocab); }
int32_t Vocabulary::named(const std::string & name) const {
    if (name == "BOS") return api.llama_vocab_bos(vocab);
    if (name == "EOS") return api.llama_vocab_eos(vocab);
    if (name == "EOT") return api.llama_vocab_eot(vocab);
    if (name == "NL") return api.llama_vocab_nl(vocab);
    if (name == "SEP") return api.llama_vocab_sep(vocab);
    return -1;
}

std::vector<int32_t> Vocabulary::tokenize(const std::string & text, bool addSpecial, bool parseSpecial) const {
    if (text.size() > (size_t) INT32_MAX / 2) throw Problem("TOO_LARGE", "A text of more than 1 GiB cannot be made tokens at once.");
    std::vector<int32_t> tokens(text.size() / 2 + 16);
    int32_t n = api.llama_tokenize(vocab, text.data(), (int32_t) text.size(), tokens.data(), (int32_t) tokens.size(), addSpecial, parseSpecial);
    if (n < 0 && n != INT32_MIN) {
        tokens.resize(-n);
        n = api.llama_tokenize(vocab, text.data(), (int32_t) text.size(), tokens.data(), (int32_t) tokens.size(), addSpecial, parseSpecial);
    }
    if (n < 0) throw Problem("BAD_INPUT", "The text cannot be made tokens of this model.");
    tokens.resize(n);
    return tokens;
}

std::string Vocabulary::piece(int32_t token) const {
    if (token < 0 || token >= count) return "";
    char buffer[256];
    int32_t n = api.llama_token_to_piece(vocab, token, buffer, sizeof buffer, 0, true);
    if (n >= 0) return std::string(buffer, n);
    std::string text(-n, '\0');
    n = api.llama_token_to_piece(vocab, token, text.data(), (int32_t) text.size(), 0, true);
    return n < 0 ? "" : text.substr(0, n);
}

std::string Vocabulary::difference(const Vocabulary & other) const {
    const auto ownType = api.llama_vocab_type(vocab), otherType = api.llama_vocab_type(other.vocab);
    if (ownType != otherType) return "the reference's tokenizer is " + kindOf(ownType) + " and the candidate's is " + kindOf(otherType);
    if (count != other.count) return "the reference has " + std::to_string(count) + " tokens and the candidate " + std::to_string(other.count);
    for (int32_t token = 0; token < count; token++) {
        const char * own = api.llama_vocab_get_text(vocab, token);
        const char * its = api.llama_vocab_get_text(other.vocab, token);
        if (std::strcmp(own, its) != 0)
            return "token " + std::to_string(token) + " is \"" + std::string(own).substr(0, 40) + "\" in the reference and \"" + std::string(its).substr(0, 40) + "\" in the candidate";
        if (api.llama_vocab_get_attr(vocab, token) != api.llama_vocab_get_attr(other.vocab, token))
            return "token " + std::to_string(token) + " (\"" + std::string(own).substr(0, 40) + "\") is of another kind in the two";
        if (ownType != LLAMA_VOCAB_TYPE_BPE && api.llama_vocab_get_score(vocab, token) != api.llama_vocab_get_score(other.vocab, token))
            return "token " + std::to_string(token) + " (\"" + std::string(own).substr(0, 40) + "\") has another score in the two, so texts are cut differently";
    }
    if (addsBos() != other.addsBos() || (addsBos() && bos() != other.bos()))
        return std::string("a text begins with ") + (addsBos() ? "token " + std::to_string(bos()) : "no token of its own") + " in the reference and with "
            + (other.addsBos() ? "token " + std::to_string(other.bos()) : "no token of its own") + " in the candidate";
    // Merges and pre-tokenizers have no functions of their own; a text with everything in it shows them.
    static const std::string probe = "The  quick\tbrown fox\n\n can't jump 12345 times; na\xc3\xafve \xe2\x80\x94 \xd0\xbf\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82 \xe4\xb8\xad\xe6\x96\x87 \xf0\x9f\x99\x82 if (x==1){return y_z;} HTTPServer 3.14e-10";
    if (tokenize(probe, false, false) != other.tokenize(probe, false, false)) return "the same text becomes other tokens in the two (their merges or their cutting into words differ)";
    return "";
}
