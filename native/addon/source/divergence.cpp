#include "divergence.hpp"
#include "batches.hpp"
#include "inParallel.hpp"
#include "keptRow.hpp"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

void notNumbers(const Model & model, const Chunk & chunk, int32_t target) {
    throw Problem("MODEL_UNREADABLE", model.path + " gives no numbers (NaN or infinite logits) in chunk " + std::to_string(chunk.index + 1) + " before position "
        + std::to_string(target) + ": its numbers overflow in this type, or it is no sound model. Get the file anew, or take another type.", model.path);
}

namespace {

[[noreturn]] void tooFar(const Model & model, const Chunk & chunk, int32_t target) {
    throw Problem("MODEL_UNREADABLE", model.path + " is further from the reference than numbers go, in chunk " + std::to_string(chunk.index + 1) + " before position "
        + std::to_string(target) + ": its weights are damaged, or they overflow in this type. Get the file anew, or take another type.", model.path);
}

/** Whether a row of a base file adds up to 1. What lies near e^-16 is left out or raised to it, so much for each token. */
bool isDistribution(const std::vector<float> & p) {
    double sum = 0;
    for (const float one : p) sum += one;
    return std::abs(sum - 1) < 0.02 + 1.2e-7 * (double) p.size();
}

/** Of one thread. */
struct Scratch {
    std::vector<float> logP, p;
    std::vector<uint16_t> q;
    /** A row of a base file. */
    std::vector<uint16_t> fileRow;
};

/** One row of the reference, ready to be compared with. */
struct ReferenceRow {
    /** Null when it comes from a file. */
    const float * logits = nullptr;
    double logNormalizer = 0;
    double baseNll = 0;
    float probability = 0;
    int32_t top = 0;
    /** Without a bitmap where none was kept. */
    KeptRow kept;
};

/** The threads of a group, with what others left; that goes back at the end. */
class OwnThreads {
public:
    explicit OwnThreads(const GroupWork & work) : pool(*work.pool), own(work.threads) {}
    ~OwnThreads() { pool.spare += taken; }
    OwnThreads(const OwnThreads &) = delete;
    OwnThreads & operator=(const OwnThreads &) = delete;
    int32_t now() {
        taken += pool.spare.exchange(0);
        return own + taken;
    }

private:
    ThreadPool & pool;
    const int32_t own;
    int32_t taken = 0;
};

/** How many of some models run at once, each with an equal part of the threads: the most that leave the fewest of these over. */
size_t modelsAtOnce(int32_t threads, size_t models) {
    int32_t best = 1;
    for (int32_t some = 2; some <= std::min<int32_t>(threads, (int32_t) models); some++)
        if (threads / some * some >= threads / best * best) best = some;
    return best;
}

/** The work on one group. */
class Measuring {
public:
    explicit Measuring(const GroupWork & work)
        : work(work), vocabulary(work.reference ? work.reference->vocabulary : work.base ? work.base->header.vocabulary : work.candidates.front()->vocabulary), words(baseRowWords(vocabulary)), packed(!work.exact), threads(work), results(work.chunks.size()) {
        if (work.reference) models.push_back(work.reference);
        models.insert(models.end(), work.candidates.begin(), work.candidates.end());
        for (size_t c = 0; c < work.chunks.size(); c++) {
            const size_t n = work.chunks[c].targets.size();
            results[c].reference.nll.resize(n);
            results[c].reference.baseNll.resize(n);
            results[c].reference.probability.resize(n);
            results[c].candidates.resize(work.candidates.size());
            for (auto & one : results[c].candidates) {
                one.nll.resize(n);
                one.kld.resize(n);
                one.probability.resize(n);
                one.deltaP.resize(n);
                one.sameTop.resize(n);
            }
        }
        for (size_t c = 0; c < work.kept.size(); c++) keptAt.push_back(keptPlaces(*work.kept[c], work.chunks[c].targets.size(), vocabulary));
    }

    std::vector<ChunkNumbers> run() {
        const size_t rowsAtOnce = models.front()->rowsAtOnce();
        const std::vector<Batch> batches = batchesOf(work);
        if (rowsAtOnce == SIZE_MAX) throughBatches(batches);
        else inBlocks(batches, rowsAtOnce);
        return std::move(results);
    }

private:
    void throughBatches(const std::vector<Batch> & batches) {
        for (Model * model : models) model->forget();
        for (const Batch & batch : batches) {
            eachModel([&](Model & model, int32_t given) { model.decode(batch.plan, *work.cancelled, given); });
            score(batch.rows, 0, batch.rows.size());
        }
    }

    /** A model reads all batches before the next one does: the caches of few are in memory at once. */
    void inBlocks(const std::vector<Batch> & batches, size_t rowsAtOnce) {
        eachModel([&](Model & model, int32_t given) {
            model.forget();
            for (const Batch & batch : batches) model.decode(batch.plan, *work.cancelled, given);
            model.forgetCache();
        });
        std::vector<Row> rows;
        for (const Batch & batch : batches)
            for (const Row & row : batch.rows) rows.push_back({row.chunk, row.target, (int32_t) rows.size()});
        for (size_t first = 0; first < rows.size(); first += rowsAtOnce) {
            eachModel([&](Model & model, int32_t given) { model.showRows(first, *work.cancelled, given); });
            score(rows, first, std::min(rows.size(), first + rowsAtOnce));
        }
    }

    /**
     * As many models at once as there are threads for, those that take about as long together: they wait for each other once, where threads
     * of one graph do at each of its steps. The time that it takes goes to the chunks in equal parts.
     */
    template <typename Do> void eachModel(Do what) {
        std::vector<size_t> order(models.size());
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(), [&](size_t one, size_t other) { return models[one]->decodeSeconds > models[other]->decodeSeconds; });
        const int32_t all = threads.now();
        for (size_t from = 0, atOnce; from < order.size(); from += atOnce) {
            atOnce = modelsAtOnce(all, order.size() - from);
            inParallel(atOnce, (int32_t) atOnce, [&](size_t i, int32_t) {
                const size_t m = order[from + i];
                const double before = models[m]->decodeSeconds;
                what(*models[m], all / (int32_t) atOnce);
                const double share = (models[m]->decodeSeconds - before) / results.size();
                for (auto & result : results) (!work.reference ? result.candidates[m].decodeSeconds : m == 0 ? result.reference.decodeSeconds : result.candidates[m - 1].decodeSeconds) += share;
            });
        }
    }

    void score(const std::vector<Row> & scored, size_t first, size_t end) {
        const double begun = secondsNow();
        const size_t rows = end - first;
        if (work.keep) keptRows.assign(rows, {});
        const int32_t lanes = threads.now();
        makeScratch(lanes);
        inParallel(rows, lanes, [&](size_t r, int32_t lane) {
            throwIfCancelled(*work.cancelled);
            const Row & row = scored[first + r];
            const ReferenceRow reference = referenceRow(row, scratch[lane], r);
            for (size_t m = 0; m < work.candidates.size(); m++) compare(row, reference, m, scratch[lane]);
        });
        if (work.keep)
            for (size_t r = 0; r < rows; r++) {
                auto & kept = results[scored[first + r].chunk].kept;
                kept.insert(kept.end(), keptRows[r].begin(), keptRows[r].end());
            }
        // Models share the sums over a row; each gets an equal part of the time, as if all threads had worked on it.
        const size_t models = work.candidates.size() + (work.reference ? 1 : 0);
        const double share = (secondsNow() - begun) * lanes / work.pool->all / std::max<size_t>(1, models);
        if (work.reference) work.reference->metricsSeconds += share;
        for (Model * model : work.candidates) model->metricsSeconds += share;
        for (auto & result : results) {
            if (work.reference) result.reference.metricsSeconds += share / results.size();
            for (auto & one : result.candidates) one.metricsSeconds += share / results.size();
        }
    }

    void makeScratch(size_t lanes) {
        while (scratch.size() < lanes) {
            Scratch & one = scratch.emplace_back();
            if (work.kept.empty()) {
                if (packed) one.logP.resize(vocabulary);
                one.p.resize(vocabulary);
                if (packed) one.q.resize(vocabulary);
            }
            if (work.base || work.writer) one.fileRow.resize(words);
        }
    }

    /** `index`: of the row in its batch. */
    ReferenceRow referenceRow(const Row & row, Scratch & own, size_t index) {
        const Chunk & chunk = work.chunks[row.chunk];
        const int32_t position = chunk.targets[row.target];
        const int32_t target = chunk.tokens[position];
        ReferenceRow reference;
        double nll;
        if (work.reference) {
            reference.logits = work.reference->row(row.place);
            const RowSummary summary = kernels.summarize(reference.logits, vocabulary);
            if (!summary.finite) notNumbers(*work.reference, chunk, position);
            reference.logNormalizer = summary.max + std::log(summary.sum);
            nll = reference.logNormalizer - reference.logits[target];
            if (packed) {
                uint16_t * q = own.q.data();
                const PackedRow row16 = kernels.pack(reference.logits, vocabulary, summary, (float) std::log(summary.sum), q);
                if (work.writer) {
                    uint16_t * into = own.fileRow.data();
                    std::memset(into + words - 1, 0, 2);
                    std::memcpy(into, &row16.scale, 4);
                    std::memcpy(into + 2, &row16.minimum, 4);
                    std::memcpy(into + 4, q, (size_t) vocabulary * 2);
                    work.writer->write(chunk.index, (int32_t) row.target, into, words);
                }
                if (!work.candidates.empty() || work.keep) reference.top = kernels.unpack(q, vocabulary, row16.scale, row16.minimum, own.logP.data(), own.p.data());
                reference.baseNll = -(row16.scale * q[target] + row16.minimum);
                if (work.keep) keptRows[index] = keepRow({nll, row16.scale, row16.minimum, reference.top, 0, q[target], 0, fingerprintOf(reference.logits, vocabulary)}, q, own.p.data(), vocabulary);
            } else {
                kernels.normalize(reference.logits, vocabulary, reference.logNormalizer, own.p.data());
                reference.top = summary.top;
                reference.baseNll = nll;
            }
        } else if (work.base) {
            const uint16_t * from = own.fileRow.data();
            work.base->read(chunk.index, (int32_t) row.target, own.fileRow.data());
            float scale, minimum;
            std::memcpy(&scale, from, 4);
            std::memcpy(&minimum, from + 2, 4);
            reference.top = kernels.unpack(from + 4, vocabulary, scale, minimum, own.logP.data(), own.p.data());
            if (!isDistribution(own.p)) work.base->noDistribution(chunk.index, (int32_t) row.target);
            reference.baseNll = nll = -(scale * from[4 + target] + minimum);
        } else {
            const uint8_t * from = work.kept[row.chunk]->data() + keptAt[row.chunk][row.target];
            KeptHead head;
            std::memcpy(&head, from, sizeof head);
            reference.top = head.top;
            const uint8_t * bitmap = from + sizeof head;
            reference.kept = {bitmap, bitmap + ((size_t) vocabulary + 7) / 8, head.scale, head.minimum, head.fingerprint};
            reference.baseNll = -(head.scale * head.qTarget + head.minimum);
            nll = head.nll;
        }
        reference.probability = std::exp((float) -reference.baseNll);
        ReferenceNumbers & numbers = results[row.chunk].reference;
        numbers.nll[row.target] = nll;
        numbers.baseNll[row.target] = reference.baseNll;
        numbers.probability[row.target] = reference.probability;
        return reference;
    }

    void compare(const Row & row, const ReferenceRow & reference, size_t m, const Scratch & own) {
        const Chunk & chunk = work.chunks[row.chunk];
        const int32_t position = chunk.targets[row.target];
        const float * logits = work.candidates[m]->row(row.place);
        const RowSummary summary = kernels.summarize(logits, vocabulary);
        if (!summary.finite) notNumbers(*work.candidates[m], chunk, position);
        const double logNormalizer = summary.max + std::log(summary.sum);
        CandidateNumbers & one = results[row.chunk].candidates[m];
        one.nll[row.target] = logNormalizer - logits[chunk.tokens[position]];
        const float probability = std::exp((float) -one.nll[row.target]);
        one.probability[row.target] = probability;
        // The same logits are no divergence; what 16 bits did to the reference would read as one.
        const bool equal = reference.logits ? std::memcmp(reference.logits, logits, (size_t) vocabulary * sizeof(float)) == 0
            : reference.kept.bitmap && reference.kept.fingerprint == fingerprintOf(logits, vocabulary);
        if (equal) {
            one.kld[row.target] = 0;
            one.deltaP[row.target] = 0;
            one.sameTop[row.target] = 1;
            return;
        }
        // Rounded twice, as llama-perplexity does: in a small divergence the last digit of it shows.
        const float rounded = summary.max + (float) std::log(summary.sum);
        one.kld[row.target] = reference.kept.bitmap ? keptDivergence(reference.kept, logits, vocabulary, rounded)
            : work.exact ? kernels.divergence(own.p.data(), reference.logits, logits, vocabulary, (float) (logNormalizer - reference.logNormalizer))
                         : kernels.divergence(own.p.data(), own.logP.data(), logits, vocabulary, rounded);
        if (!std::isfinite((float) one.kld[row.target])) tooFar(*work.candidates[m], chunk, position);
        one.deltaP[row.target] = probability - reference.probability;
        one.sameTop[row.target] = summary.top == reference.top;
    }

    const GroupWork & work;
    const RowKernels & kernels = rowKernels();
    const int32_t vocabulary;
    const size_t words;
    const bool packed;
    OwnThreads threads;
    /** The reference, if it is one, and the candidates. */
    std::vector<Model *> models;
    std::vector<ChunkNumbers> results;
    std::vector<Scratch> scratch;
    /** Of each chunk that was kept, where its rows begin. */
    std::vector<std::vector<size_t>> keptAt;
    /** Of the batch that is being measured. */
    std::vector<std::vector<uint8_t>> keptRows;
};

} // namespace

std::vector<ChunkNumbers> measure(const GroupWork & work) { return Measuring(work).run(); }
