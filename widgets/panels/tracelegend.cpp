#include "widgets/panels/tracelegend.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>
#include <QToolButton>

namespace aha {

namespace {

struct Toggle {
    const char *name, *text, *help;
    TraceSpan::Kind kinds[2];
    bool on;
};
constexpr Toggle kToggles[] = {
    { "reflection", "Reflection",
        "Reflection words: wait, check, retry, … and their Chinese counterparts (W and Shift+W step through them)",
        { TraceSpan::Reflection, TraceSpan::Reflection }, true },
    { "aha", "Aha", "The reflection word that turned a missed attempt into the solution (A and Shift+A)",
        { TraceSpan::Aha, TraceSpan::Aha }, true },
    { "equations", "Equations", "Underlined: the equation is right. Waved and red: exact arithmetic says it is wrong",
        { TraceSpan::RightEquation, TraceSpan::WrongEquation }, true },
    { "Chinese", "中文", "Runs of Chinese", { TraceSpan::Chinese, TraceSpan::Chinese }, true },
    { "English", "English", "Runs of English words", { TraceSpan::English, TraceSpan::English }, false },
    { "tags", "Tags", "think and answer tags, greyed", { TraceSpan::Tag, TraceSpan::Tag }, true },
};

/// A gradient from certain to surprising, with its ends named.
class HeatScale : public QWidget {
public:
    explicit HeatScale(QWidget* parent)
        : QWidget(parent)
    {
        setObjectName(QStringLiteral("heatScale"));
        setAccessibleName(QStringLiteral("Scale of the token colours"));
        setMinimumWidth(140);
    }
    void setHeat(Heat heat)
    {
        m_heat = heat;
        setVisible(heat != Heat::None);
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        const QString low = m_heat == Heat::LogProb ? QStringLiteral("p = 1") : QStringLiteral("0"),
                      high
            = m_heat == Heat::LogProb ? QStringLiteral("p → 0") : QStringLiteral("≥ %1 nats").arg(kEntropyTop);
        const int left = fontMetrics().horizontalAdvance(low) + 6, right = fontMetrics().horizontalAdvance(high) + 6;
        const QRect bar(left, height() / 2 - 6, width() - left - right, 12);
        painter.fillRect(bar, palette().color(QPalette::Base));
        for (int x = 0; x < bar.width(); ++x)
            painter.fillRect(bar.x() + x, bar.y(), 1, bar.height(), heatColor(double(x) / bar.width(), palette()));
        painter.setPen(palette().color(QPalette::Mid));
        painter.drawRect(bar.adjusted(0, 0, -1, -1));
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(QRect(0, 0, left - 4, height()), Qt::AlignVCenter | Qt::AlignRight, low);
        painter.drawText(QRect(bar.right() + 6, 0, right, height()), Qt::AlignVCenter | Qt::AlignLeft, high);
    }

private:
    Heat m_heat = Heat::None;
};

} // namespace

TraceLegend::TraceLegend(QWidget* parent)
    : QWidget(parent)
    , m_heatBar(new QWidget(this))
{
    m_heat = new QComboBox(m_heatBar);
    m_scale = new HeatScale(m_heatBar);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    for (const Toggle& toggle : kToggles) {
        auto* button = new QToolButton(this);
        button->setObjectName(QStringLiteral("show.") + QString::fromLatin1(toggle.name));
        button->setAccessibleName(QStringLiteral("Show ") + QString::fromUtf8(toggle.text));
        button->setText(QString::fromUtf8(toggle.text));
        button->setToolTip(QString::fromUtf8(toggle.help));
        button->setCheckable(true);
        button->setChecked(toggle.on);
        button->setAutoRaise(true);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setIconSize({ 18, 14 });
        connect(button, &QToolButton::toggled, this, [this, &toggle](bool on) {
            Q_EMIT shownChanged(toggle.kinds[0], on);
            if (toggle.kinds[1] != toggle.kinds[0])
                Q_EMIT shownChanged(toggle.kinds[1], on);
        });
        layout->addWidget(button);
        m_buttons.push_back(button);
    }
    layout->addStretch(1);
    m_scale->setMaximumWidth(210);
    auto* heatLayout = new QHBoxLayout(m_heatBar);
    heatLayout->setContentsMargins(0, 0, 0, 0);
    heatLayout->addWidget(m_scale, 1);
    heatLayout->addWidget(m_heat);
    m_heat->setObjectName(QStringLiteral("heat"));
    m_heat->setAccessibleName(QStringLiteral("Colour tokens by"));
    m_heat->addItems(
        { QStringLiteral("no token colours"), QStringLiteral("by probability"), QStringLiteral("by entropy") });
    connect(m_heat, &QComboBox::currentIndexChanged, this, &TraceLegend::apply);
    drawSwatches();
    setHasTokenValues(false);
}

void TraceLegend::apply()
{
    const Heat heat = m_hasValues ? Heat(m_heat->currentIndex()) : Heat::None;
    static_cast<HeatScale*>(m_scale)->setHeat(heat);
    Q_EMIT heatChanged(heat);
}

void TraceLegend::setHasTokenValues(bool has)
{
    m_hasValues = has;
    m_heat->setEnabled(has);
    m_heat->setToolTip(has ? QStringLiteral("Hover over a token for its values")
                           : QStringLiteral("No token values are stored for this trace: storage.token_detail_share "
                                            "decides for which groups they are kept"));
    apply();
}

void TraceLegend::setCounts(const TraceText& trace)
{
    for (size_t i = 0; i < m_buttons.size(); ++i) {
        const Toggle& toggle = kToggles[i];
        const bool counted = toggle.kinds[0] == TraceSpan::Reflection;
        const int wrong = trace.count(TraceSpan::WrongEquation), count = trace.count(toggle.kinds[0]);
        QString text = QString::fromUtf8(toggle.text);
        if (counted && count)
            text += QStringLiteral(" %1").arg(count);
        if (toggle.kinds[0] == TraceSpan::RightEquation && count + wrong)
            text += QStringLiteral(" %1✓ %2✗").arg(count).arg(wrong);
        m_buttons[i]->setText(text);
    }
}

void TraceLegend::drawSwatches()
{
    for (size_t i = 0; i < m_buttons.size(); ++i) {
        QPixmap pixmap(QSize(18, 14) * devicePixelRatioF());
        pixmap.setDevicePixelRatio(devicePixelRatioF());
        pixmap.fill(palette().color(QPalette::Base));
        QPainter painter(&pixmap);
        const TraceSpan::Kind kind = kToggles[i].kinds[0];
        const QTextCharFormat format = spanFormat(kind, palette());
        if (format.background().style() != Qt::NoBrush)
            painter.fillRect(QRect(0, 0, 18, 14), format.background());
        QFont bold = font();
        bold.setPixelSize(11);
        bold.setBold(format.fontWeight() == QFont::Bold);
        painter.setFont(bold);
        painter.setPen(
            format.foreground().style() != Qt::NoBrush ? format.foreground().color() : palette().color(QPalette::Text));
        if (kind == TraceSpan::RightEquation) {
            painter.fillRect(QRect(1, 11, 8, 2), spanColor(TraceSpan::RightEquation, palette()));
            painter.setPen(QPen(spanColor(TraceSpan::WrongEquation, palette()), 1.5));
            painter.drawPolyline(QPolygon({ { 10, 12 }, { 12, 10 }, { 14, 12 }, { 16, 10 } }));
            painter.setPen(palette().color(QPalette::Text));
            painter.drawText(QRect(0, -1, 18, 11), Qt::AlignCenter, QStringLiteral("="));
        } else {
            painter.drawText(QRect(0, 0, 18, 14), Qt::AlignCenter,
                kind == TraceSpan::Chinese   ? QString::fromUtf8("文")
                    : kind == TraceSpan::Tag ? QStringLiteral("<>")
                                             : QStringLiteral("a"));
        }
        painter.end();
        m_buttons[i]->setIcon(QIcon(pixmap));
    }
}

void TraceLegend::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        drawSwatches();
}

} // namespace aha
