#include "widgets/panels/wordspage.h"

#include "core/base/files.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"
#include "widgets/models/wordlist.h"
#include "widgets/plots/labelrole.h"
#include "widgets/plots/placeaction.h"

#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

namespace aha {

namespace {

constexpr size_t kLargestFile = 1 << 20;
constexpr int kMostProblems = 6; // lines of a file that are explained one by one

QLabel* makeWordsText(const char* name, const char* role, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setObjectName(QString::fromLatin1(name));
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setProperty("role", QString::fromLatin1(role));
    return label;
}

} // namespace

WordsPage::WordsPage(WordList* words, QWidget* parent)
    : QWidget(parent)
    , m_words(words)
    , m_table(new QTableView(this))
    , m_word(new QLineEdit(this))
    , m_language(new QLineEdit(this))
    , m_kind(new QComboBox(this))
    , m_state(makeWordsText("wordsState", "hint", this))
    , m_message(makeWordsText("wordsMessage", "hint", this))
{
    auto* about = makeWordsText("wordsAbout", "hint", this);
    about->setText(
        tr("These words are marked in traces and counted in Analyse; a change shows there at once. What a run "
           "stores – its reflection metrics and the reward for reflection – counts the built-in words: no "
           "setting of a run names another list."));
    m_table->setObjectName(QStringLiteral("wordsTable"));
    m_table->setAccessibleName(tr("Reflection words"));
    m_table->setModel(m_words);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setTabKeyNavigation(false);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_word->setObjectName(QStringLiteral("wordsWord"));
    m_word->setAccessibleName(tr("Word to add or to change"));
    m_word->setPlaceholderText(tr("Word, e.g. hmm"));
    m_language->setObjectName(QStringLiteral("wordsLanguage"));
    m_language->setAccessibleName(tr("Its language"));
    m_language->setPlaceholderText(tr("Language, e.g. en"));
    m_language->setMaximumWidth(160);
    m_kind->setObjectName(QStringLiteral("wordsKind"));
    m_kind->setAccessibleName(tr("Its kind"));
    for (int kind = 0; kind < kReflectionKinds; ++kind)
        m_kind->addItem(reflectionKindText(ReflectionKind(kind)));
    const auto button = [this](const char* name, const QString& text, const QString& help, auto&& work) {
        auto* made = new QPushButton(text, this);
        made->setObjectName(QString::fromLatin1(name));
        made->setAccessibleName(text);
        made->setToolTip(help);
        connect(made, &QPushButton::clicked, this, work);
        return made;
    };
    m_put = button("wordsPut", tr("Add or change"), tr("A word that is in the list gets this language and kind"),
        [this] { put(); });
    m_remove
        = button("wordsRemove", tr("Remove"), tr("Takes the selected word out (Del)"), [this] { removeCurrent(); });
    m_undo = button("wordsUndo", tr("Undo"), tr("Takes the last change back (Ctrl+Z)"), [this] { m_words->undo(); });
    m_redo = button("wordsRedo", tr("Redo"), tr("Makes it again (Ctrl+Shift+Z)"), [this] { m_words->redo(); });
    m_reset = button("wordsReset", tr("Back to the built-in list"), tr("Can be undone"), [this] { m_words->reset(); });
    auto* file = button("wordsFile", tr("Read a file…"),
        tr("One word a line, a tab, its language, a tab, its kind; takes the place of the list"),
        [this] { chooseFile(); });
    auto* fields = new QHBoxLayout;
    fields->addWidget(m_word, 2);
    fields->addWidget(m_language, 1);
    fields->addWidget(m_kind);
    fields->addWidget(m_put);
    fields->addWidget(m_remove);
    auto* steps = new QHBoxLayout;
    steps->addWidget(m_state, 1);
    for (QPushButton* one : { m_undo, m_redo, m_reset, file })
        steps->addWidget(one);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 10, 12, 12);
    layout->addWidget(about);
    layout->addWidget(m_table, 1);
    layout->addLayout(fields);
    layout->addWidget(m_message);
    layout->addLayout(steps);
    m_message->hide();

    for (QLineEdit* field : { m_word, m_language })
        connect(field, &QLineEdit::returnPressed, this, &WordsPage::put);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &WordsPage::showCurrent);
    connect(m_words, &WordList::changed, this, &WordsPage::refresh);
    // Only where the table has the focus: a field has a Delete and an undo of its own.
    const auto add = [this](const char* id, const QString& text, QKeyCombination keys, auto&& work) {
        new PlaceAction(m_table, id, text, keyList({ keys }), work, {}, PlaceAction::Focus::Exactly);
    };
    add("words.remove", tr("Remove the word"), Qt::Key_Delete, [this] { removeCurrent(); });
    add("words.undo", tr("Undo the last change of the words"), Qt::CTRL | Qt::Key_Z, [this] { m_words->undo(); });
    add("words.redo", tr("Redo the change of the words"), Qt::CTRL | Qt::SHIFT | Qt::Key_Z,
        [this] { m_words->redo(); });
    refresh();
}

void WordsPage::focusWord()
{
    m_word->setFocus();
    m_word->selectAll();
}

void WordsPage::say(const QString& sentence, bool error)
{
    setRole(m_message, error ? "error" : "hint");
    m_message->setText(sentence);
    m_message->setVisible(!sentence.isEmpty());
}

void WordsPage::put()
{
    const QString word = m_word->text().trimmed();
    const Result<void> added = m_words->put(word, m_language->text(), ReflectionKind(m_kind->currentIndex()));
    if (!added)
        return say(visibleLine(added.error().sentence()), true);
    for (int row = 0; row < m_words->rowCount(); ++row)
        if (QString::fromStdString(m_words->entry(row).word).compare(word, Qt::CaseInsensitive) == 0)
            m_table->setCurrentIndex(m_words->index(row, 0));
    say({}, false);
    focusWord();
}

void WordsPage::removeCurrent()
{
    const int row = m_table->currentIndex().row();
    if (row < 0)
        return say(tr("Select the word that is to go."), true);
    m_words->remove(row);
    m_table->setCurrentIndex(m_words->index(std::min(row, m_words->rowCount() - 1), 0));
    say({}, false);
}

void WordsPage::chooseFile()
{
    const QString file = QFileDialog::getOpenFileName(
        this, tr("Reflection words"), QString(), tr("Text files (*.txt *.tsv);;All files (*)"));
    if (!file.isEmpty())
        readFrom(file);
}

void WordsPage::readFrom(const QString& file)
{
    const Result<std::string> text = readFile(file.toStdString(), kLargestFile);
    if (!text)
        return say(translated(text.error().sentence()), true);
    QStringList problems = m_words->take(*text);
    const qsizetype all = problems.size();
    problems = problems.mid(0, kMostProblems);
    if (all > kMostProblems)
        problems << tr("… and %1 more").arg(all - kMostProblems);
    say(problems.join(QLatin1Char('\n')), true);
}

void WordsPage::showCurrent()
{
    const int row = m_table->currentIndex().row();
    m_remove->setEnabled(row >= 0);
    if (row < 0 || row >= m_words->rowCount())
        return;
    const Lexicon::Entry& entry = m_words->entry(row);
    m_word->setText(QString::fromStdString(entry.word));
    m_language->setText(QString::fromStdString(entry.language));
    m_kind->setCurrentIndex(int(entry.kind));
}

void WordsPage::refresh()
{
    m_undo->setEnabled(m_words->canUndo());
    m_redo->setEnabled(m_words->canRedo());
    m_reset->setEnabled(!m_words->isBuiltIn());
    m_remove->setEnabled(m_table->currentIndex().isValid());
    const int words = m_words->rowCount();
    m_state->setText(m_words->isBuiltIn() ? tr("The built-in list: %1 words.").arg(words)
            : words == 1                  ? tr("Your own list: 1 word.")
                                          : tr("Your own list: %1 words.").arg(words));
    if (!m_words->problem().isEmpty())
        say(m_words->problem(), true);
}

} // namespace aha
