#include "lanes.hpp"

namespace {

/** So many models at once, each with its part of the threads; the slow ones first. */
void decodeIn(int32_t lanes, std::vector<Model *> models, const BatchPlan & plan, int32_t threads, const Flag & cancelled) {
    std::stable_sort(models.begin(), models.end(), [](const Model * a, const Model * b) { return a->decodeSeconds > b->decodeSeconds; });
    inParallel(models.size(), lanes, [&](size_t m, int32_t lane) { models[m]->decode(plan, cancelled, threads / lanes + (lane < threads % lanes ? 1 : 0)); });
}

} // namespace

void decodeSideBySide(std::vector<Model *> models, const BatchPlan & plan, int32_t threads, const Flag & cancelled) {
    if (models.empty()) return;
    const size_t lanes = std::min<size_t>(threads, models.size());
    // Those left over have more threads to themselves, so it is not always the same ones.
    std::rotate(models.begin(), models.begin() + models.front()->decodes % models.size(), models.end());
    const auto whole = models.end() - models.size() % lanes;
    decodeIn((int32_t) lanes, {models.begin(), whole}, plan, threads, cancelled);
    if (whole != models.end()) decodeIn((int32_t) (models.end() - whole), {whole, models.end()}, plan, threads, cancelled);
}
