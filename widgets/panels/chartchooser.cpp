#include "widgets/panels/chartchooser.h"

#include "widgets/language/translation.h"
#include "widgets/models/metricexpression.h"
#include "widgets/models/visibletext.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>
#include <QVBoxLayout>

#include <algorithm>

namespace aha {

ChartChooser::ChartChooser(QWidget* parent)
    : QWidget(parent)
    , m_filter(new QLineEdit(this))
    , m_expression(new QLineEdit(this))
    , m_list(new QListView(this))
    , m_answer(new QLabel(this))
    , m_model(new QStandardItemModel(this))
    , m_proxy(new QSortFilterProxyModel(this))
{
    m_filter->setObjectName(QStringLiteral("chartFilter"));
    m_filter->setPlaceholderText(tr("Find a metric, a chart or a map; Enter adds it"));
    m_filter->setAccessibleName(tr("Find a chart to add"));
    m_filter->setClearButtonEnabled(true);
    m_filter->installEventFilter(this);
    m_list->setObjectName(QStringLiteral("chartChoices"));
    m_list->setAccessibleName(tr("Charts that can be added"));
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setFlow(QListView::LeftToRight);
    m_list->setWrapping(true);
    m_list->setResizeMode(QListView::Adjust);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setTextElideMode(Qt::ElideMiddle);
    m_list->setFixedHeight(7 * (fontMetrics().height() + 6) + 4);
    m_proxy->setSourceModel(m_model);
    m_proxy->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_list->setModel(m_proxy);
    m_expression->setObjectName(QStringLiteral("chartExpression"));
    m_expression->setPlaceholderText(
        tr("or an expression: reward - 0.1 * [rewards/format/mean], min(), max(), abs(), clamp(), if()"));
    m_expression->setAccessibleName(tr("Expression over metrics; names with a slash in square brackets"));
    m_answer->setObjectName(QStringLiteral("expressionAnswer"));
    m_answer->setProperty("role", QStringLiteral("error"));
    m_answer->setTextFormat(Qt::PlainText);
    m_answer->setWordWrap(true);
    m_answer->hide();
    auto* add = new QPushButton(tr("Add"), this);
    add->setObjectName(QStringLiteral("addExpression"));
    add->setAccessibleName(tr("Add a chart of the expression"));
    auto* close = new QPushButton(tr("Close"), this);
    close->setObjectName(QStringLiteral("closeChooser"));
    close->setAccessibleName(tr("Close the list of charts"));
    auto* top = new QHBoxLayout;
    top->addWidget(m_filter, 1);
    top->addWidget(close);
    auto* bottom = new QHBoxLayout;
    bottom->addWidget(m_expression, 1);
    bottom->addWidget(add);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 4, 12, 6);
    layout->setSpacing(4);
    layout->addLayout(top);
    layout->addWidget(m_list);
    layout->addLayout(bottom);
    layout->addWidget(m_answer);
    connect(close, &QPushButton::clicked, this, &ChartChooser::closed);
    connect(m_filter, &QLineEdit::textChanged, m_proxy, &QSortFilterProxyModel::setFilterFixedString);
    connect(m_filter, &QLineEdit::returnPressed, this,
        [this] { choose(m_list->currentIndex().isValid() ? m_list->currentIndex() : m_proxy->index(0, 0)); });
    connect(m_list, &QListView::activated, this, &ChartChooser::choose);
    connect(m_expression, &QLineEdit::returnPressed, this, &ChartChooser::addExpression);
    connect(m_expression, &QLineEdit::textEdited, m_answer, &QWidget::hide);
    connect(add, &QPushButton::clicked, this, &ChartChooser::addExpression);
}

void ChartChooser::setChoices(const QVector<QPair<QString, QString>>& choices)
{
    if (choices == m_choices)
        return;
    m_choices = choices;
    m_model->clear();
    int widest = 100;
    for (const auto& choice : choices)
        widest = std::max(widest, fontMetrics().horizontalAdvance(choice.second) + 20);
    m_list->setGridSize({ std::min(widest, 440), fontMetrics().height() + 6 });
    for (const auto& [id, text] : choices) {
        const QString shown = visibleLine(text.toStdString());
        auto* item = new QStandardItem(shown);
        item->setData(id, Qt::UserRole);
        item->setToolTip(plainToolTip(shown));
        m_model->appendRow(item);
    }
}

void ChartChooser::begin()
{
    show();
    m_filter->setFocus();
    m_filter->selectAll();
}

void ChartChooser::choose(const QModelIndex& index)
{
    if (index.isValid())
        Q_EMIT chosen(index.data(Qt::UserRole).toString());
}

void ChartChooser::addExpression()
{
    const QString text = m_expression->text().simplified();
    const auto parsed = MetricExpression::parse(text);
    m_answer->setVisible(!parsed);
    if (!parsed)
        return m_answer->setText(translated(parsed.error().sentence()));
    m_expression->clear();
    Q_EMIT chosen(QStringLiteral("expr:") + text);
}

void ChartChooser::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        return Q_EMIT closed();
    QWidget::keyPressEvent(event);
}

bool ChartChooser::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::KeyPress) { // arrows go through the list while one types
        auto* key = static_cast<QKeyEvent*>(event);
        const bool down = key->key() == Qt::Key_Down, up = key->key() == Qt::Key_Up;
        if (down || up) {
            const int row = m_list->currentIndex().isValid() ? m_list->currentIndex().row() + (down ? 1 : -1) : 0;
            if (m_proxy->index(row, 0).isValid())
                m_list->setCurrentIndex(m_proxy->index(row, 0));
            return true;
        }
    }
    return QWidget::eventFilter(object, event);
}

} // namespace aha
