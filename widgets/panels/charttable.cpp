#include "widgets/panels/charttable.h"

#include "widgets/language/translation.h"
#include "widgets/plots/elidedlabel.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QStyle>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace aha {

namespace {
constexpr int kPinned[] = { ValueTableModel::Pinned, ValueTableModel::Difference, ValueTableModel::Percent };
constexpr int kLeastName = 100, kMostName = 220;
} // namespace

ChartTable::ChartTable(QWidget* parent)
    : QWidget(parent)
    , m_model(new ValueTableModel(this))
    , m_place(new ElidedLabel(this))
    , m_view(new QTableView(this))
{
    m_place->setObjectName(QStringLiteral("cursorPlace"));
    m_place->setTextFormat(Qt::PlainText);
    m_view->setObjectName(QStringLiteral("cursorValues"));
    m_view->setAccessibleName(tr("Values at the cursor"));
    m_view->setModel(m_model);
    m_view->setShowGrid(false);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setTabKeyNavigation(false);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setTextElideMode(Qt::ElideMiddle);
    m_view->verticalHeader()->hide();
    m_view->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    m_view->horizontalHeader()->setHighlightSections(false);
    m_view->horizontalHeader()->setMinimumSectionSize(50);
    m_view->installEventFilter(this);
    for (const int column : kPinned)
        m_view->hideColumn(column); // until there is a pin
    auto* close = new QToolButton(this);
    close->setText(QStringLiteral("✕"));
    close->setAutoRaise(true);
    close->setObjectName(QStringLiteral("closeValues"));
    close->setAccessibleName(tr("Close the table of values"));
    close->setToolTip(close->accessibleName());
    connect(close, &QToolButton::clicked, this, &ChartTable::closed);
    auto* top = new QHBoxLayout;
    top->addWidget(m_place, 1);
    top->addWidget(close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 2, 12, 4);
    layout->setSpacing(2);
    layout->addLayout(top);
    layout->addWidget(m_view, 1);
    setFixedHeight(190);
}

void ChartTable::setValues(const QString& place, const QVector<ValueTableModel::Row>& rows)
{
    m_place->setText(place);
    m_place->setToolTip(place.toHtmlEscaped());
    m_model->setRows(rows);
    const bool pinned = std::any_of(
        rows.begin(), rows.end(), [](const ValueTableModel::Row& row) { return std::isfinite(row.pinned); });
    if (m_view->isColumnHidden(kPinned[0]) != pinned)
        return;
    for (const int column : kPinned)
        m_view->setColumnHidden(column, !pinned);
    share();
}

void ChartTable::share()
{
    QFont bold = font();
    bold.setBold(true);
    const QFontMetrics metrics(bold);
    int numbers = 0;
    for (int column = ValueTableModel::Step; column < ValueTableModel::ColumnCount; ++column) {
        const bool whole = column == ValueTableModel::Step;
        const int width
            = std::max(fontMetrics().horizontalAdvance(whole ? QStringLiteral("000000") : QStringLiteral("-0.0000000")),
                  metrics.horizontalAdvance(m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString()))
            + 14;
        m_view->setColumnWidth(column, width);
        numbers += m_view->isColumnHidden(column) ? 0 : width;
    }
    const int room = m_view->width() - m_view->style()->pixelMetric(QStyle::PM_ScrollBarExtent); // it may come
    const int rest = std::max(room - numbers, 2 * kLeastName);
    const int chart = std::clamp(2 * rest / 5, kLeastName, kMostName);
    m_view->setColumnWidth(ValueTableModel::Chart, chart);
    m_view->setColumnWidth(ValueTableModel::Line, rest - chart);
}

void ChartTable::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    layout()->activate();
    share();
}

bool ChartTable::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->matches(QKeySequence::Copy)) {
        QGuiApplication::clipboard()->setText(m_model->text());
        return true;
    }
    return QWidget::eventFilter(object, event);
}

} // namespace aha
