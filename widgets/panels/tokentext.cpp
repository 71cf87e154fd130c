#include "widgets/panels/tokentext.h"

#include "widgets/models/visibletext.h"
#include "widgets/panels/exactcopy.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMimeData>
#include <QScrollArea>
#include <QSyntaxHighlighter>
#include <QTextBlock>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <utility>

namespace aha {

/// Backgrounds of the tokens, block by block: only blocks that changed are coloured again.
class TokenText::Colours : public QSyntaxHighlighter {
public:
    explicit Colours(TokenText* owner)
        : QSyntaxHighlighter(owner->document())
        , m_owner(owner)
    {
    }

protected:
    void highlightBlock(const QString& text) override
    {
        if (m_owner->m_heat == Heat::None)
            return;
        const int begin = currentBlock().position(), end = begin + int(text.size());
        const auto& tokens = m_owner->m_tokens;
        auto token = std::upper_bound(
            tokens.begin(), tokens.end(), begin, [](int position, const ReplyToken& t) { return position < t.end; });
        int at = token == tokens.begin() ? 0 : (token - 1)->end;
        for (; token != tokens.end() && at < end; at = token->end, ++token) {
            QTextCharFormat format;
            format.setBackground(m_owner->colourOf(*token));
            const int from = std::max(at, begin);
            setFormat(from - begin, std::min(token->end, end) - from, format);
        }
    }

private:
    TokenText* m_owner;
};

TokenText::TokenText(QWidget* parent)
    : QPlainTextEdit(parent)
    , m_colours(new Colours(this))
{
    setReadOnly(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setFrameShape(QFrame::NoFrame);
    viewport()->setAutoFillBackground(false); // it stands on the ground of what it is in
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    document()->setDocumentMargin(2);
    viewport()->setMouseTracking(true);
    connect(
        document()->documentLayout(), &QAbstractTextDocumentLayout::documentSizeChanged, this, [this] { fitHeight(); });
}

void TokenText::setPart(const ReplyText& reply, const ReplyPart& part)
{
    m_exact = shownBytes(reply.exact(), part.begin, part.end);
    const QString text = reply.shown().mid(part.begin, part.end - part.begin), old = toPlainText();
    if (part.begin != m_offset || part.firstToken != m_first || !text.startsWith(old)
        || part.lastToken < m_taken) { // another text
        m_offset = part.begin;
        m_first = m_taken = part.firstToken;
        m_tokens.clear();
        clear();
    }
    // The last token may have been cut at the end of the part, which has moved.
    if (!m_tokens.isEmpty()) {
        m_tokens.removeLast();
        --m_taken;
    }
    for (; m_taken < part.lastToken; ++m_taken) {
        ReplyToken token = reply.tokens()[m_taken];
        token.end = std::min(token.end, part.end) - m_offset;
        m_tokens.append(std::move(token));
    }
    const QString added = text.mid(toPlainText().size());
    if (!added.isEmpty()) {
        QTextCursor cursor(document());
        cursor.movePosition(QTextCursor::End);
        cursor.insertText(added);
    }
    fitHeight();
}

void TokenText::setHeat(Heat heat)
{
    if (std::exchange(m_heat, heat) != heat)
        m_colours->rehighlight();
}

QColor TokenText::colourOf(const ReplyToken& token) const
{
    return heatColor(heatShare(m_heat, double(token.logprob), double(token.entropy)), palette());
}

QString TokenText::hint(int position) const
{
    const auto token = std::upper_bound(
        m_tokens.begin(), m_tokens.end(), position, [](int p, const ReplyToken& t) { return p < t.end; });
    return token == m_tokens.end() ? QString() : tokenHint(*token);
}

int TokenText::heightForText() const
{
    double height = 2 * document()->documentMargin() + 2;
    for (QTextBlock block = document()->firstBlock(); block.isValid(); block = block.next())
        height += blockBoundingRect(block).height(); // lines of other scripts are taller
    return int(std::ceil(height));
}

void TokenText::fitHeight()
{
    if (const int height = heightForText(); height != minimumHeight())
        setFixedHeight(height);
}

void TokenText::resizeEvent(QResizeEvent* event)
{
    QPlainTextEdit::resizeEvent(event);
    fitHeight();
}

void TokenText::wheelEvent(QWheelEvent* event) { event->ignore(); } // the page scrolls

QMimeData* TokenText::createMimeDataFromSelection() const
{
    const QTextCursor cursor = textCursor();
    const std::string_view bytes = shownBytes(m_exact, cursor.selectionStart(), cursor.selectionEnd());
    return exactMimeData(QByteArray(bytes.data(), qsizetype(bytes.size()))).release();
}

void TokenText::keyPressEvent(QKeyEvent* event)
{
    const int before = textCursor().position();
    QPlainTextEdit::keyPressEvent(event);
    const int position = textCursor().position();
    if (position == before)
        return;
    // This is as tall as its text: what scrolls is around it.
    QWidget* around = parentWidget();
    while (around && !qobject_cast<QScrollArea*>(around))
        around = around->parentWidget();
    if (auto* scroll = qobject_cast<QScrollArea*>(around)) {
        const QRect caret = cursorRect();
        const QPoint place = viewport()->mapTo(scroll->widget(), caret.center());
        scroll->ensureVisible(place.x(), place.y(), 0, 2 * caret.height());
    }
    if (textCursor().hasSelection())
        return;
    // Who goes with keys is told what the pointer would be told.
    const QString text = hint(position);
    setAccessibleDescription(text);
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
    showHint(viewport()->mapToGlobal(cursorRect().bottomLeft()), text);
}

void TokenText::showHint(const QPoint& place, const QString& text)
{
    if (text.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(place, QStringLiteral("<pre>") + text.toHtmlEscaped() + QStringLiteral("</pre>"), this);
}

void TokenText::changeEvent(QEvent* event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_heat != Heat::None)
        m_colours->rehighlight();
}

bool TokenText::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        showHint(help->globalPos(), hint(cursorForPosition(help->pos()).position()));
        return true;
    }
    return QPlainTextEdit::viewportEvent(event);
}

} // namespace aha
