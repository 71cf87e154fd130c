#pragma once
// Many configurations from one: a grid or random points over fields of the configuration table.

#include "core/config/run_config.h"

#include <stop_token>

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

using SweepSettings = std::vector<std::pair<std::string, std::string>>; ///< path and value of each axis

struct SweepPoint {
    RunConfig config;
    SweepSettings settings;
};

/// A combination that is no valid configuration, and why.
struct LeftOutPoint {
    SweepSettings settings;
    Error error;
    /// "With general.kind = sft, algorithm.loss_type = dapo: …"
    Error withSettings() const;
};

struct SweepPlan {
    std::vector<SweepPoint> points;
    std::vector<LeftOutPoint> leftOut;
};

inline constexpr int64_t kMostSweepPoints = 10000;

/// "optimizer.learning_rate=1e-5..1e-3 log x5", "rollout.temperature=0.8..1.2 x3", "seed=0,1,2",
/// "algorithm.loss_type=grpo,dapo". Whole numbers may be a range without a count: "seed=0..4". A value with commas or
/// line ends, or the empty one, stands in quotation marks, where \", \\, \n and \t mean what they do in JSON:
/// data.mapping="prompt=question, gold=answer","".
/// A key without its group must be the only field of that name. Every field may vary but general.name. Errors:
/// sweep_axis, config_unknown, and those of the field's own check for a value or an end of the range (config_type,
/// config_range, config_choice).
Result<SweepAxis> parseSweepAxis(const std::string& text);
/// Read again, it is the same axis: the ends of a range keep all their digits.
std::string toText(const SweepAxis& axis);

/// The values of a grid along one axis, as texts: the ends as given, between them six digits of what varies;
/// whole-number fields are rounded, and equal values come once.
Result<std::vector<std::string>> gridValues(const SweepAxis& axis);

/// A value as a list has it: in quotation marks where it needs them.
std::string quotedValue(const std::string& value);

/// The base as a run of another kind: what had the default gets the kind's, and what the kind does not read goes back
/// to its default.
RunConfig asKind(const RunConfig& base, const std::string& kind);

/// Every combination in order, the last axis fastest; without axes the base alone under its own name. Where
/// general.kind varies, the base of a point is asKind(), so that only settings that vary can contradict the kind.
/// Points have passed validate(), the others are left out. Errors: sweep_axis (a field twice), sweep_size (none, or
/// more than kMostSweepPoints), config_*, cancelled (`stop` is asked at every point: checking one takes up to a
/// millisecond).
Result<SweepPlan> planSweep(const RunConfig& base, const Sweep& sweep, std::stop_token stop = {});
/// Its points, where none is left out: else the error of the first one that is.
Result<std::vector<SweepPoint>> sweepPoints(const RunConfig& base, const Sweep& sweep);

/// "lr#12" -> "lr"; "" when the run is of no sweep.
std::string sweepOf(const std::string& runName);

} // namespace aha
