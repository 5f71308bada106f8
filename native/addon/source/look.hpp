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
/** The distributions of all models after `tokens`. Goes on from what a model has read already. */
std::vector<Look> lookAfter(const std::vector<Model *> & models, const std::vector<int32_t> & tokens, int32_t target, int32_t top, uint32_t batch, const Flag & cancelled);
