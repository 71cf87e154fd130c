#include "core/config/sweep.h"

#include "core/base/rng.h"
#include "core/config/held_out.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <set>

namespace aha {

namespace {

std::string stripped(const std::string& text)
{
    const size_t from = text.find_first_not_of(" \t"), to = text.find_last_not_of(" \t");
    return from == std::string::npos ? "" : text.substr(from, to - from + 1);
}

Error badAxis(const std::string& text, const std::string& why)
{
    return { "sweep_axis", "\"" + text + "\" is no axis of a sweep: " + why,
        "Examples: seed=0,1,2 and optimizer.learning_rate=1e-5..1e-3 log x5 and rollout.temperature=0.8..1.2 x3." };
}

/// The field that a person means; the alternative that `config` binds lives as long as it does.
Result<Field> fieldNamed(RunConfig& config, const std::string& name)
{
    std::vector<Field> matches;
    for (Field& field : fields(config))
        if (field.info.path() == name)
            return field;
        else if (field.info.key == name)
            matches.push_back(field);
    if (matches.size() > 1) // "seed" and the like: of the fields that this kind of run reads
        std::erase_if(matches, [&](const Field& field) { return !readsField(config.general.kind, field.info); });
    if (matches.size() == 1)
        return matches[0];
    if (matches.empty())
        return Error { "config_unknown", "There is no setting \"" + name + "\".",
            "ahascope train --help and the form of Configure list them." };
    return Error { "config_unknown",
        "Several groups have a setting \"" + name + "\": " + matches[0].info.path() + " and " + matches[1].info.path()
            + ".",
        "Write it with its group." };
}

bool whole(const Field& field) { return std::holds_alternative<int64_t*>(field.value); }
bool numeric(const Field& field) { return whole(field) || std::holds_alternative<double*>(field.value); }

constexpr int kDigits = 6; ///< of values that people compare
constexpr double kLargestWhole = 9007199254740992.0; ///< 2^53: up to here a double holds every whole number

/// Rounded to a whole number.
std::string wholeText(double value)
{
    char text[512]; // the largest double has 309 digits
    return { text, std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, 0).ptr };
}

std::string roundedText(double value, int digits)
{
    char text[64];
    return { text, std::to_chars(text, text + sizeof text, value, std::chars_format::general, digits).ptr };
}

/// The shortest text that is read back as the same number; whole numbers as such, so 1000000 and not 1e+06.
std::string exactText(double value)
{
    if (value == std::floor(value) && std::abs(value) <= kLargestWhole)
        return wholeText(value);
    const std::string text = roundedText(value, kDigits);
    double again = 0;
    std::from_chars(text.data(), text.data() + text.size(), again);
    if (again == value)
        return text;
    char all[32];
    return { all, std::to_chars(all, all + sizeof all, value).ptr };
}

/// NaN where the text is no number.
double number(const std::string& text)
{
    const std::string word = stripped(text);
    char* end = nullptr;
    const double value = std::strtod(word.c_str(), &end);
    return word.empty() || *end != 0 || !std::isfinite(value) ? std::nan("") : value;
}

/// The value as the field writes it; an error where it takes no such value.
Result<std::string> canonical(const std::string& path, const std::string& value)
{
    RunConfig scratch;
    Result<Field> field = fieldNamed(scratch, path);
    if (!field)
        return field.error();
    if (Result<void> fits = field->fromText(value); !fits)
        return fits.error();
    return field->toText();
}

/// What stands between quotation marks from `at`, which is moved behind the closing one; nullopt without that.
std::optional<std::string> quoted(const std::string& text, size_t& at)
{
    std::string value;
    while (++at < text.size() && text[at] != '"') {
        const char next = text[at] == '\\' && at + 1 < text.size() ? text[at + 1] : '\0';
        const bool escape = next == '"' || next == '\\' || next == 'n' || next == 't';
        value += !escape ? text[at] : next == 'n' ? '\n' : next == 't' ? '\t' : next;
        at += escape;
    }
    return at++ < text.size() ? std::optional(value) : std::nullopt;
}

/// Values with commas between them. An empty one is left out, but for "".
Result<std::vector<std::string>> listed(const std::string& axis, const std::string& list)
{
    std::vector<std::string> values;
    for (size_t from = 0; from < list.size(); ++from) {
        from = std::min(list.find_first_not_of(" \t", from), list.size());
        if (from < list.size() && list[from] == '"') {
            const std::optional<std::string> value = quoted(list, from);
            if (!value)
                return badAxis(axis, "a quotation mark is not closed.");
            const size_t comma = std::min(list.find(',', from), list.size());
            if (!stripped(list.substr(from, comma - from)).empty())
                return badAxis(axis, "a comma must follow the closing quotation mark.");
            values.push_back(*value);
            from = comma;
            continue;
        }
        const size_t comma = std::min(list.find(',', from), list.size());
        if (const std::string value = stripped(list.substr(from, comma - from)); !value.empty())
            values.push_back(value);
        from = comma;
    }
    return values;
}

} // namespace

std::string quotedValue(const std::string& value)
{
    if (!value.empty() && value.front() != '"' && value == stripped(value)
        && value.find_first_of(",\n\t") == std::string::npos)
        return value;
    std::string text = "\"";
    for (const char c : value)
        text += c == '\n'           ? "\\n"
            : c == '\t'             ? "\\t"
            : c == '"' || c == '\\' ? std::string { '\\', c }
                                    : std::string(1, c);
    return text + "\"";
}

RunConfig asKind(const RunConfig& base, const std::string& kind)
{
    RunConfig config = base;
    if (kind == base.general.kind)
        return config;
    changeKind(config, kind);
    RunConfig defaults = defaultConfig(kind);
    const std::vector<Field> usual = fields(defaults);
    std::vector<Field> now = fields(config);
    for (size_t i = 0; i < now.size(); ++i)
        if (!readsField(kind, now[i].info))
            (void)now[i].fromJson(usual[i].toJson()); // a default: it fits
    for (size_t i = 0; i < now.size(); ++i) // what only the fields above switched on
        if (!readsField(config, now[i].info))
            (void)now[i].fromJson(usual[i].toJson());
    return config;
}

Error LeftOutPoint::withSettings() const
{
    std::string list;
    for (const auto& [path, value] : settings)
        list += (list.empty() ? "" : ", ") + path + " = " + quotedValue(value);
    return { error.code, list.empty() ? error.message : "With " + list + ": " + error.message, error.hint };
}

Result<SweepAxis> parseSweepAxis(const std::string& text)
{
    const size_t equals = text.find('=');
    if (equals == std::string::npos)
        return badAxis(text, "it has no \"=\".");
    RunConfig scratch;
    const Result<Field> field = fieldNamed(scratch, stripped(text.substr(0, equals)));
    if (!field)
        return field.error();
    SweepAxis axis;
    axis.path = field->info.path();
    if (axis.path == "general.name")
        return badAxis(text, "a sweep names its runs itself.");
    std::string rest = stripped(text.substr(equals + 1));
    const size_t dots = rest.find("..");
    if (dots == std::string::npos || !numeric(*field)) {
        const Result<std::vector<std::string>> values = listed(text, rest);
        if (!values)
            return values.error();
        std::set<std::string> known; // "0.1" and "1e-1" are one value
        for (const std::string& value : *values) {
            const Result<std::string> fits = canonical(axis.path, value);
            if (!fits)
                return fits.error();
            if (known.insert(*fits).second)
                axis.values.push_back(value);
        }
        if (axis.values.empty())
            return badAxis(text, "it names no value.");
        return axis;
    }
    axis.scale = SweepAxis::Scale::Linear;
    const double low = number(rest.substr(0, dots));
    rest = rest.substr(dots + 2);
    size_t word = std::min(rest.find(' ', rest.find_first_not_of(' ')), rest.size());
    const double high = number(rest.substr(0, word));
    if (!(low < high))
        return badAxis(text, "a range goes from a smaller number to a larger one.");
    axis.low = low;
    axis.high = high;
    for (rest = stripped(rest.substr(word)); !rest.empty(); rest = stripped(rest.substr(word))) {
        word = std::min(rest.find(' '), rest.size());
        const std::string one = rest.substr(0, word);
        const double count = one[0] == 'x' ? number(one.substr(1)) : std::nan("");
        if (one == "log")
            axis.scale = SweepAxis::Scale::Log;
        else if (count >= 2 && count <= double(kMostSweepPoints) && count == std::floor(count))
            axis.count = int64_t(count);
        else
            return badAxis(text, "\"" + one + "\" is neither log nor a count of at least two such as x5.");
    }
    if (axis.scale == SweepAxis::Scale::Log && axis.low <= 0)
        return badAxis(text, "a range by factors begins above zero.");
    for (const double end : { axis.low, axis.high })
        if (Result<std::string> fits = canonical(axis.path, whole(*field) ? wholeText(end) : exactText(end)); !fits)
            return fits.error();
    if (axis.count == 0 && whole(*field) && axis.scale == SweepAxis::Scale::Linear
        && axis.high - axis.low < double(kMostSweepPoints))
        axis.count = int64_t(axis.high - axis.low) + 1;
    return axis;
}

std::string toText(const SweepAxis& axis)
{
    std::string text = axis.path + "=";
    if (axis.scale == SweepAxis::Scale::List) {
        for (size_t i = 0; i < axis.values.size(); ++i)
            text += (i ? "," : "") + quotedValue(axis.values[i]);
        return text;
    }
    return text + exactText(axis.low) + ".." + exactText(axis.high)
        + (axis.scale == SweepAxis::Scale::Log ? " log" : "")
        + (axis.count > 0 ? " x" + std::to_string(axis.count) : "");
}

namespace {

bool wholeAt(const std::string& path)
{
    RunConfig scratch;
    const Result<Field> field = fieldNamed(scratch, path);
    return field && whole(*field);
}

/// Where a share of the range stands: its ends exactly at 0 and 1.
double between(const SweepAxis& axis, double share)
{
    if (share == 0 || share == 1)
        return share == 0 ? axis.low : axis.high;
    if (axis.scale == SweepAxis::Scale::Log)
        return std::exp(std::log(axis.low) + share * (std::log(axis.high) - std::log(axis.low)));
    return axis.low + share * (axis.high - axis.low);
}

/// A value of the range: its ends as they were given, what is between them rounded. Six digits of what varies: a range
/// between two close numbers needs those that they have in common as well, or its values would become one.
std::string valueText(const SweepAxis& axis, double value, bool asWhole)
{
    if (asWhole)
        return wholeText(value);
    if (value == axis.low || value == axis.high)
        return exactText(value);
    const double common = std::log10(std::max(std::abs(axis.low), std::abs(axis.high)) / (axis.high - axis.low));
    return roundedText(value, kDigits + int(std::clamp(std::floor(common), 0.0, 17.0 - kDigits)));
}

} // namespace

Result<std::vector<std::string>> gridValues(const SweepAxis& axis)
{
    if (axis.scale == SweepAxis::Scale::List)
        return axis.values;
    if (axis.count < 2)
        return Error { "sweep_axis", axis.path + " has a range without a count, which a grid needs.",
            "Add one, such as x5, or draw random points." };
    const bool rounded = wholeAt(axis.path);
    std::vector<std::string> values;
    for (int64_t i = 0; i < axis.count; ++i) {
        const std::string value = valueText(axis, between(axis, double(i) / double(axis.count - 1)), rounded);
        if (values.empty() || values.back() != value)
            values.push_back(value);
    }
    return values;
}

Result<SweepPlan> planSweep(const RunConfig& base, const Sweep& sweep, std::stop_token stop)
{
    for (size_t i = 0; i < sweep.axes.size(); ++i)
        for (size_t j = 0; j < i; ++j)
            if (sweep.axes[i].path == sweep.axes[j].path)
                return Error { "sweep_axis", sweep.axes[i].path + " varies on two axes.",
                    "Put all its values on one." };
    if (sweep.samples < 0 || sweep.samples > kMostSweepPoints)
        return Error { "sweep_size",
            "A sweep draws 1 to " + std::to_string(kMostSweepPoints) + " random points, not "
                + std::to_string(sweep.samples) + ".",
            "" };
    std::vector<std::vector<std::string>> rows { {} }; // a value for each axis
    if (sweep.samples > 0 && !sweep.axes.empty()) {
        rows.clear();
        std::set<std::vector<std::string>> known; // a list draws the same again and again
        std::vector<bool> rounded;
        for (const SweepAxis& axis : sweep.axes)
            rounded.push_back(wholeAt(axis.path));
        for (int64_t i = 0; i < sweep.samples; ++i) {
            std::vector<std::string> row;
            for (size_t a = 0; a < sweep.axes.size(); ++a) {
                const SweepAxis& axis = sweep.axes[a];
                Rng random(sweep.seed, Purpose::Shuffle, uint64_t(i), a);
                if (axis.scale == SweepAxis::Scale::List) {
                    row.push_back(axis.values[random.below(axis.values.size())]);
                } else if (rounded[a] && axis.scale == SweepAxis::Scale::Linear) {
                    row.push_back(std::to_string(random.between(int64_t(axis.low), int64_t(axis.high))));
                } else {
                    row.push_back(valueText(axis, between(axis, random.uniform()), rounded[a]));
                }
            }
            if (known.insert(row).second)
                rows.push_back(std::move(row));
        }
    } else {
        for (const SweepAxis& axis : sweep.axes) {
            const Result<std::vector<std::string>> values = gridValues(axis);
            if (!values)
                return values.error();
            if (double(rows.size()) * double(values->size()) > double(kMostSweepPoints))
                return Error { "sweep_size", "The grid has more than " + std::to_string(kMostSweepPoints) + " points.",
                    "Take fewer values, or draw random points." };
            std::vector<std::vector<std::string>> next;
            for (const std::vector<std::string>& row : rows)
                for (const std::string& value : *values) {
                    next.push_back(row);
                    next.back().push_back(value);
                }
            rows = std::move(next);
        }
    }
    SweepPlan plan;
    for (const std::vector<std::string>& row : rows) {
        if (stop.stop_requested())
            return Error { "cancelled", "Cancelled.", "" };
        SweepPoint point { base, {} };
        for (size_t a = 0; a < row.size(); ++a) {
            point.settings.emplace_back(sweep.axes[a].path, row[a]);
            if (sweep.axes[a].path == "general.kind") // before the others, wherever it stands: it brings its defaults
                point.config = asKind(base, row[a]);
        }
        for (const auto& [path, value] : point.settings)
            if (path != "general.kind")
                if (Result<void> set = applySetting(point.config, path + "=" + value); !set)
                    return set.error();
        if (!sweep.axes.empty())
            point.config.general.name = sweep.name + "#" + std::to_string(plan.points.size() + 1);
        if (Result<void> valid = validate(point.config); valid)
            plan.points.push_back(std::move(point));
        else
            plan.leftOut.push_back({ std::move(point.settings), valid.error() });
    }
    return plan;
}

Result<std::vector<SweepPoint>> sweepPoints(const RunConfig& base, const Sweep& sweep)
{
    Result<SweepPlan> plan = planSweep(base, sweep);
    if (!plan)
        return plan.error();
    if (!plan->leftOut.empty())
        return plan->leftOut.front().withSettings();
    return std::move(plan->points);
}

std::string sweepOf(const std::string& runName)
{
    const size_t mark = runName.rfind('#');
    const bool numbered = mark != std::string::npos && mark > 0 && mark + 1 < runName.size()
        && std::all_of(
            runName.begin() + std::ptrdiff_t(mark) + 1, runName.end(), [](char c) { return c >= '0' && c <= '9'; });
    return numbered ? runName.substr(0, mark) : "";
}

} // namespace aha
