#include "widgets/models/notemodel.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <QDateTime>
#include <QFileInfo>

namespace aha {

namespace {

constexpr int kPinnedWords = 40; ///< characters of a span that a pin repeats
constexpr size_t kPinnedBytes = 2000; ///< they are looked for in these: a span may be megabytes long

QString pinnedWords(const Note& note)
{
    if (note.quote.empty())
        return {};
    const QString words = visibleLine(std::string_view(note.quote).substr(0, kPinnedBytes)).simplified();
    return QStringLiteral(", “")
        + (words.size() > kPinnedWords ? words.left(kPinnedWords - 1) + QStringLiteral("…") : words)
        + QStringLiteral("”");
}

} // namespace

QString pinText(const Note& note, const QString& run)
{
    if (note.folder.empty())
        return tr("not pinned");
    const QString name
        = visibleLine((run.isEmpty() ? QFileInfo(QString::fromStdString(note.folder)).fileName() : run).toStdString());
    const QString at = tr("step %1 of %2").arg(note.step).arg(name);
    if (note.kind == "step")
        return at;
    if (note.kind == "evaluation")
        return at + tr(", an evaluation");
    if (note.kind == "problem")
        return at + tr(", held-out problem %1").arg(note.position + 1);
    if (note.kind == "answer")
        return at + tr(", held-out problem %1").arg(note.position + 1) + tr(", sample %1").arg(note.sample + 1)
            + pinnedWords(note);
    if (note.kind == "prompt" || note.kind == "reply") // one sample of each
        return at + tr(", your prompt %1").arg(note.position + 1) + (isOfWords(note) ? pinnedWords(note) : QString());
    if (note.kind == "group")
        return at + tr(", group %1").arg(note.position + 1);
    if (note.kind == "completion")
        return at + tr(", a completion");
    if (note.kind == "span")
        return at + tr(", a span of a completion") + pinnedWords(note);
    return name;
}

QString quoteText(const Note& note)
{
    return visibleText(std::string_view(note.quote).substr(0, size_t(4) * kLongestTip)); // of four bytes at most
}

bool isOfWords(const Note& note) { return note.kind == "span" || note.kind == "answer" || note.kind == "reply"; }

NoteModel::NoteModel(Workspace* workspace, QObject* parent)
    : QAbstractTableModel(parent)
    , m_workspace(workspace)
{
    if (m_workspace)
        if (Result<std::vector<Note>> notes = m_workspace->notes())
            m_notes = std::move(*notes);
}

int NoteModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_notes.size()); }

int NoteModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(ColumnCount); }

QVariant NoteModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Note& note = m_notes[size_t(index.row())];
    if (role == IdRole)
        return qint64(note.id);
    if (role == SearchRole)
        return QString::fromStdString(note.text + '\n' + note.quote + '\n') + pinOf(note);
    if (role == SortRole)
        return index.column() == Changed ? QVariant(note.changedAt) : data(index, Qt::DisplayRole);
    if (role == Qt::DisplayRole)
        switch (index.column()) {
        case Text: {
            const std::string line = note.text.substr(0, note.text.find('\n'));
            return line.empty() ? tr("(empty)") : visibleLine(line);
        }
        case Pin:
            return pinOf(note);
        case Changed:
            return QDateTime::fromSecsSinceEpoch(qint64(note.changedAt)).toString(QStringLiteral("yyyy-MM-dd HH:mm"));
        }
    if (role == Qt::ToolTipRole)
        return plainToolTip(index.column() != Pin ? visibleText(note.text)
                : note.quote.empty()              ? pinOf(note)
                                                  : pinOf(note) + QLatin1Char('\n') + quoteText(note));
    return {};
}

QVariant NoteModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    static constexpr const char* titles[] = { "Note", "Pinned to", "Changed" };
    return translated(titles[section]);
}

int NoteModel::rowOf(qint64 id) const
{
    for (size_t i = 0; i < m_notes.size(); ++i)
        if (m_notes[i].id == id)
            return int(i);
    return -1;
}

qint64 NoteModel::add(Note note)
{
    if (m_workspace) {
        Result<Note> kept = m_workspace->keepNote(std::move(note));
        if (!kept) {
            Q_EMIT troubled(translated(kept.error().sentence()));
            return -1;
        }
        note = std::move(*kept);
    } else {
        note.id = m_nextId++;
        if (note.createdAt == 0)
            note.createdAt = note.changedAt = double(QDateTime::currentSecsSinceEpoch());
    }
    beginInsertRows({}, 0, 0);
    m_notes.insert(m_notes.begin(), std::move(note));
    endInsertRows();
    return m_notes.front().id;
}

void NoteModel::setText(qint64 id, const QString& text)
{
    const int row = rowOf(id);
    if (row < 0 || m_notes[size_t(row)].text == text.toStdString())
        return;
    Note changed = m_notes[size_t(row)];
    changed.text = text.toStdString();
    change(row, std::move(changed));
}

void NoteModel::setFolder(qint64 id, const QString& folder)
{
    const int row = rowOf(id);
    if (row < 0)
        return;
    Note changed = m_notes[size_t(row)];
    changed.folder = folder.toStdString();
    change(row, std::move(changed));
}

void NoteModel::change(int row, Note changed)
{
    if (m_workspace) {
        Result<Note> kept = m_workspace->keepNote(changed);
        if (!kept) // the change stays here, and is offered again with the next
            Q_EMIT troubled(translated(kept.error().sentence()));
        else
            changed = std::move(*kept);
    } else {
        changed.changedAt = double(QDateTime::currentSecsSinceEpoch());
    }
    m_notes[size_t(row)] = std::move(changed);
    Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

void NoteModel::remove(qint64 id)
{
    const int row = rowOf(id);
    if (row < 0)
        return;
    if (m_workspace)
        if (const Result<void> removed = m_workspace->removeNote(id); !removed) {
            Q_EMIT troubled(translated(removed.error().sentence()));
            return;
        }
    beginRemoveRows({}, row, row);
    m_removed.push_back(std::move(m_notes[size_t(row)]));
    m_notes.erase(m_notes.begin() + row);
    endRemoveRows();
}

qint64 NoteModel::restore()
{
    if (m_removed.empty())
        return -1;
    Note note = m_removed.back();
    note.id = 0; // its own may have been given away since
    const qint64 id = add(std::move(note));
    if (id >= 0)
        m_removed.pop_back();
    return id;
}

QString NoteModel::pinOf(const Note& note) const
{
    return pinText(note, nameOf && !note.folder.empty() ? nameOf(QString::fromStdString(note.folder)) : QString());
}

void NoteModel::renamed()
{
    if (!m_notes.empty())
        Q_EMIT dataChanged(index(0, Pin), index(rowCount() - 1, Pin));
}

} // namespace aha
