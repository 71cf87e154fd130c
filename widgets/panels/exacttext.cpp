#include "widgets/panels/exacttext.h"

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
    return std::string(shownBytes(m_bytes, cursor.selectionStart(), cursor.selectionEnd()));
}

QMimeData* ExactText::createMimeDataFromSelection() const
{
    return exactMimeData(QByteArray::fromStdString(selectedBytes())).release();
}

} // namespace aha
