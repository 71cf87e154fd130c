#include "core/base/files.h"
#include "core/data/dataset_statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <unordered_map>

namespace aha::data {

namespace {

struct Fingerprint {
    std::array<char, 16> bytes; ///< of SHA-256: hostile texts do not collide either
    uint64_t row;
    auto operator<=>(const Fingerprint&) const = default;
};

Fingerprint fingerprint(const std::string& text, uint64_t row)
{
    Fingerprint f { {}, row };
    const std::string hex = sha256Hex(text);
    const auto digit = [&](size_t i) { return hex[i] <= '9' ? hex[i] - '0' : hex[i] - 'a' + 10; };
    for (size_t i = 0; i < f.bytes.size(); ++i)
        f.bytes[i] = char(digit(2 * i) * 16 + digit(2 * i + 1));
    return f;
}

DuplicateRows findDuplicates(std::vector<Fingerprint>& all, size_t listed)
{
    std::sort(all.begin(), all.end());
    DuplicateRows found;
    std::map<uint64_t, std::vector<uint64_t>>
        first; // by first row, so that what is listed is what a reader meets first
    for (size_t i = 0; i < all.size();) {
        size_t end = i + 1;
        while (end < all.size() && all[end].bytes == all[i].bytes)
            ++end;
        if (end - i > 1) {
            ++found.groups;
            found.extraRows += end - i - 1;
            if (first.size() < listed || all[i].row < first.rbegin()->first) {
                auto& rows = first[all[i].row];
                for (size_t j = i; j < end && rows.size() < 100; ++j)
                    rows.push_back(all[j].row);
                if (first.size() > listed)
                    first.erase(std::prev(first.end()));
            }
        }
        i = end;
    }
    for (auto& [row, rows] : first)
        found.listed.push_back(std::move(rows));
    return found;
}

bool saysNothing(const Row& value)
{
    if (value.is_string())
        return value.get_ref<const std::string&>().find_first_not_of(" \t\r\n") == std::string::npos;
    return value.is_null() || ((value.is_array() || value.is_object()) && value.empty());
}

/// Counts by row, in the time of its fields, however many columns there are.
class EmptyCounter {
public:
    explicit EmptyCounter(const std::vector<Column>& columns)
    {
        for (const Column& column : columns) {
            m_index.emplace(column.name, m_fields.size());
            m_fields.push_back({ column.name, 0, 0, {}, {} });
        }
        m_seen.assign(m_fields.size(), 0);
    }

    void add(const Row& row, uint64_t number)
    {
        ++m_rows;
        if (row.is_object())
            for (const auto& [name, value] : row.items())
                if (const auto found = m_index.find(name); found != m_index.end()) {
                    m_seen[found->second] = m_rows;
                    if (EmptyFields& field = m_fields[found->second]; saysNothing(value))
                        note(field.empty, field.firstEmpty, number);
                }
        for (size_t i = 0; i < m_fields.size(); ++i)
            if (m_seen[i] != m_rows)
                note(m_fields[i].missing, m_fields[i].firstMissing, number);
    }

    std::vector<EmptyFields> take()
    {
        std::erase_if(m_fields, [](const EmptyFields& field) { return field.empty + field.missing == 0; });
        return std::move(m_fields);
    }

private:
    static void note(uint64_t& count, std::vector<uint64_t>& first, uint64_t number)
    {
        if (count++ < kListedEmpty)
            first.push_back(number);
    }

    std::unordered_map<std::string, size_t> m_index;
    std::vector<EmptyFields> m_fields;
    std::vector<uint64_t> m_seen; ///< the last row, counted from 1, that had the column
    uint64_t m_rows = 0;
};

} // namespace

Result<DatasetStatistics> computeStatistics(const Dataset& data, const RowSelection& rows, const Mapping& mapping,
    const StatisticsOptions& options, std::stop_token stop, const std::function<void(uint64_t)>& onProgress)
{
    DatasetStatistics s;
    EmptyCounter empty(data.columns());
    std::vector<Fingerprint> texts, prompts;
    for (uint64_t i = 0; i < rows.size(); ++i) {
        if (stop.stop_requested())
            return cancelledError();
        if (onProgress && i % 1024 == 0)
            onProgress(i);
        const uint64_t number = rows.at(i);
        const auto row = data.row(number);
        if (!row)
            return row.error();
        ++s.rows;
        empty.add(*row, number);
        const auto example = toExample(mapping, *row);
        if (!example) {
            ++s.unreadable;
            if (s.listedUnreadable.size() < options.listed)
                s.listedUnreadable.push_back({ number, example.error().message });
            continue;
        }
        const std::string prompt = example->prompt.joined();
        // U+0001 keeps the parts apart: "ab" + "c" is not "a" + "bc".
        std::string whole = normalisedText(prompt);
        if (!prompt.empty())
            prompts.push_back(fingerprint(whole, number));
        for (const Turns* part : { &example->completion, &example->chosen, &example->rejected })
            whole += "\x01" + normalisedText(part->joined());
        for (const SolutionStep& step : example->steps)
            whole += "\x01" + normalisedText(step.text);
        texts.push_back(fingerprint(whole, number));
        if (options.evaluation) {
            std::string shared
                = options.evaluation->firstShared(prompt.empty() ? example->completion.joined() : prompt);
            if (!shared.empty()) {
                ++s.overlapping;
                if (s.listedOverlaps.size() < options.listed)
                    s.listedOverlaps.push_back({ number, std::move(shared) });
            }
        }
        if (options.countTokens) {
            const TokenCount count = options.countTokens(*example);
            s.promptTokens.push_back(count.prompt);
            s.totalTokens.push_back(count.prompt + count.completion);
            s.promptsCut += options.maxPromptTokens > 0 && count.prompt > options.maxPromptTokens;
            s.rowsCut += options.maxTokens > 0 && s.totalTokens.back() > options.maxTokens;
        }
    }
    s.emptyFields = empty.take();
    s.duplicates = findDuplicates(texts, options.listed);
    s.duplicatePrompts = findDuplicates(prompts, options.listed);
    std::sort(s.promptTokens.begin(), s.promptTokens.end());
    std::sort(s.totalTokens.begin(), s.totalTokens.end());
    if (onProgress)
        onProgress(rows.size());
    return s;
}

LengthHistogram histogramOf(const std::vector<uint32_t>& ascending, size_t maxBins)
{
    LengthHistogram histogram;
    if (ascending.empty() || maxBins == 0)
        return histogram;
    const uint64_t longest = ascending.back();
    uint64_t width = 1;
    for (uint64_t power = 1; longest / width + 1 > maxBins; power *= 10)
        for (const uint64_t step : { 1, 2, 5 }) {
            width = step * power;
            if (longest / width + 1 <= maxBins)
                break;
        }
    histogram.binWidth = uint32_t(width);
    histogram.bins.assign(longest / width + 1, 0);
    for (const uint32_t length : ascending)
        ++histogram.bins[length / width];
    return histogram;
}

uint32_t quantileOf(const std::vector<uint32_t>& ascending, double share)
{
    if (ascending.empty())
        return 0;
    const double rank = std::ceil(std::clamp(share, 0.0, 1.0) * double(ascending.size()));
    return ascending[size_t(std::max(rank, 1.0)) - 1];
}

} // namespace aha::data
