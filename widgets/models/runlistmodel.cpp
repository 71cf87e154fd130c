#include "widgets/models/runlistmodel.h"

#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/models/runstatetext.h"
#include "widgets/models/visibletext.h"

#include <QDateTime>
#include <QFont>
#include <QLocale>
#include <QSet>

namespace aha {

namespace {

bool rightAligned(int column)
{
    return column == RunListModel::Step || column == RunListModel::Reward || column == RunListModel::Pass1
        || column == RunListModel::Seed || column == RunListModel::StepTime;
}

/// Words with single spaces between them, each once.
std::string tidyTags(const QString& text)
{
    QStringList words = QString(text)
                            .replace(QLatin1Char(','), QLatin1Char(' '))
                            .simplified()
                            .split(QLatin1Char(' '), Qt::SkipEmptyParts);
    words.removeDuplicates();
    return words.join(QLatin1Char(' ')).toStdString();
}

/// A run that goes on has learnt since its newest evaluation: the figure leans, and its tip has the step.
bool isEarlier(const RunListRow& row) { return row.evalStep >= 0 && row.evalStep < row.step; }

/// The same shapes as in the queue, so that a state is known without its word.
QString shapeOf(RunState state)
{
    switch (state) {
    case RunState::Starting:
        return QStringLiteral("◔");
    case RunState::Running:
        return QStringLiteral("▶");
    case RunState::Paused:
        return QStringLiteral("‖");
    case RunState::Stopping:
        return QStringLiteral("◕");
    case RunState::Finished:
        return QStringLiteral("✓");
    case RunState::Stopped:
        return QStringLiteral("■");
    case RunState::Failed:
    case RunState::Interrupted:
        return QStringLiteral("✗");
    }
    return QStringLiteral("?");
}

QString pass1Facts(const RunListRow& row)
{
    const QString facts = tr("Held-out pass@1 %1 %, n = %2 × %3, 95 % interval %4 to %5 %")
                              .arg(100 * *row.pass1, 0, 'f', 1)
                              .arg(row.evalProblems)
                              .arg(row.evalSamples)
                              .arg(100 * *row.pass1Low, 0, 'f', 1)
                              .arg(100 * *row.pass1High, 0, 'f', 1);
    return row.evalStep < 0 ? facts
                            : facts + tr(", at step %1; the run stands at step %2").arg(row.evalStep).arg(row.step);
}

} // namespace

int RunListModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_rows.size()); }
int RunListModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(ColumnCount); }

QVariant RunListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    static const char* const titles[] = { "Run", "State", "Step", "pass@1", "Reward", "Tags", "Loss", "Task", "Model",
        "Seed", "s/step", "Created", "Note", "Folder" };
    static_assert(std::size(titles) == ColumnCount);
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int(rightAligned(section) ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    return translated(titles[section]);
}

QVariant RunListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= int(m_rows.size()))
        return {};
    const RunListRow& row = m_rows[size_t(index.row())];
    if (role == FolderRole)
        return row.folder;
    if (role == Qt::DecorationRole && index.column() == Name && m_colors.contains(row.folder))
        return m_colors.value(row.folder);
    if (role == Qt::ToolTipRole) {
        if (!row.problem.isEmpty() && row.state != RunState::Starting)
            return plainToolTip(translated(visibleText(row.problem.toStdString())));
        if (index.column() == Pass1 && row.pass1)
            return pass1Facts(row);
        const QString text = index.data(Qt::DisplayRole).toString();
        return plainToolTip(index.column() == Name ? text + QStringLiteral(" (") + runStateText(row.state, row.part)
                    + QStringLiteral(")\n") + visibleLine(row.folder.toStdString())
                                                   : text);
    }
    if (index.column() == Name && role == ShapeRole)
        return shapeOf(row.state);
    if (index.column() == Name && role == ShortRole) {
        const QString name = nameOf(index.row());
        const bool bySeed = title(index.row()) == tr("%1 · seed %2").arg(name).arg(row.seed);
        return visibleLine(
            (bySeed ? QStringLiteral("%1 · %2").arg(name).arg(row.seed) : title(index.row())).toStdString());
    }
    if (index.column() == Name && role == Qt::AccessibleTextRole)
        return visibleLine(title(index.row()).toStdString()) + tr(", ") + runStateText(row.state, row.part);
    if (index.column() == Pass1 && role == Qt::FontRole && row.pass1 && isEarlier(row)) {
        QFont leaning;
        leaning.setItalic(true);
        return leaning;
    }
    if (role == Qt::TextAlignmentRole && rightAligned(index.column()))
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::AccessibleTextRole && index.column() == Pass1 && row.pass1)
        return pass1Facts(row);
    const bool sorting = role == SortRole;
    const auto shown = [role](const QString& text) { // what is edited or sorted by stays as it is
        return role == Qt::DisplayRole ? visibleLine(text.toStdString()) : text;
    };
    if (role != Qt::DisplayRole && role != Qt::EditRole && !sorting)
        return {};
    switch (index.column()) {
    case Name:
        return role == Qt::EditRole ? QVariant(nameOf(index.row())) : QVariant(shown(title(index.row())));
    case Tags:
        return shown(QString::fromStdString(label(index.row()).tags));
    case Note:
        return role == Qt::EditRole ? QString::fromStdString(label(index.row()).note)
                                    : shown(QString::fromStdString(label(index.row()).note).simplified());
    case Task:
        return shown(row.task);
    case Model:
        return shown(row.model);
    case Folder:
        return shown(row.folder);
    case StepTime:
        return sorting ? QVariant(row.stepSeconds)
                       : QVariant(row.stepSeconds > 0 ? QString::number(row.stepSeconds, 'f', 2) : QStringLiteral("–"));
    case State:
        return runStateText(row.state, row.part);
    case Step:
        return sorting ? QVariant(row.step) : QVariant(QStringLiteral("%1 / %2").arg(row.step).arg(row.maxSteps));
    case Reward:
        return !row.reward ? QVariant(sorting ? QVariant(-1e300) : QVariant(QStringLiteral("–")))
            : sorting      ? QVariant(*row.reward)
                           : QVariant(fixedNumber(*row.reward, 3));
    case Pass1:
        return !row.pass1 ? QVariant(sorting ? QVariant(-1.0) : QVariant(QStringLiteral("–")))
            : sorting     ? QVariant(*row.pass1)
                          : QVariant(QStringLiteral("%1 %").arg(100 * *row.pass1, 0, 'f', 1));
    case Loss:
        return shown(row.lossType);
    case Seed:
        return row.seed;
    case Created:
        return sorting
            ? QVariant(row.createdAt)
            : QVariant(QLocale().toString(QDateTime::fromSecsSinceEpoch(qint64(row.createdAt)), QLocale::ShortFormat));
    default:
        return {};
    }
}

Qt::ItemFlags RunListModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags usual = QAbstractTableModel::flags(index);
    return index.isValid() && (index.column() == Name || index.column() == Tags || index.column() == Note)
        ? usual | Qt::ItemIsEditable
        : usual;
}

bool RunListModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::EditRole || !(flags(index) & Qt::ItemIsEditable))
        return false;
    RunLabel label = this->label(index.row());
    if (index.column() == Name) {
        const QString name = value.toString().simplified();
        label.name = name == row(index.row()).name ? std::string() : name.toStdString();
    } else if (index.column() == Tags) {
        label.tags = tidyTags(value.toString());
    } else {
        label.note = value.toString().trimmed().toStdString();
    }
    setLabel(index.row(), label);
    return true;
}

RunLabel RunListModel::label(int row) const
{
    const RunListRow& run = m_rows[size_t(row)];
    auto found = m_labels.find(run.key.toStdString());
    if (found == m_labels.end()) // given while the run began and had only its folder
        found = m_labels.find(run.folder.toStdString());
    return found == m_labels.end() ? RunLabel {} : found->second;
}

QString RunListModel::nameOf(int row) const
{
    const RunLabel label = this->label(row);
    return label.name.empty() ? m_rows[size_t(row)].name : QString::fromStdString(label.name);
}

void RunListModel::setLabel(int row, const RunLabel& label)
{
    if (label == this->label(row))
        return;
    const QString key = m_rows[size_t(row)].key, folder = m_rows[size_t(row)].folder;
    m_labels[key.toStdString()] = label;
    if (key != folder && m_labels.erase(folder.toStdString()) > 0) // it would come back where this one is cleared
        Q_EMIT labelChanged(folder, {});
    retitle();
    for (int i = 0; i < rowCount(); ++i) // a copy of the run shares the label
        if (m_rows[size_t(i)].key == key)
            Q_EMIT dataChanged(index(i, 0), index(i, ColumnCount - 1));
    Q_EMIT labelChanged(key, label);
}

void RunListModel::setLabels(const std::map<std::string, RunLabel>& labels)
{
    m_labels = labels;
    retitle();
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

void RunListModel::removeFolder(const QString& folder)
{
    for (int i = 0; i < rowCount(); ++i)
        if (m_rows[size_t(i)].folder == folder) {
            beginRemoveRows({}, i, i);
            m_rows.erase(m_rows.begin() + i);
            m_titles.erase(m_titles.begin() + i);
            endRemoveRows();
            retitle();
            return;
        }
}

void RunListModel::setRows(std::vector<RunListRow> rows)
{
    beginResetModel();
    m_rows = std::move(rows);
    for (RunListRow& row : m_rows)
        takeState(row);
    m_titles.clear();
    retitle();
    endResetModel();
}

void RunListModel::takeState(RunListRow& row) const
{
    const auto told = m_states.constFind(row.folder);
    if (told == m_states.constEnd())
        return;
    row.state = *told;
    row.part = m_parts.value(row.folder, StartPart::None);
}

void RunListModel::setStates(const QHash<QString, RunState>& byFolder, const QHash<QString, StartPart>& parts)
{
    m_states = byFolder;
    m_parts = parts;
    for (int i = 0; i < rowCount(); ++i) {
        RunListRow& row = m_rows[size_t(i)];
        const std::pair before(row.state, row.part);
        takeState(row);
        if (before != std::pair(row.state, row.part))
            Q_EMIT dataChanged(index(i, 0), index(i, ColumnCount - 1));
    }
}

void RunListModel::updateRow(const RunListRow& read)
{
    RunListRow row = read;
    takeState(row);
    for (size_t i = 0; i < m_rows.size(); ++i)
        if (m_rows[i].folder == row.folder) {
            m_rows[i] = row;
            retitle();
            Q_EMIT dataChanged(index(int(i), 0), index(int(i), ColumnCount - 1));
            return;
        }
    beginInsertRows({}, 0, 0);
    m_rows.insert(m_rows.begin(), row);
    m_titles.insert(m_titles.begin(), nameOf(0));
    endInsertRows();
    retitle();
}

void RunListModel::retitle()
{
    QHash<QString, QVector<int>> named;
    for (int i = 0; i < rowCount(); ++i)
        named[nameOf(i)].append(i);
    std::vector<QString> titles(m_rows.size());
    for (auto it = named.cbegin(); it != named.cend(); ++it) {
        QSet<qint64> seeds;
        for (const int i : *it)
            seeds.insert(row(i).seed);
        for (const int i : *it) {
            const QString folder = row(i).folder.section(QLatin1Char('/'), -1);
            titles[size_t(i)] = it->size() == 1 ? it.key()
                : seeds.size() == it->size()    ? tr("%1 · seed %2").arg(it.key()).arg(row(i).seed)
                : folder == it.key()            ? it.key()
                                                : it.key() + QStringLiteral(" · ") + folder;
        }
    }
    const bool known = titles.size() == m_titles.size(); // else the model is being reset
    for (size_t i = 0; i < titles.size() && known; ++i)
        if (titles[i] != m_titles[i]) {
            m_titles[i] = titles[i];
            Q_EMIT dataChanged(index(int(i), Name), index(int(i), Name));
        }
    m_titles = std::move(titles);
}

void RunListModel::setColors(const QHash<QString, QColor>& colors)
{
    m_colors = colors;
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, Name), index(int(m_rows.size()) - 1, Name), { Qt::DecorationRole });
}

} // namespace aha
