// Between JavaScript's values and ours. Arguments come from our own code, checked there; types.d.ts beside this folder says them with types.
#pragma once
#include "work.hpp"
#include <cstring>

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

inline std::string text(const Napi::Object & from, const char * name) {
    const Napi::Value value = from.Get(name);
    return value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
}
inline double number(const Napi::Object & from, const char * name, double otherwise = 0) {
    const Napi::Value value = from.Get(name);
    return value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : otherwise;
}
inline bool truth(const Napi::Object & from, const char * name) { return from.Get(name).ToBoolean(); }
inline std::vector<int32_t> integers(const Napi::Value & value) {
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

template <typename T> bool letGo(const Napi::Value & value) {
    value.As<Napi::External<Held<T>>>().Data()->object.reset();
    return true;
}
