#include "widgets/panels/tracelegend.h"

#include "widgets/language/translation.h"
#include "widgets/panels/scriptcolors.h"
#include "widgets/panels/sessionpart.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QHash>
#include <QMenu>
#include <QPainter>
#include <QToolButton>

#include <algorithm>
#include <iterator>

namespace aha {

namespace {

struct Toggle {
    const char *name, *text, *help;
    TraceSpan::Kind kinds[2];
    bool always; ///< shown whether the trace has any of it or not
};
constexpr Toggle one(const char* name, const char* text, const char* help, TraceSpan::Kind kind, bool always)
{
    return { name, text, help, { kind, kind }, always };
}
constexpr Toggle kToggles[] = {
    one("reflection", "Reflection",
        "Reflection words of every kind: wait, check, retry, … (W and Shift+W step through them)",
        TraceSpan::Reflection, true),
    one("hesitation", "Hesitation", "Reflection words that hesitate: wait", TraceSpan::Hesitation, false),
    one("contrast", "Contrast", "Reflection words that turn against what was said: but, however", TraceSpan::Contrast,
        false),
    one("mistake", "Mistake", "Reflection words that name a mistake: mistake, error, wrong", TraceSpan::Mistake, false),
    one("check", "Check", "Reflection words that check: verify, check, evaluate", TraceSpan::Check, false),
    one("restart", "Restart", "Reflection words that begin again: retry", TraceSpan::Restart, false),
    one("conclusion", "Conclusion", "Reflection words that conclude, as your list has them: aha", TraceSpan::Conclusion,
        false),
    one("unsorted", "Other words", "Reflection words of your list without a kind", TraceSpan::Unsorted, false),
    one("aha", "Aha",
        "The last reflection word between a miss (a wrong or refused calculation) and the right result (A and Shift+A)",
        TraceSpan::Aha, true),
    { "equations", "Equations", "Underlined: the equation is right. Waved and red: exact arithmetic says it is wrong",
        { TraceSpan::RightEquation, TraceSpan::WrongEquation }, true },
    one("han", "Han", "Runs of Han characters: Chinese", TraceSpan::Han, false),
    one("latin", "Latin", "Runs of Latin words: English and others", TraceSpan::Latin, false),
    one("kana", "Kana", "Runs of kana: Japanese", TraceSpan::Kana, false),
    one("hangul", "Hangul", "Runs of Hangul: Korean", TraceSpan::Hangul, false),
    one("cyrillic", "Cyrillic", "Runs of Cyrillic words", TraceSpan::Cyrillic, false),
    one("arabic", "Arabic", "Runs of Arabic words", TraceSpan::Arabic, false),
    one("hebrew", "Hebrew", "Runs of Hebrew words", TraceSpan::Hebrew, false),
    one("devanagari", "Devanagari", "Runs of Devanagari words: Hindi and others", TraceSpan::Devanagari, false),
    one("thai", "Thai", "Runs of Thai", TraceSpan::Thai, false),
    one("greek", "Greek", "Runs of Greek words", TraceSpan::Greek, false),
    one("otherScript", "Other script", "Runs of words in a script that has no mark of its own", TraceSpan::OtherScript,
        false),
    one("tags", "Tags", "think and answer tags, greyed", TraceSpan::Tag, true),
    one("masked", "Masked", "Hatched: the loss leaves this text out; hover over it for the reason",
        TraceSpan::Untrained, false),
};

/// Further layers, behind a button: less often wanted.
constexpr Toggle kLayers[] = {
    one("repetition", "Repetition", "Eight words or more that stood there before, greyed", TraceSpan::Repeated, true),
    one("retries", "Retries", "Where an attempt is given up and another begins, dashed", TraceSpan::Retry, true),
    one("chips", "Hidden characters", "Control, bidi and invalid characters, written out in red", TraceSpan::Chip,
        true),
};

struct HeatChoice {
    Heat heat;
    const char *name, *low, *high;
    bool isSigned;
};
constexpr HeatChoice kHeats[] = {
    { Heat::None, "no token colours", "", "", false },
    { Heat::LogProb, "by probability", "p = 1", "p → 0", false },
    { Heat::Entropy, "by entropy", "0", "≥ 2.5 nats", false },
    { Heat::Update, "by weighted update", "down", "up", true },
    { Heat::Kl, "by KL to the base", "0", "≥ 1 nat", false },
    { Heat::Ratio, "by ratio and clip", "≤ 0.67", "≥ 1.49", true },
    { Heat::Reward, "by token reward", "", "", true }, // the trace names the ends
    { Heat::TeacherKl, "by KL to teacher", "0", "≥ 1 nat", false },
    { Heat::TeacherAgreement, "by agreement", "agree", "differ", false },
    { Heat::TeacherProb, "by teacher's p", "p = 1", "p → 0", false },
    { Heat::StudentProb, "by student's p", "p = 1", "p → 0", false },
};

/// A gradient from certain to surprising, with its ends named.
class HeatScale : public QWidget {
public:
    explicit HeatScale(QWidget* parent)
        : QWidget(parent)
    {
        setObjectName(QStringLiteral("heatScale"));
        setAccessibleName(tr("Scale of the token colours"));
        setMinimumWidth(140);
    }
    void setHeat(Heat heat)
    {
        m_heat = heat;
        setVisible(heat != Heat::None && !end(true).isEmpty());
        describe();
        update();
    }

    /// What stands at the ends for token rewards.
    void setRewardEnds(const QString& low, const QString& high)
    {
        m_low = low, m_high = high;
        describe();
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        const HeatChoice& choice = kHeats[int(m_heat)];
        const QString low = end(false), high = end(true);
        const int left = fontMetrics().horizontalAdvance(low) + 6, right = fontMetrics().horizontalAdvance(high) + 6;
        const QRect bar(left, height() / 2 - 6, width() - left - right, 12);
        painter.fillRect(bar, palette().color(QPalette::Base));
        for (int x = 0; x < bar.width(); ++x)
            painter.fillRect(bar.x() + x, bar.y(), 1, bar.height(),
                choice.isSigned ? signedHeatColor(2.0 * x / bar.width() - 1, palette())
                                : heatColor(double(x) / bar.width(), palette()));
        painter.setPen(palette().color(QPalette::Mid));
        painter.drawRect(bar.adjusted(0, 0, -1, -1));
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(QRect(0, 0, left - 4, height()), Qt::AlignVCenter | Qt::AlignRight, low);
        painter.drawText(QRect(bar.right() + 6, 0, right, height()), Qt::AlignVCenter | Qt::AlignLeft, high);
    }

private:
    QString end(bool high) const
    {
        if (m_heat == Heat::Reward)
            return high ? m_high : m_low;
        return translated(high ? kHeats[int(m_heat)].high : kHeats[int(m_heat)].low);
    }
    void describe() { setAccessibleDescription(end(false) + QStringLiteral(" … ") + end(true)); }

    Heat m_heat = Heat::None;
    QString m_low, m_high;
};

constexpr int kGap = 4, kNarrowestLegend = 160;

/// A switch of a mark. A tool button leaves the width of two spaces behind its words; over eight of them that is a row.
class Chip : public QToolButton {
public:
    using QToolButton::QToolButton;
    QSize sizeHint() const override
    {
        return QToolButton::sizeHint() - QSize(2 * fontMetrics().horizontalAdvance(QLatin1Char(' ')), 0);
    }
};

/// Under or over the letter of a swatch, as the text has it.
void drawLine(QPainter& painter, const QTextCharFormat& format)
{
    static const QHash<int, Qt::PenStyle> styles { { QTextCharFormat::DotLine, Qt::DotLine },
        { QTextCharFormat::DashUnderline, Qt::DashLine }, { QTextCharFormat::DashDotLine, Qt::DashDotLine },
        { QTextCharFormat::DashDotDotLine, Qt::DashDotDotLine } };
    painter.setPen(QPen(format.foreground().color(), 1, styles.value(format.underlineStyle(), Qt::SolidLine)));
    const int y = format.fontOverline() ? 1 : 13;
    painter.drawLine(1, y, 16, y);
}

} // namespace

TraceLegend::TraceLegend(QWidget* parent)
    : QWidget(parent)
    , m_heatBar(new QWidget(this))
{
    m_heat = new QComboBox(m_heatBar);
    m_measure = new QToolButton(m_heatBar);
    m_scale = new HeatScale(m_heatBar);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    for (const Toggle& toggle : kToggles) {
        auto* button = new Chip(this);
        button->setObjectName(QStringLiteral("show.") + QString::fromLatin1(toggle.name));
        button->setAccessibleName(tr("Show ") + translated(toggle.text));
        button->setText(translated(toggle.text));
        button->setToolTip(translated(toggle.help));
        button->setCheckable(true);
        button->setChecked(TraceSpan::isShownAtFirst(toggle.kinds[0]));
        button->setVisible(toggle.always);
        button->setAutoRaise(true);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setIconSize({ 18, 14 });
        connect(button, &QToolButton::toggled, this, [this, &toggle](bool on) {
            Q_EMIT shownChanged(toggle.kinds[0], on);
            if (toggle.kinds[1] != toggle.kinds[0])
                Q_EMIT shownChanged(toggle.kinds[1], on);
            if (toggle.kinds[0] == TraceSpan::Reflection)
                switchWords(on);
        });
        m_buttons.push_back(button);
    }
    m_more = new Chip(this);
    m_more->setObjectName(QStringLiteral("moreLayers"));
    m_more->setText(tr("Layers…"));
    m_more->setAccessibleName(tr("More layers of the trace"));
    m_more->setToolTip(tr("More to mark in the text: repetition, retries, a pattern of your own"));
    m_more->setPopupMode(QToolButton::InstantPopup);
    m_more->setAutoRaise(true);
    auto* menu = new QMenu(m_more);
    for (const Toggle& layer : kLayers) {
        QAction* action = menu->addAction(translated(layer.text));
        action->setObjectName(QStringLiteral("layer.") + QString::fromLatin1(layer.name));
        action->setToolTip(translated(layer.help));
        action->setCheckable(true);
        action->setChecked(TraceSpan::isShownAtFirst(layer.kinds[0]));
        connect(action, &QAction::toggled, this, [this, &layer](bool on) { Q_EMIT shownChanged(layer.kinds[0], on); });
        m_layers.push_back(action);
    }
    QAction* pattern = menu->addAction(tr("Pattern (regular expression)"));
    pattern->setObjectName(QStringLiteral("layer.pattern"));
    pattern->setCheckable(true);
    connect(pattern, &QAction::toggled, this, &TraceLegend::patternWanted);
    menu->addSeparator();
    QAction* words = menu->addAction(tr("Edit reflection words…"));
    words->setObjectName(QStringLiteral("editWords"));
    connect(words, &QAction::triggered, this, &TraceLegend::wordsWanted);
    menu->setToolTipsVisible(true);
    m_more->setMenu(menu);
    m_scale->setMaximumWidth(210);
    auto* heatLayout = new QHBoxLayout(m_heatBar);
    heatLayout->setContentsMargins(0, 0, 0, 0);
    heatLayout->addWidget(m_scale, 1);
    heatLayout->addWidget(m_heat);
    heatLayout->addWidget(m_measure);
    m_measure->setObjectName(QStringLiteral("measureTokens"));
    m_measure->setText(tr("Measure"));
    m_measure->setAccessibleName(tr("Measure the tokens of the text"));
    m_measure->setFocusPolicy(Qt::StrongFocus);
    connect(m_measure, &QToolButton::clicked, this, &TraceLegend::measureWanted);
    m_heat->setObjectName(QStringLiteral("heat"));
    m_heat->setAccessibleName(tr("Colour tokens by"));
    for (const HeatChoice& choice : kHeats)
        if (!isOfTeacher(choice.heat))
            m_heat->addItem(translated(choice.name));
    m_heat->setItemData(
        int(Heat::Update), tr("advantage × (1 − p): how hard the step pushed each token"), Qt::ToolTipRole);
    m_heat->setItemData(int(Heat::Kl),
        tr("An engine computes the checkpoint before the step against the model that the run started from"),
        Qt::ToolTipRole);
    m_heat->setItemData(int(Heat::Ratio),
        tr("An engine computes the next checkpoint against the policy that drew the text; tokens that the run's "
           "own loss clips are underlined"),
        Qt::ToolTipRole);
    m_heat->setItemData(int(Heat::Reward),
        tr("What a model beside the policy paid for each token: PRIME's implicit reward, or p(good) of the "
           "token's step by a process reward model. Blue: above zero (or ½), orange: below"),
        Qt::ToolTipRole);
    m_heat->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_heat->setMinimumContentsLength(16);
    connect(m_heat, &QComboBox::currentIndexChanged, this, [this] {
        m_asked = !isPutBack(m_heat);
        apply();
    });
    connect(m_heat, &QComboBox::activated, this, [this] { // also of the one that is chosen already
        if (m_asked || isPutBack(m_heat))
            return;
        m_asked = true;
        apply();
    });
    drawSwatches();
    setHasTokenValues(false);
}

Heat TraceLegend::heat() const
{
    const Heat chosen = kHeats[std::max(0, m_heat->currentIndex())].heat;
    return m_hasValues || m_measurable || isOfTeacher(chosen) ? chosen : Heat::None;
}

QString TraceLegend::notAskedText()
{
    return tr("The token colours are those of an earlier session, and no engine was started for them: choose them "
              "again, and one reads the text.");
}

void TraceLegend::setHeat(Heat heat) { m_heat->setCurrentIndex(int(heat)); }

void TraceLegend::apply()
{
    const Heat chosen = heat();
    static_cast<HeatScale*>(m_scale)->setHeat(chosen);
    Q_EMIT heatChanged(chosen);
}

void TraceLegend::setHasTokenValues(bool has, bool measurable)
{
    m_hasValues = has;
    m_measurable = measurable;
    enableHeats();
    apply();
}

void TraceLegend::setHasTeacher(bool has)
{
    if (has == m_hasTeacher)
        return;
    m_hasTeacher = has;
    if (!has && isOfTeacher(heat()))
        m_heat->setCurrentIndex(0);
    for (const HeatChoice& choice : kHeats) {
        if (!isOfTeacher(choice.heat))
            continue;
        if (!has) {
            m_heat->removeItem(m_heat->count() - 1);
            continue;
        }
        m_heat->addItem(translated(choice.name));
        m_heat->setItemData(m_heat->count() - 1,
            tr("An engine computes the run's teacher beside a checkpoint of its student"), Qt::ToolTipRole);
    }
    enableHeats();
}

void TraceLegend::enableHeats()
{
    m_measure->setEnabled(m_measurable);
    m_measure->setToolTip(
        m_measurable ? tr(
            "Measure tokens (F4): an engine reads the text with a checkpoint. Then log-prob, entropy, KL to the base "
            "model and what else might have been drawn stand at every token: hover over it, or press F2 in the text")
                     : tr("Only texts that a run sampled can be measured"));
    m_heat->setEnabled(m_hasValues || m_measurable || m_hasTeacher);
    m_heat->setToolTip(m_hasValues ? tr("Hover over a token for its values")
            : m_measurable
            ? tr("No token values are stored for this text: an engine measures it with a checkpoint when "
                 "a colour is chosen")
            : m_hasTeacher ? tr("No token values are stored for this trace, but its tokens can be coloured by what the "
                                "teacher says of them")
                           : tr("No token values are stored for this trace: storage.token_detail_share "
                                "decides for which groups they are kept"));
}

void TraceLegend::setCounts(const TraceText& trace)
{
    auto* scale = static_cast<HeatScale*>(m_scale);
    const QString top = QString::number(trace.rewardTop, 'g', 2);
    if (trace.reward.isEmpty())
        scale->setRewardEnds({}, {});
    else if (trace.rewardIsProbability)
        scale->setRewardEnds(QStringLiteral("p = 0"), QStringLiteral("p = 1"));
    else
        scale->setRewardEnds(QStringLiteral("≤ −") + top, tr("≥ %1 nats").arg(top));
    scale->setHeat(heat());
    for (size_t i = 0; i < m_buttons.size(); ++i) {
        const Toggle& toggle = kToggles[i];
        const TraceSpan::Kind kind = toggle.kinds[0];
        const int count = trace.count(kind), wrong = trace.count(TraceSpan::WrongEquation);
        QString text = translated(toggle.text);
        if ((kind == TraceSpan::Reflection || TraceSpan::isWordKind(kind) || TraceSpan::isScript(kind)) && count)
            text += QStringLiteral(" %1").arg(count);
        if (kind == TraceSpan::RightEquation) {
            text += count ? QStringLiteral(" %1✓").arg(count) : QString();
            text += wrong ? QStringLiteral(" %1✗").arg(wrong) : QString();
        }
        m_buttons[i]->setText(text);
        m_buttons[i]->setVisible(toggle.always || count > 0);
    }
    for (size_t i = 0; i < m_layers.size(); ++i)
        m_layers[i]->setText(
            QStringLiteral("%1 (%2)").arg(translated(kLayers[i].text)).arg(trace.count(kLayers[i].kinds[0])));
    arrange();
}

void TraceLegend::switchWords(bool on)
{
    for (size_t i = 0; i < m_buttons.size(); ++i)
        if (TraceSpan::isWordKind(kToggles[i].kinds[0]))
            m_buttons[i]->setChecked(on);
}

QSize TraceLegend::minimumSizeHint() const { return { kNarrowestLegend, height() }; }

void TraceLegend::arrange()
{
    std::vector<QWidget*> parts;
    std::copy_if(m_buttons.begin(), m_buttons.end(), std::back_inserter(parts),
        [](const QToolButton* button) { return !button->isHidden(); });
    // Further layers close the first row: alone in a second one they would be overlooked.
    int used = m_more->sizeHint().width();
    size_t first = 0;
    while (first < parts.size() && used + kGap + parts[first]->sizeHint().width() <= width())
        used += kGap + parts[first++]->sizeHint().width();
    parts.insert(parts.begin() + std::ptrdiff_t(first), m_more);
    int high = 0;
    for (const QWidget* part : parts)
        high = std::max(high, part->sizeHint().height());
    int x = 0, y = 0;
    for (QWidget* part : parts) {
        const int wide = part->sizeHint().width();
        if (x > 0 && x + wide > width()) {
            x = 0;
            y += high + kGap;
        }
        part->setGeometry(x, y, wide, high);
        x += wide + kGap;
    }
    setFixedHeight(y + high);
}

void TraceLegend::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
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
        bold.setItalic(format.fontItalic());
        painter.setFont(bold);
        if (TraceSpan::isWordKind(kind)
            && (format.fontOverline() || format.underlineStyle() != QTextCharFormat::NoUnderline))
            drawLine(painter, format);
        painter.setPen(
            format.foreground().style() != Qt::NoBrush ? format.foreground().color() : palette().color(QPalette::Text));
        if (kind == TraceSpan::RightEquation) {
            painter.fillRect(QRect(1, 11, 8, 2), spanColor(TraceSpan::RightEquation, palette()));
            painter.setPen(QPen(spanColor(TraceSpan::WrongEquation, palette()), 1.5));
            painter.drawPolyline(QPolygon({ { 10, 12 }, { 12, 10 }, { 14, 12 }, { 16, 10 } }));
            painter.setPen(palette().color(QPalette::Text));
            painter.drawText(QRect(0, -1, 18, 11), Qt::AlignCenter, QStringLiteral("="));
        } else if (TraceSpan::isScript(kind)) { // its name is beside it, and fonts may lack its letters
            painter.fillRect(QRect(0, 0, 6, 14), scriptRibbon(WritingSystem(kind - TraceSpan::Latin), palette()));
        } else if (kind == TraceSpan::Untrained) {
            painter.fillRect(QRect(0, 0, 18, 14), untrainedBrush(palette()));
        } else {
            painter.drawText(QRect(0, 0, 18, 14), Qt::AlignCenter,
                kind == TraceSpan::Tag ? QStringLiteral("<>") : QStringLiteral("a"));
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
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        arrange();
}

} // namespace aha
