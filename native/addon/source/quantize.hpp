#pragma once
#include "llamaApi.hpp"
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

struct QuantizeSettings {
    std::string input, output, type, imatrixFile;
    /** What the result calls the importance matrix; empty: by its path, as llama-quantize does. */
    std::string imatrixName;
    int32_t threads = 1;
    std::vector<std::pair<std::string, std::string>> tensorTypes;
    std::string outputType, embeddingType;
    bool pure = false, leaveOutputTensor = false, allowRequantize = false, dryRun = false;
};
struct Fallback {
    std::string tensor, wanted, got;
};
struct QuantizeOutcome {
    double tensorBytes = 0;
    double weights = 0;
    std::vector<Fallback> fallbacks;
    /** Of a dry run without one: the real run would be refused. */
    bool needsImportance = false;
};
/** Told the number of the tensor that begins, of how many, and its name. */
using TensorProgress = std::function<void(int32_t, int32_t, const std::string &)>;

/** Names of llama-quantize's types. */
const std::vector<std::pair<std::string, llama_ftype>> & fileTypes();
QuantizeOutcome quantize(const QuantizeSettings & settings, const Flag & cancelled, const TensorProgress & progress);

struct ImatrixSettings {
    std::string model, output, dataset;
    std::vector<int32_t> tokens;
    int32_t vocabulary = 0;
    int32_t bos = -1;
    int32_t context = 512;
    int32_t chunks = 0;
    int32_t threads = 1;
    bool processOutput = false;
};
struct ImatrixOutcome {
    int32_t chunks = 0;
    int32_t tensors = 0;
};
ImatrixOutcome computeImatrix(const ImatrixSettings & settings, std::shared_ptr<Flag> cancelled, const std::function<void(int32_t, int32_t)> & progress);
