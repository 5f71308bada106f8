// What JavaScript calls to make files: quantizations and importance matrices.
#include "javascript.hpp"
#include "quantize.hpp"

namespace {

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

} // namespace

void addQuantize(Napi::Env env, Napi::Object exports) {
    exports.Set("quantize", Napi::Function::New(env, quantizeFile));
    exports.Set("imatrix", Napi::Function::New(env, imatrix));
}
