#include "llamaApi.hpp"
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <regex>
#include <vector>
#ifdef _WIN32
#define NOMINMAX
#include <windows.h>
#else
#include <dlfcn.h>
#endif
#ifdef __GLIBC__
#include <malloc.h>
#endif

LlamaApi api;

namespace {

std::mutex logLock;
LogListener * listener = nullptr;
/** Of the work on this thread: several contexts decode at once. */
thread_local std::string complaints;
/** A continuation of a line has the level of its beginning. */
thread_local bool complaining = false;

void onLog(ggml_log_level level, const char * text, void *) {
    if (level != GGML_LOG_LEVEL_CONT) complaining = level == GGML_LOG_LEVEL_ERROR;
    if (complaining && complaints.size() < 8192) complaints += text;
    LogListener * heard;
    {
        std::lock_guard<std::mutex> hold(logLock);
        heard = listener;
    }
    // Outside of the lock: a listener may throw to end a quantization, and llama.cpp catches it.
    if (heard) heard->heard(text);
}

void * openFile(const std::filesystem::path & path) {
#ifdef _WIN32
    void * handle = (void *) LoadLibraryExW(path.c_str(), nullptr, LOAD_WITH_ALTERED_SEARCH_PATH);
    const char * why = "it does not load on this system";
#else
    void * handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    const char * why = handle ? "" : dlerror();
#endif
    if (!handle) throw Problem("ENGINE_UNAVAILABLE", "The library " + path.filename().string() + " of the engine cannot be opened: " + why + ".");
    return handle;
}

template <typename F> void lookUp(void * library, const char * name, F & target) {
#ifdef _WIN32
    target = (F) GetProcAddress((HMODULE) library, name);
#else
    target = (F) dlsym(library, name);
#endif
}
template <typename F> void find(void * library, const char * name, F & target) {
    lookUp(library, name, target);
    if (!target)
        throw Problem("ENGINE_UNAVAILABLE", std::string("The library of the engine has no function ") + name +
            ": it is of another release than the addon was built for. Reinstall the dependencies.");
}

/** `libllama.so`, `libllama.v0.4.0.so`, `llama.v0.4.0.dll`: the stem with an optional release, never `llama-common`. */
std::filesystem::path fileOf(const std::string & folder, const std::string & stem) {
    std::vector<std::filesystem::path> found;
    std::error_code error;
    for (const auto & entry : std::filesystem::directory_iterator(folder, error)) {
        std::string name = entry.path().filename().string();
        const std::string extension = entry.path().extension().string();
        if (extension != ".so" && extension != ".dylib" && extension != ".dll") continue;
        if (name.rfind("lib", 0) == 0) name = name.substr(3);
        if (name.rfind(stem + ".", 0) == 0) found.push_back(entry.path());
    }
    if (found.empty())
        throw Problem("ENGINE_UNAVAILABLE", "There is no library " + stem + " in the engine's folder. Reinstall the dependencies (npm ci).");
    std::sort(found.begin(), found.end(), [](const auto & a, const auto & b) { return a.string().size() > b.string().size(); });
    return found.front();
}

} // namespace

void openLibrary(const std::string & folder) {
    static bool open = false;
    if (open) return;
#ifdef __GLIBC__
    // Once something large was freed, glibc keeps up to 64 MiB of what is freed later; contexts and rows of logits go back to the system.
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
    void * base = openFile(fileOf(folder, "ggml-base"));
    void * ggml = openFile(fileOf(folder, "ggml"));
    void * llama = openFile(fileOf(folder, "llama"));
    find(llama, "llama_version", api.llama_version);
    // Struct layouts are those of one release; another one would read and write past them.
    if (libraryRelease() != ASSAY_LLAMA_VERSION)
        throw Problem("ENGINE_UNAVAILABLE", "The engine's library is llama.cpp " + libraryRelease() + ", and the addon was built for " ASSAY_LLAMA_VERSION
            ". Build it again with `npm run build:native`, or reinstall Assay.");
#define X(name) find(llama, #name, api.name);
    LLAMA_FUNCTIONS(X)
#undef X
#define X(name) find(ggml, #name, api.name);
    GGML_FUNCTIONS(X)
#undef X
#define X(name) find(base, #name, api.name);
    GGML_BASE_FUNCTIONS(X)
#undef X
    lookUp(base, "quantize_row_q8_K_ref", api.quantize_row_q8_K_ref);
    api.llama_log_set(onLog, nullptr);
    api.ggml_backend_load_all_from_path(folder.c_str());
    api.llama_backend_init();
    open = true;
}

std::string libraryRelease() { return api.llama_version(); }

std::string lastComplaint() {
    std::string text = complaints;
    // The lines after the one that says why only say that it failed.
    static const std::string reason = "error loading model: ";
    if (const size_t why = text.find(reason); why != std::string::npos) text = text.substr(why + reason.size(), text.find('\n', why) - why - reason.size());
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ' || text.back() == '=')) text.pop_back();
    const size_t line = text.find_last_of('\n');
    if (line != std::string::npos) text = text.substr(line + 1);
    return text.substr(0, 300);
}
std::string saidBecause() {
    const std::string complaint = lastComplaint();
    return complaint.empty() ? "." : ": " + complaint + (complaint.back() == '.' ? "" : ".");
}
std::string damagedTensor() {
    static const std::regex damaged("tensor '([^'\n]+)' has invalid data");
    std::smatch match;
    return std::regex_search(complaints, match, damaged) ? match[1].str() : "";
}
Problem damagedWeights(const std::string & model, const std::string & tensor) {
    return Problem("MODEL_UNREADABLE", model + " is damaged: its tensor " + tensor + " holds NaN or infinite weights. Get the file anew, or convert it again.", model);
}
bool memoryRanOut() { return complaints.find("alloc") != std::string::npos; }
void forgetComplaints() { complaints.clear(); }
void listenToLog(LogListener * next) {
    std::lock_guard<std::mutex> hold(logLock);
    listener = next;
}
void giveBackFreed() {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}
