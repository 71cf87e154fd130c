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
    for (const Qt::Key key : { Qt::Key_Space, Qt::Key_F2 })
        connect(new QShortcut(QKeySequence(key), view, nullptr, nullptr, Qt::WidgetShortcut), &QShortcut::activated,
            this, [this, view] { toggle(view); });
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
    setPlainText(!known.isEmpty()                  ? QString(known).replace(QLatin1Char('\n'), QStringLiteral(" · "))
            : m_view->trace().tokenEnds.isEmpty() ? tr("no mark here; the run stored no token values for this trace")
                                                  : tr("no mark here"));
}

} // namespace aha
