#include "widgets/panels/tokenchips.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/tracecolors.h"
#include "widgets/plots/emptyhint.h"

#include <QAccessible>
#include <QFontDatabase>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

namespace aha {

namespace {

constexpr int kMargin = 8, kGap = 2, kPadding = 3;
/// Four neighbours that never look alike; text on them has a contrast of at least 4.5 : 1.
constexpr const char* kShades[2][4]
    = { { "#dbe7fb", "#fde6cf", "#dcf2e0", "#f3dff2" }, { "#26405f", "#5b3d1c", "#214a35", "#4d2f52" } };
/// Without a loss and with one; neighbours differ a little.
constexpr const char* kLossShades[2][2][2] = { { { "#edeff2", "#e4e7ec" }, { "#bfe5cd", "#aedcbf" } },
    { { "#272b32", "#2f343c" }, { "#1c5a3c", "#236a48" } } };

} // namespace

TokenChips::TokenChips(QWidget* parent)
    : QAbstractScrollArea(parent)
{
    setObjectName(QStringLiteral("tokenChips"));
    setAccessibleName(tr("Tokens"));
    QFont mono = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    mono.setPointSizeF(font().pointSizeF() + 0.5);
    setFont(mono);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
}

void TokenChips::setTokens(const TokenList& tokens)
{
    m_tokens = tokens;
    m_marked.clear();
    m_trained.clear();
    m_headings.clear();
    m_current = -1;
    setAccessibleDescription(tokens.chips.size() == 1 ? tr("1 token") : tr("%1 tokens").arg(tokens.chips.size()));
    if (m_empty)
        m_empty->setVisible(tokens.chips.isEmpty());
    flow();
}

void TokenChips::setEmptyText(const QString& text)
{
    if (!m_empty)
        m_empty = new EmptyHint(this, "tokensEmpty", text);
    m_empty->setText(text);
    m_empty->setVisible(m_tokens.chips.isEmpty());
}

void TokenChips::setMarks(const QVector<bool>& marked)
{
    m_marked = marked;
    viewport()->update();
}

void TokenChips::setLossMask(const QVector<bool>& trained)
{
    m_trained = trained;
    viewport()->update();
}

void TokenChips::setHeadings(const QVector<TokenHeading>& headings)
{
    m_headings = headings;
    flow();
}

QColor TokenChips::colorOf(int chip, bool dark) const
{
    return QColor(QLatin1String(
        m_trained.isEmpty() ? kShades[dark][chip % 4] : kLossShades[dark][m_trained.value(chip)][chip % 2]));
}

void TokenChips::setIdsShown(bool shown)
{
    m_ids = shown;
    flow();
}

int TokenChips::chipWidth(const TokenChip& chip) const
{
    int width = fontMetrics().horizontalAdvance(chip.text);
    if (m_ids)
        width = std::max(width, fontMetrics().horizontalAdvance(QString::number(chip.id)));
    return std::min(std::max(width + 1, 4) + 2 * kPadding, std::max(40, viewport()->width() - 2 * kMargin));
}

int TokenChips::rowHeight() const { return fontMetrics().lineSpacing() * (m_ids ? 2 : 1) + 8; }

void TokenChips::flow()
{
    m_rows.clear();
    const int right = viewport()->width() - kMargin;
    int x = kMargin, first = 0, heading = 0;
    for (int i = 0; i < m_tokens.chips.size(); ++i) {
        for (; heading < m_headings.size() && m_headings[heading].chip <= i; ++heading) {
            if (first < i)
                m_rows.push_back({ first, i });
            first = i;
            x = kMargin;
            m_rows.push_back({ i, i, heading });
        }
        const TokenChip& chip = m_tokens.chips[i];
        const int width = chipWidth(chip);
        if (x + width > right && i > first) {
            m_rows.push_back({ first, i });
            first = i;
            x = kMargin;
        }
        x += width + kGap;
        if (chip.lineBreaks > 0) {
            m_rows.push_back({ first, i + 1 });
            first = i + 1;
            x = kMargin;
        }
    }
    if (first < m_tokens.chips.size())
        m_rows.push_back({ first, int(m_tokens.chips.size()) });
    verticalScrollBar()->setRange(
        0, std::max(0, int(m_rows.size()) * rowHeight() + 2 * kMargin - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(rowHeight());
    viewport()->update();
}

void TokenChips::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    const int height = rowHeight(), scrolled = verticalScrollBar()->value(), line = fontMetrics().lineSpacing();
    const bool dark = isDark(palette());
    const size_t begin = size_t(std::max(0, (scrolled - kMargin) / height));
    for (size_t row = begin; row < m_rows.size(); ++row) {
        const int y = kMargin + int(row) * height - scrolled;
        if (y > viewport()->height())
            break;
        int x = kMargin;
        if (m_rows[row].heading >= 0) {
            const QRect band(kMargin, y, viewport()->width() - 2 * kMargin, height - 4);
            painter.setPen(palette().color(QPalette::Highlight));
            painter.drawLine(band.left(), band.bottom(), band.right(), band.bottom());
            painter.setPen(palette().color(QPalette::Text));
            painter.drawText(band, Qt::AlignBottom | Qt::AlignLeft,
                fontMetrics().elidedText(m_headings[m_rows[row].heading].text, Qt::ElideRight, band.width()));
        }
        for (int i = m_rows[row].first; i < m_rows[row].last; ++i) {
            const TokenChip& chip = m_tokens.chips[i];
            const QRect box(x, y, chipWidth(chip), height - 4);
            x += box.width() + kGap;
            painter.setPen(chip.special ? QPen(palette().color(QPalette::Highlight), 1.5) : Qt::NoPen);
            painter.setBrush(colorOf(i, dark));
            painter.drawRoundedRect(box, 3, 3);
            if (i == m_current && hasFocus()) {
                painter.setPen(QPen(palette().color(QPalette::Text), 2));
                painter.setBrush(Qt::NoBrush);
                painter.drawRoundedRect(box, 3, 3);
            }
            if (i < m_marked.size() && m_marked[i])
                painter.fillRect(
                    QRect(box.x(), box.bottom() - 1, box.width(), 3), palette().color(QPalette::Highlight));
            painter.setPen(chip.bytes ? kindColor(QStringLiteral("bad"), palette()) : palette().color(QPalette::Text));
            const QRect inside = box.adjusted(kPadding, 1, -kPadding, 0);
            painter.drawText(QRect(inside.x(), inside.y(), inside.width(), line + 2), Qt::AlignVCenter | Qt::AlignLeft,
                fontMetrics().elidedText(chip.text, Qt::ElideRight, inside.width()));
            if (m_ids) {
                painter.setPen(palette().color(QPalette::PlaceholderText));
                painter.drawText(QRect(inside.x(), inside.y() + line, inside.width(), line + 2),
                    Qt::AlignVCenter | Qt::AlignLeft, QString::number(chip.id));
            }
        }
    }
}

int TokenChips::chipAt(const QPoint& point) const
{
    const int row = (point.y() + verticalScrollBar()->value() - kMargin) / rowHeight();
    if (row < 0 || row >= int(m_rows.size()))
        return -1;
    int x = kMargin;
    for (int i = m_rows[size_t(row)].first; i < m_rows[size_t(row)].last; ++i) {
        const int width = chipWidth(m_tokens.chips[i]);
        if (point.x() >= x && point.x() < x + width)
            return i;
        x += width + kGap;
    }
    return -1;
}

QRect TokenChips::chipRect(int chip) const
{
    for (size_t row = 0; row < m_rows.size(); ++row)
        if (chip >= m_rows[row].first && chip < m_rows[row].last) {
            int x = kMargin;
            for (int i = m_rows[row].first; i < chip; ++i)
                x += chipWidth(m_tokens.chips[i]) + kGap;
            return { x, kMargin + int(row) * rowHeight() - verticalScrollBar()->value(),
                chipWidth(m_tokens.chips[chip]), rowHeight() - 4 };
        }
    return {};
}

QString TokenChips::heading(int row) const
{
    const int at = row >= 0 && row < rowCount() ? m_rows[size_t(row)].heading : -1;
    return at < 0 ? QString() : m_headings[at].text;
}

QString TokenChips::hint(int chip) const
{
    if (chip < 0 || chip >= m_tokens.chips.size())
        return {};
    const TokenChip& c = m_tokens.chips[chip];
    return tr("token %1 of %2, id %3").arg(chip + 1).arg(m_tokens.chips.size()).arg(c.id)
        + (m_trained.isEmpty()          ? QString()
                : m_trained.value(chip) ? tr(", has a loss")
                                        : tr(", no loss"))
        + (c.special      ? tr(", special")
                : c.bytes ? tr(", bytes that are no whole characters")
                          : QString())
        + QLatin1Char('\n') + c.text;
}

void TokenChips::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    flow();
}

int TokenChips::besideRow(int chip, int step) const
{
    int row = 0;
    while (row < rowCount() && !(chip >= m_rows[size_t(row)].first && chip < m_rows[size_t(row)].last))
        ++row;
    const int middle = chipRect(chip).center().x();
    for (row += step; row >= 0 && row < rowCount(); row += step) {
        int nearest = -1, distance = 0, x = kMargin;
        for (int i = m_rows[size_t(row)].first; i < m_rows[size_t(row)].last; ++i) {
            const int width = chipWidth(m_tokens.chips[i]), away = std::abs(x + width / 2 - middle);
            if (nearest < 0 || away < distance) {
                nearest = i;
                distance = away;
            }
            x += width + kGap;
        }
        if (nearest >= 0) // no heading
            return nearest;
    }
    return chip;
}

void TokenChips::setCurrent(int chip)
{
    m_current = chip;
    QRect box = chipRect(chip);
    QScrollBar* bar = verticalScrollBar();
    if (box.top() < 0)
        bar->setValue(bar->value() + box.top() - kMargin);
    else if (box.bottom() > viewport()->height())
        bar->setValue(bar->value() + box.bottom() - viewport()->height() + kMargin);
    box = chipRect(chip);
    setAccessibleDescription(hint(chip));
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
    QToolTip::showText(viewport()->mapToGlobal(box.bottomLeft()), plainToolTip(hint(chip)), this);
    viewport()->update();
}

void TokenChips::keyPressEvent(QKeyEvent* event)
{
    const int last = int(m_tokens.chips.size()) - 1, at = m_current;
    switch (last < 0 || event->modifiers() & ~Qt::KeypadModifier ? 0 : event->key()) {
    case Qt::Key_Left:
        return setCurrent(std::max(0, at - 1));
    case Qt::Key_Right:
        return setCurrent(std::min(last, at + 1));
    case Qt::Key_Up:
        return setCurrent(at < 0 ? 0 : besideRow(at, -1));
    case Qt::Key_Down:
        return setCurrent(at < 0 ? 0 : besideRow(at, 1));
    case Qt::Key_Home:
        return setCurrent(0);
    case Qt::Key_End:
        return setCurrent(last);
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void TokenChips::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void TokenChips::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

bool TokenChips::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        if (const QString text = hint(chipAt(help->pos())); text.isEmpty())
            QToolTip::hideText();
        else
            QToolTip::showText(help->globalPos(), plainToolTip(text), this);
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

} // namespace aha
