#include "widgets/panels/exacttext.h"

#include "core/base/utf8.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/exactcopy.h"

namespace aha {

ExactText::ExactText(QWidget* parent)
    : QPlainTextEdit(parent)
{
    setReadOnly(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
}

void ExactText::setBytes(std::string utf8)
{
    m_bytes = std::move(utf8);
    setPlainText(visibleText(m_bytes));
}

std::string ExactText::selectedBytes() const
{
    const QTextCursor cursor = textCursor();
    size_t at = 0, begin = 0;
    for (int position = 0; position < cursor.selectionEnd() && at < m_bytes.size();) {
        if (position <= cursor.selectionStart())
            begin = at;
        const CodePoint point = decodeUtf8(m_bytes, at);
        at += point.bytes;
        // A mark has as many units as visibleText() gave it.
        position += point.valid && QChar::requiresSurrogates(visibleCharacter(point.value)) ? 2 : 1;
    }
    return cursor.hasSelection() ? m_bytes.substr(begin, at - begin) : std::string();
}

QMimeData* ExactText::createMimeDataFromSelection() const
{
    return exactMimeData(QByteArray::fromStdString(selectedBytes())).release();
}

} // namespace aha
