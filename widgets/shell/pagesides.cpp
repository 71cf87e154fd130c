#include "widgets/shell/pagesides.h"

#include "widgets/language/translation.h"
#include "widgets/shell/besidepane.h"
#include "widgets/shell/pagedeck.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace aha {

namespace {
constexpr int kSettleMs = 100;
constexpr double kLeastShare = 0.1;
}

PageSides::PageSides(PageDeck* deck, QWidget* parent)
    : QSplitter(parent)
    , m_deck(deck)
{
    setObjectName(QStringLiteral("pageSides"));
    setChildrenCollapsible(false);
    addWidget(deck);
    addWidget(deck->pane());
    deck->pane()->hide();
    m_settle.setSingleShot(true);
    m_settle.setInterval(kSettleMs);
    connect(&m_settle, &QTimer::timeout, this, &PageSides::settle);
    connect(this, &QSplitter::splitterMoved, this, [this] {
        const QList<int> now = sizes();
        if (const int all = now[0] + now[1]; all > 0)
            m_share = double(now[0]) / all;
    });
}

std::optional<Qt::Orientation> PageSides::way() const
{
    const QSize least = PageDeck::kMostMinimum;
    if (width() >= 2 * least.width() + handleWidth())
        return Qt::Horizontal;
    if (height() >= 2 * least.height() + handleWidth())
        return Qt::Vertical;
    return std::nullopt;
}

QString PageSides::put(const QString& page)
{
    if (page == m_deck->beside())
        return tr("%1 stands beside the tabs already.").arg(translated(page));
    if (isVisible() && !way()) {
        const QSize least = PageDeck::kMostMinimum;
        return tr("Two pages need %1 pixels of width, or %2 of height; there are %3 and %4. Make the window larger, or "
                  "close a dock.")
            .arg(2 * least.width() + handleWidth())
            .arg(2 * least.height() + handleWidth())
            .arg(width())
            .arg(height());
    }
    want(page, m_share);
    return {};
}

bool PageSides::takeBack()
{
    const bool was = !m_wanted.isEmpty();
    want({}, m_share);
    return was;
}

void PageSides::want(const QString& page, double share)
{
    m_wanted = page;
    m_share = std::isfinite(share) ? std::clamp(share, kLeastShare, 1 - kLeastShare) : 0.5;
    m_told = false;
    // A window that is not shown has no size of its own yet; docks that come or go give it another in a moment.
    if (page.isEmpty() || !isVisible() || way())
        settle();
    m_settle.start();
}

void PageSides::settle()
{
    const auto now = isVisible() ? way() : Qt::Horizontal;
    m_deck->setBeside(now ? m_wanted : QString());
    if (m_wanted.isEmpty())
        return;
    if (!now) {
        if (!std::exchange(m_told, true))
            Q_EMIT gaveWay(tr("The window has no room for two pages: %1 is among the tabs until there is.")
                               .arg(translated(m_wanted)));
        return;
    }
    m_told = false;
    setOrientation(*now);
    divide();
}

/// A larger or smaller window leaves both their shares.
void PageSides::divide()
{
    if (m_deck->beside().isEmpty())
        return;
    const int all = orientation() == Qt::Horizontal ? width() : height(), first = int(std::lround(m_share * all));
    setSizes({ first, all - first });
}

void PageSides::resizeEvent(QResizeEvent* event)
{
    QSplitter::resizeEvent(event);
    divide();
    if (!m_wanted.isEmpty())
        m_settle.start();
}

void PageSides::showEvent(QShowEvent* event)
{
    QSplitter::showEvent(event);
    if (!m_wanted.isEmpty())
        m_settle.start();
}

QSize PageSides::minimumSizeHint() const { return m_deck->minimumSizeHint(); }

} // namespace aha
