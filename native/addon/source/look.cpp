#include "look.hpp"
#include "divergence.hpp"
#include <algorithm>
#include <cmath>

std::vector<Look> lookAfter(const std::vector<Model *> & models, const std::vector<int32_t> & tokens, int32_t target, int32_t top, uint32_t batch, const Flag & cancelled) {
    const RowKernels & kernels = rowKernels();
    const int32_t vocabulary = models.front()->vocabulary;
    std::vector<Look> looks;
    std::vector<float> first, p(vocabulary), firstP;
    double firstNormalizer = 0;
    for (Model * model : models) {
        size_t known = 0;
        while (known < model->cached.size() && known + 1 < tokens.size() && model->cached[known] == tokens[known]) known++;
        if (known == 0 || !model->forgetFrom((int32_t) known)) {
            model->forget();
            known = 0;
        }
        int32_t last = 0;
        while (known < tokens.size()) {
            BatchPlan plan;
            for (; known < tokens.size() && plan.size() < batch; known++) plan.add(tokens[known], (int32_t) known, 0, known + 1 == tokens.size());
            last = (int32_t) plan.size() - 1;
            model->decode(plan, cancelled);
        }
        model->cached = tokens;
        const float * row = model->row(last);
        const RowSummary summary = kernels.summarize(row, vocabulary);
        if (!summary.finite) notNumbers(*model, Chunk{}, (int32_t) tokens.size());
        const double normalizer = summary.max + std::log(summary.sum);
        kernels.normalize(row, vocabulary, normalizer, p.data());
        Look look;
        look.targetLogProbability = row[target] - normalizer;
        look.entropy = normalizer - kernels.expectation(p.data(), row, vocabulary);
        std::vector<int32_t> order(vocabulary);
        for (int32_t i = 0; i < vocabulary; i++) order[i] = i;
        const int32_t count = std::min(top, vocabulary);
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
