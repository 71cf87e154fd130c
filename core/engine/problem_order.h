#pragma once
// Which problems of a pool a step has (Kimi k1.5, arXiv 2501.12599 §2.3.4).
//   prioritized  a problem comes with probability proportional to 1 - s, s its success rate: the share of right
//                completions among all that it had in this run. Before it had any: the pass rate of its row, else 0.
//   curriculum   at step t the easiest n(t) = max(prompts a step, ⌈pool · min(1, t / curriculum_steps)⌉) are open, and
//                each of them is as likely. Easier: the higher pass rate of its row; a row (or task) without one counts
//                by its success rate so far, and before it was sampled by the mean of those that were (0.5 for none).
//                Equals: in the order of the pool.
// The pool is the first problems of the task, or rows of the data set. Within a step nothing comes twice before all
// that can come have come; when all weights are 0, each is as likely.

#include "core/base/result.h"
#include "core/config/run_config.h"

#include <functional>
#include <optional>
#include <set>
#include <vector>

namespace aha {

/// Draws depend on seed, step, round and on what was recorded before. One thread at a time.
class ProblemOrder {
public:
    /// `passRates`: of each problem of the pool; empty where nothing is known of it.
    ProblemOrder(const RunConfig& config, std::vector<std::optional<double>> passRates);

    /// Numbers of `count` problems. `used`: those of this step so far; the new ones are added.
    std::vector<uint64_t> draw(int64_t step, int64_t round, int64_t count, std::set<uint64_t>& used) const;
    /// What its completions came out as; those that could not be judged are in neither number.
    void record(uint64_t problem, int64_t right, int64_t judged);

    struct Summary {
        double sampled = 0; ///< problems that had completions
        double meanRate = 0; ///< mean success rate over them; NaN for none
    };
    Summary summary() const;
    /// n(t) of a curriculum; the whole pool with any other order.
    size_t open(int64_t step) const;

    std::string state() const; ///< JSON
    /// Error: checkpoint_invalid, when it is not of this pool.
    Result<void> restore(const std::string& json);

private:
    struct Record {
        int64_t right = 0, judged = 0;
    };
    std::vector<double> weights(int64_t step) const;

    std::string m_order;
    uint64_t m_seed;
    int64_t m_promptsPerStep, m_curriculumSteps;
    std::vector<std::optional<double>> m_passRates;
    std::vector<Record> m_records;
};

} // namespace aha
