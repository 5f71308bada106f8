#include "look.hpp"
#include "divergence.hpp"
#include <algorithm>
#include <cmath>

namespace {

/** Reads what the model has not read, and gives the row behind the last of the tokens. */
const float * readUpTo(Model & model, const LookWork & work, const Flag & cancelled) {
    std::vector<int32_t> all = work.tokens;
    all.insert(all.end(), work.ahead.begin(), work.ahead.end());
    size_t known = 0;
    while (known < model.cached.size() && known + 1 < work.tokens.size() && model.cached[known] == all[known]) known++;
    // Batches are read whole: what is known of the last one is read once more.
    if (!work.ends.empty()) {
        const auto beyond = std::upper_bound(work.ends.begin(), work.ends.end(), (int32_t) known);
        known = beyond == work.ends.begin() ? 0 : *std::prev(beyond);
    }
    if (known == 0 || !model.forgetFrom((int32_t) known)) {
        model.forget();
        known = 0;
    }
    int32_t last = 0;
    while (known < all.size()) {
        BatchPlan plan;
        const auto next = std::upper_bound(work.ends.begin(), work.ends.end(), (int32_t) known);
        const size_t end = next == work.ends.end() ? all.size() : *next;
        for (; known < end && plan.size() < work.batch; known++) {
            const bool isLast = known + 1 == work.tokens.size();
            if (isLast) last = (int32_t) plan.size();
            plan.add(all[known], (int32_t) known, 0, isLast || ((int32_t) known >= work.firstRow && (int32_t) known < work.endRow));
        }
        model.decode(plan, cancelled);
    }
    model.cached = std::move(all);
    return model.row(last);
}

} // namespace

std::vector<Look> lookAfter(const std::vector<Model *> & models, const LookWork & work, const Flag & cancelled) {
    const RowKernels & kernels = rowKernels();
    const int32_t vocabulary = models.front()->vocabulary;
    std::vector<Look> looks;
    std::vector<float> first, p(vocabulary), firstP;
    double firstNormalizer = 0;
    for (Model * model : models) {
        const float * row = readUpTo(*model, work, cancelled);
        const RowSummary summary = kernels.summarize(row, vocabulary);
        if (!summary.finite) notNumbers(*model, Chunk{}, (int32_t) work.tokens.size());
        const double normalizer = summary.max + std::log(summary.sum);
        kernels.normalize(row, vocabulary, normalizer, p.data());
        Look look;
        look.targetLogProbability = row[work.target] - normalizer;
        look.entropy = normalizer - kernels.expectation(p.data(), row, vocabulary);
        std::vector<int32_t> order(vocabulary);
        for (int32_t i = 0; i < vocabulary; i++) order[i] = i;
        const int32_t count = std::min(work.top, vocabulary);
        std::partial_sort(order.begin(), order.begin() + count, order.end(), [&](int32_t a, int32_t b) { return row[a] > row[b] || (row[a] == row[b] && a < b); });
        for (int32_t i = 0; i < count; i++) look.top.push_back({order[i], row[order[i]] - normalizer});
        if (looks.empty()) {
            first.assign(row, row + vocabulary);
            firstP = p;
            firstNormalizer = normalizer;
            look.kld = 0;
        } else {
            look.kld = kernels.divergence(firstP.data(), first.data(), row, vocabulary, (float) (normalizer - firstNormalizer));
        }
        looks.push_back(std::move(look));
    }
    return looks;
}
