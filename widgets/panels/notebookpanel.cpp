#include "widgets/panels/notebookpanel.h"

#include "core/store/run_reader.h"
#include "widgets/language/translation.h"
#include "widgets/models/heldoutsample.h"
#include "widgets/models/notemodel.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/notebar.h"
#include "widgets/panels/sessionpart.h"
#include "widgets/panels/tablemenu.h"
#include "widgets/plots/elidedlabel.h"
#include "widgets/plots/emptyhint.h"
#include "widgets/plots/placeaction.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

namespace aha {

namespace {

constexpr int kQuoted = 400; ///< characters of what a note quotes; the tip has the others

} // namespace

NotebookPanel::NotebookPanel(NoteModel* notes, QWidget* parent, Qt::Orientation orientation)
    : QWidget(parent)
    , m_notes(notes)
    , m_bar(new NoteBar(this))
    , m_order(new QSortFilterProxyModel(this))
    , m_filter(new QLineEdit(this))
    , m_table(new QTableView(this))
    , m_pin(new ElidedLabel(this))
    , m_quote(new QLabel(this))
    , m_empty(new QLabel(this))
    , m_go(new QPushButton(tr("Go there"), this))
    , m_remove(new QPushButton(tr("Delete"), this))
    , m_text(new QPlainTextEdit(this))
    , m_editor(new QWidget(this))
{
    m_order->setSourceModel(m_notes);
    m_order->setFilterRole(NoteModel::SearchRole);
    m_order->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_order->setSortRole(NoteModel::SortRole);
    m_order->setDynamicSortFilter(false); // a note does not run away while it is written
    m_filter->setObjectName(QStringLiteral("notesFilter"));
    m_filter->setAccessibleName(tr("Filter notes"));
    m_filter->setPlaceholderText(tr("Find in notes"));
    m_filter->setClearButtonEnabled(true);
    auto* add = new QPushButton(tr("New note"), this);
    add->setObjectName(QStringLiteral("newNote"));
    add->setAccessibleName(tr("New note that is pinned to nothing"));
    m_table->setObjectName(QStringLiteral("notesTable"));
    m_table->setAccessibleName(tr("Notes"));
    m_table->setModel(m_order);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setTabKeyNavigation(false);
    m_table->setSortingEnabled(true);
    new TableMenu(m_table);
    m_table->sortByColumn(NoteModel::Changed, Qt::DescendingOrder);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->horizontalHeader()->setSectionResizeMode(NoteModel::Text, QHeaderView::Stretch);
    m_table->setColumnWidth(NoteModel::Pin, 170);
    m_table->setColumnWidth(NoteModel::Changed, m_table->fontMetrics().horizontalAdvance("0000-00-00 00:00") + 20);
    m_none = new EmptyHint(m_table, "notesNone", QString());
    m_pin->setTextFormat(Qt::PlainText);
    m_pin->setObjectName(QStringLiteral("notePin"));
    m_pin->setElide(Qt::ElideMiddle); // it begins with the step and ends with the words
    m_pin->setProperty("role", QStringLiteral("title"));
    m_quote->setTextFormat(Qt::PlainText);
    m_quote->setObjectName(QStringLiteral("noteQuote"));
    m_quote->setProperty("role", QStringLiteral("hint"));
    m_quote->setWordWrap(true);
    m_quote->setMaximumHeight(m_quote->fontMetrics().lineSpacing() * 4 + 4);
    m_quote->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_go->setObjectName(QStringLiteral("noteGo"));
    m_go->setAccessibleName(tr("Go to what the note is pinned to"));
    m_remove->setObjectName(QStringLiteral("noteRemove"));
    m_remove->setAccessibleName(tr("Delete the note"));
    m_text->setObjectName(QStringLiteral("noteText"));
    setKeptElsewhere(m_text); // the notes
    m_text->setAccessibleName(tr("Text of the note"));
    m_text->setPlaceholderText(tr("Write here. Markdown is kept as it is and goes into reports."));
    m_text->setTabChangesFocus(true);
    m_empty->setObjectName(QStringLiteral("notesEmpty"));
    m_empty->setTextFormat(Qt::PlainText);
    m_empty->setWordWrap(true);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setMargin(24);
    m_empty->setProperty("role", QStringLiteral("hint"));

    auto* top = new QHBoxLayout;
    top->addWidget(m_filter, 1);
    top->addWidget(add);
    if (orientation == Qt::Horizontal) { // a narrow place has no room for it; it is in the menu, too
        auto* report = new QPushButton(tr("Report…"), this);
        report->setObjectName(QStringLiteral("notesReport"));
        report->setAccessibleName(tr("Report of the open runs with their notes, as one HTML file"));
        top->addWidget(report);
        connect(report, &QPushButton::clicked, this, &NotebookPanel::reportWanted);
    }
    auto* left = new QWidget(this);
    auto* leftLayout = new QVBoxLayout(left);
    leftLayout->setContentsMargins(8, 8, 4, 8);
    leftLayout->addLayout(top);
    leftLayout->addWidget(m_table, 1);
    auto* head = new QHBoxLayout;
    head->addWidget(m_pin, 1);
    head->addWidget(m_go);
    head->addWidget(m_remove);
    auto* editorLayout = new QVBoxLayout(m_editor);
    editorLayout->setContentsMargins(4, 8, 8, 8);
    editorLayout->addLayout(head);
    editorLayout->addWidget(m_quote);
    editorLayout->addWidget(m_text, 1);
    auto* right = new QWidget(this);
    auto* rightLayout = new QVBoxLayout(right);
    rightLayout->setContentsMargins(0, 0, 0, 0);
    rightLayout->addWidget(m_editor);
    rightLayout->addWidget(m_empty);
    auto* split = new QSplitter(orientation, this);
    for (const int column : { NoteModel::Pin, NoteModel::Changed })
        m_table->setColumnHidden(column, orientation == Qt::Vertical);
    split->setChildrenCollapsible(false);
    split->addWidget(left);
    split->addWidget(right);
    split->setSizes(orientation == Qt::Vertical ? QList<int> { 260, 400 } : QList<int> { 520, 440 });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_bar);
    layout->addWidget(split, 1);

    m_keep.setSingleShot(true);
    m_keep.setInterval(kKeepMs);
    connect(&m_keep, &QTimer::timeout, this, [this] {
        m_keep.start(); // what is kept is what waits
        keepText();
    });
    connect(m_text, &QPlainTextEdit::textChanged, this, [this] {
        if (!m_filling)
            m_keep.start();
    });
    connect(m_filter, &QLineEdit::textChanged, m_order, &QSortFilterProxyModel::setFilterFixedString);
    connect(m_filter, &QLineEdit::textChanged, this, &NotebookPanel::showEmpty);
    connect(add, &QPushButton::clicked, this, [this] { addNote({}); });
    connect(m_go, &QPushButton::clicked, this, &NotebookPanel::follow);
    connect(m_table, &QTableView::activated, this, &NotebookPanel::follow);
    connect(m_remove, &QPushButton::clicked, this, &NotebookPanel::remove);
    new PlaceAction(
        this, "notes.undo", tr("Bring the deleted note back"), QKeySequence::keyBindings(QKeySequence::Undo),
        [this] { bringBack(); }, [this] { return m_notes && m_notes->removed(); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &NotebookPanel::showCurrent);
    connect(m_notes, &QAbstractItemModel::rowsInserted, this, [this] {
        m_bar->hide(); // it may be the one that is back
        showEmpty();
    });
    connect(m_notes, &QAbstractItemModel::rowsRemoved, this, [this] {
        m_bar->hide(); // Undo brings back what was deleted last, here or in the other panel
        showCurrent();
    });
    connect(m_notes, &QAbstractItemModel::dataChanged, this, [this] { // by the other panel, or a run has a new name
        const int row = m_notes->rowOf(m_current);
        if (row >= 0)
            showPin(m_notes->note(row));
        if (row >= 0 && !m_text->hasFocus() && !m_keep.isActive())
            if (const QString text = QString::fromStdString(m_notes->note(row).text); text != m_text->toPlainText()) {
                m_filling = true;
                m_text->setPlainText(text);
                m_filling = false;
            }
    });
    if (m_order->rowCount() > 0)
        m_table->selectRow(0);
    showCurrent();
}

NotebookPanel::~NotebookPanel()
{
    if (!m_notes) // the whole window goes
        return;
    m_table->selectionModel()->disconnect(this);
    m_notes->disconnect(this);
    if (m_keep.isActive())
        keepText();
}

void NotebookPanel::addNote(Note pin)
{
    keepText();
    m_filter->clear();
    const qint64 id = m_notes->add(std::move(pin));
    if (id < 0)
        return;
    const QModelIndex at = m_order->mapFromSource(m_notes->index(m_notes->rowOf(id), 0));
    m_table->selectRow(at.row());
    m_table->scrollTo(at);
    m_text->setFocus();
}

void NotebookPanel::showEmpty()
{
    const bool shown = m_current >= 0;
    m_editor->setVisible(shown);
    m_empty->setVisible(!shown);
    m_none->setText(m_notes->rowCount() > 0
            ? tr("No note has these words.")
            : tr("No notes yet.\n\nCtrl+M on any page writes a note that is pinned to what you see there: "
                 "a run, a step, a completion, a held-out problem, or the words you selected in an answer."));
    m_empty->setText(m_order->rowCount() == 0 ? tr("A note is read and written here.") : tr("Choose a note."));
}

void NotebookPanel::showCurrent()
{
    keepText();
    const QModelIndex at = m_table->currentIndex();
    m_current = at.isValid() ? at.data(NoteModel::IdRole).toLongLong() : -1;
    const int row = m_notes->rowOf(m_current);
    if (row < 0)
        m_current = -1;
    showEmpty();
    if (row < 0)
        return;
    const Note& note = m_notes->note(row);
    showPin(note);
    m_go->setVisible(!note.folder.empty());
    const QString quote = quoteText(note);
    const QString begin = quote.size() > kQuoted ? quote.left(kQuoted - 1) + QStringLiteral("…") : quote;
    m_quote->setText(isOfWords(note) ? QStringLiteral("“") + begin + QStringLiteral("”") : begin);
    m_quote->setToolTip(plainToolTip(quote)); // four lines may hold less
    m_quote->setVisible(!note.quote.empty());
    m_filling = true;
    m_text->setPlainText(QString::fromStdString(note.text));
    m_filling = false;
}

void NotebookPanel::showPin(const Note& note)
{
    m_pin->setText(note.folder.empty() ? tr("Note") : visibleLine(m_notes->pinOf(note).toStdString()));
    m_pin->setToolTip(plainToolTip(m_pin->text()));
}

/// No other note is chosen then: the next press at the same place deletes nothing.
void NotebookPanel::remove()
{
    keepText();
    const int row = m_notes->rowOf(m_current);
    if (row < 0)
        return;
    const qint64 gone = m_notes->note(row).id;
    const QString line = m_notes->index(row, NoteModel::Text).data().toString();
    m_notes->remove(gone);
    if (m_notes->rowOf(gone) >= 0) // it could not be deleted, which was said
        return;
    m_bar->ask(tr("Deleted: %1").arg(line.size() > 80 ? line.left(80) + QStringLiteral("…") : line), tr("Undo"),
        [this] { bringBack(); });
    m_bar->findChild<QPushButton*>(QStringLiteral("noteButton"))->setFocus(); // a table takes a row with the focus
    m_table->selectionModel()->clear();
    showCurrent();
}

void NotebookPanel::bringBack()
{
    const qint64 id = m_notes->restore();
    if (id < 0)
        return;
    showNote(id);
    m_table->setFocus();
}

void NotebookPanel::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_bar->hide(); // Ctrl+Z still brings the note back
}

void NotebookPanel::showNote(qint64 id)
{
    m_filter->clear(); // it may hide the note
    const int row = m_notes->rowOf(id);
    if (row >= 0)
        m_table->selectRow(m_order->mapFromSource(m_notes->index(row, 0)).row());
}

void NotebookPanel::keepText()
{
    if (!m_keep.isActive())
        return; // only what was typed: an editor does not give every text back as it got it
    m_keep.stop();
    if (m_current >= 0 && m_notes)
        m_notes->setText(m_current, m_text->toPlainText());
}

void NotebookPanel::follow()
{
    const int row = m_notes->rowOf(m_current);
    if (row < 0)
        return;
    const Note note = m_notes->note(row); // a copy: where it leads may change the notes
    QString folder = QString::fromStdString(note.folder);
    if (folder.isEmpty())
        return;
    // The run may have moved, and another may stand in its place.
    const auto reader = RunReader::open(note.folder);
    const Result<std::string> there = reader ? (*reader)->info("run_id") : Result<std::string>(reader.error());
    if (!note.runId.empty() && (!there || *there != note.runId)) {
        const QString moved = findRun ? findRun(QString::fromStdString(note.runId)) : QString();
        if (!moved.isEmpty()) {
            folder = moved;
            m_notes->setFolder(note.id, folder);
            showCurrent();
        } else if (there) {
            Q_EMIT said(tr("Another run is at %1 now, and the one of this note is not in the table of runs. "
                           "Open its folder, then follow the note again.")
                            .arg(folder));
            return;
        }
    }
    if (!QFileInfo::exists(folder)) {
        Q_EMIT said(tr("The run of this note is no longer at %1, and not in the table of runs. Open its "
                       "folder, then follow the note again.")
                        .arg(folder));
        return;
    }
    Q_EMIT runWanted(folder);
    if (note.kind == "step")
        Q_EMIT stepPicked(folder, note.step);
    else if (note.kind == "evaluation")
        Q_EMIT evaluationPicked(folder, note.step);
    else if (note.kind == "problem" || note.kind == "prompt")
        Q_EMIT problemPicked(folder, note.target, note.position, kAnySample);
    else if (note.kind == "answer" || note.kind == "reply")
        Q_EMIT problemPicked(folder, note.target, note.position, note.sample);
    else if (note.kind == "group")
        Q_EMIT groupPicked(folder, note.step, note.position);
    else if (note.kind == "completion" || note.kind == "span")
        Q_EMIT completionPicked(folder, note.target);
    else
        Q_EMIT runPicked(folder);
    if (!isOfWords(note))
        return;
    const TextPlace place = note.kind == "span" ? TextPlace { folder, note.target }
                                                : TextPlace { folder, 0, note.target, note.position, note.sample };
    Q_EMIT wordsPicked({ place, QString::fromStdString(note.quote), note.quoteBegin });
}

} // namespace aha
