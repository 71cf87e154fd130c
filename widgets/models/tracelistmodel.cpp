#include "widgets/models/tracelistmodel.h"

#include "core/config/weight_schedule.h"
#include "core/tasks/reason_words.h"
#include "core/tasks/task.h"
#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

struct Title {
    const char *key, *title, *help;
};
constexpr Title kTitles[] = {
    { "sample", "#", "Sample number within its group" },
    { "reward", "Reward", "Weighted sum of the reward parts" },
    { "advantage", "Adv.", "Reward compared with the sample's own group; the bar is drawn from the middle" },
    { "ratio", "Ratio",
        "Mean importance ratio over the completion's tokens in the step's updates: how probable the policy in training "
        "makes the text, over how probable it was when it was drawn. A step with a single update has 1 everywhere" },
    { "clip", "Clip",
        "Share of its tokens that lay beyond the clip on the side that the advantage pushes to: they moved no weight" },
    { "parts", "Reward parts",
        "What each part added, weighted, one behind the other; the colours stand above the table" },
    { "verdict", "Verdict", "What the verifier said." },
    { "tokens", "Tokens", "Length of the completion in tokens; amber and “cut” where the limit ended it" },
    { "reflections", "Refl.", "Reflection words (wait, check, retry, …)" },
    { "language", "Lang.", "target: every word in the target language; mixed: words of several languages" },
    { "end", "End", "stop: the model ended by itself; cut off: the limit of length ended it" },
    { "answer", "Answer", "The answer as the verifier found it" },
    { "step", "Step", "Training step" },
    { "group", "Group", "Group within the step" },
    { "prompt", "Prompt", "The problem" },
};

bool isText(int column)
{
    return column == TraceListModel::Verdict || column == TraceListModel::Finish || column == TraceListModel::Languages
        || column == TraceListModel::Extracted || column == TraceListModel::Prompt;
}

double partOf(const CompletionRow& row, const QString& name)
{
    for (const auto& [part, value] : row.parts)
        if (part == name.toStdString())
            return value;
    return std::nan("");
}

QString number(double value, int digits)
{
    return std::isnan(value) ? QStringLiteral("–") : fixedNumber(value, digits);
}

} // namespace

namespace {

/// What says most about a row: why it is not right, else the verdict alone.
const std::string& verdictCode(const std::string& verdict, const std::string& reason, bool correct)
{
    return reason.empty() || (!correct && reason == "ok") ? verdict : reason;
}

QString verdictName(const std::string& verdict, const std::string& reason, bool correct)
{
    return correct
        ? tr("correct")
        : translated(visibleLine(verdictCode(verdict, reason, correct)).replace(QLatin1Char('_'), QLatin1Char(' ')));
}

} // namespace

QString finishText(const std::string& finishReason)
{
    return finishReason == "length" ? tr("cut off") : finishReason == "stop" ? tr("stop") : visibleLine(finishReason);
}

QString verdictText(const CompletionRow& row) { return verdictName(row.verdict, row.reason, row.correct); }

QString verdictText(const std::string& verdict, const std::string& reason)
{
    return verdictName(verdict, reason, verdict == "correct");
}

QString verdictReason(const std::string& verdict, const std::string& reason)
{
    return translated(visibleLine(reasonWords(verdictCode(verdict, reason, verdict == "correct"))));
}

QString verdictReason(const CompletionRow& row)
{
    const QString words = translated(visibleLine(reasonWords(verdictCode(row.verdict, row.reason, row.correct))));
    return row.finishReason == "length" && !row.correct ? tr("cut off at the longest length; ") + words : words;
}

QString verdictKind(const std::string& verdict)
{
    return verdict == "correct"                           ? QStringLiteral("good")
        : verdict == "malformed"                          ? QStringLiteral("warn")
        : verdict == "" || !judgedCorrect(verdict, false) ? QStringLiteral("mute")
                                                          : QStringLiteral("bad");
}

QString verdictColours()
{
    return tr("Green: correct. Red: an answer that is wrong. Amber: malformed, no answer could be read. Grey: it was "
              "not judged.");
}

QString rewardPartName(const QString& part)
{
    if (part == QLatin1String("tiny_zero"))
        return QStringLiteral("TinyZero"); // projects, whose rewards these are
    if (part == QLatin1String("logic_rl"))
        return QStringLiteral("Logic-RL");
    return std::none_of(std::begin(kRewardWeights), std::end(kRewardWeights),
               [&](const RewardWeight& known) { return part == QLatin1String(known.name); })
        ? part
        : translated(QString(part).replace(QLatin1Char('_'), QLatin1Char(' ')));
}

QString languageText(const CompletionRow& row)
{
    return row.mixesLanguage         ? tr("mixed")
        : row.languageShare >= 0.999 ? tr("target")
        : row.languageShare <= 0.001 ? tr("other")
                                     : QStringLiteral("–");
}

int TraceListModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_hits.size()); }
int TraceListModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(ColumnCount) + int(m_parts.size());
}

QString TraceListModel::columnKey(int column) const
{
    return column < ColumnCount ? QString::fromLatin1(kTitles[column].key)
                                : QStringLiteral("part.") + m_parts.value(column - kFirstPart);
}

QVariant TraceListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    const bool part = section >= kFirstPart;
    if (role == Qt::DisplayRole)
        return part ? rewardPartName(m_parts[section - kFirstPart]) : translated(kTitles[section].title);
    if (role == Qt::TextAlignmentRole)
        return int((part || !isText(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole)
        return part ? plainToolTip(
                   tr("Reward part ") + rewardPartName(m_parts[section - kFirstPart]) + tr(", before weighting"))
            : section == Verdict ? plainToolTip(translated(kTitles[section].help) + QLatin1Char(' ') + verdictColours())
                                 : translated(kTitles[section].help);
    return {};
}

QVariant TraceListModel::display(const TraceHit& hit, int column) const
{
    const CompletionRow& row = hit.completion;
    switch (column) {
    case Step:
        return qint64(row.step);
    case Group:
        return hit.groupPosition + 1;
    case Sample:
        return row.position + 1;
    case Reward:
        return row.reward ? number(*row.reward, 2) : QStringLiteral("–");
    case Advantage:
        return std::abs(row.advantage) < 5e-3
            ? QStringLiteral("0.00")
            : QStringLiteral("%1%2").arg(row.advantage > 0 ? QStringLiteral("+") : QString(), number(row.advantage, 2));
    case Ratio:
    case Clipped: {
        if (!m_updates)
            return {};
        const UpdateRow* update = updateOf(row);
        const std::optional<double> value = !update ? std::nullopt : column == Ratio ? update->ratio : update->clipped;
        return !value         ? QStringLiteral("–")
            : column == Ratio ? number(*value, 3)
                              : number(100 * *value, 1) + QStringLiteral(" %");
    }
    case Parts:
        return {};
    case Verdict:
        return verdictText(row);
    case Length:
        return row.finishReason == "length" ? tr("cut %1").arg(row.tokens) : QString::number(row.tokens);
    case Finish:
        return finishText(row.finishReason);
    case Reflections:
        return row.reflections;
    case Languages:
        return languageText(row);
    case Extracted:
        return visibleLine(std::string_view(row.extracted).substr(0, 80));
    case Prompt: {
        const std::string_view differs = m_prompts.differing(hit.promptText);
        return (differs.data() == hit.promptText.data() ? QString() : QStringLiteral("…"))
            + visibleLine(differs.substr(0, 120));
    }
    default:
        return number(partOf(row, m_parts.value(column - kFirstPart)), 2);
    }
}

QVariant TraceListModel::sortKey(const TraceHit& hit, int column) const
{
    switch (column) {
    case Reward:
    case Parts:
        return hit.completion.reward.value_or(-1e300);
    case Advantage:
        return hit.completion.advantage;
    case Length:
        return hit.completion.tokens;
    case Ratio:
    case Clipped:
        if (const UpdateRow* update = updateOf(hit.completion))
            return (column == Ratio ? update->ratio : update->clipped).value_or(-1e300);
        return -1e300;
    default:
        break;
    }
    if (column >= kFirstPart) {
        const double value = partOf(hit.completion, m_parts.value(column - kFirstPart));
        return std::isnan(value) ? -1e300 : value;
    }
    return display(hit, column);
}

QVariant TraceListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= int(m_hits.size()) || index.column() >= columnCount())
        return {};
    const TraceHit& hit = m_hits[size_t(index.row())];
    const CompletionRow& row = hit.completion;
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return display(hit, column);
    case SortRole:
        return sortKey(hit, column);
    case BarRole:
        return row.advantage / m_largest;
    case PartsRole: {
        QVariantList parts;
        for (const QString& part : m_parts)
            parts << added(row, part);
        return parts;
    }
    case PartsScaleRole:
        return m_largestSum;
    case BadgeKindRole:
        if (column == Verdict)
            return row.correct ? QStringLiteral("good") : verdictKind(row.verdict);
        if (column == Languages)
            return row.mixesLanguage ? QStringLiteral("warn") : QStringLiteral("mute");
        if (column == Finish || column == Length)
            return row.finishReason == "length" ? QStringLiteral("warn") : QString();
        return {};
    case Qt::TextAlignmentRole:
        return headerData(column, Qt::Horizontal, role);
    case Qt::ToolTipRole: {
        if (column == Ratio || column == Clipped)
            return plainToolTip(updateTip(row, column));
        QString tip = QStringLiteral("%1: %2").arg(verdictText(row), verdictReason(row));
        if (row.reward)
            tip += tr("\nreward %1 = ").arg(number(*row.reward, 3)) + partsText(row);
        if (!row.extracted.empty())
            tip += tr("\nanswer: ") + visibleText(std::string_view(row.extracted).substr(0, 400));
        return plainToolTip(hit.promptText.empty() ? tip : visibleText(hit.promptText) + QLatin1Char('\n') + tip);
    }
    case Qt::AccessibleTextRole:
        return QStringLiteral("%1: %2").arg(headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(),
            column == Parts                            ? partsText(row)
                : column == Verdict                    ? verdictText(row) + tr(", ") + verdictReason(row)
                : column == Ratio || column == Clipped ? updateTip(row, column)
                : column == Prompt                     ? visibleLine(std::string_view(hit.promptText).substr(0, 400))
                                                       : display(hit, column).toString());
    default:
        return {};
    }
}

double TraceListModel::added(const CompletionRow& row, const QString& part) const
{
    const std::string name = part.toStdString();
    const double value = partOf(row, part);
    for (const auto& [weighed, weight] : m_weights)
        if (weighed == name)
            return std::isnan(value) ? 0 : weight * value;
    return std::isnan(value) ? 0 : value;
}

QString TraceListModel::partsText(const CompletionRow& row) const
{
    QStringList parts;
    for (const QString& part : m_parts)
        if (const double value = added(row, part); std::abs(value) >= 5e-3)
            parts << QStringLiteral("%1 %2").arg(rewardPartName(part), number(value, 2));
    return parts.isEmpty() ? tr("no part paid") : parts.join(QStringLiteral(" + "));
}

const UpdateRow* TraceListModel::updateOf(const CompletionRow& row) const
{
    if (!m_updates)
        return nullptr;
    const auto found = m_updates->find(row.id);
    return found != m_updates->end() ? &found->second : nullptr;
}

QString TraceListModel::updateTip(const CompletionRow& row, int column) const
{
    if (!m_updates)
        return tr("being read");
    const UpdateRow* update = updateOf(row);
    if (!update)
        return tr("Not stored: the step was recorded by an earlier version of AhaScope, or its update had no "
                  "importance ratios.");
    if (update->tokens == 0)
        return tr("Left out of the update: the completion had no gradient (an advantage of 0, or masked as "
                  "cut off).");
    const double n = double(update->tokens);
    if (column == Ratio)
        return tr("mean importance ratio %1 over %2 tokens of the step's updates; 1: as probable as when it "
                  "was drawn")
            .arg(update->ratio.value_or(NAN), 0, 'f', 4)
            .arg(update->tokens);
    return update->clipped ? tr("%1 of %2 tokens of the step's updates clipped: beyond the clip on the side "
                                "that the advantage pushes to, so they moved no weight")
                                 .arg(std::round(*update->clipped * n), 0, 'f', 0)
                                 .arg(update->tokens)
                           : tr("This run's loss has no clip.");
}

void TraceListModel::setUpdates(std::unordered_map<int64_t, UpdateRow> updates)
{
    m_updates = std::move(updates);
    if (!m_hits.empty())
        Q_EMIT dataChanged(index(0, Ratio), index(rowCount() - 1, Clipped));
}

void TraceListModel::scale(const TraceHit& hit)
{
    m_largest = std::max(m_largest, std::abs(hit.completion.advantage));
    double up = 0, down = 0;
    for (const QString& part : m_parts) {
        const double value = added(hit.completion, part);
        (value > 0 ? up : down) += std::abs(value);
    }
    m_largestSum = std::max({ m_largestSum, up, down });
}

void TraceListModel::setHits(std::vector<TraceHit> hits, Weights weights)
{
    beginResetModel();
    m_hits = std::move(hits);
    m_weights = std::move(weights);
    m_updates.reset();
    m_largest = m_largestSum = 1e-9;
    m_prompts = {};
    QStringList parts;
    for (const TraceHit& hit : m_hits)
        for (const auto& [name, value] : hit.completion.parts)
            if (const QString part = visibleLine(name); !parts.contains(part))
                parts << part;
    if (!m_hits.empty()) // an empty list keeps its columns
        m_parts = parts;
    for (const TraceHit& hit : m_hits) {
        m_prompts.add(hit.promptText);
        scale(hit);
    }
    endResetModel();
}

void TraceListModel::append(const std::vector<TraceHit>& hits)
{
    if (hits.empty())
        return;
    bool others = false;
    beginInsertRows({}, int(m_hits.size()), int(m_hits.size() + hits.size()) - 1);
    for (const TraceHit& hit : hits) {
        others = m_prompts.add(hit.promptText) || others;
        scale(hit);
        m_hits.push_back(hit);
    }
    endInsertRows();
    if (others) // the rows before may be told apart elsewhere now
        Q_EMIT dataChanged(index(0, Prompt), index(rowCount() - 1, Prompt));
}

} // namespace aha
