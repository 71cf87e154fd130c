#include "core/engine/training_data.h"

#include "core/config/data_sources.h"
#include "core/data/index_shuffle.h"

#include <algorithm>
#include <cmath>

namespace aha {

namespace fs = std::filesystem;

namespace {

constexpr uint64_t kSampleRows = 100; ///< that the recognition of a layout looks at

std::string listed(const std::vector<data::Mapping>& mappings)
{
    std::string text;
    for (const data::Mapping& m : mappings)
        text += (text.empty() ? "" : ", ") + m.layout + " (" + data::nameOf(m.kind) + ")";
    return text.empty() ? "none" : text;
}

/// "prompt=question, gold=answer".
data::Mapping mappingOf(const std::vector<ColumnChoice>& choices)
{
    data::Mapping mapping;
    mapping.layout = "manual";
    mapping.title = "Columns as configured";
    for (const ColumnChoice& choice : choices) {
        const std::string name = choice.part == "text" || choice.part == "messages" ? "completion" : choice.part;
        int part = 0;
        while (part <= int(data::Part::PassRate) && name != data::nameOf(data::Part(part)))
            ++part;
        if (part > int(data::Part::PassRate))
            throw Failure({ "mapping_part", "data.mapping names the part \"" + choice.part + "\".",
                "Parts are prompt, completion (or text, messages), system, gold, tools, pass_rate, chosen, "
                "rejected." });
        const bool turns = data::Part(part) <= data::Part::Rejected;
        mapping.assign(data::Part(part), { choice.column }, turns ? data::Reading::Text : data::Reading::Value);
    }
    const bool prompt = mapping.find(data::Part::Prompt), completion = mapping.find(data::Part::Completion);
    mapping.kind = mapping.find(data::Part::Chosen) ? data::Kind::Preference
        : prompt && completion                      ? data::Kind::PromptCompletion
        : prompt                                    ? data::Kind::PromptOnly
                                                    : data::Kind::LanguageModeling;
    return mapping;
}

data::Mapping chooseMapping(const std::string& wanted, const data::Dataset& rows, const std::vector<data::Kind>& kinds,
    const std::string& path, std::stop_token stop)
{
    const auto suits = [&](const data::Mapping& m) { return std::ranges::count(kinds, m.kind) > 0; };
    std::vector<data::Mapping> known;
    if (const std::vector<ColumnChoice> choices = columnChoices(wanted); !choices.empty())
        known = { mappingOf(choices) };
    else if (!wanted.empty() && wanted.front() == '{') {
        data::Row json;
        try {
            json = data::Row::parse(wanted);
        } catch (const data::Row::exception& problem) {
            throw Failure({ "mapping_invalid", std::string("data.mapping is no valid JSON: ") + problem.what(), "" });
        }
        known = { orThrow(data::mappingFromJson(json)) };
    } else {
        const std::vector<data::Row> sample = orThrow(rows.rows(0, kSampleRows, stop));
        known = data::recogniseAll(sample);
        if (known.empty())
            (void)orThrow(data::recognise(sample)); // the error that names the columns
        const auto chosen = std::ranges::find_if(
            known, [&](const data::Mapping& m) { return wanted.empty() ? suits(m) : m.layout == wanted; });
        if (chosen == known.end())
            throw Failure({ "layout_unsuitable",
                "The rows of " + path + " fit these layouts: " + listed(known) + "; "
                    + (wanted.empty() ? "none of them suits this stage." : wanted + " is not among them."),
                "Name the columns in data.mapping: prompt=…, completion=…" });
        known = { *chosen };
    }
    if (!suits(known.front()))
        throw Failure({ "layout_unsuitable",
            "The columns in data.mapping make rows of the kind " + std::string(data::nameOf(known.front().kind))
                + ", which this stage cannot train on.",
            "Fine-tuning needs prompt and completion, or whole texts or conversations; GRPO needs a prompt." });
    orThrow(data::validate(known.front(), rows.columns()));
    return known.front();
}

/// `share` of the rows, drawn by the seed: (kept for evaluation, the rest), both in order.
std::pair<data::RowSelection, data::RowSelection> holdOut(
    const data::RowSelection& rows, int64_t percent, uint64_t seed, uint64_t source)
{
    const uint64_t n = rows.size();
    uint64_t count = (n * uint64_t(percent) + 50) / 100;
    if (percent > 0 && n > 1)
        count = std::clamp<uint64_t>(count, 1, n - 1);
    if (count == 0)
        return { data::RowSelection::all(0), rows };
    std::vector<bool> held(n, false);
    const data::IndexShuffle shuffle(n, Rng(seed, Purpose::HeldOut, source));
    for (uint64_t i = 0; i < count; ++i)
        held[shuffle(i)] = true;
    std::vector<uint64_t> kept, rest;
    for (uint64_t i = 0; i < n; ++i)
        (held[i] ? kept : rest).push_back(rows.at(i));
    return { data::RowSelection::list(std::move(kept)), data::RowSelection::list(std::move(rest)) };
}

/// `count` of the rows: drawn by the seed, or the first.
data::RowSelection some(const data::RowSelection& rows, uint64_t count, bool drawn, uint64_t seed, uint64_t source)
{
    std::vector<uint64_t> chosen;
    const data::IndexShuffle shuffle(rows.size(), Rng(seed, Purpose::HeldOut, source, 1));
    for (uint64_t i = 0; i < count; ++i)
        chosen.push_back(rows.at(drawn ? shuffle(i) : i));
    std::ranges::sort(chosen);
    return data::RowSelection::list(std::move(chosen));
}

} // namespace

Result<TrainingData> TrainingData::open(const DataConfig& config, uint64_t seed, const std::vector<data::Kind>& kinds,
    const fs::path& cache, std::stop_token stop, const data::OnProgress& progress)
{
    try {
        TrainingData all;
        all.m_config = config;
        data::ImportOptions options;
        options.badRows = config.badRows == "skip" ? data::BadRows::Skip : data::BadRows::Fatal;
        const auto import = [&](const DataSource& source) {
            Part part;
            part.path = source.path;
            part.rows = orThrow(data::importDataset(source.path, cache, source.split, options, stop, progress));
            part.mapping = chooseMapping(config.mapping, *part.rows, kinds, source.path, stop);
            part.selection = orThrow(
                data::RowSelection::all(part.rows->size()).slice(source.slice.empty() ? "[:]" : source.slice));
            return part;
        };
        const std::vector<DataSource> sources = orThrow(dataSources(config));
        const bool splitOff = config.evalPath.empty() && config.evalSplit.empty();
        for (size_t i = 0; i < sources.size(); ++i) {
            Part part = import(sources[i]);
            if (config.passRateMin > 0 || config.passRateMax < 1) {
                const data::Assignment* rate = part.mapping.find(data::Part::PassRate);
                if (!rate)
                    throw Failure({ "data_pass_rate", sources[i].path + " has no column with a pass rate.",
                        "Name it in data.mapping (pass_rate=…), or set data.pass_rate_min to 0 and _max to 1." });
                part.selection = orThrow(data::filterByPassRate(*part.rows, part.selection, rate->columns.front(),
                                             config.passRateMin, config.passRateMax, stop))
                                     .kept;
            }
            Source record { sources[i].path, part.mapping.layout, part.rows->digest(), 0, 0, part.rows->badRowCount() };
            if (splitOff) {
                auto [held, rest] = holdOut(part.selection, config.evalPercent, seed, i);
                Part kept = part;
                kept.selection = std::move(held);
                record.heldOut = kept.selection.size();
                all.m_held.push_back(std::move(kept));
                part.selection = std::move(rest);
            }
            all.m_train.push_back(std::move(part));
            all.m_sources.push_back(record);
        }
        if (!splitOff) {
            DataConfig held;
            held.path = config.evalPath.empty() ? config.path : config.evalPath;
            held.split = config.evalSplit;
            for (const DataSource& source : orThrow(dataSources(held))) {
                all.m_held.push_back(import(source));
                const Part& part = all.m_held.back();
                all.m_sources.push_back({ source.path + (source.split.empty() ? "" : ", " + source.split),
                    part.mapping.layout, part.rows->digest(), 0, part.selection.size(), part.rows->badRowCount() });
            }
        }
        uint64_t total = 0;
        for (const Part& part : all.m_train)
            total += part.selection.size();
        if (const uint64_t most = uint64_t(config.maxExamples); most > 0 && most < total) {
            uint64_t before = 0, taken = 0; // shares by size that add up to the bound
            for (size_t i = 0; i < all.m_train.size(); ++i) {
                data::RowSelection& rows = all.m_train[i].selection;
                before += rows.size();
                const uint64_t upTo = most * before / total;
                rows = some(rows, upTo - taken, config.shuffle, seed, i);
                taken = upTo;
            }
        }
        std::vector<data::MixtureSource> shares;
        for (size_t i = 0; i < all.m_train.size(); ++i) {
            const uint64_t rows = all.m_train[i].selection.size();
            all.m_sources[i].rows = rows;
            all.m_firstRow.push_back(all.m_firstRow.back() + rows);
            shares.push_back({ rows, sources[i].weight > 0 ? sources[i].weight : double(rows) });
        }
        for (const Part& part : all.m_held)
            all.m_firstHeldOut.push_back(all.m_firstHeldOut.back() + part.selection.size());
        if (all.rows() == 0)
            return Error { "data_empty", "No row of " + config.path + " is left to train on.",
                "Look at data.slice, the pass rates, data.max_examples and data.eval_percent." };
        if (config.shuffle)
            all.m_mixture = orThrow(data::Mixture::make(std::move(shares), seed,
                config.mixtureEnd == "all_exhausted" ? data::MixtureEnd::AllExhausted
                                                     : data::MixtureEnd::FirstExhausted));
        return all;
    } catch (const Failure& failure) {
        return failure.error();
    }
}

uint64_t TrainingData::epochSize() const { return m_mixture ? m_mixture->size() : rows(); }

uint64_t TrainingData::at(uint64_t epoch, uint64_t position) const
{
    if (!m_mixture)
        return position;
    const data::Mixture::Pick pick = m_mixture->at(epoch, position);
    return m_firstRow[pick.source] + pick.row;
}

std::pair<std::string, uint64_t> TrainingData::origin(uint64_t row) const
{
    const size_t i = size_t(std::upper_bound(m_firstRow.begin(), m_firstRow.end(), row) - m_firstRow.begin()) - 1;
    return { m_train[i].path, m_train[i].selection.at(row - m_firstRow[i]) };
}

Result<data::Example> TrainingData::example(
    const std::vector<Part>& parts, const std::vector<uint64_t>& first, uint64_t row) const
{
    const size_t i = size_t(std::upper_bound(first.begin(), first.end(), row) - first.begin()) - 1;
    const Part& part = parts[i];
    const uint64_t at = part.selection.at(row - first[i]);
    const auto where = [&](const Error& error) {
        return Error { error.code, part.path + ", row " + std::to_string(at + 1) + ": " + error.message,
            error.hint.empty() ? "Correct the row, or choose the columns in data.mapping." : error.hint };
    };
    const Result<data::Row> json = part.rows->row(at);
    if (!json)
        return json.error();
    Result<data::Example> example = data::toExample(part.mapping, *json);
    if (!example)
        return where(example.error());
    data::Example& e = *example;
    const auto toTurns = [&](data::Turns& turns, const char* role) {
        if (!turns.conversational && !turns.text.empty())
            turns = { true, "", { { role, turns.text, data::Row() } } };
    };
    if (m_config.asChat && e.kind == data::Kind::LanguageModeling && !e.completion.conversational)
        return where({ "row_part", "data.as_chat is on, and the row is one text without a prompt.",
            "Switch it off, or name the columns of prompt and completion in data.mapping." });
    if (m_config.asChat) {
        toTurns(e.prompt, "user");
        for (data::Turns* answer : { &e.completion, &e.chosen, &e.rejected })
            toTurns(*answer, "assistant");
    }
    if (!m_config.systemPrompt.empty()) {
        data::Turns& begin = e.prompt.empty() ? e.completion : e.prompt;
        if (!begin.conversational)
            return where({ "row_part", "data.system_prompt is set, and the row is plain text without turns.",
                "Switch data.as_chat on, or leave data.system_prompt empty." });
        if (begin.messages.front().role != "system")
            begin.messages.insert(begin.messages.begin(), { "system", m_config.systemPrompt, data::Row() });
    }
    return example;
}

std::string TrainingData::fingerprint() const
{
    data::Row json = data::Row::array();
    for (const Source& s : m_sources)
        json.push_back({ { "path", s.path }, { "layout", s.layout }, { "digest", s.digest }, { "rows", s.rows },
            { "held_out", s.heldOut }, { "bad_rows", s.bad } });
    return json.dump(-1, ' ', false, data::Row::error_handler_t::replace);
}

} // namespace aha
