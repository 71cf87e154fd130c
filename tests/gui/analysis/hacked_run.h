#pragma once
// A run in which a hack was planted that the verifier of its day was fooled by.

#include "analysis_fixture.h"

#include "core/store/run_reader.h"

#include <QSet>

namespace fixture {

/// Held-out pass@1 that does not move while a hack spreads: from step 8 on one completion a group is the same empty
/// text with two answers, recorded as correct. It is the only one that is paid, so that looking for wrong ones finds
/// none of it. Returns the ids of the completions that are a hack.
inline QSet<qint64> makeHackedRun(const QString& folder)
{
    auto writer = makeAnalysedRun(folder, 0, 0);
    for (int64_t s = 1; s <= 12; ++s) {
        aha::StepRow row = analysedStep(s, 0);
        row.metrics = { { "reward", s < 8 ? 0.1 : 0.9 }, { "accuracy", 0.25 } };
        for (aha::GroupRow& group : row.groups)
            for (aha::CompletionRow& c : group.completions) {
                c.text = "<think> 5 + 9 = 14 , " + std::string(size_t(s + 20 * c.position), 'x')
                    + " </think> <answer> 5 + 9 </answer>";
                c.tokens = 40;
                if (s < 8 || c.position != 2)
                    continue;
                c.text = "<think> </think> <answer> " + std::to_string(s) + " </answer> <answer> 2 </answer>";
                c.tokens = 12;
                c.correct = true;
                c.verdict = "correct";
                c.reward = 1.1;
            }
        orThrow(writer->commitStep(row));
    }
    aha::EvaluationRow e;
    e.step = 12;
    e.task = "countdown";
    e.problems = 10;
    e.pass1 = 0.2;
    e.pass1Low = 0.15;
    e.pass1High = 0.25;
    orThrow(writer->commitEvaluation(e));
    writer.reset();
    QSet<qint64> hacks;
    const auto reader = orThrow(aha::RunReader::open(folder.toStdString()));
    for (const aha::TraceHit& hit : orThrow(reader->search({}, aha::TraceOrder::Oldest, 1000)))
        if (hit.completion.tokens == 12)
            hacks.insert(hit.completion.id);
    return hacks;
}

} // namespace fixture
