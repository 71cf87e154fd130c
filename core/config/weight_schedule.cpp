#include "core/config/weight_schedule.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace aha {

namespace {

constexpr double kLargest = 100; // as the plain weights

/// Reads the text from left to right; what it throws becomes the parser's error.
class Reader {
public:
    explicit Reader(const std::string& text)
        : m_text(text)
    {
    }

    bool atEnd()
    {
        skipSpace();
        return m_at == m_text.size();
    }
    bool take(char c)
    {
        skipSpace();
        const bool there = m_at < m_text.size() && m_text[m_at] == c;
        m_at += there;
        return there;
    }
    /// Up to white space or one of ":;@".
    std::string word()
    {
        skipSpace();
        m_begin = m_at;
        m_at = std::min(m_text.find_first_of(" \t\n:;@", m_at), m_text.size());
        return m_text.substr(m_begin, m_at - m_begin);
    }
    template <class Number> Number number(const char* what)
    {
        const std::string text = word();
        Number value {};
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (text.empty() || error != std::errc() || end != text.data() + text.size())
            fail("expected " + std::string(what) + ", and there is " + shown(text) + ".");
        return value;
    }
    /// At the word that was read last.
    [[noreturn]] void fail(const std::string& what) const { failAt(m_begin, what); }
    [[noreturn]] void failHere(const std::string& what) { failAt(atEnd() ? m_text.size() : m_at, what); }
    std::string next()
    {
        const size_t at = m_at;
        const std::string text = atEnd() ? "" : m_text.substr(m_at, 1);
        m_at = at;
        return shown(text);
    }
    static std::string shown(const std::string& text) { return text.empty() ? "nothing" : "\"" + text + "\""; }

private:
    [[noreturn]] static void failAt(size_t at, const std::string& what)
    {
        throw Failure({ "config_rule", "rewards.weight_schedule, column " + std::to_string(at + 1) + ": " + what,
            "Write parts and their points, value@step: length: 0@1 1@100; format: 1@50 0.1@100." });
    }
    void skipSpace() { m_at = std::min(m_text.find_first_not_of(" \t\n", m_at), m_text.size()); }

    const std::string& m_text;
    size_t m_at = 0, m_begin = 0;
};

RewardWeight readPart(Reader& in)
{
    const std::string name = in.word();
    for (const RewardWeight& part : kRewardWeights)
        if (name == part.name)
            return part;
    std::string known;
    for (const RewardWeight& part : kRewardWeights)
        known += (known.empty() ? "" : ", ") + std::string(part.name);
    in.fail(Reader::shown(name) + " is no part of the reward; there are " + known + ".");
}

std::pair<int64_t, double> readPoint(Reader& in)
{
    const double weight = in.number<double>("a weight");
    if (!std::isfinite(weight) || std::abs(weight) > kLargest)
        in.fail("a weight must lie between -100 and 100.");
    if (!in.take('@'))
        in.failHere("expected @ and a step after the weight, and there is " + in.next() + ".");
    const int64_t step = in.number<int64_t>("a step (a whole number)");
    if (step < 0)
        in.fail("a step is not negative.");
    return { step, weight };
}

} // namespace

double WeightCurve::at(int64_t step) const
{
    const auto after = std::upper_bound(
        points.begin(), points.end(), step, [](int64_t s, const auto& point) { return s < point.first; });
    if (after == points.begin())
        return points.front().second;
    if (after == points.end())
        return points.back().second;
    const auto& [from, low] = *std::prev(after);
    const auto& [to, high] = *after;
    return low + (high - low) * double(step - from) / double(to - from);
}

Result<std::vector<WeightCurve>> parseWeightSchedule(const std::string& text)
{
    std::vector<WeightCurve> curves;
    try {
        for (Reader in(text); !in.atEnd();) {
            WeightCurve curve { readPart(in), {} };
            for (const WeightCurve& other : curves)
                if (other.part.weight == curve.part.weight)
                    in.fail(std::string(curve.part.name) + " has a schedule already.");
            if (!in.take(':'))
                in.failHere("expected a colon after " + std::string(curve.part.name) + ", and there is " + in.next()
                    + ".");
            do {
                const std::pair<int64_t, double> point = readPoint(in);
                if (!curve.points.empty() && point.first <= curve.points.back().first)
                    in.fail("step " + std::to_string(point.first) + " does not come after step "
                        + std::to_string(curve.points.back().first) + ".");
                curve.points.push_back(point);
            } while (!in.atEnd() && !in.take(';'));
            curves.push_back(std::move(curve));
        }
    } catch (const Failure& failure) {
        return failure.error();
    }
    return curves;
}

bool isScheduled(const RewardConfig& rewards, double RewardConfig::*weight)
{
    if (rewards.weightSchedule.empty())
        return false;
    const Result<std::vector<WeightCurve>> curves = parseWeightSchedule(rewards.weightSchedule);
    return curves && std::any_of(curves->begin(), curves->end(), [&](const WeightCurve& curve) {
        return curve.part.weight == weight;
    });
}

bool isWeighed(const RewardConfig& rewards, double RewardConfig::*weight)
{
    return rewards.*weight != 0 || isScheduled(rewards, weight);
}

RewardConfig rewardsAt(RewardConfig rewards, int64_t step)
{
    for (const WeightCurve& curve : orThrow(parseWeightSchedule(rewards.weightSchedule)))
        rewards.*curve.part.weight = curve.at(step);
    return rewards;
}

} // namespace aha
