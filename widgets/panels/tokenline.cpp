#include "widgets/panels/tokenline.h"

#include "widgets/language/translation.h"
#include "widgets/panels/traceview.h"

#include <QScrollBar>
#include <QShortcut>

namespace aha {

namespace {

constexpr int kLines = 3; // a height that stays: the text above must not move with every key

} // namespace

TokenLine::TokenLine(QWidget* parent)
    : QPlainTextEdit(parent)
{
    setObjectName(QStringLiteral("tokenLine"));
    setAccessibleName(tr("What is known where the caret stands"));
    setToolTip(tr("What is known where the caret stands: Space or F2 in the text shows and hides it, T and M go to the "
                  "next token and mark, with Shift to the one before"));
    setReadOnly(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setTabChangesFocus(true);
    setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    setFixedHeight(kLines * fontMetrics().lineSpacing() + 2 * int(document()->documentMargin()) + 2 * frameWidth());
    hide();
}

void TokenLine::follow(TraceView* view)
{
    const auto shortcut = [this, view](const QKeySequence& keys, auto&& work) {
        connect(new QShortcut(keys, view, nullptr, nullptr, Qt::WidgetShortcut), &QShortcut::activated, this, work);
    };
    for (const Qt::Key key : { Qt::Key_Space, Qt::Key_F2 })
        shortcut(key, [this, view] { toggle(view); });
    for (const bool forward : { true, false }) {
        const auto jump = [&](Qt::Key key, auto&& go, const QString& nothing) {
            shortcut((forward ? Qt::NoModifier : Qt::ShiftModifier) | key,
                [this, go, nothing] { Q_EMIT said(go() ? QString() : nothing); });
        };
        jump(
            Qt::Key_W, [view, forward] { return view->goTo(TraceSpan::Reflection, forward); },
            tr("no reflection word"));
        jump(
            Qt::Key_A, [view, forward] { return view->goTo(TraceSpan::Aha, forward); }, tr("no aha here"));
        jump(
            Qt::Key_M, [view, forward] { return view->goToMark(forward); }, tr("no mark here"));
        jump(
            Qt::Key_T, [view, forward] { return view->goToToken(forward); },
            tr("the run stored no token values for this trace"));
    }
    connect(view, &TraceView::readingChanged, this, [this, view] {
        if (isHidden())
            return;
        if (view->hasFocus())
            m_view = view;
        if (m_view == view)
            refresh();
    });
}

void TokenLine::toggle(TraceView* view)
{
    setVisible(isHidden() || m_view != view);
    m_view = view;
    if (!isHidden())
        refresh();
}

void TokenLine::refresh()
{
    const QString known = m_view->hint(m_view->readingPosition());
    setPlainText(!known.isEmpty()                 ? QString(known).replace(QLatin1Char('\n'), QStringLiteral(" · "))
            : m_view->trace().tokenEnds.isEmpty() ? tr("no mark here; the run stored no token values for this trace")
                                                  : tr("no mark here"));
}

} // namespace aha
