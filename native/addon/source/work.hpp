// Work off the main thread as a promise: C++ exceptions reject it with `code` and a sentence; progress comes as calls of a function.
#pragma once
#include "llamaApi.hpp"
#include <functional>
#include <memory>
#include <napi.h>
#include <string>

using SharedFlag = std::shared_ptr<Flag>;

/** What may be called from any thread while the work runs; the newest report replaces one that was not taken yet. */
class Reporter {
public:
    Reporter(Napi::Env env, const Napi::Value & listener);
    ~Reporter();
    Reporter(const Reporter &) = delete;
    Reporter & operator=(const Reporter &) = delete;
    void report(double done, double total, std::string note) const;
    /** On the main thread, when nothing more will be reported. */
    void release();

private:
    Napi::ThreadSafeFunction call;
    bool listening = false;
};

template <typename Result> class Work : public Napi::AsyncWorker {
public:
    using Run = std::function<Result(const Reporter &)>;
    using Convert = std::function<Napi::Value(Napi::Env, Result &)>;
    static Napi::Promise start(Napi::Env env, const Napi::Value & listener, Run run, Convert convert) {
        auto * work = new Work(env, listener, std::move(run), std::move(convert));
        work->Queue();
        return work->deferred.Promise();
    }
    void Execute() override {
        try {
            result = std::make_unique<Result>(run(reporter));
        } catch (const Problem & problem) {
            code = problem.code;
            model = problem.model;
            SetError(problem.what());
        } catch (const std::bad_alloc &) {
            code = "NOT_ENOUGH_MEMORY";
            SetError("Memory ran out. Close other programs, or choose a smaller context or fewer candidates at once.");
        } catch (const std::exception & thrown) {
            code = "INTERNAL";
            SetError(std::string("The native addon failed: ") + thrown.what());
        } catch (...) {
            code = "INTERNAL";
            SetError("The native addon failed.");
        }
    }
    void OnOK() override {
        reporter.release();
        deferred.Resolve(convert(Env(), *result));
    }
    void OnError(const Napi::Error & error) override {
        reporter.release();
        Napi::Error shown = error;
        shown.Set("code", Napi::String::New(Env(), code));
        if (!model.empty()) shown.Set("model", Napi::String::New(Env(), model));
        deferred.Reject(shown.Value());
    }

private:
    Work(Napi::Env env, const Napi::Value & listener, Run run, Convert convert)
        : Napi::AsyncWorker(env), deferred(Napi::Promise::Deferred::New(env)), reporter(env, listener), run(std::move(run)), convert(std::move(convert)) {}
    Napi::Promise::Deferred deferred;
    Reporter reporter;
    Run run;
    Convert convert;
    std::unique_ptr<Result> result;
    std::string code;
    std::string model;
};
