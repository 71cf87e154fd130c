#include "widgets/panels/prefixtreeview.h"

#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/tracecolors.h"

#include <QAccessible>
#include <QFontDatabase>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

constexpr int kMargin = 4, kColumn = 148, kLeast = 19, kMost = 40, kRoot = 148, kLeafRoom = 220;
constexpr int kNarrowestColumn = 122; ///< that columns shrink to before the tree scrolls

} // namespace

PrefixTreeView::PrefixTreeView(QWidget* parent)
    : QAbstractScrollArea(parent)
{
    setObjectName(QStringLiteral("prefixTree"));
    setAccessibleName(tr("Where the completions part ways"));
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
}

void PrefixTreeView::setTree(const GroupTree& tree)
{
    m_tree = tree;
    m_current = m_hovered = -1;
    arrange();
    if (!m_tree.branches.empty())
        setCurrent(0);
    horizontalScrollBar()->setValue(0);
    verticalScrollBar()->setValue(0);
}

/// A leaf has a row per completion; a branch spans the rows of its leaves. Branches come before their children.
void PrefixTreeView::arrange()
{
    const std::vector<GroupBranch>& branches = m_tree.branches;
    m_boxes.assign(branches.size(), {});
    const int row = std::clamp((viewport()->height() - 2 * kMargin) / std::max(1, m_tree.completions), kLeast, kMost);
    int depth = 0;
    for (const GroupBranch& b : branches)
        depth = std::max(depth, b.branch.depth);
    const int columns = std::max(1, depth),
              full = kMargin * 2 + kRoot + (columns - 1) * kColumn + (depth ? kLeafRoom : 0),
              lack = std::max(0, full - viewport()->width()),
              less = depth ? std::min(kColumn - kNarrowestColumn, (lack + columns - 1) / columns) : 0,
              wanted = full - columns * less, width = std::max(wanted, viewport()->width());
    // Columns grow with the room there is; the last keeps the rest for the text of single completions.
    const int column
        = depth > 1 ? std::min(2 * kColumn, kColumn - less + (width - wanted) / (depth + 1)) : kColumn - less,
        root = depth ? std::min(2 * kRoot, kRoot - less + (width - wanted) / (depth + 1)) : width - 2 * kMargin;
    for (size_t i = 0; i < branches.size(); ++i) {
        const PrefixBranch& b = branches[i].branch;
        const int x = kMargin + (b.depth == 0 ? 0 : root + (b.depth - 1) * column),
                  right = b.children.empty() && b.depth ? width - kMargin : x + (b.depth == 0 ? root : column);
        int y = kMargin;
        if (b.parent >= 0) {
            y = m_boxes[size_t(b.parent)].y();
            for (const int sibling : branches[size_t(b.parent)].branch.children) {
                if (sibling == int(i))
                    break;
                y += int(branches[size_t(sibling)].branch.members.size()) * row;
            }
        }
        m_boxes[i] = QRect(x, y, right - x, int(b.members.size()) * row);
    }
    const int height = branches.empty() ? 0 : m_boxes[0].height() + 2 * kMargin;
    horizontalScrollBar()->setRange(0, branches.empty() ? 0 : std::max(0, width - viewport()->width()));
    horizontalScrollBar()->setPageStep(viewport()->width());
    horizontalScrollBar()->setSingleStep(40);
    verticalScrollBar()->setRange(0, std::max(0, height - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(row);
    viewport()->update();
}

QRect PrefixTreeView::boxOf(int branch) const
{
    return branch < 0 || branch >= int(m_boxes.size())
        ? QRect()
        : m_boxes[size_t(branch)].translated(-horizontalScrollBar()->value(), -verticalScrollBar()->value());
}

int PrefixTreeView::branchAt(const QPoint& point) const
{
    for (int i = 0; i < int(m_boxes.size()); ++i)
        if (boxOf(i).contains(point))
            return i;
    return -1;
}

QString PrefixTreeView::describe(int branch) const
{
    if (branch < 0 || branch >= int(m_tree.branches.size()))
        return m_tree.problem;
    const GroupBranch& b = m_tree.branches[size_t(branch)];
    QString text = b.branch.begin == b.branch.end && b.branch.depth
        ? tr("ends here, where others go on")
        : QStringLiteral("“%1”").arg(b.text.size() > 200 ? b.text.left(200) + QStringLiteral("…") : b.text);
    text += tr("\n%1 of %2 completions (%3 %), ")
                .arg(b.branch.members.size())
                .arg(m_tree.completions)
                .arg(100.0 * double(b.branch.members.size()) / std::max(1, m_tree.completions), 0, 'f', 0);
    text += b.branch.judged ? tr("mean reward %1, n = %2").arg(fixedNumber(b.branch.meanReward, 3)).arg(b.branch.judged)
                            : tr("no reward");
    if (b.branch.judged && m_tree.rewardMax - m_tree.rewardMin > 1e-9)
        text += tr("\ncolour: mean reward, orange low and blue high among these (%1 to %2)")
                    .arg(fixedNumber(m_tree.rewardMin, 2), fixedNumber(m_tree.rewardMax, 2));
    text += tr("\ntokens %1 to %2").arg(b.branch.begin + 1).arg(b.branch.end);
    if (!b.branch.children.empty())
        text += tr("; then %1 ways, entropy %2")
                    .arg(b.branch.children.size())
                    .arg(b.branch.entropy ? tr("%1 nats").arg(*b.branch.entropy, 0, 'f', 3) : tr("not stored"));
    QStringList samples;
    for (const int member : b.branch.members)
        samples << QString::number(member + 1);
    return text
        + (samples.size() == 1 ? tr("\nsample %1") : tr("\nsamples %1")).arg(samples.join(QStringLiteral(", ")));
}

void PrefixTreeView::setCurrent(int branch)
{
    if (branch < 0 || branch == m_current)
        return;
    m_current = branch;
    setAccessibleDescription(describe(branch));
    QAccessibleEvent event(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
    const QRect box = boxOf(branch);
    if (box.top() < 0 || box.height() > viewport()->height())
        verticalScrollBar()->setValue(verticalScrollBar()->value() + box.top() - kMargin);
    else if (box.bottom() > viewport()->height())
        verticalScrollBar()->setValue(verticalScrollBar()->value() + box.bottom() - viewport()->height() + kMargin);
    if (box.left() < 0)
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() + box.left() - kMargin);
    else if (box.left() + kColumn > viewport()->width())
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() + box.left() + kColumn - viewport()->width());
    viewport()->update();
}

void PrefixTreeView::choose(int branch)
{
    if (branch < 0)
        return;
    setCurrent(branch);
    Q_EMIT branchChosen(branch);
}

/// The next or previous box of the same column.
int PrefixTreeView::beside(int branch, int by) const
{
    const int depth = m_tree.branches[size_t(branch)].branch.depth;
    int best = -1;
    for (int i = 0; i < int(m_boxes.size()); ++i) {
        const bool towards = by > 0 ? m_boxes[size_t(i)].y() > m_boxes[size_t(branch)].y()
                                    : m_boxes[size_t(i)].y() < m_boxes[size_t(branch)].y();
        if (m_tree.branches[size_t(i)].branch.depth == depth && towards
            && (best < 0 || (by > 0) == (m_boxes[size_t(i)].y() < m_boxes[size_t(best)].y())))
            best = i;
    }
    return best;
}

void PrefixTreeView::keyPressEvent(QKeyEvent* event)
{
    if (m_current < 0)
        return QAbstractScrollArea::keyPressEvent(event);
    const PrefixBranch& b = m_tree.branches[size_t(m_current)].branch;
    switch (event->key()) {
    case Qt::Key_Left:
        return setCurrent(b.parent);
    case Qt::Key_Right:
        return setCurrent(b.children.empty() ? -1 : b.children[0]);
    case Qt::Key_Up:
    case Qt::Key_Down:
        return setCurrent(beside(m_current, event->key() == Qt::Key_Down ? 1 : -1));
    case Qt::Key_Home:
        return setCurrent(0);
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        return choose(m_current);
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void PrefixTreeView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        choose(branchAt(event->pos()));
}

void PrefixTreeView::mouseMoveEvent(QMouseEvent* event)
{
    const int hovered = branchAt(event->pos());
    viewport()->setCursor(hovered >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (hovered != m_hovered) {
        m_hovered = hovered;
        viewport()->update();
    }
}

bool PrefixTreeView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        const int branch = branchAt(help->pos());
        branch >= 0 ? QToolTip::showText(help->globalPos(), plainToolTip(describe(branch)), viewport(), boxOf(branch))
                    : QToolTip::hideText();
        return true;
    }
    if (event->type() == QEvent::Leave) {
        m_hovered = -1;
        viewport()->update();
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void PrefixTreeView::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    arrange();
}

void PrefixTreeView::paintBox(QPainter& painter, int branch) const
{
    const GroupBranch& b = m_tree.branches[size_t(branch)];
    const QRect box = boxOf(branch).adjusted(1, 1, -2, -2);
    const double spread = m_tree.rewardMax - m_tree.rewardMin,
                 share = spread > 1e-9 ? (b.branch.meanReward - m_tree.rewardMin) / spread : 0.5;
    // Low and high differ in hue and strength, and the figure stands in the box.
    QColor fill = !b.branch.judged || spread <= 1e-9 ? kindColor(QStringLiteral("mute"), palette())
        : share < 0.5                                ? kindColor(QStringLiteral("warn"), palette())
                                                     : kindColor(QStringLiteral("info"), palette());
    fill.setAlphaF(!b.branch.judged || spread <= 1e-9 ? 0.12 : 0.08 + 0.34 * std::abs(share - 0.5) * 2);
    painter.setBrush(fill);
    const QColor edge = palette().color(branch == m_current && hasFocus() ? QPalette::Highlight : QPalette::Mid);
    painter.setPen(QPen(edge, branch == m_current ? 2 : 1));
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    if (branch == m_hovered) {
        QColor hover = palette().color(QPalette::Highlight);
        hover.setAlpha(40);
        painter.fillRect(box, hover);
    }
    const QFontMetrics metrics(font());
    const bool tall = box.height() >= 2 * metrics.height() + 6;
    QRect inner = box.adjusted(6, 2, -6, -2);
    if (b.branch.children.empty()) // its reward stands in sight as long as there is room
        inner.setRight(std::max(std::min(inner.right(), viewport()->width() - 8), inner.left() + kNarrowestColumn / 2));
    const QString figure = b.branch.judged ? fixedNumber(b.branch.meanReward, 2) : QStringLiteral("–"),
                  counted = b.branch.members.size() > 1
        ? QStringLiteral("%1/%2 · %3").arg(b.branch.members.size()).arg(m_tree.completions).arg(figure)
        : figure;
    const QString chance = !b.branch.children.empty() && b.branch.entropy
        ? QStringLiteral("H %1").arg(*b.branch.entropy, 0, 'f', 2)
        : QString();
    painter.setPen(palette().color(QPalette::Text));
    QRect words = inner;
    if (tall) {
        // Where the entropy does not fit beside the counts it stands below them, or in the tip alone: half of it says
        // nothing.
        QStringList lines { counted };
        const QString both = counted + QStringLiteral(" · ") + chance;
        if (!chance.isEmpty() && metrics.horizontalAdvance(both) <= inner.width())
            lines = { both };
        else if (!chance.isEmpty() && box.height() >= 3 * metrics.height() + 6)
            lines << chance;
        const int row = metrics.height();
        int y = inner.y() + (inner.height() - (1 + int(lines.size())) * row) / 2;
        words = QRect(inner.x(), y, inner.width(), row);
        for (const QString& line : std::as_const(lines))
            painter.drawText(QRect(inner.x(), y += row, inner.width(), row), Qt::AlignLeft | Qt::AlignVCenter,
                metrics.elidedText(line, Qt::ElideRight, inner.width()));
    } else {
        const QString end
            = b.branch.members.size() > 1 ? QStringLiteral("%1× %2").arg(b.branch.members.size()).arg(figure) : figure;
        painter.drawText(inner, Qt::AlignRight | Qt::AlignVCenter, end);
        words.setRight(inner.right() - metrics.horizontalAdvance(end) - 8);
    }
    QFont mono = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    mono.setPointSizeF(font().pointSizeF());
    if (b.branch.begin == b.branch.end && b.branch.depth) {
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter, tr("ends here"));
        return;
    }
    // The token that was drawn differently stands out from what follows it.
    QFont strong = mono;
    strong.setBold(true);
    const QString first = b.branch.depth ? b.text.left(b.firstLength).trimmed() : QString();
    int x = words.x();
    if (!first.isEmpty()) {
        painter.setFont(strong);
        const QString shown = QFontMetrics(strong).elidedText(first, Qt::ElideRight, words.width());
        painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter, shown);
        x += QFontMetrics(strong).horizontalAdvance(shown) + QFontMetrics(mono).horizontalAdvance(QLatin1Char(' '));
    }
    painter.setFont(mono);
    // The end of the shared beginning matters, the beginning of a branch.
    const QString rest = (b.branch.depth ? b.text.mid(b.firstLength) : b.text).trimmed();
    const QRect room(x, words.y(), std::max(0, words.right() - x), words.height());
    painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
        QFontMetrics(mono).elidedText(rest.isEmpty() && !b.branch.depth ? tr("(nothing shared)") : rest,
            b.branch.depth ? Qt::ElideRight : Qt::ElideLeft, room.width()));
    painter.setFont(font());
}

void PrefixTreeView::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), palette().color(QPalette::Base));
    painter.setRenderHint(QPainter::Antialiasing);
    for (int i = 0; i < int(m_boxes.size()); ++i)
        if (i != m_current && boxOf(i).intersects(viewport()->rect()))
            paintBox(painter, i);
    if (m_current >= 0)
        paintBox(painter, m_current);
}

} // namespace aha
