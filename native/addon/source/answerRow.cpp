// Reads the logits of node-llama-cpp's own context in place: the log-probability of a token, and the best ones, in one pass and without a sort.
#include "llamaApi.hpp"
#include "rows.hpp"
#include <algorithm>
#include <cmath>
#include <napi.h>
#include <vector>

namespace {

/** The beginning of node-llama-cpp's AddonContext as release 3.21.1 declares it (llama/addon/AddonContext.h). Never made here. */
class PeerContext : public Napi::ObjectWrap<PeerContext> {
  public:
    void * model;
    llama_context_params params;
    llama_context * context;
    explicit PeerContext(const Napi::CallbackInfo & info);
};

struct Attached {
    Napi::ObjectReference owner;
    llama_context * context;
    int32_t vocabulary;
    std::vector<int32_t> order;
};

void * unwrapped(const Napi::Value & value) {
    void * found = nullptr;
    if (!value.IsObject() || napi_unwrap(value.Env(), value, &found) != napi_ok) return nullptr;
    return found;
}

/**
 * attachContext(context, model, { contextSize, batchSize, vocabulary }): null unless the object is laid out as expected, which three
 * things that are known otherwise show: its model, its batch and its only sequence. Nothing outside the object is read before that.
 */
Napi::Value attachContext(const Napi::CallbackInfo & info) {
    const auto env = info.Env();
    const auto * peer = static_cast<const PeerContext *>(unwrapped(info[0]));
    const void * model = unwrapped(info[1]);
    const auto known = info[2].As<Napi::Object>();
    const auto batch = known.Get("batchSize").As<Napi::Number>().Uint32Value();
    const auto size = known.Get("contextSize").As<Napi::Number>().Uint32Value();
    const auto vocabulary = known.Get("vocabulary").As<Napi::Number>().Int32Value();
    if (peer == nullptr || model == nullptr || peer->model != model || vocabulary < 1) return env.Null();
    if (peer->params.n_batch != batch || peer->params.n_ubatch != batch || peer->params.n_seq_max != 1 || peer->params.n_ctx < size) return env.Null();
    if (peer->context == nullptr || api.llama_n_ctx(peer->context) < size) return env.Null();
    auto * attached = new Attached{Napi::Persistent(info[0].As<Napi::Object>()), peer->context, vocabulary, {}};
    return Napi::External<Attached>::New(env, attached, [](Napi::Env, Attached * made) { delete made; });
}

/**
 * readRow(attached, row, token, out): log-probabilities at temperature 1 over the whole vocabulary, after the last decode. A negative
 * token stands for the first most likely one. out: [token, its ln p, then id and ln p of the best, as many as there is room for].
 * Returns false when a value is not a number.
 */
Napi::Value readRow(const Napi::CallbackInfo & info) {
    const auto env = info.Env();
    auto * attached = info[0].As<Napi::External<Attached>>().Data();
    const auto row = info[1].As<Napi::Number>().Int32Value();
    auto token = info[2].As<Napi::Number>().Int32Value();
    auto out = info[3].As<Napi::Float64Array>();
    const float * logits = api.llama_get_logits_ith(attached->context, row);
    if (logits == nullptr || out.ElementLength() < 2 || token >= attached->vocabulary)
        throw Napi::Error::New(env, "There is no such row of logits.");
    const auto summary = rowKernels().summarize(logits, attached->vocabulary);
    if (!summary.finite) return Napi::Boolean::New(env, false);
    if (token < 0) token = summary.top;
    const double normalizer = summary.max + std::log(summary.sum);
    double * numbers = out.Data();
    numbers[0] = token;
    numbers[1] = (double) logits[token] - normalizer;
    const auto best = std::min<size_t>((out.ElementLength() - 2) / 2, attached->vocabulary);
    if (best == 0) return Napi::Boolean::New(env, true);
    auto & order = attached->order;
    order.resize(attached->vocabulary);
    for (int32_t i = 0; i < attached->vocabulary; i++) order[i] = i;
    // Of two that are equally likely the first comes first, as in a stable sort.
    std::partial_sort(order.begin(), order.begin() + best, order.end(), [&](int32_t one, int32_t other) {
        return logits[one] != logits[other] ? logits[one] > logits[other] : one < other;
    });
    for (size_t i = 0; i < best; i++) {
        numbers[2 + 2 * i] = order[i];
        numbers[3 + 2 * i] = (double) logits[order[i]] - normalizer;
    }
    return Napi::Boolean::New(env, true);
}

} // namespace

void addAnswerRow(Napi::Env env, Napi::Object exports) {
    exports.Set("attachContext", Napi::Function::New(env, attachContext));
    exports.Set("readRow", Napi::Function::New(env, readRow));
}
