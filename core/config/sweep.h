#pragma once
// Many configurations from one: a grid or random points over fields of the configuration table.

#include "core/config/run_config.h"

namespace aha {

/// One field that varies: by a list of values, or over a range.
struct SweepAxis {
    enum class Scale { List, Linear, Log };
    std::string path; ///< "group.key"
    Scale scale = Scale::List;
    std::vector<std::string> values; ///< of a list, as a person types them
    double low = 0, high = 0; ///< of a range, both included
    int64_t count = 0; ///< points of a range in a grid
};

struct Sweep {
    std::string name; ///< runs are called name#1, name#2, …: what brings the sweep together again
    std::vector<SweepAxis> axes;
    int64_t samples = 0; ///< > 0: so many random points in place of the grid
    uint64_t seed = 0; ///< of the random points
};

struct SweepPoint {
    RunConfig config;
    std::vector<std::pair<std::string, std::string>> settings; ///< path and value of each axis
};

inline constexpr int64_t kMostSweepPoints = 10000;

/// "optimizer.learning_rate=1e-5..1e-3 log x5", "rollout.temperature=0.8..1.2 x3", "seed=0,1,2",
/// "algorithm.loss_type=grpo,dapo". Whole numbers may be a range without a count: "seed=0..4".
/// A key without its group must be the only field of that name. Errors: sweep_axis, config_unknown, and those of the
/// field's own check for a value or an end of the range (config_type, config_range, config_choice).
Result<SweepAxis> parseSweepAxis(const std::string& text);
std::string toText(const SweepAxis& axis);

/// The values of a grid along one axis, as texts; whole-number fields are rounded, and equal values come once.
Result<std::vector<std::string>> gridValues(const SweepAxis& axis);

/// Every point in order, the last axis fastest; without axes the base alone under its own name. Each configuration has
/// passed validate(): the error names the point. Errors: sweep_axis (a field twice), sweep_size (none, or more than
/// kMostSweepPoints), config_*.
Result<std::vector<SweepPoint>> sweepPoints(const RunConfig& base, const Sweep& sweep);

/// "lr#12" -> "lr"; "" when the run is of no sweep.
std::string sweepOf(const std::string& runName);

} // namespace aha
