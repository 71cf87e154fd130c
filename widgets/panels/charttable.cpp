#include "widgets/panels/charttable.h"

#include "widgets/plots/elidedlabel.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

namespace aha {

ChartTable::ChartTable(QWidget* parent)
    : QWidget(parent)
    , m_model(new ValueTableModel(this))
    , m_place(new ElidedLabel(this))
    , m_view(new QTableView(this))
{
    m_place->setObjectName(QStringLiteral("cursorPlace"));
    m_place->setTextFormat(Qt::PlainText);
    m_view->setObjectName(QStringLiteral("cursorValues"));
    m_view->setAccessibleName(QStringLiteral("Values at the cursor"));
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
    for (int column = ValueTableModel::Step; column < ValueTableModel::ColumnCount; ++column)
        m_view->horizontalHeader()->resizeSection(
            column, fontMetrics().horizontalAdvance(QStringLiteral("-0.00000000")) + 12);
    m_view->horizontalHeader()->resizeSection(ValueTableModel::Chart, 180);
    m_view->horizontalHeader()->setSectionResizeMode(ValueTableModel::Line, QHeaderView::Stretch);
    auto* close = new QToolButton(this);
    close->setText(QStringLiteral("✕"));
    close->setAutoRaise(true);
    close->setObjectName(QStringLiteral("closeValues"));
    close->setAccessibleName(QStringLiteral("Close the table of values"));
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
