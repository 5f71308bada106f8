// Work off the main thread as a promise: C++ exceptions reject it with `code` and a sentence; progress comes as calls of a function.
#pragma once
#include "llamaApi.hpp"
#include <functional>
#include <memory>
#include <napi.h>
#include <string>
#include <thread>

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

/** Each on a thread of its own: Node's pool has four, and is wanted for files meanwhile. */
template <typename Result> class Work {
public:
    using Run = std::function<Result(const Reporter &)>;
    using Convert = std::function<Napi::Value(Napi::Env, Result &)>;
    static Napi::Promise start(Napi::Env env, const Napi::Value & listener, Run run, Convert convert) {
        auto * work = new Work(env, listener, std::move(run), std::move(convert));
        const auto promise = work->deferred.Promise();
        std::thread([work, done = Napi::ThreadSafeFunction::New(env, Napi::Function(), "assay work", 0, 1)]() mutable {
            work->execute();
            done.BlockingCall(work, [](Napi::Env env, Napi::Function, Work * ended) {
                const std::unique_ptr<Work> held(ended);
                if (env) ended->settle(env);
            });
            done.Release();
        }).detach();
        return promise;
    }

private:
    Work(Napi::Env env, const Napi::Value & listener, Run run, Convert convert)
        : deferred(Napi::Promise::Deferred::New(env)), reporter(env, listener), run(std::move(run)), convert(std::move(convert)) {}
    void execute() {
        try {
            result = std::make_unique<Result>(run(reporter));
        } catch (const Problem & problem) {
            code = problem.code;
            model = problem.model;
            said = problem.what();
        } catch (const std::bad_alloc &) {
            code = "NOT_ENOUGH_MEMORY";
            said = "Memory ran out. Close other programs, or choose a smaller context or fewer candidates at once.";
        } catch (const std::exception & thrown) {
            code = "INTERNAL";
            said = std::string("The native addon failed: ") + thrown.what();
        } catch (...) {
            code = "INTERNAL";
            said = "The native addon failed.";
        }
    }
    void settle(Napi::Env env) {
        const Napi::HandleScope scope(env);
        reporter.release();
        if (result) {
            deferred.Resolve(convert(env, *result));
            return;
        }
        auto error = Napi::Error::New(env, said);
        error.Set("code", Napi::String::New(env, code));
        if (!model.empty()) error.Set("model", Napi::String::New(env, model));
        deferred.Reject(error.Value());
    }
    Napi::Promise::Deferred deferred;
    Reporter reporter;
    Run run;
    Convert convert;
    std::unique_ptr<Result> result;
    std::string code, model, said;
};
