#include "widgets/panels/traceviewaccess.h"

#include "widgets/panels/traceview.h"

#include <QAccessible>
#include <QAccessibleWidget>

#include <algorithm>
#include <tuple>

namespace aha {

namespace {

/// "name:value;" as IAccessible2 writes text attributes.
QString attribute(const QString& name, const QString& value)
{
    QString out = name + QLatin1Char(':');
    for (const QChar c : value) {
        if (QStringLiteral("\\:;,=").contains(c))
            out += QLatin1Char('\\');
        out += c;
    }
    return out + QLatin1Char(';');
}

/// Of a script the language that is spoken for it (BCP 47), or the script alone where many are written in it.
QString languageOf(WritingSystem script)
{
    static constexpr const char* codes[kWritingSystems]
        = { "en", "zh", "ja", "ko", "und-Cyrl", "und-Arab", "he", "und-Deva", "th", "el", "und" };
    return QString::fromLatin1(codes[int(script)]);
}

class TraceViewAccess : public QAccessibleWidget, public QAccessibleTextInterface {
public:
    explicit TraceViewAccess(TraceView* view)
        : QAccessibleWidget(view, QAccessible::EditableText)
    {
    }

    void* interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::TextInterface ? static_cast<QAccessibleTextInterface*>(this)
                                                  : QAccessibleWidget::interface_cast(type);
    }
    QAccessible::State state() const override
    {
        QAccessible::State state = QAccessibleWidget::state();
        state.readOnly = true;
        state.multiLine = true;
        state.selectableText = true;
        return state;
    }
    /// Described is the place that one is at: what the tool tip says there.
    QString text(QAccessible::Text what) const override
    {
        if (what != QAccessible::Description)
            return QAccessibleWidget::text(what);
        return view()->hint(view()->readingPosition()).replace(QLatin1Char('\n'), QStringLiteral("; "));
    }

    int selectionCount() const override { return view()->anchor() != view()->caret(); }
    void selection(int, int* start, int* end) const override { std::tie(*start, *end) = view()->selection(); }
    void addSelection(int start, int end) override { setSelection(0, start, end); }
    void removeSelection(int) override { view()->setSelection(view()->caret(), view()->caret()); }
    void setSelection(int, int start, int end) override { view()->setSelection(start, end); }
    int cursorPosition() const override { return view()->caret(); }
    void setCursorPosition(int position) override { view()->moveCaret(position, false); }
    int characterCount() const override { return int(view()->trace().text.size()); }
    QString text(int start, int end) const override
    {
        start = std::clamp(start, 0, characterCount());
        return view()->trace().text.mid(start, std::clamp(end, start, characterCount()) - start);
    }

    QString textAtOffset(int offset, QAccessible::TextBoundaryType type, int* start, int* end) const override
    {
        return unit(offset, type, start, end);
    }
    QString textBeforeOffset(int offset, QAccessible::TextBoundaryType type, int* start, int* end) const override
    {
        unit(offset, type, start, end);
        return *start > 0 && *start <= characterCount() ? unit(*start - 1, type, start, end) : nothing(start, end);
    }
    QString textAfterOffset(int offset, QAccessible::TextBoundaryType type, int* start, int* end) const override
    {
        unit(offset, type, start, end);
        return *end < characterCount() && *end > *start ? unit(*end, type, start, end) : nothing(start, end);
    }

    /// The marks at a place by name, and the language of the run that it is in: readers change their voice by it.
    QString attributes(int offset, int* start, int* end) const override
    {
        const TraceText& trace = view()->trace();
        offset = std::clamp(offset, 0, characterCount());
        *start = 0;
        *end = characterCount();
        QString out;
        for (int k = 0; k < TraceSpan::KindCount; ++k) {
            const auto kind = TraceSpan::Kind(k);
            const auto [first, last] = trace.spansIn(kind, 0, characterCount());
            const TraceSpan* next
                = std::upper_bound(first, last, offset, [](int at, const TraceSpan& span) { return at < span.end; });
            if (next != first)
                *start = std::max(*start, (next - 1)->end);
            if (next == last)
                continue;
            if (next->begin > offset) {
                *end = std::min(*end, next->begin);
                continue;
            }
            *start = std::max(*start, next->begin);
            *end = std::min(*end, next->end);
            if (TraceSpan::isScript(kind))
                out += attribute(QStringLiteral("language"), languageOf(WritingSystem(kind - TraceSpan::Latin)));
            else if (kind == TraceSpan::Tag)
                out += attribute(QStringLiteral("tag"), trace.text.mid(next->begin, next->end - next->begin));
        }
        if (const QStringList marks = view()->marksAt(offset); !marks.isEmpty())
            out += attribute(QStringLiteral("mark"), marks.join(QStringLiteral(" / ")));
        return out;
    }
    QRect characterRect(int offset) const override
    {
        const auto [begin, end] = view()->unitAt(TraceView::Unit::Character, offset);
        QRect rect = view()->caretRect(begin);
        const QRect behind = view()->caretRect(end);
        rect.setWidth(
            behind.y() == rect.y() ? std::max(1, behind.x() - rect.x()) : view()->fontMetrics().averageCharWidth());
        return { view()->viewport()->mapToGlobal(rect.topLeft()), rect.size() };
    }
    int offsetAtPoint(const QPoint& point) const override
    {
        return view()->positionAt(view()->viewport()->mapFromGlobal(point));
    }
    void scrollToSubstring(int start, int) override { view()->reveal(start); }

private:
    TraceView* view() const { return static_cast<TraceView*>(widget()); }

    static QString nothing(int* start, int* end)
    {
        *start = *end = -1;
        return {};
    }
    /// Qt's own way reads the whole text for each of them.
    QString unit(int offset, QAccessible::TextBoundaryType type, int* start, int* end) const
    {
        using Unit = TraceView::Unit;
        if (type == QAccessible::NoBoundary) {
            *start = 0;
            *end = characterCount();
        } else {
            std::tie(*start, *end) = view()->unitAt(type == QAccessible::CharBoundary ? Unit::Character
                    : type == QAccessible::WordBoundary                               ? Unit::Word
                    : type == QAccessible::LineBoundary                               ? Unit::Row
                                                                                      : Unit::Piece,
                offset);
        }
        return text(*start, *end);
    }
};

QAccessibleInterface* makeAccess(const QString&, QObject* object)
{
    auto* view = qobject_cast<TraceView*>(object);
    return view ? new TraceViewAccess(view) : nullptr;
}

} // namespace

void installTraceViewAccess() { QAccessible::installFactory(makeAccess); }

void tellCaret(TraceView* view, int anchor, int caret)
{
    const auto [begin, end] = view->selection();
    if (begin != end || anchor != caret) {
        QAccessibleTextSelectionEvent event(view, begin, end);
        event.setCursorPosition(view->caret());
        QAccessible::updateAccessibility(&event);
    }
    if (view->caret() != caret) {
        QAccessibleTextCursorEvent event(view, view->caret());
        QAccessible::updateAccessibility(&event);
    }
}

void tellTextChanged(TraceView* view)
{
    QAccessibleEvent event(view, QAccessible::VisibleDataChanged);
    QAccessible::updateAccessibility(&event);
}

} // namespace aha
