#include "widgets/panels/datapanel.h"

#include "widgets/language/translation.h"
#include "widgets/models/datasetmodel.h"
#include "widgets/models/rowrendering.h"
#include "widgets/models/tokenlist.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/batchpage.h"
#include "widgets/panels/exacttext.h"
#include "widgets/panels/mappingform.h"
#include "widgets/panels/modelchooser.h"
#include "widgets/panels/tokenchips.h"
#include "widgets/plots/emptyhint.h"
#include "widgets/plots/histogram.h"
#include "widgets/plots/labelrole.h"

#include <QComboBox>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QTabWidget>
#include <QTableView>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>

namespace aha {

namespace {

constexpr int kSearchMs = 300, kNarrowestTable = 90, kWidest = 420;
constexpr int kRawBytes = 1 << 20, kTokenBytes = 64 << 10; // shown of one row

ExactText* readOnlyText(const char* name, const QString& says, QWidget* parent)
{
    auto* text = new ExactText(parent);
    text->setObjectName(QLatin1String(name));
    text->setAccessibleName(says);
    text->setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    return text;
}

QString rows(uint64_t count) { return QLocale(QLocale::English).toString(qulonglong(count)); }

QString countedRows(uint64_t count) { return count == 1 ? tr("1 row") : tr("%1 rows").arg(rows(count)); }

/// "7 rows (3, 8, 9, 12, 40, …)": numbers as the table shows them.
QString rowsWithNumbers(uint64_t count, const std::vector<uint64_t>& first)
{
    QStringList numbers;
    for (const uint64_t row : first)
        numbers << QString::number(row + 1);
    if (first.size() < count)
        numbers << QStringLiteral("…");
    return (count == 1 ? tr("%1 row (%2)") : tr("%1 rows (%2)")).arg(rows(count), numbers.join(QStringLiteral(", ")));
}

} // namespace

DataPanel::DataPanel(RecentModels* recent, const QString& engine, QWidget* parent)
    : QWidget(parent)
    , m_model(new DatasetModel(this))
    , m_state(new QLabel(this))
    , m_tokensNote(new QLabel(this))
    , m_progress(new QProgressBar(this))
    , m_cancel(new QPushButton(tr("Cancel"), this))
    , m_split(new QComboBox(this))
    , m_search(new QLineEdit(this))
    , m_tokenizer(new ModelChooser(recent, tr("Tokenizer that counts"), tr("No tokenizer"), this))
    , m_table(new QTableView(this))
    , m_tabs(new QTabWidget(this))
    , m_text(readOnlyText("rowText", tr("The row as it is read"), this))
    , m_raw(readOnlyText("rowRaw", tr("The row as it is stored"), this))
    , m_tokens(new TokenChips(this))
    , m_mapping(new MappingForm(this))
    , m_batch(new BatchPage(engine, this))
{
    setAcceptDrops(true);
    auto* open = new QToolButton(this);
    open->setObjectName(QStringLiteral("openData"));
    open->setText(tr("Open data…"));
    open->setPopupMode(QToolButton::InstantPopup);
    const auto openFile = [this] {
        if (const QString path = QFileDialog::getOpenFileName(this, tr("Open a data set"), QString(),
                QStringLiteral("Data (*.jsonl *.ndjson *.json *.csv *.tsv *.parquet *.gz *.zst);;All files (*)"));
            !path.isEmpty())
            openPath(path);
    };
    const auto openFolder = [this] {
        if (const QString path = QFileDialog::getExistingDirectory(this, tr("Open a data set's folder"));
            !path.isEmpty())
            openPath(path);
    };
    auto* menu = new QMenu(open);
    connect(menu->addAction(tr("File…")), &QAction::triggered, this, openFile);
    connect(menu->addAction(tr("Folder…")), &QAction::triggered, this, openFolder);
    open->setMenu(menu);
    m_split->setObjectName(QStringLiteral("split"));
    m_split->setAccessibleName(tr("Split"));
    m_search->setObjectName(QStringLiteral("dataSearch"));
    m_search->setAccessibleName(tr("Search the rows"));
    m_search->setPlaceholderText(tr("Search the rows"));
    m_search->setClearButtonEnabled(true);
    m_tokenizer->setObjectName(QStringLiteral("dataTokenizer"));
    m_state->setObjectName(QStringLiteral("dataState"));
    m_state->setTextFormat(Qt::PlainText);
    m_state->setWordWrap(true);
    m_progress->setMaximumWidth(160);
    m_progress->setTextVisible(false);
    m_table->setObjectName(QStringLiteral("dataTable"));
    m_table->setAccessibleName(tr("Rows of the data set"));
    m_table->setModel(m_model);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setWordWrap(false);
    m_table->setShowGrid(false);
    m_table->setAlternatingRowColors(true);
    m_table->setTabKeyNavigation(false);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 10);
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_empty = new EmptyHint(m_table, "dataEmpty", QString());
    m_openers[0] = m_empty->addButton("dataOpenFile", tr("Open a file…"), openFile);
    m_openers[1] = m_empty->addButton("dataOpenFolder", tr("Open a folder…"), openFolder);
    m_text->setPlaceholderText(tr("The chosen row stands here as it is read: prompt, answer, gold answer."));
    m_raw->setPlaceholderText(tr("The chosen row stands here as it is stored."));
    m_tokens->setEmptyText(tr("The tokens of the chosen row stand here; what is learned is underlined."));

    auto* tokensPage = new QWidget(this);
    auto* tokensLayout = new QVBoxLayout(tokensPage);
    tokensLayout->setContentsMargins(0, 6, 0, 0);
    m_tokensNote->setTextFormat(Qt::PlainText);
    m_tokensNote->setWordWrap(true);
    m_tokensNote->setProperty("role", QStringLiteral("hint"));
    tokensLayout->addWidget(m_tokensNote);
    tokensLayout->addWidget(m_tokens, 1);
    auto* mappingScroll = new QScrollArea(this);
    mappingScroll->setWidget(m_mapping);
    mappingScroll->setWidgetResizable(true);
    mappingScroll->setFrameShape(QFrame::NoFrame);
    m_tabs->setObjectName(QStringLiteral("dataTabs"));
    m_tabs->setAccessibleName(tr("Views of the data"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_text, tr("Row"));
    m_tabs->addTab(tokensPage, tr("Tokens"));
    m_tabs->addTab(m_raw, QStringLiteral("JSON"));
    m_tabs->addTab(mappingScroll, tr("Mapping"));
    m_tabs->addTab(m_batch, tr("First batch"));
    m_tabs->addTab(buildStatistics(), tr("Statistics"));
    m_batch->openedData = [this] { return openedData(); };
    m_batch->openedModel = [this] { return m_tokenizer->path(); };

    auto* top = new QHBoxLayout;
    top->addWidget(open);
    top->addWidget(m_split);
    top->addWidget(m_search, 2);
    top->addWidget(m_tokenizer, 1);
    auto* stateRow = new QHBoxLayout;
    stateRow->addWidget(m_state, 1);
    stateRow->addWidget(m_progress);
    stateRow->addWidget(m_cancel);
    auto* splitter = new QSplitter(this);
    splitter->addWidget(m_table);
    splitter->addWidget(m_tabs);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 1);
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(12);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->setSpacing(8);
    layout->addLayout(top);
    layout->addLayout(stateRow);
    layout->addWidget(splitter, 1);

    m_soon.setSingleShot(true);
    m_soon.setInterval(kSearchMs);
    connect(&m_soon, &QTimer::timeout, this, &DataPanel::search);
    connect(m_search, &QLineEdit::textChanged, this, [this] { m_soon.start(); });
    connect(m_split, &QComboBox::activated, this, [this] { openPath(m_opened.path, m_split->currentText()); });
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        m_jobs.cancel();
        busy(false);
        say(tr("Cancelled."));
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] { showRow(); });
    connect(m_mapping, &MappingForm::changed, this, &DataPanel::showRow);
    connect(m_tokenizer, &ModelChooser::chosen, &m_loader, &TokenizerLoader::load);
    connect(&m_loader, &TokenizerLoader::loaded, this, &DataPanel::showRow);
    connect(&m_jobs, &DatasetJobs::opened, this, &DataPanel::take);
    connect(&m_jobs, &DatasetJobs::counted, this, &DataPanel::showStatistics);
    connect(&m_jobs, &DatasetJobs::failed, this, [this](const QString& sentence) {
        busy(false);
        say(visibleText(sentence.toStdString()), true);
    });
    connect(&m_jobs, &DatasetJobs::progressed, this, [this](const QString& what, double share) {
        say(what);
        m_progress->setRange(0, share < 0 ? 0 : 1000);
        m_progress->setValue(int(1000 * share));
    });
    connect(&m_jobs, &DatasetJobs::found, this, [this](const std::vector<uint64_t>& found) {
        busy(false);
        say((found.size() == 1 ? tr("%1 of %2 rows holds these words.") : tr("%1 of %2 rows hold these words."))
                .arg(rows(found.size()), rows(m_opened.dataset->size())));
        m_model->setFound(found);
        m_table->selectRow(0);
    });
    busy(false);
    say({});
    showEmpty();
    showRow();
}

/// What the table says while it has no rows: before the first data set, or where a search finds nothing.
void DataPanel::showEmpty()
{
    const bool any = m_opened.dataset && m_opened.dataset->size() > 0;
    m_empty->setText(any ? tr("No row holds these words.")
                         : tr("The rows of a data set stand here.\nOpen JSON Lines, JSON, CSV or Parquet (also .gz, "
                              ".zst), or a folder of them; or drop one here."));
    for (QPushButton* opener : m_openers)
        opener->setVisible(!any);
}

QWidget* DataPanel::buildStatistics()
{
    auto* page = new QWidget(this);
    m_count = new QPushButton(tr("Count all rows"), page);
    m_count->setObjectName(QStringLiteral("countRows"));
    m_overlap = new QComboBox(page);
    m_overlap->setObjectName(QStringLiteral("overlapSplit"));
    m_overlap->setAccessibleName(tr("Split to look for overlap with"));
    m_figures = new QLabel(page);
    m_figures->setObjectName(QStringLiteral("dataFigures"));
    m_figures->setTextFormat(Qt::PlainText);
    m_figures->setWordWrap(true);
    m_figures->setText(tr("Counting finds lengths in tokens (with a tokenizer chosen), duplicates, rows that "
                          "cannot be read, and overlap between splits."));
    m_figures->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_lengths = new Histogram(page);
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_count);
    bar->addWidget(m_overlap);
    bar->addStretch(1);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 6, 0, 0);
    layout->addLayout(bar);
    layout->addWidget(m_figures);
    layout->addWidget(m_lengths, 1);
    layout->addStretch(1);
    connect(m_count, &QPushButton::clicked, this, [this] {
        if (!m_opened.dataset)
            return;
        busy(true);
        m_jobs.statistics(m_opened, m_mapping->mapping(), m_loader.current(), m_overlap->currentData().toString());
    });
    return page;
}

void DataPanel::openPath(const QString& path, const QString& split)
{
    m_path = path;
    m_asked = split;
    busy(true);
    say(tr("Reading …"));
    m_jobs.open(path, split);
}

QJsonObject DataPanel::sessionState() const
{
    if (m_path.isEmpty())
        return {};
    return { { QStringLiteral("path"), m_path }, { QStringLiteral("split"), m_asked } };
}

void DataPanel::restoreSession(const QJsonObject& state)
{
    openPath(state[QStringLiteral("path")].toString(), state[QStringLiteral("split")].toString());
}

void DataPanel::openModel(const QString& path) { m_tokenizer->setPath(path); }

void DataPanel::setRuns(const OpenRuns& runs)
{
    m_tokenizer->setRuns(runs);
    m_batch->setRuns(runs);
}

/// As a run would name it. A mapping goes along only where a person has changed what was recognised.
std::optional<DataConfig> DataPanel::openedData() const
{
    if (!m_opened.dataset)
        return {};
    DataConfig data = defaultConfig("sft").data;
    data.path = m_opened.path.toStdString();
    data.split = m_opened.splits.size() > 1 ? m_opened.split.toStdString() : std::string();
    const std::string mapping = toJson(m_mapping->mapping()).dump();
    if (m_opened.mappings.empty() || mapping != toJson(m_opened.mappings.front()).dump())
        data.mapping = mapping;
    return data;
}

void DataPanel::showTab(int tab) { m_tabs->setCurrentIndex(tab); }

void DataPanel::take(const OpenedDataset& opened)
{
    busy(false);
    m_opened = opened;
    showEmpty();
    m_model->setDataset(opened.dataset);
    m_batch->clear();
    m_mapping->setChoices(opened.mappings, opened.dataset->columns());
    m_split->clear();
    m_split->addItems(opened.splits);
    m_split->setCurrentText(opened.split);
    m_split->setVisible(opened.splits.size() > 1);
    m_overlap->clear();
    m_overlap->addItem(tr("Overlap with no split"), QString());
    for (const QString& name : opened.splits)
        if (name != opened.split)
            m_overlap->addItem(tr("Overlap with ") + name, name);
    m_overlap->setCurrentIndex(m_overlap->count() > 1 ? 1 : 0);
    m_overlap->setVisible(m_overlap->count() > 1);
    m_figures->setText(tr("Counting finds lengths in tokens (with a tokenizer chosen), duplicates, rows that "
                          "cannot be read, and overlap between splits."));
    m_lengths->setData({});
    QString text = countedRows(opened.dataset->size());
    if (!opened.mappings.empty())
        text += QStringLiteral(" · ") + visibleLine(opened.mappings.front().title);
    else
        text += tr(" · layout not recognised: choose the columns under Mapping");
    if (const uint64_t bad = opened.dataset->badRowCount()) {
        text += tr(" · %1 left out").arg(rows(bad));
        if (!opened.dataset->badRows().empty())
            text += tr(", first: ") + translated(visibleLine(opened.dataset->badRows().front().sentence()));
    }
    say(text, opened.dataset->badRowCount() > 0);
    m_search->clear();
    for (int c = 0; c < m_model->columnCount(); ++c) {
        int width = kNarrowestTable;
        for (int r = 0; r < std::min(20, m_model->rowCount()); ++r)
            width = std::max(width, fontMetrics().horizontalAdvance(m_model->index(r, c).data().toString()) + 20);
        m_table->setColumnWidth(c, std::min(width, kWidest));
    }
    m_table->selectRow(0);
    showRow();
}

void DataPanel::showRow()
{
    const QModelIndex current = m_table->currentIndex();
    const LoadedTokenizer& words = m_loader.current();
    m_text->setBytes({});
    m_raw->setBytes({});
    m_tokens->setTokens({});
    m_tokensNote->setText(
        words.problem.isEmpty() ? tr("Choose a tokenizer above to see the row as the model reads it.") : words.problem);
    if (!m_opened.dataset || !current.isValid())
        return;
    const Result<data::Row> row = m_opened.dataset->row(m_model->datasetRow(current.row()));
    if (!row)
        return m_text->setBytes(translated(visibleText(row.error().sentence())).toStdString());
    m_raw->setBytes(row->dump(2, ' ', false, data::Row::error_handler_t::replace).substr(0, kRawBytes));
    const Result<data::Example> example = data::toExample(m_mapping->mapping(), *row);
    if (!example)
        return m_text->setBytes(translated(visibleText(example.error().sentence())).toStdString());
    m_text->setBytes(exampleText(*example).substr(0, kRawBytes));
    if (!words.tokenizer)
        return;
    const RowForModel read = rowForModel(*example, words.chat.get());
    if (!read.problem.isEmpty())
        return m_tokensNote->setText(translated(visibleText(read.problem.toStdString())));
    TokenList tokens = tokenList(*words.tokenizer, std::string_view(read.prompt).substr(0, kTokenBytes), true);
    const TokenList answer = tokenList(*words.tokenizer, std::string_view(read.answer).substr(0, kTokenBytes), true);
    QVector<bool> trained(tokens.chips.size(), false);
    m_tokensNote->setText(tr("%1 tokens of prompt, %2 of answer (underlined: what is learned)")
                              .arg(tokens.chips.size())
                              .arg(answer.chips.size()));
    tokens.chips += answer.chips;
    trained.resize(tokens.chips.size(), true);
    m_tokens->setTokens(tokens);
    m_tokens->setMarks(trained);
}

void DataPanel::showStatistics(const data::DatasetStatistics& s)
{
    busy(false);
    QStringList lines;
    lines << countedRows(s.rows) + tr(", %1 that the mapping cannot read").arg(rows(s.unreadable));
    if (!s.listedUnreadable.empty())
        lines.last() += tr(" (row %1: %2)")
                            .arg(QString::number(s.listedUnreadable.front().first + 1),
                                visibleLine(s.listedUnreadable.front().second));
    lines << tr("%1 repeat an earlier row, %2 an earlier prompt")
                 .arg(rows(s.duplicates.extraRows), rows(s.duplicatePrompts.extraRows));
    if (!s.duplicates.listed.empty() && s.duplicates.listed.front().size() > 1)
        lines.last() += tr(" (rows %1 and %2, for one)")
                            .arg(s.duplicates.listed.front()[0] + 1)
                            .arg(s.duplicates.listed.front()[1] + 1);
    if (m_overlap->currentIndex() > 0) {
        lines << tr("%1 share eight words in a row with a prompt of %2")
                     .arg(rows(s.overlapping), m_overlap->currentData().toString());
        if (!s.listedOverlaps.empty())
            lines.last() += tr(" (row %1: %2)")
                                .arg(QString::number(s.listedOverlaps.front().first + 1),
                                    visibleLine(s.listedOverlaps.front().second));
    }
    for (const data::EmptyFields& field : s.emptyFields) {
        QStringList parts;
        if (field.empty > 0)
            parts << tr("empty in ") + rowsWithNumbers(field.empty, field.firstEmpty);
        if (field.missing > 0)
            parts << tr("missing in ") + rowsWithNumbers(field.missing, field.firstMissing);
        lines << tr("column ") + visibleLine(field.column) + tr(" is ") + parts.join(QStringLiteral(", "));
    }
    if (!s.totalTokens.empty()) {
        quint64 sum = 0;
        for (const uint32_t tokens : s.totalTokens)
            sum += tokens;
        lines << tr("%1 tokens in all; a row has %2 at the median, %3 at 95 %, %4 at most")
                     .arg(rows(sum))
                     .arg(data::quantileOf(s.totalTokens, 0.5))
                     .arg(data::quantileOf(s.totalTokens, 0.95))
                     .arg(s.totalTokens.back());
        const data::LengthHistogram histogram = data::histogramOf(s.totalTokens);
        m_lengths->setData({ tr("tokens a row"), double(histogram.binWidth),
            QVector<quint64>(histogram.bins.begin(), histogram.bins.end()) });
    }
    m_figures->setText(lines.join(QLatin1Char('\n')));
    say(s.rows == 1 ? tr("1 row counted.") : tr("%1 rows counted.").arg(rows(s.rows)));
}

void DataPanel::search()
{
    if (!m_opened.dataset)
        return;
    if (m_search->text().isEmpty()) {
        if (m_model->rowCount() != int(m_opened.dataset->size())) {
            m_model->setFound(std::nullopt);
            say(countedRows(m_opened.dataset->size()));
        }
        return;
    }
    busy(true);
    m_jobs.search(m_opened.dataset, m_search->text());
}

void DataPanel::say(const QString& text, bool problem)
{
    setRole(m_state, problem ? "error" : "hint");
    m_state->setText(text);
    m_state->setVisible(!text.isEmpty());
}

void DataPanel::busy(bool working)
{
    m_progress->setVisible(working);
    m_progress->setRange(0, 0);
    m_cancel->setVisible(working);
    m_count->setEnabled(!working && m_opened.dataset != nullptr);
    m_split->setVisible(m_opened.splits.size() > 1);
    m_overlap->setVisible(m_overlap->count() > 1);
}

void DataPanel::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls() && event->mimeData()->urls().first().isLocalFile())
        event->acceptProposedAction();
}

void DataPanel::dropEvent(QDropEvent* event) { openPath(event->mimeData()->urls().first().toLocalFile()); }

} // namespace aha
