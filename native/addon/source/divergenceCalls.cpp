// What JavaScript calls to measure models against one another, with base files read and written.
#include "divergence.hpp"
#include "javascript.hpp"
#include <algorithm>

namespace {

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


/** `alive` keeps what the work points at, whatever JavaScript lets go of meanwhile. */
GroupWork groupOf(const Napi::Object & request, std::vector<std::shared_ptr<void>> & alive) {
    GroupWork work;
    const Napi::Env env = request.Env();
    const auto chunks = request.Get("chunks").As<Napi::Array>();
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
    if (const auto value = request.Get("reference"); value.IsExternal()) {
        auto model = held<Model>(value);
        work.reference = model.get();
        alive.push_back(model);
    }
    const auto candidates = request.Get("candidates").As<Napi::Array>();
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
    if (const auto value = request.Get("kept"); value.IsArray())
        for (uint32_t i = 0; i < value.As<Napi::Array>().Length(); i++) {
            auto bytes = value.As<Napi::Array>().Get(i).As<Napi::Uint8Array>();
            auto copy = std::make_shared<std::vector<uint8_t>>(bytes.Data(), bytes.Data() + bytes.ElementLength());
            work.kept.push_back(copy.get());
            alive.push_back(copy);
        }
    if (!work.reference && !work.base && work.kept.size() != work.chunks.size()) throw Napi::Error::New(env, "There is no reference.");
    if (!work.reference && !work.base && work.candidates.empty()) throw Napi::Error::New(env, "There is nothing to measure.");
    // Several models decode at once.
    std::vector<const Model *> all(work.candidates.begin(), work.candidates.end());
    if (work.reference) all.push_back(work.reference);
    std::sort(all.begin(), all.end());
    if (std::adjacent_find(all.begin(), all.end()) != all.end()) throw Napi::Error::New(env, "A model is in a group once.");
    const int32_t vocabulary = work.reference ? work.reference->vocabulary : work.candidates.empty() ? work.base->header.vocabulary : work.candidates.front()->vocabulary;
    for (const Model * model : work.candidates)
        if (model->vocabulary != vocabulary) throw Napi::Error::New(env, "The vocabularies differ in size.");
    for (const Model * model : all)
        if (model->rowsAtOnce() != all.front()->rowsAtOnce()) throw Napi::Error::New(env, "The models of a group show as many rows at once.");
    if (work.base && work.base->header.vocabulary != vocabulary) throw Napi::Error::New(env, "The vocabularies differ in size.");
    for (const Chunk & chunk : work.chunks)
        for (const int32_t token : chunk.tokens)
            if (token < 0 || token >= vocabulary) throw Napi::Error::New(env, "A token lies beyond the vocabulary.");
    work.exact = truth(request, "exact") && !work.base && work.kept.empty();
    work.keep = truth(request, "keep");
    work.threads = std::max(1, (int32_t) number(request, "threads", 1));
    work.pool = request.Get("pool").IsExternal() ? held<ThreadPool>(request.Get("pool")) : std::make_shared<ThreadPool>(work.threads);
    work.batch = std::max(1u, (uint32_t) number(request, "batch", 512));
    return work;
}

Napi::Value createThreadPool(const Napi::CallbackInfo & info) {
    return hold(info.Env(), std::make_shared<ThreadPool>(info[0].As<Napi::Number>().Int32Value()));
}
Napi::Value leaveThreads(const Napi::CallbackInfo & info) {
    const int32_t threads = info[1].As<Napi::Number>().Int32Value();
    return Napi::Number::New(info.Env(), threads + held<ThreadPool>(info[0])->spare.fetch_add(threads));
}

Napi::Value measureChunks(const Napi::CallbackInfo & info) {
    const auto request = info[0].As<Napi::Object>();
    auto alive = std::make_shared<std::vector<std::shared_ptr<void>>>();
    auto work = std::make_shared<GroupWork>(groupOf(request, *alive));
    work->cancelled = held<Flag>(info[1]);
    return Work<std::vector<ChunkNumbers>>::start(
        info.Env(), info.Env().Undefined(), [work, alive](const Reporter &) { return measure(*work); },
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

} // namespace

void addDivergence(Napi::Env env, Napi::Object exports) {
    exports.Set("openBase", Napi::Function::New(env, openBase));
    exports.Set("createBase", Napi::Function::New(env, createBase));
    exports.Set("closeBase", Napi::Function::New(env, closeBase));
    exports.Set("createThreadPool", Napi::Function::New(env, createThreadPool));
    exports.Set("leaveThreads", Napi::Function::New(env, leaveThreads));
    exports.Set("measure", Napi::Function::New(env, measureChunks));
}
