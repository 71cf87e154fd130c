#include "widgets/panels/evaluationtimeline.h"

#include "core/base/outcomes.h"
#include "widgets/language/translation.h"
#include "widgets/panels/outcomedelegate.h"
#include "widgets/plots/placeaction.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cstdlib>

namespace aha {

namespace {

constexpr int kWidest = 64, kGap = 3;

} // namespace

EvaluationTimeline::EvaluationTimeline(QWidget* parent)
    : QAbstractSlider(parent)
{
    setOrientation(Qt::Horizontal);
    setFocusPolicy(Qt::StrongFocus);
    setRange(0, 0);
    setPageStep(5);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    new PlaceAction(this, "probes.play", tr("Play the evaluations, or stop"), keyList({ Qt::Key_Space }),
        [this] { Q_EMIT playToggled(); });
}

void EvaluationTimeline::setMarks(const std::vector<Mark>& marks)
{
    m_marks = marks;
    setRange(0, std::max(0, int(marks.size()) - 1));
    describe();
    update();
}

QSize EvaluationTimeline::sizeHint() const { return { 120, 2 * fontMetrics().height() + 12 }; }

QRect EvaluationTimeline::cell(int index) const
{
    const int n = std::max(1, int(m_marks.size()));
    const double width = std::min<double>(kWidest, double(this->width()) / n);
    const int left = int(index * width), right = int((index + 1) * width);
    return { left, 0, right - left, fontMetrics().height() + 8 };
}

void EvaluationTimeline::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    int labelled = -1; // right edge of the newest label: labels that would touch are left out
    const auto label = [&](int i, bool always) {
        const QString text = QString::number(m_marks[size_t(i)].step);
        const int width = fontMetrics().horizontalAdvance(text), middle = cell(i).center().x();
        const int left = std::clamp(middle - width / 2, 0, std::max(0, this->width() - width));
        const int selectedMiddle = cell(value()).center().x();
        if (!always && (left <= labelled || std::abs(middle - selectedMiddle) < width + 6))
            return;
        painter.drawText(QRect(left, cell(i).bottom() + kGap, width, fontMetrics().height()), Qt::AlignCenter, text);
        labelled = std::max(labelled, left + width + 6);
    };
    for (int i = 0; i < int(m_marks.size()); ++i) {
        const Mark& mark = m_marks[size_t(i)];
        OutcomeDelegate::paintOutcome(&painter, cell(i), palette(), mark.right, mark.samples, i == value());
        painter.setPen(palette().color(i == value() ? QPalette::Text : QPalette::PlaceholderText));
        if (i != value())
            label(i, false);
    }
    if (m_marks.empty())
        return;
    painter.setPen(palette().color(QPalette::Text));
    label(value(), true);
    if (hasFocus()) {
        const QRect at = cell(value());
        painter.fillRect(QRect(at.left() + 2, height() - 2, at.width() - 4, 2), palette().color(QPalette::Highlight));
    }
}

void EvaluationTimeline::scrub(const QPoint& at)
{
    for (int i = 0; i < int(m_marks.size()); ++i)
        if (at.x() >= cell(i).left() && at.x() <= cell(i).right())
            return setValue(i);
    if (!m_marks.empty() && at.x() > cell(int(m_marks.size()) - 1).right())
        setValue(maximum());
}

void EvaluationTimeline::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        scrub(event->position().toPoint());
}

void EvaluationTimeline::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons() & Qt::LeftButton)
        scrub(event->position().toPoint());
}

void EvaluationTimeline::keyPressEvent(QKeyEvent* event)
{
    if (!triggerPlaceAction(this, *event))
        QAbstractSlider::keyPressEvent(event);
}

void EvaluationTimeline::sliderChange(SliderChange change)
{
    QAbstractSlider::sliderChange(change);
    describe();
    update();
}

/// What a screen reader says beside the value.
void EvaluationTimeline::describe()
{
    if (value() >= int(m_marks.size()))
        return setAccessibleDescription({});
    const Mark& mark = m_marks[size_t(value())];
    setAccessibleDescription(tr("step %1, evaluation %2 of %3, %4")
                                 .arg(mark.step)
                                 .arg(value() + 1)
                                 .arg(m_marks.size())
                                 .arg(mark.right == kUnjudged ? tr("answered, not judged")
                                         : mark.right < 0     ? tr("not asked")
                                                          : tr("%1 of %2 right").arg(mark.right).arg(mark.samples)));
}

} // namespace aha
