#include "widgets/panels/chartsbar.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

namespace aha {

namespace {

constexpr int kSlider = 110, kShortSlider = 52, kAxisLetters = 16, kFewAxisLetters = 5, kNarrowest = 560, kSpacing = 8;
constexpr const char* kHelp
    = "Mouse: click a line for its traces · drag to zoom, across the steps, upwards the values, a box both · click the "
      "line of a changed setting for before and after · double click for everything · Ctrl and wheel to zoom, over "
      "an axis that axis · middle button or Ctrl to move · Shift and click to pin the cursor · drag a title to "
      "rearrange.\n"
      "Keys in a chart: ← → cursor, Shift ten times as far, a zoomed view goes along · Ctrl and arrows move the view "
      "· P pin, Esc unpin · + − zoom, with Alt the values, Home everything · Enter traces "
      "· L logarithmic · O outliers · N note · Alt and arrows rearrange · Delete remove · menu key for the rest · "
      "Ctrl+Z undo.";

} // namespace

ChartsBar::ChartsBar(QWidget* parent)
    : QWidget(parent)
    , m_smoothing(new QSlider(Qt::Horizontal, this))
    , m_smoothingLabel(new QLabel(tr("Smoothing"), this))
    , m_smoothingValue(new QLabel(this))
    , m_xLabel(new QLabel(tr("X axis"), this))
    , m_xAxis(new QComboBox(this))
    , m_follow(new QPushButton(tr("Follow"), this))
    , m_table(new QPushButton(tr("Values"), this))
    , m_view(new QMenu(this))
    , m_export(new QMenu(this))
    , m_help(new QLabel(translated(kHelp), this))
{
    m_smoothing->setObjectName(QStringLiteral("smoothing"));
    m_smoothing->setAccessibleName(tr("Smoothing"));
    m_smoothing->setRange(0, 99);
    m_smoothing->setFixedWidth(kSlider);
    m_smoothing->setToolTip(m_smoothing->accessibleName());
    m_smoothingValue->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("0.00")));
    m_xAxis->setObjectName(QStringLiteral("xAxis"));
    m_xAxis->setAccessibleName(tr("What the x axis measures"));
    m_xAxis->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_xAxis->setMinimumContentsLength(kAxisLetters);
    m_xAxis->setMinimumWidth(80); // gives way in a small window
    m_xAxis->setMaxVisibleItems(24);
    m_follow->setObjectName(QStringLiteral("followAll"));
    m_follow->setAccessibleName(tr("Follow new steps in all charts"));
    m_follow->setToolTip(
        tr("On: everything is in view and new steps stay in view. Moving or zooming a chart switches it off."));
    m_follow->setCheckable(true);
    m_follow->setChecked(true);
    m_table->setObjectName(QStringLiteral("showValues"));
    m_table->setAccessibleName(tr("Table of the values at the cursor"));
    m_table->setToolTip(tr("The values of all lines at the cursor, and how far they are from a pinned one"));
    m_table->setCheckable(true);
    auto* add = new QPushButton(tr("Add chart"), this);
    add->setObjectName(QStringLiteral("addChart"));
    add->setAccessibleName(tr("Add a chart"));
    auto* view = new QPushButton(tr("View"), this);
    view->setObjectName(QStringLiteral("chartsView"));
    view->setAccessibleName(tr("Layouts, seeds, undo"));
    view->setMenu(m_view);
    auto* save = new QPushButton(tr("Export"), this);
    save->setObjectName(QStringLiteral("exportCharts"));
    save->setAccessibleName(tr("Export all charts"));
    save->setMenu(m_export);
    auto* help = new QToolButton(this);
    help->setText(QStringLiteral("?"));
    help->setAutoRaise(true);
    help->setCheckable(true);
    help->setObjectName(QStringLiteral("chartsHelp"));
    help->setAccessibleName(tr("Mouse and keys in the charts"));
    help->setAccessibleDescription(m_help->text());
    help->setToolTip(QStringLiteral("<p>")
        + m_help->text().toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("</p><p>"))
        + QStringLiteral("</p>"));
    m_help->setObjectName(QStringLiteral("chartsHelpText"));
    m_help->setTextFormat(Qt::PlainText);
    m_help->setWordWrap(true);
    m_help->setProperty("role", QStringLiteral("hint"));
    m_help->hide();
    auto* line = new QHBoxLayout;
    line->setSpacing(kSpacing);
    line->addWidget(m_smoothingLabel);
    line->addWidget(m_smoothing);
    line->addWidget(m_smoothingValue);
    line->addSpacing(8);
    m_smoothingLabel->setBuddy(m_smoothing);
    m_xLabel->setBuddy(m_xAxis);
    line->addWidget(m_xLabel);
    line->addWidget(m_xAxis);
    line->addStretch(1);
    line->addWidget(m_follow);
    line->addWidget(m_table);
    line->addWidget(add);
    line->addWidget(view);
    line->addWidget(save);
    line->addWidget(help);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 4, 12, 4);
    layout->setSpacing(4);
    layout->addLayout(line);
    layout->addWidget(m_help);
    connect(help, &QToolButton::toggled, m_help, &QWidget::setVisible);
    connect(m_smoothing, &QSlider::valueChanged, this, [this](int value) {
        m_smoothingValue->setText(QString::number(value / 100.0, 'f', 2));
        Q_EMIT smoothingChanged(value);
    });
    connect(m_xAxis, &QComboBox::currentIndexChanged, this, [this] {
        m_xAxis->setToolTip(plainToolTip(m_xAxis->currentText()));
        Q_EMIT xAxisChanged(xAxis());
    });
    connect(m_follow, &QPushButton::clicked, this, &ChartsBar::followClicked);
    connect(m_table, &QPushButton::clicked, this, &ChartsBar::tableClicked);
    connect(add, &QPushButton::clicked, this, &ChartsBar::addClicked);
    m_smoothing->setValue(60);
    setMetrics({});
}

QSize ChartsBar::minimumSizeHint() const { return { kNarrowest, QWidget::minimumSizeHint().height() }; }

void ChartsBar::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    for (const Shape shape : { Shape::Wide, Shape::Short, Shape::Bare }) {
        take(shape);
        if (layout()->minimumSize().width() <= width())
            return;
    }
}

void ChartsBar::take(Shape shape)
{
    if (shape == m_shape)
        return;
    m_shape = shape;
    const bool wide = shape == Shape::Wide;
    m_smoothingLabel->setVisible(shape != Shape::Bare);
    m_xLabel->setVisible(shape != Shape::Bare);
    layout()->itemAt(0)->layout()->setSpacing(wide ? kSpacing : kSpacing / 2);
    m_smoothing->setFixedWidth(wide ? kSlider : kShortSlider);
    m_xAxis->setMinimumContentsLength(wide ? kAxisLetters : kFewAxisLetters);
    layout()->itemAt(0)->layout()->invalidate();
    layout()->invalidate();
}

int ChartsBar::smoothing() const { return m_smoothing->value(); }
void ChartsBar::setSmoothing(int hundredths) { m_smoothing->setValue(hundredths); }
QString ChartsBar::xAxis() const { return m_xAxis->currentData().toString(); }
void ChartsBar::setFollowing(bool on) { m_follow->setChecked(on); }
void ChartsBar::setTableShown(bool on) { m_table->setChecked(on); }

void ChartsBar::setMetrics(const QStringList& metrics)
{
    if (metrics == m_metrics && m_xAxis->count())
        return; // an open list stays open
    m_metrics = metrics;
    const QString current = m_xAxis->count() ? xAxis() : QStringLiteral("step");
    const QSignalBlocker silent(m_xAxis);
    m_xAxis->clear();
    m_xAxis->addItem(tr("step"), QStringLiteral("step"));
    m_xAxis->addItem(QStringLiteral("tokens"), QStringLiteral("num_tokens"));
    m_xAxis->addItem(tr("wall time (h)"), QStringLiteral("hours"));
    m_xAxis->insertSeparator(3);
    for (const QString& metric : metrics)
        if (metric != QLatin1String("num_tokens"))
            m_xAxis->addItem(visibleLine(metric.toStdString()), metric);
    if (m_xAxis->findData(current) < 0)
        m_xAxis->addItem(visibleLine(current.toStdString()), current);
    m_xAxis->setCurrentIndex(m_xAxis->findData(current));
    m_xAxis->view()->setMinimumWidth(m_xAxis->view()->sizeHintForColumn(0) + 24);
}

void ChartsBar::setXAxis(const QString& xAxis)
{
    if (m_xAxis->findData(xAxis) < 0)
        m_xAxis->addItem(visibleLine(xAxis.toStdString()), xAxis);
    m_xAxis->setCurrentIndex(m_xAxis->findData(xAxis));
}

} // namespace aha
