#include "widgets/panels/exactcopy.h"

#include "core/base/utf8.h"
#include "widgets/models/visibletext.h"

#include <QByteArray>
#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>

namespace aha {

std::unique_ptr<QMimeData> exactMimeData(const QByteArray& bytes)
{
    auto data = std::make_unique<QMimeData>();
    QString text = QString::fromUtf8(bytes);
    if (bytes.startsWith("\xEF\xBB\xBF")) // taken for a mark of the byte order, and dropped
        text.prepend(QChar::ByteOrderMark);
    data->setText(text);
    data->setData(QStringLiteral("application/octet-stream"), bytes);
    return data;
}

std::string_view shownBytes(std::string_view utf8, int begin, int end)
{
    size_t at = 0, first = 0;
    for (int position = 0; position < end && at < utf8.size();) {
        if (position <= begin)
            first = at;
        const CodePoint point = decodeUtf8(utf8, at);
        at += point.bytes;
        // A mark has as many units as visibleText() gave it.
        position += point.valid && QChar::requiresSurrogates(visibleCharacter(point.value)) ? 2 : 1;
    }
    return begin < end ? utf8.substr(first, at - first) : std::string_view();
}

void copyExactly(const QByteArray& bytes) { QGuiApplication::clipboard()->setMimeData(exactMimeData(bytes).release()); }

} // namespace aha
