// What JavaScript sees; types.d.ts beside this folder says it with types. Each domain adds its own calls.
#include "javascript.hpp"
#include "rows.hpp"

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

void addAnswerRow(Napi::Env env, Napi::Object exports);
void addDivergence(Napi::Env env, Napi::Object exports);
void addModels(Napi::Env env, Napi::Object exports);
void addQuantize(Napi::Env env, Napi::Object exports);

namespace {

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

Napi::Object start(Napi::Env env, Napi::Object exports) {
    exports.Set("builtFor", ASSAY_LLAMA_VERSION);
    exports.Set("open", Napi::Function::New(env, open));
    exports.Set("createCancel", Napi::Function::New(env, createCancel));
    exports.Set("cancel", Napi::Function::New(env, cancel));
    addAnswerRow(env, exports);
    addDivergence(env, exports);
    addModels(env, exports);
    addQuantize(env, exports);
    return exports;
}

} // namespace

NODE_API_MODULE(assay_addon, start)
