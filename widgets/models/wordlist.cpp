#include "widgets/models/wordlist.h"

#include "core/run/runlauncher.h"
#include "core/store/workspace.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

namespace aha {

namespace {

constexpr size_t kMostSteps = 200; // of the history
constexpr const char* kEmpty = "# no words\n"; // kept in the place of "", which means the built-in list

constexpr const char* kKinds[]
    = { "hesitation", "contrast", "mistake", "check", "restart", "conclusion", "no kind" };
static_assert(std::size(kKinds) == kReflectionKinds);

bool sameWord(const std::string& a, const std::string& b)
{
    return QString::fromStdString(a).compare(QString::fromStdString(b), Qt::CaseInsensitive) == 0;
}

} // namespace

Result<Lexicon> shippedLexicon()
{
    return Lexicon::load((resourceRootFolder() + QStringLiteral("/resources/lexicons/reflection.txt")).toStdString());
}

QString reflectionKindText(ReflectionKind kind) { return translated(kKinds[size_t(kind)]); }

WordList::WordList(const Result<Lexicon>& builtIn, Workspace* workspace, QObject* parent)
    : QAbstractTableModel(parent)
    , m_builtIn(builtIn ? *builtIn : Lexicon())
    , m_workspace(workspace)
{
    if (!builtIn)
        m_problem
            = tr("The built-in words cannot be read: %1").arg(translated(builtIn.error().sentence()));
    Lexicon start = m_builtIn;
    if (m_workspace)
        if (const Result<std::string> kept = m_workspace->setting(kSetting); kept && !kept->empty()) {
            std::vector<Error> bad;
            start = Lexicon::readLines(*kept, bad);
        }
    m_history.push_back(std::make_shared<const Lexicon>(std::move(start)));
    m_lexicon = m_history.front();
}

void WordList::show(size_t step)
{
    beginResetModel();
    m_at = step;
    m_lexicon = m_history[m_at];
    endResetModel();
    m_problem.clear();
    if (m_workspace) {
        const std::string text = m_lexicon->entries().empty() ? kEmpty : m_lexicon->toText();
        if (const Result<void> kept = m_workspace->setSetting(kSetting, isBuiltIn() ? "" : text); !kept)
            m_problem = tr("The list is not kept: %1").arg(translated(kept.error().sentence()));
    }
    Q_EMIT changed();
}

void WordList::change(Lexicon lexicon)
{
    if (lexicon.entries() == m_lexicon->entries())
        return;
    m_history.resize(m_at + 1);
    m_history.push_back(std::make_shared<const Lexicon>(std::move(lexicon)));
    if (m_history.size() > kMostSteps)
        m_history.erase(m_history.begin());
    show(m_history.size() - 1);
}

Result<void> WordList::put(const QString& word, const QString& language, ReflectionKind kind)
{
    const Lexicon::Entry wanted { word.trimmed().toStdString(), language.trimmed().toStdString(), kind };
    Lexicon next;
    bool there = false;
    for (const Lexicon::Entry& old : m_lexicon->entries()) {
        const bool same = !there && sameWord(old.word, wanted.word);
        there = there || same;
        if (const Result<void> added = next.add(same ? wanted : old); !added)
            return added.error();
    }
    if (!there)
        if (const Result<void> added = next.add(wanted); !added)
            return added.error();
    change(std::move(next));
    return {};
}

void WordList::remove(int row)
{
    Lexicon next;
    for (int i = 0; i < rowCount(); ++i)
        if (i != row)
            (void)next.add(entry(i));
    change(std::move(next));
}

void WordList::reset() { change(m_builtIn); }

QStringList WordList::take(const std::string& text)
{
    std::vector<Error> bad;
    Lexicon read = Lexicon::readLines(text, bad), next;
    QStringList problems;
    for (const Error& error : bad)
        problems << visibleLine(error.sentence());
    for (const Lexicon::Entry& one : read.entries())
        if (const Result<void> added = next.add(one); !added) {
            problems << visibleLine(added.error().sentence());
            if (next.entries().size() >= Lexicon::kMostWords)
                break; // the same of every other word
        }
    if (next.entries().empty())
        problems << tr("The file holds no words, so the list stays.");
    else
        change(std::move(next));
    return problems;
}

void WordList::undo()
{
    if (canUndo())
        show(m_at - 1);
}

void WordList::redo()
{
    if (canRedo())
        show(m_at + 1);
}

int WordList::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_lexicon->entries().size()); }

int WordList::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant WordList::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || role != Qt::DisplayRole)
        return {};
    const Lexicon::Entry& one = entry(index.row());
    switch (index.column()) {
    case Word:
        return visibleLine(one.word);
    case Language:
        return visibleLine(one.language);
    default:
        return reflectionKindText(one.kind);
    }
}

QVariant WordList::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Word ? tr("Word") : section == Language ? tr("Language") : tr("Kind");
}

} // namespace aha
