#include "core/store/digest.h"

#include "core/base/files.h"

#include <cmath>
#include <cstring>

namespace aha {

namespace {

/// Unambiguous bytes: every text carries its length, numbers their raw bits.
class Canonical {
public:
    void add(const std::string& text)
    {
        add(int64_t(text.size()));
        m_bytes += text;
    }
    void add(int64_t value) { m_bytes.append(reinterpret_cast<const char*>(&value), sizeof value); }
    void add(double value)
    {
        if (std::isnan(value))
            value = std::nan(""); // all NaNs are one
        m_bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    void add(const Metrics& metrics)
    {
        for (const auto& [name, value] : metrics)
            if (name.rfind("perf/", 0) != 0) {
                add(name);
                add(value);
            }
    }
    std::string digest() const { return sha256Hex(m_bytes); }

private:
    std::string m_bytes;
};

} // namespace

std::string digestOf(const StepRow& step)
{
    Canonical c;
    c.add(step.step);
    c.add(step.stageId);
    c.add(step.metrics);
    for (const GroupRow& group : step.groups) {
        c.add(group.prompt.text);
        c.add(group.prompt.itemJson);
        for (const CompletionRow& completion : group.completions) {
            c.add(completion.finishReason);
            c.add(completion.reward ? *completion.reward : std::nan(""));
            c.add(completion.advantage);
            c.add(completion.reason);
            c.add(int64_t(completion.tokenIds.size()));
            for (const int32_t id : completion.tokenIds)
                c.add(int64_t(id));
        }
    }
    return c.digest();
}

std::string digestOf(const EvaluationRow& evaluation)
{
    Canonical c;
    c.add(evaluation.step);
    c.add(evaluation.task);
    c.add(int64_t(evaluation.problems));
    c.add(int64_t(evaluation.samples));
    c.add(evaluation.pass1);
    c.add(evaluation.metrics);
    for (const EvaluationProblemRow& row : evaluation.rows) {
        c.add(row.prompt.text);
        c.add(int64_t(row.correct));
        c.add(row.example);
    }
    return c.digest();
}

} // namespace aha
