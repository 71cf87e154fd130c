#include "widgets/shell/tour.h"

#include "widgets/language/translation.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QVBoxLayout>

#include <climits>
#include <utility>

namespace aha {

namespace {

constexpr int kGap = 12;

class TourFrame : public QWidget {
public:
    explicit TourFrame(QWidget* window)
        : QWidget(window)
    {
        setObjectName(QStringLiteral("tourFrame"));
        setAttribute(Qt::WA_TransparentForMouseEvents);
        setFocusPolicy(Qt::NoFocus);
        hide();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
    }
};

} // namespace

Tour::Tour(QWidget* window)
    : QFrame(window)
    , m_frame(new TourFrame(window))
    , m_title(new QLabel(this))
    , m_text(new QLabel(this))
    , m_count(new QLabel(this))
    , m_back(new QPushButton(tr("Back"), this))
    , m_next(new QPushButton(tr("Next"), this))
{
    setObjectName(QStringLiteral("tour"));
    setAccessibleName(tr("Tour"));
    setFixedWidth(340);
    for (QLabel* label : { m_title, m_text, m_count })
        label->setTextFormat(Qt::PlainText);
    m_title->setProperty("role", QStringLiteral("title"));
    m_title->setObjectName(QStringLiteral("tourTitle"));
    m_text->setObjectName(QStringLiteral("tourText"));
    m_text->setWordWrap(true);
    m_count->setProperty("role", QStringLiteral("hint"));
    auto* skip = new QPushButton(tr("Skip"), this);
    skip->setObjectName(QStringLiteral("tourSkip"));
    skip->setAccessibleName(tr("Skip the tour"));
    m_back->setObjectName(QStringLiteral("tourBack"));
    m_back->setAccessibleName(tr("Back"));
    m_next->setObjectName(QStringLiteral("tourNext"));
    m_next->setAccessibleName(tr("Next"));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_count);
    buttons->addStretch(1);
    buttons->addWidget(skip);
    buttons->addWidget(m_back);
    buttons->addWidget(m_next);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 14, 18, 14);
    layout->setSpacing(8);
    layout->addWidget(m_title);
    layout->addWidget(m_text);
    layout->addLayout(buttons);
    connect(skip, &QPushButton::clicked, this, [this] { end(false); });
    connect(m_back, &QPushButton::clicked, this, [this] { go(-1); });
    connect(m_next, &QPushButton::clicked, this, [this] { go(1); });
    window->installEventFilter(this);
    hide();
}

void Tour::keepClear(const std::vector<QWidget*>& widgets) { m_clear.assign(widgets.begin(), widgets.end()); }

void Tour::start(std::vector<TourStop> stops)
{
    m_stops = std::move(stops);
    m_at = -1;
    go(1);
}

void Tour::wait(std::vector<TourStop> stops, int at)
{
    m_stops = std::move(stops);
    m_at = at;
    hide();
    Q_EMIT steppedAside(at + 1, int(m_stops.size()));
}

void Tour::go(int by)
{
    m_at += by;
    stand(by);
}

void Tour::stand(int by)
{
    const QScopedValueRollback<bool> going(m_going, true); // its own way to a page is no news to it
    for (; m_at >= 0 && m_at < int(m_stops.size()); m_at += by) {
        const TourStop& stop = m_stops[size_t(m_at)];
        m_target = stop.show();
        while (m_target && !m_target->isVisibleTo(parentWidget())) // in a tab that is not in front
            m_target = m_target->parentWidget();
        if (!m_target)
            continue;
        m_title->setText(stop.title);
        m_text->setText(stop.text);
        m_count->setText(tr("%1 of %2").arg(m_at + 1).arg(m_stops.size()));
        m_back->setEnabled(m_at > 0);
        m_next->setText(m_at + 1 == int(m_stops.size()) ? tr("Done") : tr("Next"));
        m_next->setAccessibleName(m_next->text());
        m_target->installEventFilter(this);
        Q_EMIT steppedAside(0, int(m_stops.size()));
        show();
        raise();
        place();
        m_next->setFocus();
        return;
    }
    end(true);
}

void Tour::pageShown(const QString& page)
{
    if (m_at < 0 || m_going)
        return;
    if (m_stops[size_t(m_at)].page != page) { // it waits: what one came here for is not what it speaks of
        hide();
        Q_EMIT steppedAside(m_at + 1, int(m_stops.size()));
    } else if (isHidden()) {
        const QPointer<QWidget> focus = QApplication::focusWidget();
        stand(1);
        if (focus && !isAncestorOf(focus)) // nobody asked the tour
            focus->setFocus();
    }
}

void Tour::goOn()
{
    if (m_at >= 0)
        stand(1);
}

void Tour::place()
{
    if (!m_target)
        return;
    const int height = layout()->heightForWidth(width());
    resize(width(), height > 0 ? height : sizeHint().height());
    const QRect at(m_target->mapTo(parentWidget(), QPoint(0, 0)), m_target->size());
    const QRect room = parentWidget()->rect().adjusted(kGap, kGap, -kGap, -kGap);
    m_frame->setGeometry(at.adjusted(-3, -3, 3, 3) & parentWidget()->rect());
    m_frame->show();
    m_frame->raise();
    raise();
    std::vector<QRect> clear;
    for (const QPointer<QWidget>& one : m_clear)
        if (one && one->isVisibleTo(parentWidget()))
            clear.emplace_back(one->mapTo(parentWidget(), QPoint(0, 0)), one->size());
    // A page's controls are at its top, what starts something at its bottom right: a corner, or beside what stays
    // clear.
    const int left = room.left(), right = room.right() - width(), bottom = room.bottom() - this->height();
    std::vector<QPoint> places { { left, bottom }, { right, bottom }, { right, room.top() } };
    for (const QRect& one : clear)
        for (const int x : { left, right })
            for (const int y : { one.top() - kGap - this->height(), one.bottom() + kGap })
                if (room.contains(QRect(QPoint(x, y), size())))
                    places.emplace_back(x, y);
    // Of what a person may want to press it covers nothing where it can, and of what is spoken of as little.
    const auto covered = [this](const QPoint& corner, const QRect& what) {
        const QRect both = what & QRect(corner, size());
        return both.isEmpty() ? 0 : both.width() * both.height();
    };
    QPoint best = places.front();
    std::pair<int, int> least { INT_MAX, INT_MAX };
    for (const QPoint& corner : places) {
        std::pair<int, int> now { 0, covered(corner, at) };
        for (const QRect& one : clear)
            now.first += covered(corner, one);
        if (now < least) {
            least = now;
            best = corner;
        }
    }
    move(best);
}

void Tour::showEvent(QShowEvent* event) // also of a window that was minimized
{
    QFrame::showEvent(event);
    place();
}

void Tour::hideEvent(QHideEvent* event)
{
    m_frame->hide();
    QFrame::hideEvent(event);
}

void Tour::end(bool toTheEnd)
{
    if (m_at < 0 && isHidden())
        return;
    m_at = -1;
    const bool shown = isVisible();
    hide();
    Q_EMIT steppedAside(0, int(m_stops.size()));
    if (m_target && shown)
        m_target->setFocus();
    Q_EMIT ended(toTheEnd);
}

bool Tour::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::Resize && isVisible() && (object == parentWidget() || object == m_target))
        place();
    return QFrame::eventFilter(object, event);
}

void Tour::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        return end(false);
    QFrame::keyPressEvent(event);
}

void Tour::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(palette().color(QPalette::Base));
    painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 8, 8);
}

} // namespace aha
