#include "widgets/panels/tokenline.h"

#include "widgets/language/translation.h"
#include "widgets/panels/traceview.h"
#include "widgets/plots/placeaction.h"

#include <QScrollBar>

#include <functional>

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
    const auto any = [view] { return !view->trace().text.isEmpty(); };
    const auto add
        = [&](const char* id, const QString& text, std::initializer_list<QKeyCombination> keys, auto&& work) {
              new PlaceAction(view, id, text, keyList(keys), work, any, PlaceAction::Focus::Exactly); // single letters
          };
    add("trace.known", tr("Show or hide what is known where the caret stands"), { Qt::Key_Space, Qt::Key_F2 },
        [this, view] { toggle(view); });
    struct Jump {
        const char *next, *previous;
        QString nextText, previousText, nothing;
        Qt::Key key;
        std::function<bool(bool)> go;
    };
    const Jump jumps[] = {
        { "trace.word", "trace.wordBefore", tr("Next reflection word"), tr("Previous reflection word"),
            tr("no reflection word"), Qt::Key_W,
            [view](bool forward) { return view->goTo(TraceSpan::Reflection, forward); } },
        { "trace.aha", "trace.ahaBefore", tr("Next aha"), tr("Previous aha"), tr("no aha here"), Qt::Key_A,
            [view](bool forward) { return view->goTo(TraceSpan::Aha, forward); } },
        { "trace.mark", "trace.markBefore", tr("Next mark"), tr("Previous mark"), tr("no mark here"), Qt::Key_M,
            [view](bool forward) { return view->goToMark(forward); } },
        { "trace.token", "trace.tokenBefore", tr("Next token"), tr("Previous token"),
            tr("the run stored no token values for this trace"), Qt::Key_T,
            [view](bool forward) { return view->goToToken(forward); } },
    };
    for (const Jump& jump : jumps)
        for (const bool forward : { true, false })
            add(forward ? jump.next : jump.previous, forward ? jump.nextText : jump.previousText,
                { (forward ? Qt::NoModifier : Qt::ShiftModifier) | jump.key },
                [this, forward, go = jump.go, nothing = jump.nothing] {
                    Q_EMIT said(go(forward) ? QString() : nothing);
                });
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
