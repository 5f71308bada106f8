#pragma once
#include "model.hpp"

struct Ranked {
    int32_t token;
    double logProbability;
};
struct Look {
    std::vector<Ranked> top;
    double targetLogProbability;
    double entropy;
    /** From the first model. */
    double kld;
};
struct LookWork {
    std::vector<int32_t> tokens;
    int32_t target = 0, top = 10;
    uint32_t batch = 512;
    /** Where batches end, as in a run that is to have the same numbers; the last one is the end of `ahead`, which follows the tokens. Empty: as it comes. */
    std::vector<int32_t> ends, ahead;
    /** Rows of logits that are made beside the one that is looked at. */
    int32_t firstRow = 0, endRow = 0;
};
/** The distributions of all models after the tokens. Goes on from what a model has read already. */
std::vector<Look> lookAfter(const std::vector<Model *> & models, const LookWork & work, const Flag & cancelled);
