#include "widgets/panels/labedit.h"

#include "core/base/utf8.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/exactcopy.h"

#include <QMap>
#include <QMimeData>
#include <QSignalBlocker>
#include <QStringList>

#include <memory>

namespace aha {

namespace {
constexpr char32_t kFirstBox = 0xE000, kLastBox = 0xF8FF; ///< the private use area
constexpr int kNamed = 6;

/// QString::fromUcs4() takes U+FEFF for a mark of the byte order and drops it.
QString oneCharacter(char32_t c)
{
    QString one;
    one += QChar::fromUcs4(c);
    return one;
}
}

bool isBoxed(char32_t c) { return visibleCharacter(c) != c || (c >= kFirstBox && c <= kLastBox); }

LabEdit::LabEdit(QWidget* parent)
    : QPlainTextEdit(parent)
{
    connect(this, &QPlainTextEdit::textChanged, this, &LabEdit::boxTyped);
}

void LabEdit::boxTyped()
{
    const QString raw = document()->toRawText();
    for (int i = int(raw.size()) - 1; i >= 0; --i) {
        const bool pair = raw[i].isLowSurrogate() && i > 0 && raw[i - 1].isHighSurrogate();
        const char32_t c = pair ? QChar::surrogateToUcs4(raw[i - 1], raw[i]) : char32_t(raw[i].unicode());
        i -= pair ? 1 : 0;
        if (c == QChar::ParagraphSeparator || !isBoxed(c) || (!pair && m_originals.contains(raw[i])))
            continue;
        QTextCursor cursor(document());
        cursor.setPosition(i);
        cursor.setPosition(i + (pair ? 2 : 1), QTextCursor::KeepAnchor);
        const QSignalBlocker once(this); // it is one change
        cursor.insertText(shown(oneCharacter(c).toStdString()));
    }
}

QString LabEdit::shown(const std::string& utf8)
{
    QString out;
    out.reserve(qsizetype(utf8.size()));
    for (size_t at = 0; at < utf8.size();) {
        const CodePoint point = decodeUtf8(utf8, at);
        at += point.bytes;
        const char32_t c = point.valid ? point.value : U'\uFFFD';
        if (!isBoxed(c)) {
            out += oneCharacter(c);
            continue;
        }
        auto box = m_boxes.find(c);
        if (box == m_boxes.end()) {
            const char32_t next = kFirstBox + char32_t(m_boxes.size());
            if (next > kLastBox) { // more kinds than boxes
                out += QChar(QChar::ReplacementCharacter);
                continue;
            }
            box = m_boxes.insert(c, QChar(char16_t(next)));
            m_originals.insert(*box, c);
        }
        out += *box;
    }
    return out;
}

std::string LabEdit::original(const QString& raw) const
{
    QString out;
    out.reserve(raw.size());
    for (const QChar c : raw) {
        const auto found = m_originals.find(c);
        if (found != m_originals.end())
            out += oneCharacter(*found);
        else
            out += c == QChar::ParagraphSeparator ? QChar(QLatin1Char('\n')) : c;
    }
    return out.toStdString();
}

void LabEdit::setBytes(const std::string& utf8) { setPlainText(shown(utf8)); }

std::string LabEdit::bytes() const { return original(document()->toRawText()); }

LabEdit::Hidden LabEdit::hidden() const
{
    Hidden found;
    QMap<char32_t, int> counts;
    const QString raw = document()->toRawText();
    for (int i = 0; i < raw.size(); ++i)
        if (const auto at = m_originals.find(raw[i]); at != m_originals.end()) {
            ++counts[*at];
            found.places.emplace_back(i, i + 1);
        }
    QStringList names;
    for (auto it = counts.begin(); it != counts.end() && names.size() < kNamed; ++it)
        names << QStringLiteral("U+%1 × %2")
                     .arg(QString::number(uint(it.key()), 16).toUpper().rightJustified(4, QLatin1Char('0')))
                     .arg(it.value());
    if (!names.isEmpty())
        found.note = tr("Red boxes are characters that cannot be seen or that move others: ")
            + names.join(QStringLiteral(", ")) + (counts.size() > kNamed ? QStringLiteral(" …") : QString());
    return found;
}

QJsonObject LabEdit::sessionState() const
{
    return { { QStringLiteral("bytes"), QString::fromLatin1(QByteArray::fromStdString(bytes()).toBase64()) } };
}

void LabEdit::restoreSession(const QJsonObject& state)
{
    setBytes(QByteArray::fromBase64(state[QStringLiteral("bytes")].toString().toLatin1()).toStdString());
}

QMimeData* LabEdit::createMimeDataFromSelection() const
{
    return exactMimeData(QByteArray::fromStdString(original(textCursor().selectedText()))).release();
}

void LabEdit::insertFromMimeData(const QMimeData* source)
{
    if (source->hasText())
        textCursor().insertText(shown(source->text().toStdString()));
}

} // namespace aha
