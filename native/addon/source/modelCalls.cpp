// What JavaScript calls to open tokenizers and models, and to look into models at single positions.
#include "javascript.hpp"
#include "look.hpp"
#include "vocabulary.hpp"

namespace {

Napi::Value openVocabulary(const Napi::CallbackInfo & info) {
    const std::string path = info[0].As<Napi::String>();
    return Work<std::shared_ptr<Vocabulary>>::start(
        info.Env(), info.Env().Undefined(), [path](const Reporter &) { return std::make_shared<Vocabulary>(path); },
        [](Napi::Env env, std::shared_ptr<Vocabulary> & vocabulary) -> Napi::Value {
            auto result = Napi::Object::New(env);
            result.Set("handle", hold(env, vocabulary));
            result.Set("size", vocabulary->size());
            result.Set("bos", vocabulary->addsBos() ? Napi::Value(Napi::Number::New(env, vocabulary->bos())) : Napi::Value(env.Null()));
            result.Set("addsEos", vocabulary->addsEos());
            return result;
        });
}
Napi::Value tokenize(const Napi::CallbackInfo & info) {
    auto vocabulary = held<Vocabulary>(info[0]);
    const std::string words = info[1].As<Napi::String>();
    const bool addSpecial = info[2].ToBoolean(), parseSpecial = info[3].ToBoolean();
    return Work<std::vector<int32_t>>::start(
        info.Env(), info.Env().Undefined(), [=](const Reporter &) { return vocabulary->tokenize(words, addSpecial, parseSpecial); },
        [](Napi::Env env, std::vector<int32_t> & tokens) { return array<Napi::Int32Array>(env, tokens); });
}
/** For the few words of a template, where a promise each would be a burden. */
Napi::Value tokenizeNow(const Napi::CallbackInfo & info) {
    return now(info.Env(), [&] {
        return array<Napi::Int32Array>(info.Env(), held<Vocabulary>(info[0])->tokenize(info[1].As<Napi::String>(), info[2].ToBoolean(), info[3].ToBoolean()));
    });
}
Napi::Value namedToken(const Napi::CallbackInfo & info) {
    const int32_t token = held<Vocabulary>(info[0])->named(info[1].As<Napi::String>());
    return token < 0 ? info.Env().Null() : Napi::Value(Napi::Number::New(info.Env(), token));
}
/** Bytes, for a token may be a part of a character. */
Napi::Value pieces(const Napi::CallbackInfo & info) {
    auto vocabulary = held<Vocabulary>(info[0]);
    const auto tokens = integers(info[1]);
    auto result = Napi::Array::New(info.Env(), tokens.size());
    for (uint32_t i = 0; i < tokens.size(); i++) {
        const std::string piece = vocabulary->piece(tokens[i]);
        result.Set(i, Napi::Buffer<char>::Copy(info.Env(), piece.data(), piece.size()));
    }
    return result;
}
Napi::Value difference(const Napi::CallbackInfo & info) {
    auto own = held<Vocabulary>(info[0]), other = held<Vocabulary>(info[1]);
    return Work<std::string>::start(
        info.Env(), info.Env().Undefined(), [=](const Reporter &) { return own->difference(*other); },
        [](Napi::Env env, std::string & difference) -> Napi::Value { return Napi::String::New(env, difference); });
}

Napi::Value closeVocabulary(const Napi::CallbackInfo & info) {
    const bool there = letGo<Vocabulary>(info[0]);
    giveBackFreed();
    return Napi::Boolean::New(info.Env(), there);
}


const std::pair<const char *, ggml_type> cacheTypes[] = {{"F32", GGML_TYPE_F32}, {"F16", GGML_TYPE_F16}, {"BF16", GGML_TYPE_BF16}, {"Q8_0", GGML_TYPE_Q8_0}, {"Q5_1", GGML_TYPE_Q5_1},
    {"Q5_0", GGML_TYPE_Q5_0}, {"Q4_1", GGML_TYPE_Q4_1}, {"Q4_0", GGML_TYPE_Q4_0}, {"IQ4_NL", GGML_TYPE_IQ4_NL}};
ggml_type cacheType(const std::string & name) {
    for (const auto & [known, type] : cacheTypes)
        if (name == known) return type;
    return GGML_TYPE_F16;
}

Napi::Value openModel(const Napi::CallbackInfo & info) {
    const auto request = info[0].As<Napi::Object>();
    ModelSettings settings;
    settings.path = text(request, "path");
    settings.vocabulary = (int32_t) number(request, "vocabulary");
    settings.threads = (int32_t) number(request, "threads", 1);
    settings.sequences = (uint32_t) number(request, "sequences", 1);
    settings.context = (uint32_t) number(request, "context", 512);
    settings.batch = (uint32_t) number(request, "batch", 512);
    settings.outputs = (uint32_t) number(request, "outputs", 512);
    settings.inBlocks = truth(request, "inBlocks");
    settings.plainProducts = truth(request, "plainProducts");
    settings.keyType = cacheType(text(request, "cacheKeyType"));
    settings.valueType = cacheType(text(request, "cacheValueType"));
    const size_t sideBySide = (size_t) std::max(1., number(request, "sideBySide", 1));
    auto flag = held<Flag>(info[1]);
    return Work<std::vector<std::shared_ptr<Model>>>::start(
        info.Env(), info[2],
        [settings, sideBySide, flag](const Reporter & reporter) {
            std::vector<std::shared_ptr<Model>> models{std::make_shared<Model>(settings, flag, [&](float share) { reporter.report(share, 1, ""); })};
            while (models.size() < sideBySide) models.push_back(std::make_shared<Model>(*models.front(), settings));
            return models;
        },
        [](Napi::Env env, std::vector<std::shared_ptr<Model>> & models) -> Napi::Value {
            auto result = Napi::Object::New(env);
            auto handles = Napi::Array::New(env, models.size());
            for (uint32_t i = 0; i < models.size(); i++) handles.Set(i, hold(env, models[i]));
            result.Set("handles", handles);
            result.Set("vocabulary", models.front()->vocabulary);
            result.Set("tensorBytes", (double) models.front()->tensorBytes);
            result.Set("parameters", (double) models.front()->parameters);
            return result;
        });
}
Napi::Value timings(const Napi::CallbackInfo & info) {
    auto model = held<Model>(info[0]);
    const auto perf = model->perf();
    auto result = Napi::Object::New(info.Env());
    result.Set("loadSeconds", model->loadSeconds);
    result.Set("decodeSeconds", model->decodeSeconds);
    result.Set("decodedTokens", (double) model->decodedTokens);
    result.Set("metricsSeconds", model->metricsSeconds);
    result.Set("ownProducts", (double) model->ownProducts);
    result.Set("dummyTokenBytes", (double) model->dummyTokenBytes);
    auto counted = Napi::Object::New(info.Env());
    counted.Set("loadMs", perf.t_load_ms);
    counted.Set("promptMs", perf.t_p_eval_ms);
    counted.Set("promptTokens", perf.n_p_eval);
    counted.Set("evalMs", perf.t_eval_ms);
    counted.Set("evalTokens", perf.n_eval);
    counted.Set("reused", perf.n_reused);
    result.Set("perf", counted);
    return result;
}
/** Off the main thread: freeing gigabytes takes a while. */
Napi::Value closeModel(const Napi::CallbackInfo & info) {
    auto model = held<Model>(info[0]);
    letGo<Model>(info[0]);
    auto last = std::make_shared<std::shared_ptr<Model>>(std::move(model));
    return Work<bool>::start(
        info.Env(), info.Env().Undefined(),
        [last](const Reporter &) {
            last->reset();
            return true;
        },
        [](Napi::Env env, bool &) -> Napi::Value { return env.Undefined(); });
}

Napi::Value look(const Napi::CallbackInfo & info) {
    const auto request = info[0].As<Napi::Object>();
    std::vector<std::shared_ptr<Model>> models;
    const auto handles = request.Get("models").As<Napi::Array>();
    for (uint32_t i = 0; i < handles.Length(); i++) models.push_back(held<Model>(handles.Get(i)));
    LookWork work;
    work.tokens = integers(request.Get("tokens"));
    work.target = (int32_t) number(request, "target");
    work.top = (int32_t) number(request, "top", 10);
    work.batch = std::max(1u, (uint32_t) number(request, "batch", 512));
    if (request.Get("as").IsObject()) {
        const auto as = request.Get("as").As<Napi::Object>();
        work.ends = integers(as.Get("ends"));
        work.ahead = integers(as.Get("ahead"));
        work.firstRow = (int32_t) number(as, "firstRow");
        work.endRow = (int32_t) number(as, "endRow");
    }
    if (models.empty() || work.tokens.empty() || work.target < 0 || work.target >= models.front()->vocabulary) throw Napi::Error::New(info.Env(), "There is no such position.");
    auto flag = held<Flag>(info[1]);
    return Work<std::vector<Look>>::start(
        info.Env(), info.Env().Undefined(),
        [=](const Reporter &) {
            std::vector<Model *> pointers;
            for (const auto & model : models) pointers.push_back(model.get());
            return lookAfter(pointers, work, *flag);
        },
        [](Napi::Env env, std::vector<Look> & looks) -> Napi::Value {
            auto results = Napi::Array::New(env, looks.size());
            for (uint32_t i = 0; i < looks.size(); i++) {
                auto one = Napi::Object::New(env);
                auto ranked = Napi::Array::New(env, looks[i].top.size());
                for (uint32_t rank = 0; rank < looks[i].top.size(); rank++) {
                    auto entry = Napi::Object::New(env);
                    entry.Set("token", looks[i].top[rank].token);
                    entry.Set("logProbability", looks[i].top[rank].logProbability);
                    ranked.Set(rank, entry);
                }
                one.Set("top", ranked);
                one.Set("targetLogProbability", looks[i].targetLogProbability);
                one.Set("entropy", looks[i].entropy);
                one.Set("kld", looks[i].kld);
                results.Set(i, one);
            }
            return results;
        });
}

} // namespace

void addModels(Napi::Env env, Napi::Object exports) {
    exports.Set("openVocabulary", Napi::Function::New(env, openVocabulary));
    exports.Set("closeVocabulary", Napi::Function::New(env, closeVocabulary));
    exports.Set("tokenize", Napi::Function::New(env, tokenize));
    exports.Set("tokenizeNow", Napi::Function::New(env, tokenizeNow));
    exports.Set("namedToken", Napi::Function::New(env, namedToken));
    exports.Set("pieces", Napi::Function::New(env, pieces));
    exports.Set("difference", Napi::Function::New(env, difference));
    exports.Set("openModel", Napi::Function::New(env, openModel));
    exports.Set("closeModel", Napi::Function::New(env, closeModel));
    exports.Set("timings", Napi::Function::New(env, timings));
    exports.Set("look", Napi::Function::New(env, look));
}
