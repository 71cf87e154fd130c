#include "core/foreign/foreign_run.h"

#include "core/base/files.h"
#include "core/base/statistics.h"
#include "core/base/utf8.h"
#include "core/config/run_config.h"
#include "core/foreign/metric_mapping.h"
#include "core/trace/language.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>

namespace aha::foreign {

namespace fs = std::filesystem;

namespace {

bool isEvents(const fs::path& file) { return file.filename().string().find("tfevents") != std::string::npos; }
bool isTrl(const fs::path& file)
{
    return file.extension() == ".parquet" && file.filename().string().rfind("completions_", 0) == 0;
}
bool isVerl(const fs::path& file)
{
    const std::string name = file.stem().string();
    return file.extension() == ".jsonl" && !name.empty()
        && std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isdigit(c); });
}

/// Does the name of a reward say that it judges the answer?
bool judgesAnswer(const std::string& name)
{
    return name == "accuracy" || name == "accuracy_reward" || name == "acc" || name == "correct";
}

/// mean and unbiased deviation of the numbers among `values`.
std::pair<double, double> spread(const std::vector<double>& values)
{
    std::vector<double> numbers;
    for (const double value : values)
        if (!std::isnan(value))
            numbers.push_back(value);
    return { numbers.empty() ? std::nan("") : mean(numbers), sampleStd(numbers) };
}

} // namespace

ForeignRun::ForeignRun(fs::path source, Lexicon lexicon)
    : m_source(std::move(source))
    , m_lexicon(std::move(lexicon))
{
}

void ForeignRun::note(const std::string& text)
{
    if (std::find(m_report.notes.begin(), m_report.notes.end(), text) == m_report.notes.end())
        m_report.notes.push_back(text);
}

std::vector<fs::path> ForeignRun::sourceFiles() const
{
    std::error_code error;
    std::vector<fs::path> files;
    if (fs::is_regular_file(m_source, error))
        return { m_source };
    fs::recursive_directory_iterator at(m_source, fs::directory_options::skip_permission_denied, error), end;
    for (; !error && at != end; at.increment(error))
        if (at->is_regular_file(error) && (isEvents(at->path()) || isTrl(at->path()) || isVerl(at->path())))
            files.push_back(at->path());
    std::sort(files.begin(), files.end());
    return files;
}

Result<std::unique_ptr<ForeignRun>> ForeignRun::open(
    const fs::path& source, const fs::path& run, Lexicon lexicon, bool follow)
{
    std::error_code ignored;
    if (!fs::exists(source, ignored))
        return Error { "source_missing", "There is no " + source.string() + ".", "Check the path." };
    std::unique_ptr<ForeignRun> self(new ForeignRun(source, std::move(lexicon)));
    if (!follow && self->sourceFiles().empty())
        return Error { "foreign_nothing", "In " + source.string() + " there is nothing that can be imported.",
            "Looked for: completions_*.parquet (TRL, log_completions), <step>.jsonl (verl, rollout_data_dir), and "
            "*tfevents* (TensorBoard)." };
    if (Result<void> made = makeFolders(run); !made)
        return made.error();
    Result<std::unique_ptr<Lease>> lease = Lease::acquire(run);
    if (!lease)
        return lease.error();
    self->m_lease = std::move(*lease);
    if (Result<void> ready = self->create(run); !ready)
        return ready.error();
    if (Result<void> state = self->m_lease->setState(RunState::Running); !state)
        return state.error();
    return self;
}

Result<void> ForeignRun::create(const fs::path& run)
{
    std::error_code ignored;
    if (fs::exists(run / run_folder::kDatabase, ignored)) {
        Result<std::unique_ptr<RunWriter>> writer = RunWriter::open(run);
        if (!writer)
            return writer.error();
        m_writer = std::move(*writer);
        m_before = m_writer->lastStep();
        return {};
    }
    RunConfig config; // nothing of the other program's settings is known here
    config.general.name = fs::absolute(run).lexically_normal().filename().string();
    const std::string text = toJsonText(config);
    if (Result<void> written = writeFileAtomically(run / run_folder::kConfig, text); !written)
        return written.error();
    Result<std::unique_ptr<RunWriter>> writer
        = RunWriter::create(run, config.general.name, config.general.name, "imported", text);
    if (!writer)
        return writer.error();
    m_writer = std::move(*writer);
    if (Result<void> set = m_writer->setInfo("imported_from", fs::absolute(m_source).string()); !set)
        return set.error();
    note("config.json holds defaults: the settings of the other program are not in its files.");
    return {};
}

Result<void> ForeignRun::readEvents(const fs::path& file)
{
    Events& state = m_events[file.string()];
    if (state.damaged)
        return {};
    std::ifstream in(file, std::ios::binary);
    in.seekg(std::streamoff(state.offset));
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    if (in.bad())
        return Error { "file_unreadable", "The file " + file.string() + " cannot be read.", "" };
    const EventScan scan = scanEvents(bytes);
    state.offset += scan.consumed;
    if (scan.damage) {
        state.damaged = true;
        note(file.filename().string() + ": " + scan.damage->sentence());
    }
    if (scan.otherValues > 0)
        note(file.filename().string() + ": histograms, texts and images were left out.");
    for (const EventScalar& scalar : scan.scalars) {
        if (scalar.step < 0)
            continue;
        const std::string name = metricName(scalar.tag);
        m_newest["events"] = std::max(m_newest["events"], scalar.step);
        if (scalar.step <= m_before)
            continue;
        auto& [value, time] = m_pending[scalar.step].metrics[name];
        if (scalar.wallTime >= time) { // a run that was resumed writes a step again
            value = scalar.value;
            time = scalar.wallTime;
        }
        if (name != scalar.tag && m_names.insert(scalar.tag).second && name.rfind("foreign/", 0) != 0)
            note("The scalar " + scalar.tag + " is our " + name + ".");
    }
    return {};
}

Result<void> ForeignRun::readCompletions(const fs::path& file, bool last)
{
    if (m_read.count(file.string()))
        return {}; // both programs write a step's file once
    const bool trl = isTrl(file);
    const Result<ForeignFile> read = trl ? readTrlCompletions(file) : readVerlRollouts(file);
    if (!read)
        return last || read.error().code == "foreign_layout" ? Result<void>(read.error()) : Result<void>();
    if (!trl && !last) { // lines have no end mark: the file is whole when its last line is and it has stopped growing
        std::error_code ignored;
        const uint64_t size = fs::file_size(file, ignored), before = m_sizes[file.string()];
        m_sizes[file.string()] = size;
        std::ifstream in(file, std::ios::binary);
        in.seekg(-1, std::ios::end);
        if (in.get() != '\n' || size != before)
            return {};
    }
    m_read.insert(file.string());
    m_report.files.push_back(file.filename().string());
    for (const std::string& name : read->leftOut)
        note("The field " + name + " of the completions is no number and was left out.");
    const std::string kind = trl ? "trl" : "verl";
    for (const ForeignCompletion& completion : read->completions) {
        m_newest[kind] = std::max(m_newest[kind], completion.step);
        if (completion.step > m_before)
            m_pending[completion.step].completions.push_back(completion);
    }
    note(trl ? "TRL does not store total rewards or their weights: the total shown is the plain sum of the reward "
               "columns."
             : "verl does not dump advantages: they are shown as 0.");
    note("Token counts and how completions ended are not in the files: tokens are shown as 0, the end as unknown.");
    return {};
}

StepRow ForeignRun::stepRow(int64_t step, PendingStep& pending)
{
    StepRow row;
    row.step = step;
    std::map<std::string, size_t> groupOf; // by prompt, in order of appearance
    std::vector<double> rewards;
    std::map<std::string, std::vector<double>> parts;
    for (ForeignCompletion& one : pending.completions) {
        const std::string prompt = validUtf8(one.prompt);
        const auto [at, fresh] = groupOf.try_emplace(prompt, row.groups.size());
        if (fresh) {
            GroupRow group;
            group.step = step;
            group.position = int(at->second);
            group.prompt = { 0, prompt, "imported", one.gold.empty() ? "{}" : "{\"gold\":" + one.gold + "}" };
            row.groups.push_back(std::move(group));
        }
        GroupRow& group = row.groups[at->second];
        CompletionRow completion;
        completion.position = int(group.completions.size());
        completion.text = validUtf8(one.completion);
        completion.finishReason = "unknown";
        completion.verdict = "unchecked";
        completion.reason = "not_judged";
        completion.advantage = one.advantage.value_or(0);
        double sum = 0;
        bool any = false;
        for (const auto& [name, value] : one.parts) {
            completion.parts.emplace_back(name, value);
            parts[name].push_back(value);
            if (!std::isnan(value)) {
                sum += value;
                any = true;
            }
            if (judgesAnswer(name) && !std::isnan(value)) {
                completion.correct = value > 0.5;
                completion.verdict = completion.correct ? "correct" : "wrong";
                completion.reason = name;
            }
        }
        completion.reward = one.reward ? one.reward : any ? std::optional(sum) : std::nullopt;
        const LanguageCount languages = countLanguages(completion.text);
        completion.reflections = int(m_lexicon.find(completion.text).size());
        completion.mixesLanguage = languages.mixes();
        completion.languageShare = languages.share("en");
        rewards.push_back(completion.reward.value_or(std::nan("")));
        group.completions.push_back(std::move(completion));
    }
    double reflections = 0, mixed = 0, flat = 0;
    for (GroupRow& group : row.groups) {
        std::vector<double> own;
        for (const CompletionRow& completion : group.completions) {
            own.push_back(completion.reward.value_or(std::nan("")));
            reflections += completion.reflections;
            mixed += completion.mixesLanguage;
        }
        const auto [average, deviation] = spread(own);
        group.rewardMean = std::isnan(average) ? 0 : average;
        group.rewardStd = deviation;
        group.zeroVariance = deviation == 0;
        flat += group.zeroVariance;
    }
    // What the event files said comes first; what the completions say fills in the rest.
    std::map<std::string, double> metrics;
    if (!rewards.empty()) {
        const double n = double(rewards.size());
        metrics["reward"] = spread(rewards).first;
        metrics["frac_reward_zero_std"] = flat / double(row.groups.size());
        for (const auto& [name, values] : parts) {
            metrics["rewards/" + name + "/mean"] = spread(values).first;
            metrics["rewards/" + name + "/std"] = spread(values).second;
        }
        metrics["reflection/per_response"] = reflections / n;
        metrics["language/mixed_share"] = mixed / n;
        note("Where no event file has them, rewards and their spread are those of the completions that were stored; "
             "reflection "
             "words and mixed languages always are.");
    }
    for (const auto& [name, value] : pending.metrics)
        metrics[name] = value.first;
    row.metrics.assign(metrics.begin(), metrics.end());
    m_report.scalars += int64_t(pending.metrics.size());
    m_report.completions += int64_t(pending.completions.size());
    return row;
}

Result<int64_t> ForeignRun::poll(bool last)
{
    for (const fs::path& file : sourceFiles()) {
        Result<void> read = isEvents(file) ? readEvents(file) : readCompletions(file, last);
        if (!read)
            return read.error();
        if (isEvents(file)
            && std::find(m_report.files.begin(), m_report.files.end(), file.filename().string())
                == m_report.files.end())
            m_report.files.push_back(file.filename().string());
    }
    int64_t over = INT64_MAX; // steps before this one are
    for (const auto& [kind, step] : m_newest)
        over = std::min(over, step);
    int64_t committed = 0;
    while (!m_pending.empty() && (last || m_pending.begin()->first < over)) {
        const auto at = m_pending.begin();
        StepRow row = stepRow(at->first, at->second);
        if (Result<void> written = m_writer->commitStep(row); !written)
            return written.error();
        m_before = std::max(m_before, at->first);
        m_pending.erase(at);
        ++committed;
    }
    m_report.steps += committed;
    return committed;
}

Result<void> ForeignRun::finish(bool ended)
{
    MarkerRow marker;
    marker.step = std::max<int64_t>(m_before, 0);
    marker.kind = ended ? "finished" : "stopped";
    marker.text = "Imported " + std::to_string(m_report.steps) + " steps.";
    const Result<int64_t> added = m_writer->addMarker(marker);
    if (!added)
        return added.error();
    for (const std::string& text : m_report.notes)
        if (Result<void> logged = m_writer->addLog("info", text); !logged)
            return logged;
    return m_lease->setState(ended ? RunState::Finished : RunState::Stopped);
}

} // namespace aha::foreign
