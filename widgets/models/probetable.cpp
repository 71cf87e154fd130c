#include "widgets/models/probetable.h"

#include "core/store/run_reader.h"
#include "widgets/language/translation.h"
#include "widgets/models/evaluationsampling.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace aha {

namespace {

/// The column of a step; where no problem was asked then, a new one between the others.
size_t columnAt(ProbeTable& table, const OutcomeSource& made)
{
    const auto later = std::find_if(table.sources.begin(), table.sources.end(),
        [&](const OutcomeSource& source) { return source.step > made.step; });
    const size_t at = size_t(later - table.sources.begin());
    if (at > 0 && table.sources[at - 1].step == made.step)
        return at - 1;
    table.sources.insert(later, made);
    table.answers.insert(table.answers.begin() + long(at), 0);
    table.matrix.samples.insert(table.matrix.samples.begin() + long(at), made.samples);
    for (OutcomeRow& row : table.matrix.rows)
        row.cells.insert(row.cells.begin() + long(at), OutcomeCell {});
    return at;
}

} // namespace

std::string writtenPrompt(const PromptRow& prompt)
{
    const auto json = nlohmann::json::parse(prompt.itemJson, nullptr, /*allow_exceptions=*/false);
    return json.is_object() && json.contains("prompt") && json["prompt"].is_string() ? json["prompt"].get<std::string>()
                                                                                     : prompt.text;
}

ProbeTable readProbes(const RunName& run)
{
    ProbeTable table { readCourse(run) };
    table.answers.resize(table.sources.size());
    const auto reader = RunReader::open(run.folder.toStdString());
    const auto answered = reader ? (*reader)->probes() : Result<std::vector<EvaluationRow>>(reader.error());
    if (reader && !answered && table.problem.isEmpty())
        table.problem = translated(answered.error().sentence());
    if (!answered || answered->empty())
        return table;
    if (const auto evaluations = (*reader)->evaluations(); evaluations && evaluations->empty())
        table.problem.clear(); // a run that asked its own prompts alone lacks nothing
    const EvaluationSampling sampling(**reader);
    std::map<std::string, std::string> written; // by what the model read
    std::map<int64_t, OutcomeColumn> columns; // by evaluation
    for (const EvaluationRow& e : *answered) {
        const Result<std::vector<EvaluationProblemRow>> rows
            = (*reader)->evaluationProblems(e.id, /*withExamples=*/false);
        if (!rows) {
            table.skipped << tr("step %1: %2").arg(QString::number(e.step), translated(rows.error().sentence()));
            continue; // the others can be read
        }
        for (const EvaluationProblemRow& row : *rows) {
            written.emplace(row.prompt.text, writtenPrompt(row.prompt));
            columns[e.id].problems.emplace_back(row.prompt.text, 0);
        }
        const size_t at
            = columnAt(table, { run, e.id, e.step, {}, 0, e.samples, 0, 0, 0, {}, {}, sampling.at(e.step) });
        table.answers[at] = e.id;
    }
    std::vector<OutcomeColumn> inOrder;
    for (const qint64 id : table.answers)
        inOrder.push_back(columns[id]);
    std::vector<OutcomeRow> own = outcomeMatrix(inOrder, /*course=*/true).rows;
    for (OutcomeRow& row : own) {
        for (OutcomeCell& cell : row.cells)
            cell.right = cell.position >= 0 ? kUnjudged : -1;
        table.own.push_back(written[row.problem]);
    }
    table.matrix.rows.insert(table.matrix.rows.begin(), own.begin(), own.end());
    return table;
}

} // namespace aha
