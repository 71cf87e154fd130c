#include "widgets/panels/comparefigures.h"

#include "widgets/language/translation.h"
#include "widgets/plots/emptyhint.h"

#include <QCheckBox>
#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace aha {

namespace {

constexpr int kRefreshMs = 2000, kNarrowest = 150, kWidest = 420;

/// Headings of sections on a band of their own; cells that differ from the first run's on a tint (and in bold).
class CompareDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        if (index.data(CompareModel::SectionRole).toBool() && !(option.state & QStyle::State_Selected))
            painter->fillRect(option.rect, option.palette.color(QPalette::Midlight));
        if (index.data(CompareModel::DiffersRole).toBool() && !(option.state & QStyle::State_Selected)) {
            QColor tint = option.palette.color(QPalette::Highlight);
            tint.setAlpha(28);
            painter->fillRect(option.rect, tint);
        }
        QStyledItemDelegate::paint(painter, option, index);
    }
};

} // namespace

CompareFigures::CompareFigures(QWidget* parent)
    : QWidget(parent)
    , m_model(new CompareModel(this))
    , m_hint(new QLabel(this))
    , m_key(new QLabel(this))
    , m_onlyDifferent(new QCheckBox(tr("Only what differs"), this))
    , m_filter(new QLineEdit(this))
    , m_copy(new QPushButton(tr("Copy as Markdown"), this))
    , m_latex(new QPushButton(tr("Copy as LaTeX"), this))
    , m_table(new QTableView(this))
{
    m_hint->setObjectName(QStringLiteral("compareHint"));
    m_hint->setTextFormat(Qt::PlainText);
    m_hint->setWordWrap(true);
    m_hint->setAlignment(Qt::AlignCenter);
    m_hint->setProperty("role", QStringLiteral("hint"));
    m_key->setObjectName(QStringLiteral("compareKey"));
    m_key->setTextFormat(Qt::PlainText);
    m_key->setWordWrap(true);
    m_key->setProperty("role", QStringLiteral("hint"));
    m_key->setText(tr("Bold figure: the better value, where its 95 % interval overlaps no other run's. Bold setting: "
                      "differs from the first run."));
    m_onlyDifferent->setObjectName(QStringLiteral("onlyDifferent"));
    m_onlyDifferent->setAccessibleName(m_onlyDifferent->text());
    m_onlyDifferent->setChecked(true);
    m_filter->setObjectName(QStringLiteral("compareFilter"));
    m_filter->setAccessibleName(tr("Filter figures and settings"));
    m_filter->setPlaceholderText(tr("Filter figures and settings"));
    m_filter->setClearButtonEnabled(true);
    m_copy->setObjectName(QStringLiteral("compareCopy"));
    m_copy->setAccessibleName(tr("Copy the comparison as a Markdown table"));
    m_latex->setObjectName(QStringLiteral("compareLatex"));
    m_latex->setAccessibleName(tr("Copy the comparison as a LaTeX table"));
    m_latex->setToolTip(tr("A tabular with the rules of the package booktabs; what is filtered out is left out"));
    m_table->setObjectName(QStringLiteral("compareTable"));
    m_table->setAccessibleName(tr("Comparison of runs"));
    m_table->setModel(m_model);
    m_empty = new EmptyHint(m_table, "compareEmpty", QString());
    m_table->setItemDelegate(new CompareDelegate(m_table));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setAlternatingRowColors(true);
    m_table->setShowGrid(false);
    m_table->setWordWrap(true);
    m_table->setTabKeyNavigation(false);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->viewport()->installEventFilter(this);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 10);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setStretchLastSection(true);
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_onlyDifferent);
    bar->addWidget(m_filter, 1);
    bar->addWidget(m_copy);
    bar->addWidget(m_latex);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->setSpacing(8);
    layout->addLayout(bar);
    layout->addWidget(m_hint);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_key);
    m_coalesce.setSingleShot(true);
    m_coalesce.setInterval(kRefreshMs);
    connect(&m_coalesce, &QTimer::timeout, this, [this] {
        m_stale = true;
        if (isVisible())
            read();
    });
    connect(m_onlyDifferent, &QCheckBox::toggled, this, &CompareFigures::fill);
    connect(m_filter, &QLineEdit::textChanged, this, &CompareFigures::fill);
    connect(
        m_copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_model->markdown()); });
    connect(m_latex, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_model->latex()); });
    fill();
}

CompareFigures::~CompareFigures() = default;

void CompareFigures::setRuns(const OpenRuns& runs)
{
    for (const OpenRun& run : m_runs)
        run.feed->disconnect(this);
    m_runs = runs;
    for (const OpenRun& run : runs)
        connect(run.feed.get(), &RunFeed::stepsCommitted, this, [this] {
            if (!m_coalesce.isActive())
                m_coalesce.start();
        });
    m_read.clear();
    ++m_asked;
    m_stale = true;
    fill();
    if (isVisible())
        read(); // otherwise when the page is looked at
}

void CompareFigures::read()
{
    m_stale = false;
    const quint64 asked = ++m_asked;
    if (m_runs.empty())
        return fill();
    std::vector<ComparedRun> names;
    for (const OpenRun& run : m_runs) {
        ComparedRun name;
        name.folder = run.feed->folder();
        name.label = run.label;
        name.color = run.color;
        name.state = translated(stateName(run.feed->state()));
        names.push_back(std::move(name));
    }
    m_worker.post([this, asked, names = std::move(names)] {
        std::vector<ComparedRun> runs;
        for (const ComparedRun& name : names) {
            runs.push_back(readComparedRun(name.folder));
            runs.back().label = name.label;
            runs.back().color = name.color;
            runs.back().state = name.state;
        }
        compareWithFirst(runs);
        QMetaObject::invokeMethod(
            this,
            [this, asked, runs = std::move(runs)] {
                if (asked != m_asked)
                    return;
                m_read = runs;
                fill();
            },
            Qt::QueuedConnection);
    });
}

void CompareFigures::fill()
{
    m_model->setRuns(m_read, m_onlyDifferent->isChecked(), m_filter->text());
    const QString more
        = tr("To compare, select several runs in the table on the left (Ctrl and click) and open them together.");
    m_hint->setText(m_runs.empty() ? tr("No run is open. ") + more : tr("One run is open. ") + more);
    m_hint->setVisible(m_runs.size() < 2);
    m_empty->setText(m_read.empty() ? tr("Reading the runs …") // and drawing samples for the intervals
            : m_onlyDifferent->isChecked() && m_runs.size() > 1
            ? tr(
                "Nothing that differs has \"%1\" in its name. Clear the filter, or untick \"Only what differs\" to see "
                "what is equal as well.")
                  .arg(m_filter->text().trimmed())
            : tr("Nothing has \"%1\" in its name. Clear the filter to see everything.")
                  .arg(m_filter->text().trimmed()));
    m_onlyDifferent->setEnabled(m_runs.size() > 1);
    m_filter->setEnabled(!m_runs.empty());
    m_copy->setEnabled(!m_runs.empty());
    m_latex->setEnabled(!m_runs.empty());
    m_table->setVisible(!m_runs.empty());
    m_key->setVisible(m_runs.size() > 1);
    m_table->clearSpans();
    for (int row = 0; row < m_model->rowCount() && m_model->columnCount() > 1; ++row)
        if (m_model->index(row, 0).data(CompareModel::SectionRole).toBool())
            m_table->setSpan(row, 0, 1, m_model->columnCount());
    fitColumns();
}

/// The names get what they need; the runs share the rest.
void CompareFigures::fitColumns()
{
    const int columns = m_model->columnCount();
    if (columns < 2)
        return;
    int names = kNarrowest;
    for (int row = 0; row < m_model->rowCount(); ++row)
        if (!m_model->index(row, 0).data(CompareModel::SectionRole).toBool())
            names = std::max(names, fontMetrics().horizontalAdvance(m_model->index(row, 0).data().toString()) + 24);
    m_table->setColumnWidth(0, std::min(names, kWidest));
    const int share
        = std::clamp((m_table->viewport()->width() - m_table->columnWidth(0)) / (columns - 1), kNarrowest, kWidest);
    for (int c = 1; c < columns; ++c)
        m_table->setColumnWidth(c, share);
    // A figure is not shown without its interval and n: what does not fit into one line gets a second. The last column
    // has what the others leave, and a scroll bar that just came is not in its width yet.
    const int last = columns - 1, left = m_table->viewport()->width() - m_table->columnViewportPosition(last);
    const int line = m_table->verticalHeader()->defaultSectionSize();
    for (int row = 0; row < m_model->rowCount(); ++row) {
        bool two = false;
        for (int c = 1; c < columns && !m_model->index(row, 0).data(CompareModel::SectionRole).toBool(); ++c) {
            const QModelIndex cell = m_model->index(row, c);
            const QVariant own = cell.data(Qt::FontRole); // the best is bold
            const QFontMetrics metrics(own.isValid() ? own.value<QFont>() : font());
            const int wide = c == last ? std::max(left, share) : m_table->columnWidth(c);
            two = two || metrics.horizontalAdvance(cell.data().toString()) + 8 > wide;
        }
        m_table->setRowHeight(row, two ? line + fontMetrics().lineSpacing() : line);
    }
}

void CompareFigures::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_stale)
        read();
}

bool CompareFigures::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::Resize)
        fitColumns();
    return QWidget::eventFilter(object, event);
}

} // namespace aha
