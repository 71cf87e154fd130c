#include "widgets/panels/figurewords.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/sessionpart.h"
#include "widgets/plots/elidedlabel.h"
#include "widgets/plots/lineplot.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

namespace aha {

namespace {

constexpr int kAreaHeight = 76, kOwnWidth = 190;
const QString kWithout = QStringLiteral("without"); ///< no key of a text, which has a point

QString placeName(const FigureText& text)
{
    const QString place = text.place();
    return place == QLatin1String("title") ? tr("Title")
        : place == QLatin1String("x")      ? tr("x axis")
        : place == QLatin1String("y")      ? tr("y axis")
        : place == QLatin1String("right")  ? tr("Right axis")
                                           : text.own;
}

} // namespace

FigureWords::FigureWords(QWidget* parent)
    : QWidget(parent)
    , m_charts(new QComboBox(this))
    , m_chartsLabel(new QLabel(tr("Texts of"), this))
    , m_area(new QScrollArea(this))
{
    setKeptElsewhere(this); // with the form's settings, by the chart they belong to
    m_charts->setObjectName(QStringLiteral("figureWordsOf"));
    m_charts->setAccessibleName(tr("Chart whose texts are edited"));
    m_chartsLabel->setBuddy(m_charts);
    m_area->setObjectName(QStringLiteral("figureWords"));
    m_area->setWidgetResizable(true);
    m_area->setFrameShape(QFrame::NoFrame);
    m_area->setFocusPolicy(Qt::NoFocus); // its fields are the stops
    m_area->setMinimumHeight(kAreaHeight);
    m_area->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored);
    auto* row = new QHBoxLayout;
    row->addWidget(m_chartsLabel);
    row->addWidget(m_charts, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 6, 0, 0);
    layout->setSpacing(4);
    layout->addLayout(row);
    layout->addWidget(m_area, 1);
    connect(m_charts, &QComboBox::activated, this, [this] { Q_EMIT chartChosen(m_charts->currentData().toString()); });
}

void FigureWords::setCharts(const QVector<FigureChart>& charts, const QString& current)
{
    const QSignalBlocker silent(m_charts);
    m_charts->clear();
    for (const FigureChart& chart : charts)
        m_charts->addItem(translated(chart.title), chart.id);
    m_charts->setCurrentIndex(m_charts->findData(current));
    m_charts->setVisible(charts.size() > 1);
    m_chartsLabel->setVisible(charts.size() > 1);
}

QString FigureWords::keyOf(const LinePlot& chart)
{
    return (QStringList { chart.title() } + chart.folders()).join(QLatin1Char('\n'));
}

void FigureWords::addLines(const QString& chart, QGridLayout* grid, QWidget* page)
{
    if (m_lines.size() < 2) // a figure of nothing is none
        return;
    auto* head = new QLabel(tr("Lines"), page);
    head->setAlignment(Qt::AlignRight | Qt::AlignTop);
    auto* column = new QVBoxLayout;
    column->setSpacing(2);
    for (const QString& line : std::as_const(m_lines)) {
        auto* box = new QCheckBox(QString(line).replace(QLatin1Char('&'), QLatin1String("&&")), page);
        box->setObjectName(QStringLiteral("figureLine.") + line);
        box->setAccessibleName(tr("Draw the line %1 in the figure").arg(line));
        box->setToolTip(plainToolTip(tr("In the figure alone: on the screen the line stays")));
        box->setChecked(!m_without.value(chart).contains(line));
        box->installEventFilter(this);
        column->addWidget(box);
        connect(box, &QCheckBox::toggled, this, [this, chart, line](bool on) {
            on ? (void)m_without[chart].remove(line) : (void)m_without[chart].insert(line);
            Q_EMIT changed();
        });
    }
    grid->addWidget(head, grid->rowCount(), 0);
    grid->addLayout(column, grid->rowCount() - 1, 1);
}

void FigureWords::setTexts(const QString& chart, const QVector<FigureText>& own, const QStringList& lines)
{
    const bool same = chart == m_chart && lines == m_lines && own.size() == m_shown.size()
        && std::equal(
            own.begin(), own.end(), m_shown.begin(), [](const auto& a, const auto& b) { return a.key == b.key; });
    const QWidget* focus = QApplication::focusWidget();
    if (same || (chart == m_chart && focus && m_area->isAncestorOf(focus)))
        return;
    m_chart = chart;
    m_shown = own;
    m_lines = lines;
    auto* page = new QWidget;
    auto* grid = new QGridLayout(page);
    grid->setContentsMargins(0, 0, 4, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(4);
    addLines(chart, grid, page);
    for (const FigureText& text : own) {
        const QString name = placeName(text);
        auto* label = new ElidedLabel(page);
        label->setTextFormat(Qt::PlainText);
        label->setText(name);
        label->setToolTip(plainToolTip(text.own));
        label->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        label->setMaximumWidth(kOwnWidth);
        auto* edit = new QLineEdit(m_texts.value(chart).value(text.key), page);
        edit->setObjectName(QStringLiteral("figureText.") + text.key);
        edit->setAccessibleName(
            text.place() == QLatin1String("legend") ? tr("In the legend, instead of “%1”").arg(name) : name);
        edit->setPlaceholderText(text.own);
        edit->setToolTip(plainToolTip(tr("Empty: %1").arg(text.own)));
        edit->setClearButtonEnabled(true);
        edit->installEventFilter(this);
        label->setBuddy(edit);
        const int row = grid->rowCount();
        grid->addWidget(label, row, 0);
        grid->addWidget(edit, row, 1);
        connect(edit, &QLineEdit::textChanged, this, [this, chart, key = text.key](const QString& said) {
            if (said.trimmed().isEmpty())
                m_texts[chart].remove(key);
            else
                m_texts[chart][key] = said;
            Q_EMIT changed();
        });
    }
    grid->setColumnStretch(1, 1);
    grid->setRowStretch(grid->rowCount(), 1);
    m_area->setWidget(page); // the old one goes
    page->setAutoFillBackground(false);
}

int FigureWords::edited(const QString& chart, const QVector<FigureText>& own) const
{
    const FigureTexts texts = m_texts.value(chart);
    return int(std::count_if(own.begin(), own.end(), [&](const FigureText& text) { return texts.contains(text.key); })
        + m_without.value(chart).size());
}

QJsonObject FigureWords::toJson() const
{
    QJsonObject all;
    for (auto chart = m_texts.begin(); chart != m_texts.end(); ++chart) {
        QJsonObject one;
        for (auto text = chart->begin(); text != chart->end(); ++text)
            one[text.key()] = *text;
        if (!one.isEmpty())
            all[chart.key()] = one;
    }
    for (auto chart = m_without.begin(); chart != m_without.end(); ++chart)
        if (!chart->isEmpty()) {
            QJsonObject one = all.value(chart.key()).toObject();
            one[kWithout] = QJsonArray::fromStringList(chart->values());
            all[chart.key()] = one;
        }
    return all;
}

void FigureWords::fromJson(const QJsonObject& json)
{
    m_texts.clear();
    m_without.clear();
    for (auto chart = json.begin(); chart != json.end(); ++chart) {
        const QJsonObject one = chart.value().toObject();
        for (auto text = one.begin(); text != one.end(); ++text)
            if (text.key() != kWithout)
                m_texts[chart.key()][text.key()] = text.value().toString();
        for (const QJsonValue& line : one.value(kWithout).toArray())
            m_without[chart.key()].insert(line.toString());
    }
    m_chart.clear(); // the fields are made anew
    m_shown.clear();
}

bool FigureWords::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::FocusIn)
        m_area->ensureWidgetVisible(static_cast<QWidget*>(object), 0, 8);
    return QWidget::eventFilter(object, event);
}

} // namespace aha
