// What JavaScript sees; types.d.ts beside this folder says it with types. Arguments come from our own code, checked there.
#include "divergence.hpp"
#include "model.hpp"
#include "quantize.hpp"
#include "work.hpp"
#include <cstring>

Reporter::Reporter(Napi::Env env, const Napi::Value & listener) {
    if (!listener.IsFunction()) return;
    call = Napi::ThreadSafeFunction::New(env, listener.As<Napi::Function>(), "assay progress", 0, 1);
    listening = true;
}
Reporter::~Reporter() { release(); }
void Reporter::release() {
    if (listening) call.Release();
    listening = false;
}
void Reporter::report(double done, double total, std::string note) const {
    if (!listening) return;
    call.NonBlockingCall([done, total, note = std::move(note)](Napi::Env env, Napi::Function function) {
        function.Call({Napi::Number::New(env, done), Napi::Number::New(env, total), Napi::String::New(env, note)});
    });
}

namespace {

/** A C++ object that JavaScript holds on to; `close` lets go of it before the garbage collector does. */
template <typename T> struct Held {
    std::shared_ptr<T> object;
};
template <typename T> Napi::Value hold(Napi::Env env, std::shared_ptr<T> object) {
    return Napi::External<Held<T>>::New(env, new Held<T>{std::move(object)}, [](Napi::Env, Held<T> * held) { delete held; });
}
template <typename T> std::shared_ptr<T> held(const Napi::Value & value) {
    auto object = value.As<Napi::External<Held<T>>>().Data()->object;
    if (!object) throw Napi::Error::New(value.Env(), "It was closed.");
    return object;
}

std::string text(const Napi::Object & from, const char * name) {
    const Napi::Value value = from.Get(name);
    return value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
}
double number(const Napi::Object & from, const char * name, double otherwise = 0) {
    const Napi::Value value = from.Get(name);
    return value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : otherwise;
}
bool truth(const Napi::Object & from, const char * name) { return from.Get(name).ToBoolean(); }
std::vector<int32_t> integers(const Napi::Value & value) {
    if (!value.IsTypedArray()) return {};
    auto array = value.As<Napi::Int32Array>();
    return std::vector<int32_t>(array.Data(), array.Data() + array.ElementLength());
}
template <typename Array, typename T> Napi::Value array(Napi::Env env, const std::vector<T> & values) {
    auto made = Array::New(env, values.size());
    if (!values.empty()) std::memcpy(made.Data(), values.data(), values.size() * sizeof(T));
    return made;
}

/** Runs work on the calling thread and turns its Problem into an exception with a code. */
template <typename Run> Napi::Value now(Napi::Env env, Run run) {
    try {
        return run();
    } catch (const Problem & problem) {
        auto error = Napi::Error::New(env, problem.what());
        error.Set("code", Napi::String::New(env, problem.code));
        throw error;
    } catch (const Napi::Error &) {
        throw;
    } catch (const std::exception & thrown) {
        throw Napi::Error::New(env, thrown.what());
    }
}

Napi::Value open(const Napi::CallbackInfo & info) {
    return now(info.Env(), [&] {
        openLibrary(info[0].As<Napi::String>().Utf8Value());
        auto facts = Napi::Object::New(info.Env());
        facts.Set("release", libraryRelease());
        facts.Set("systemInfo", api.llama_print_system_info());
        facts.Set("instructions", rowKernels().name);
        return facts;
    });
}

Napi::Value createCancel(const Napi::CallbackInfo & info) { return hold(info.Env(), std::make_shared<Flag>(false)); }
Napi::Value cancel(const Napi::CallbackInfo & info) {
    held<Flag>(info[0])->store(true);
    return info.Env().Undefined();
}

Napi::Value quantizeFile(const Napi::CallbackInfo & info) {
    const auto request = info[0].As<Napi::Object>();
    QuantizeSettings settings;
    settings.input = text(request, "input");
    settings.output = text(request, "output");
    settings.type = text(request, "type");
    settings.threads = (int32_t) number(request, "threads", 1);
    settings.imatrixFile = text(request, "imatrixFile");
    settings.imatrixName = text(request, "imatrixName");
    settings.outputType = text(request, "outputType");
    settings.embeddingType = text(request, "embeddingType");
    settings.pure = truth(request, "pure");
    settings.leaveOutputTensor = truth(request, "leaveOutputTensor");
    settings.allowRequantize = truth(request, "allowRequantize");
    settings.dryRun = truth(request, "dryRun");
    if (const Napi::Value list = request.Get("tensorTypes"); list.IsArray())
        for (uint32_t i = 0; i < list.As<Napi::Array>().Length(); i++) {
            const auto one = list.As<Napi::Array>().Get(i).As<Napi::Object>();
            settings.tensorTypes.emplace_back(text(one, "pattern"), text(one, "type"));
        }
    auto flag = held<Flag>(info[1]);
    return Work<QuantizeOutcome>::start(
        info.Env(), info[2],
        [settings, flag](const Reporter & reporter) {
            return quantize(settings, *flag, [&](int32_t number, int32_t of, const std::string & name) { reporter.report(number - 1, of, name); });
        },
        [](Napi::Env env, QuantizeOutcome & outcome) -> Napi::Value {
            auto result = Napi::Object::New(env);
            result.Set("tensorBytes", outcome.tensorBytes);
            result.Set("bitsPerWeight", outcome.weights > 0 ? outcome.tensorBytes * 8 / outcome.weights : 0);
            auto fallbacks = Napi::Array::New(env);
            for (uint32_t i = 0; i < outcome.fallbacks.size(); i++) {
                auto one = Napi::Object::New(env);
                one.Set("tensor", outcome.fallbacks[i].tensor);
                one.Set("wanted", outcome.fallbacks[i].wanted);
                one.Set("got", outcome.fallbacks[i].got);
                fallbacks.Set(i, one);
            }
            result.Set("fallbacks", fallbacks);
            result.Set("needsImportance", outcome.needsImportance);
            return result;
        });
}

Napi::Value imatrix(const Napi::CallbackInfo & info) {
    const auto request = info[0].As<Napi::Object>();
    ImatrixSettings settings;
    settings.model = text(request, "model");
    settings.output = text(request, "output");
    settings.dataset = text(request, "dataset");
    settings.tokens = integers(request.Get("tokens"));
    settings.vocabulary = (int32_t) number(request, "vocabulary");
    settings.bos = (int32_t) number(request, "bos", -1);
    settings.context = (int32_t) number(request, "context", 512);
    settings.chunks = (int32_t) number(request, "chunks");
    settings.threads = (int32_t) number(request, "threads", 1);
    settings.processOutput = truth(request, "processOutput");
    if (settings.context < 1 || (size_t) settings.chunks * settings.context > settings.tokens.size()) throw Napi::Error::New(info.Env(), "Too few tokens.");
    auto flag = held<Flag>(info[1]);
    return Work<ImatrixOutcome>::start(
        info.Env(), info[2],
        [settings, flag](const Reporter & reporter) {
            return computeImatrix(settings, flag, [&](int32_t done, int32_t total) { reporter.report(done, total, ""); });
        },
        [](Napi::Env env, ImatrixOutcome & outcome) -> Napi::Value {
            auto result = Napi::Object::New(env);
            result.Set("chunks", outcome.chunks);
            result.Set("tensors", outcome.tensors);
            return result;
        });
}

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
    settings.flashAttention = !request.Get("flashAttention").IsBoolean() || truth(request, "flashAttention");
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
template <typename T> bool letGo(const Napi::Value & value) {
    value.As<Napi::External<Held<T>>>().Data()->object.reset();
    return true;
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
Napi::Value closeVocabulary(const Napi::CallbackInfo & info) { return Napi::Boolean::New(info.Env(), letGo<Vocabulary>(info[0])); }

Napi::Value openBase(const Napi::CallbackInfo & info) {
    const std::string path = info[0].As<Napi::String>();
    return Work<std::shared_ptr<BaseReader>>::start(
        info.Env(), info.Env().Undefined(), [path](const Reporter &) { return std::make_shared<BaseReader>(path); },
        [](Napi::Env env, std::shared_ptr<BaseReader> & base) -> Napi::Value {
            auto result = Napi::Object::New(env);
            result.Set("context", base->header.context);
            result.Set("vocabulary", base->header.vocabulary);
            result.Set("chunks", base->header.chunks);
            result.Set("tokens", array<Napi::Int32Array>(env, base->header.tokens));
            result.Set("handle", hold(env, base));
            return result;
        });
}
Napi::Value createBase(const Napi::CallbackInfo & info) {
    return now(info.Env(), [&] {
        BaseHeader header;
        const auto request = info[1].As<Napi::Object>();
        header.context = (int32_t) number(request, "context");
        header.vocabulary = (int32_t) number(request, "vocabulary");
        header.chunks = (int32_t) number(request, "chunks");
        header.tokens = integers(request.Get("tokens"));
        if (header.tokens.size() != (size_t) header.context * header.chunks) throw Problem("INTERNAL", "A base file holds whole chunks.");
        return hold(info.Env(), std::make_shared<BaseWriter>(info[0].As<Napi::String>().Utf8Value(), text(request, "shownAs"), header));
    });
}
Napi::Value closeBase(const Napi::CallbackInfo & info) {
    return now(info.Env(), [&] {
        held<BaseWriter>(info[0])->close();
        letGo<BaseWriter>(info[0]);
        return info.Env().Undefined();
    });
}

/** One group of a request; `alive` keeps what the work points at, whatever JavaScript lets go of meanwhile. */
GroupWork groupOf(const Napi::Object & request, const Napi::Object & group, std::vector<std::shared_ptr<void>> & alive) {
    GroupWork work;
    const Napi::Env env = request.Env();
    const auto chunks = group.Get("chunks").As<Napi::Array>();
    for (uint32_t i = 0; i < chunks.Length(); i++) {
        const auto one = chunks.Get(i).As<Napi::Object>();
        Chunk chunk{(int32_t) number(one, "index"), integers(one.Get("tokens")), integers(one.Get("targets"))};
        int32_t before = 0;
        for (const int32_t target : chunk.targets) {
            if (target <= before || (size_t) target >= chunk.tokens.size()) throw Napi::Error::New(env, "Scored positions ascend, from 1 to the end of the chunk.");
            before = target;
        }
        work.chunks.push_back(std::move(chunk));
    }
    if (const auto value = group.Get("reference"); value.IsExternal()) {
        auto model = held<Model>(value);
        work.reference = model.get();
        alive.push_back(model);
    }
    const auto candidates = group.Get("candidates").As<Napi::Array>();
    for (uint32_t i = 0; i < candidates.Length(); i++) {
        auto model = held<Model>(candidates.Get(i));
        work.candidates.push_back(model.get());
        alive.push_back(model);
    }
    if (const auto value = request.Get("base"); value.IsExternal()) {
        auto base = held<BaseReader>(value);
        work.base = base.get();
        alive.push_back(base);
    }
    if (const auto value = request.Get("writer"); value.IsExternal()) {
        auto writer = held<BaseWriter>(value);
        work.writer = writer.get();
        alive.push_back(writer);
    }
    if (const auto value = group.Get("kept"); value.IsArray())
        for (uint32_t i = 0; i < value.As<Napi::Array>().Length(); i++) {
            auto bytes = value.As<Napi::Array>().Get(i).As<Napi::Uint8Array>();
            auto copy = std::make_shared<std::vector<uint8_t>>(bytes.Data(), bytes.Data() + bytes.ElementLength());
            work.kept.push_back(copy.get());
            alive.push_back(copy);
        }
    if (!work.reference && !work.base && work.kept.size() != work.chunks.size()) throw Napi::Error::New(env, "There is no reference.");
    if (!work.reference && !work.base && work.candidates.empty()) throw Napi::Error::New(env, "There is nothing to measure.");
    const int32_t vocabulary = work.reference ? work.reference->vocabulary : work.candidates.empty() ? work.base->header.vocabulary : work.candidates.front()->vocabulary;
    for (const Model * model : work.candidates)
        if (model->vocabulary != vocabulary) throw Napi::Error::New(env, "The vocabularies differ in size.");
    if (work.base && work.base->header.vocabulary != vocabulary) throw Napi::Error::New(env, "The vocabularies differ in size.");
    for (const Chunk & chunk : work.chunks)
        for (const int32_t token : chunk.tokens)
            if (token < 0 || token >= vocabulary) throw Napi::Error::New(env, "A token lies beyond the vocabulary.");
    work.exact = truth(request, "exact") && !work.base && work.kept.empty();
    work.keep = truth(request, "keep");
    work.batch = std::max(1u, (uint32_t) number(request, "batch", 512));
    work.outputs = std::max(1u, (uint32_t) number(request, "outputs", 512));
    return work;
}

Napi::Value measureChunks(const Napi::CallbackInfo & info) {
    const auto request = info[0].As<Napi::Object>();
    auto alive = std::make_shared<std::vector<std::shared_ptr<void>>>();
    auto works = std::make_shared<std::vector<GroupWork>>();
    const auto groups = request.Get("groups").As<Napi::Array>();
    const int32_t threads = std::max(1, (int32_t) number(request, "threads", 1)), count = std::max(1, (int32_t) groups.Length());
    for (int32_t i = 0; i < (int32_t) groups.Length(); i++) {
        GroupWork work = groupOf(request, groups.Get((uint32_t) i).As<Napi::Object>(), *alive);
        work.allThreads = threads;
        work.threads = std::max(1, threads / count + (i < threads % count ? 1 : 0));
        work.cancelled = held<Flag>(info[1]);
        works->push_back(std::move(work));
    }
    return Work<std::vector<ChunkNumbers>>::start(
        info.Env(), info.Env().Undefined(), [works, alive](const Reporter &) { return measure(*works); },
        [](Napi::Env env, std::vector<ChunkNumbers> & all) -> Napi::Value {
            auto results = Napi::Array::New(env, all.size());
            for (uint32_t c = 0; c < all.size(); c++) {
                ChunkNumbers & one = all[c];
                auto reference = Napi::Object::New(env);
                reference.Set("nll", array<Napi::Float64Array>(env, one.reference.nll));
                reference.Set("baseNll", array<Napi::Float64Array>(env, one.reference.baseNll));
                reference.Set("probability", array<Napi::Float32Array>(env, one.reference.probability));
                reference.Set("decodeSeconds", one.reference.decodeSeconds);
                reference.Set("metricsSeconds", one.reference.metricsSeconds);
                auto candidates = Napi::Array::New(env, one.candidates.size());
                for (uint32_t m = 0; m < one.candidates.size(); m++) {
                    const CandidateNumbers & numbers = one.candidates[m];
                    auto candidate = Napi::Object::New(env);
                    candidate.Set("nll", array<Napi::Float64Array>(env, numbers.nll));
                    candidate.Set("kld", array<Napi::Float64Array>(env, numbers.kld));
                    candidate.Set("probability", array<Napi::Float32Array>(env, numbers.probability));
                    candidate.Set("deltaP", array<Napi::Float32Array>(env, numbers.deltaP));
                    candidate.Set("sameTop", array<Napi::Uint8Array>(env, numbers.sameTop));
                    candidate.Set("decodeSeconds", numbers.decodeSeconds);
                    candidate.Set("metricsSeconds", numbers.metricsSeconds);
                    candidates.Set(m, candidate);
                }
                auto result = Napi::Object::New(env);
                result.Set("reference", reference);
                result.Set("candidates", candidates);
                if (!one.kept.empty()) result.Set("kept", array<Napi::Uint8Array>(env, one.kept));
                results.Set(c, result);
            }
            return results;
        });
}

Napi::Value look(const Napi::CallbackInfo & info) {
    const auto request = info[0].As<Napi::Object>();
    std::vector<std::shared_ptr<Model>> models;
    const auto handles = request.Get("models").As<Napi::Array>();
    for (uint32_t i = 0; i < handles.Length(); i++) models.push_back(held<Model>(handles.Get(i)));
    const auto tokens = integers(request.Get("tokens"));
    const int32_t target = (int32_t) number(request, "target"), top = (int32_t) number(request, "top", 10);
    const uint32_t batch = std::max(1u, (uint32_t) number(request, "batch", 512));
    if (models.empty() || tokens.empty() || target < 0 || target >= models.front()->vocabulary) throw Napi::Error::New(info.Env(), "There is no such position.");
    auto flag = held<Flag>(info[1]);
    return Work<std::vector<Look>>::start(
        info.Env(), info.Env().Undefined(),
        [=](const Reporter &) {
            std::vector<Model *> pointers;
            for (const auto & model : models) pointers.push_back(model.get());
            return lookAfter(pointers, tokens, target, top, batch, *flag);
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

void addAnswerRow(Napi::Env env, Napi::Object exports);

namespace {

Napi::Object start(Napi::Env env, Napi::Object exports) {
    addAnswerRow(env, exports);
    exports.Set("builtFor", ASSAY_LLAMA_VERSION);
    exports.Set("open", Napi::Function::New(env, open));
    exports.Set("createCancel", Napi::Function::New(env, createCancel));
    exports.Set("cancel", Napi::Function::New(env, cancel));
    exports.Set("quantize", Napi::Function::New(env, quantizeFile));
    exports.Set("imatrix", Napi::Function::New(env, imatrix));
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
    exports.Set("openBase", Napi::Function::New(env, openBase));
    exports.Set("createBase", Napi::Function::New(env, createBase));
    exports.Set("closeBase", Napi::Function::New(env, closeBase));
    exports.Set("measure", Napi::Function::New(env, measureChunks));
    exports.Set("look", Napi::Function::New(env, look));
    return exports;
}

} // namespace

NODE_API_MODULE(assay_addon, start)
