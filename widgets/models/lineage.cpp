#include "widgets/models/lineage.h"

#include "core/base/files.h"
#include "core/config/data_sources.h"
#include "core/data/layout.h"
#include "core/data/split_files.h"
#include "core/protocol/run_folder.h"
#include "core/run/runlauncher.h"
#include "core/store/run_reader.h"
#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/models/grouplistmodel.h"
#include "widgets/models/tracelistmodel.h"
#include "widgets/models/visibletext.h"

#include <algorithm>

namespace aha {

namespace {

namespace fs = std::filesystem;
constexpr int kOwnSteps = 20; ///< newest steps whose groups are offered where there is no data file

template <class T> T valueOr(Result<T> result, T otherwise)
{
    return result ? std::move(*result) : std::move(otherwise);
}

QString shown(const std::string& text) { return visibleLine(std::string_view(text).substr(0, 200)); }

std::string textAt(const data::Row& row, const char* name)
{
    const auto found = row.find(name);
    return found != row.end() && found->is_string() ? found->get<std::string>() : std::string();
}

qint64 numberAt(const data::Row& row, const char* name)
{
    const auto found = row.find(name);
    return found != row.end() && found->is_number_integer() ? found->get<qint64>() : -1;
}

LineageSample sampleFrom(const data::Example& example, const data::Row& row, quint64 number)
{
    LineageSample sample;
    sample.row = number;
    sample.prompt = example.prompt.joined();
    sample.completion = example.kind == data::Kind::Preference ? example.chosen.joined() : example.completion.joined();
    for (const data::SolutionStep& step : example.steps)
        sample.completion += (sample.completion.empty() ? "" : "\n") + step.text;
    if (const auto origin = row.find("provenance"); origin != row.end() && origin->is_object()) {
        sample.run = textAt(*origin, "run");
        sample.runId = textAt(*origin, "run_id");
        sample.verdict = textAt(*origin, "verdict");
        sample.step = numberAt(*origin, "step");
        sample.completionId = numberAt(*origin, "completion");
    }
    return sample;
}

/// The first rows of a file of `source.files`, up to its share.
void readRows(const std::string& split, size_t index, LineageSource& source)
{
    LineageFile& file = source.files[index];
    const size_t mostRows = kLineageRows / source.files.size(), mostBytes = kLineageBytes / source.files.size();
    const Result<data::Split> files = data::chooseSplit(file.path.toStdString(), split);
    const Result<data::Head> head
        = files ? data::readHead(files->files, mostRows + 1) : Result<data::Head>(files.error());
    if (!head) {
        file.problem
            = tr("The rows that the run learned from cannot be read: %1").arg(translated(head.error().sentence()));
        return;
    }
    const size_t sampleRows = std::min<size_t>(head->rows.size(), 100);
    const Result<data::Mapping> mapping
        = data::recognise({ head->rows.begin(), head->rows.begin() + std::ptrdiff_t(sampleRows) });
    if (!mapping) {
        file.problem = translated(mapping.error().sentence());
        return;
    }
    size_t bytes = 0, rows = 0;
    for (size_t i = 0; i < head->rows.size(); ++i) {
        if (i == mostRows || bytes > mostBytes) {
            source.more = true;
            break;
        }
        if (const Result<data::Example> example = data::toExample(*mapping, head->rows[i])) {
            LineageSample sample = sampleFrom(*example, head->rows[i], i + 1);
            sample.file = index;
            bytes += sample.prompt.size() + sample.completion.size();
            ++rows;
            source.samples.push_back(std::move(sample));
        }
    }
    if (rows == 0)
        file.problem = tr("No row of %1 could be read as a training sample.").arg(file.path);
}

void readOwn(LineageSource& source)
{
    const auto reader = RunReader::open(source.folder.toStdString());
    if (!reader) {
        source.problem = translated(reader.error().sentence());
        return;
    }
    const std::string runId = valueOr((*reader)->info("run_id"), std::string());
    const int64_t last = valueOr((*reader)->lastStep(), int64_t(-1));
    for (int64_t step = last; step > std::max<int64_t>(0, last - kOwnSteps); --step)
        if (const auto groups = (*reader)->groupsWithCompletions(step))
            for (const GroupRow& group : *groups) {
                if (group.completions.empty())
                    continue;
                const int index = std::max(0, GroupListModel::mostInteresting(group));
                const CompletionRow& one = group.completions[std::min(size_t(index), group.completions.size() - 1)];
                source.samples.push_back({ quint64(step), group.prompt.text, {},
                    fs::path(source.folder.toStdString()).filename().string(), runId, one.verdict, step, one.id });
            }
    if (source.samples.empty())
        source.problem = tr("%1 names no data file, and it has not sampled a completion yet.").arg(source.label);
}

struct Found {
    fs::path folder;
    std::unique_ptr<RunReader> reader;
};

/// The run a row came from: beside the data file, beside the student, by its id.
Found findRun(const LineageSource& source, const LineageSample& sample)
{
    const fs::path student = source.folder.toStdString(),
                   beside = sample.file < source.files.size()
        ? fs::path(source.files[sample.file].path.toStdString()).parent_path()
        : fs::path();
    std::vector<fs::path> candidates { source.files.empty() ? student : beside };
    if (!sample.run.empty() && sample.run.find('/') == std::string::npos && sample.run != "..")
        for (const fs::path& shelf : { beside.parent_path(), student.parent_path() })
            candidates.push_back(shelf / sample.run);
    std::error_code ignored;
    if (!sample.runId.empty())
        for (const fs::directory_entry& entry : fs::directory_iterator(student.parent_path(), ignored))
            candidates.push_back(entry.path());
    for (const fs::path& folder : candidates) {
        if (!fs::exists(folder / run_folder::kDatabase, ignored))
            continue;
        Result<std::unique_ptr<RunReader>> reader = RunReader::open(folder);
        if (reader && (sample.runId.empty() || valueOr((*reader)->info("run_id"), std::string()) == sample.runId))
            return { folder, std::move(*reader) };
    }
    return {};
}

/// The completion of the same prompt with the same text; nullopt when there is none.
std::optional<CompletionRow> findByText(RunReader& reader, const LineageSample& sample)
{
    const auto answers = reader.answersOf(sample.prompt);
    if (!answers || !*answers)
        return std::nullopt;
    if (const auto groups = reader.groupsOfPrompt((*answers)->prompt.id))
        for (const GroupRow& group : *groups)
            if (const auto completions = reader.completions(group.id))
                for (const CompletionRow& one : *completions)
                    if (auto whole = reader.completionText(one.id); whole && whole->text == sample.completion)
                        return *whole;
    return std::nullopt;
}

QString verdictFacts(const CompletionRow& row)
{
    return tr("verdict %1, reward %2, %3 tokens")
        .arg(verdictText(row), row.reward ? fixedNumber(*row.reward, 2) : QStringLiteral("–"),
            QString::number(row.tokens));
}

/// The completion is the text of the link.
void keepCompletion(LineageStep& link, const QString& folder, const RunReader& reader, const CompletionRow& row)
{
    link.text = row.text;
    link.textFolder = folder;
    link.textCompletion = row.id;
    link.detail = valueOr(reader.tokenDetail(row.id), std::optional<TokenDetail>());
    link.tokenIds = row.tokenIds;
    link.advantage = row.advantage;
}

LineageStep answerNow(RunReader& reader, const LineageSource& source, const LineageSample& sample)
{
    LineageStep link;
    link.title = tr("What %1 answers now").arg(source.label);
    link.heading = shown(sample.prompt);
    link.folder = source.folder;
    const auto answers = reader.answersOf(sample.prompt);
    if (answers && *answers) {
        link.itemJson = (*answers)->prompt.itemJson;
        const auto groups = reader.groupsOfPrompt((*answers)->prompt.id);
        const auto& held = (*answers)->evaluations;
        const int64_t trained = groups && !groups->empty() ? groups->back().step : -1;
        const bool own = !sample.runId.empty() && sample.runId == valueOr(reader.info("run_id"), std::string());
        if (own && std::max(trained, held.empty() ? -1 : held.back().step) <= sample.step) {
            link.known = false; // the newest answer is the one that was learned from
            link.facts = tr("Not asked after step %1. Copy the prompt and ask in the Playground.").arg(sample.step);
            return link;
        }
        if (!held.empty() && held.back().step >= trained) {
            const auto& e = held.back();
            link.evaluationId = e.id;
            link.position = e.position;
            link.text = valueOr(reader.evaluationExample(e.id, e.position), std::string());
            link.facts = tr("step %1, held-out: %2 of n = %3 right").arg(e.step).arg(e.correct).arg(e.samples);
            return link;
        }
        if (trained >= 0)
            if (auto completions = reader.completions(groups->back().id); completions && !completions->empty()) {
                GroupRow group = groups->back();
                group.completions = std::move(*completions);
                const size_t index = std::min(
                    size_t(std::max(0, GroupListModel::mostInteresting(group))), group.completions.size() - 1);
                const CompletionRow& one = group.completions[index];
                const int right = int(std::count_if(group.completions.begin(), group.completions.end(),
                    [](const CompletionRow& c) { return c.correct; }));
                const int judged = judgedOf(group), all = int(group.completions.size());
                link.completionId = one.id;
                if (const auto whole = reader.completionText(one.id))
                    keepCompletion(link, source.folder, reader, *whole);
                link.facts = (judged == all ? tr("step %1, sampled in training: %2 of n = %3 right; sample %4, %5")
                                                  .arg(trained)
                                                  .arg(right)
                                                  .arg(all)
                                            : tr("step %1, sampled in training: %2; sample %3, %4")
                                                  .arg(trained)
                                                  .arg(rightText(right, judged, all)))
                                 .arg(one.position + 1)
                                 .arg(verdictFacts(one));
                return link;
            }
    }
    link.known = false;
    link.facts = tr("Not asked: neither held out nor sampled. Copy the prompt and ask in the Playground.");
    return link;
}

} // namespace

namespace {

/// Where the file lies that a configuration names: engines run where the runs' folder is.
QString foundFile(const std::string& given)
{
    fs::path file = given;
    std::error_code ignored;
    if (file.is_relative() && !fs::exists(file, ignored))
        for (const QString& root : { resourceRootFolder(), runsFolder() + QStringLiteral("/..") })
            if (const fs::path other = fs::path(root.toStdString()) / given; fs::exists(other, ignored)) {
                file = other;
                break;
            }
    return QString::fromStdString(file.string());
}

QString fileName(const QString& path) { return visibleLine(fs::path(path.toStdString()).filename().string()); }

} // namespace

LineageSource readLineage(const QString& folder, const QString& label)
{
    LineageSource source;
    source.folder = folder;
    source.label = label;
    const Result<std::string> text = readFile(fs::path(folder.toStdString()) / run_folder::kConfig, 1 << 20);
    const Result<RunConfig> config = text ? runConfigFromJson(*text) : Result<RunConfig>(text.error());
    if (!config) {
        source.problem = translated(config.error().sentence());
        return source;
    }
    source.kind = visibleLine(config->general.kind);
    if (config->general.kind == "distill")
        source.teacher = visibleLine(config->distill.teacher);
    if (config->data.path.empty()) {
        readOwn(source);
        return source;
    }
    const Result<std::vector<DataSource>> files = dataSources(config->data);
    if (!files || files->empty()) {
        source.problem = files ? tr("data.path names no file.") : translated(files.error().sentence());
        return source;
    }
    QStringList passRate;
    if (config->data.passRateMin > 0 || config->data.passRateMax < 1)
        passRate << tr("pass rate %1 – %2").arg(config->data.passRateMin).arg(config->data.passRateMax);
    for (const DataSource& one : *files) {
        const QString path = foundFile(one.path);
        QStringList filter = passRate;
        if (!one.slice.empty())
            filter << tr("rows %1").arg(shown(one.slice));
        source.files.push_back({ path, fileName(path), filter.join(QStringLiteral(", ")), {} });
    }
    for (LineageFile& file : source.files) // train.jsonl of two folders
        if (std::count_if(source.files.begin(), source.files.end(),
                [&](const LineageFile& other) { return fileName(other.path) == fileName(file.path); })
            > 1)
            file.name = visibleLine(fs::path(file.path.toStdString()).parent_path().filename().string())
                + QLatin1Char('/') + file.name;
    if (config->data.evalPercent > 0 && config->data.evalPath.empty() && config->data.evalSplit.empty())
        source.heldOutPercent = int(config->data.evalPercent);
    for (size_t i = 0; i < source.files.size(); ++i)
        readRows((*files)[i].split, i, source);
    if (source.samples.empty())
        source.problem = source.files.front().problem;
    return source;
}

std::vector<LineageStep> followLineage(const LineageSource& source, const LineageSample& sample)
{
    std::vector<LineageStep> chain(LineageLinks);
    LineageStep &training = chain[SampleLink], &trace = chain[TraceLink], &filter = chain[FilterLink],
                &checkpoint = chain[CheckpointLink];
    const bool own = source.files.empty();
    const LineageFile file = sample.file < source.files.size() ? source.files[sample.file] : LineageFile();
    const auto student = RunReader::open(source.folder.toStdString());
    Found origin = findRun(source, sample);
    std::optional<CompletionRow> completion;
    bool byText = false;
    if (origin.reader) {
        if (sample.completionId >= 0) {
            if (auto row = origin.reader->completionText(sample.completionId))
                completion = std::move(*row);
        } else {
            completion = findByText(*origin.reader, sample);
            byText = completion.has_value();
        }
    }
    const std::optional<GroupRow> group
        = completion ? std::optional(valueOr(origin.reader->group(completion->groupId), GroupRow())) : std::nullopt;
    const QString originName = QString::fromStdString(origin.folder.filename().string());

    training.title = own ? tr("Training sample: the run's own") : tr("Training sample");
    training.heading = shown(sample.prompt);
    training.text = sample.completion;
    if (own && completion)
        keepCompletion(training, QString::fromStdString(origin.folder.string()), *origin.reader, *completion);
    training.facts = own ? tr("step %1: %2").arg(sample.step).arg(shown(sample.prompt))
                         : tr("row %1 of %2: %3").arg(sample.row).arg(file.name, shown(sample.prompt));
    if (group)
        training.itemJson = group->prompt.itemJson;

    trace.title = own && !source.teacher.isEmpty() ? tr("Teacher that judged it")
        : own                                      ? tr("Trace")
                                                   : tr("Trace it was taken from");
    trace.heading = training.heading;
    trace.itemJson = training.itemJson;
    if (completion) {
        trace.folder = QString::fromStdString(origin.folder.string());
        trace.completionId = completion->id;
        keepCompletion(trace, trace.folder, *origin.reader, *completion);
        trace.facts = own && !source.teacher.isEmpty()
            ? tr("%1 read every token of sample %2").arg(source.teacher).arg(completion->position + 1)
            : tr("%1, step %2, sample %3%4%5")
                  .arg(visibleLine(originName.toStdString()))
                  .arg(completion->step)
                  .arg(completion->position + 1)
                  .arg(byText ? tr(" (found by its text)") : QString(),
                      source.teacher.isEmpty() ? QString() : tr("; teacher of the run: %1").arg(source.teacher));
    } else {
        trace.known = false;
        trace.facts = sample.completionId >= 0
            ? tr("Completion %1 of %2 is not among the runs beside this one: put its run there.")
                  .arg(sample.completionId)
                  .arg(shown(sample.run))
            : tr("The row does not say where it came from. Rows that ahascope export writes do.");
    }

    filter.title = own ? tr("Verdict on it") : tr("Filter that kept it");
    if (completion) {
        const auto others = origin.reader->completions(completion->groupId);
        const auto same = others ? std::count_if(others->begin(), others->end(),
                              [&](const CompletionRow& c) { return verdictText(c) == verdictText(*completion); })
                                 : 0;
        filter.folder = trace.folder;
        filter.step = completion->step;
        filter.facts = tr("%1; %2 of the group's n = %3 have this verdict")
                           .arg(verdictFacts(*completion))
                           .arg(same)
                           .arg(others ? others->size() : 0);
        keepCompletion(filter, trace.folder, *origin.reader, *completion);
        filter.itemJson = trace.itemJson;
        filter.heading = trace.heading;
    } else if (!sample.verdict.empty()) {
        filter.facts = tr("verdict %1").arg(verdictText(sample.verdict));
    } else {
        filter.known = false;
        filter.facts = tr("No verdict is recorded.");
    }
    if (!file.filter.isEmpty())
        filter.facts += tr(" · data: %1").arg(file.filter);

    checkpoint.title = tr("Checkpoint that learned it");
    const auto checkpoints = student ? (*student)->checkpoints() : Result<std::vector<CheckpointRow>>(student.error());
    const CheckpointRow* newest = nullptr;
    if (checkpoints)
        for (const CheckpointRow& one : *checkpoints)
            newest = one.removed ? newest : &one;
    if (newest) {
        checkpoint.folder = source.folder;
        checkpoint.step = newest->step;
        checkpoint.facts = tr("%1, step %2, %3 MB, %4")
                               .arg(source.label)
                               .arg(newest->step)
                               .arg(double(newest->bytes) / 1e6, 0, 'f', 1)
                               .arg(shown(newest->sha256).left(12));
    } else {
        checkpoint.known = false;
        checkpoint.facts = tr("%1 has no checkpoint yet.").arg(source.label);
    }
    if (student)
        chain[AnswerLink] = answerNow(**student, source, sample);
    else
        chain[AnswerLink] = { tr("What %1 answers now").arg(source.label), translated(student.error().sentence()), {},
            {}, {}, false, {}, -1, -1, -1, -1 };
    return chain;
}

} // namespace aha
