#include "widgets/panels/tracetext.h"

#include "core/base/utf8.h"
#include "core/tasks/countdown.h"
#include "core/trace/language.h"
#include "core/trace/structure.h"

#include <algorithm>

namespace aha {

namespace {

/// Characters that would hide or reorder text, as something to see.
char32_t visible(char32_t c)
{
    if (c == '\n' || c == '\t')
        return c;
    if (c < 0x20)
        return 0x2400 + c; // control pictures
    if (c == 0x7F)
        return 0x2421;
    if ((c >= 0x80 && c < 0xA0) || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || c == 0x2028 || c == 0x2029)
        return 0x25A1;
    return c;
}

struct Word {
    int begin, end;
};

QVector<Word> wordsOf(const QString& text)
{
    QVector<Word> words;
    for (int at = 0; at < text.size();) {
        while (at < text.size() && text[at].isSpace())
            ++at;
        const int begin = at;
        while (at < text.size() && !text[at].isSpace())
            ++at;
        if (at > begin)
            words.append({ begin, at });
    }
    return words;
}

} // namespace

TraceText makeTraceText(const std::string& utf8, const std::string& itemJson, const Lexicon& lexicon, const std::optional<TokenDetail>& detail)
{
    TraceText out;
    out.position.resize(qsizetype(utf8.size()) + 1);
    for (size_t at = 0; at < utf8.size();) {
        const CodePoint point = decodeUtf8(utf8, at);
        for (uint32_t b = 0; b < point.bytes; ++b)
            out.position[qsizetype(at + b)] = int(out.text.size());
        const char32_t shown = point.valid ? visible(point.value) : 0xFFFD;
        out.text += QString::fromUcs4(&shown, 1);
        at += point.bytes;
    }
    out.position[qsizetype(utf8.size())] = int(out.text.size());
    const auto add = [&](TraceSpan::Kind kind, size_t begin, size_t end) { out.spans.append({ kind, out.position[qsizetype(begin)], out.position[qsizetype(end)] }); };
    for (const TagSpan& tag : findTags(utf8))
        add(TraceSpan::Tag, tag.begin, tag.end);
    for (const WordSpan& word : languageWords(utf8))
        if (word.script != Script::Other)
            add(word.script == Script::Chinese ? TraceSpan::Chinese : TraceSpan::English, word.begin, word.end);
    if (const Result<CountdownItem> item = countdownItemFromJson(itemJson))
        for (const Equation& equation : findEquations(utf8, *item))
            add(equation.right ? TraceSpan::RightEquation : TraceSpan::WrongEquation, equation.begin, equation.end);
    for (const WordHit& hit : lexicon.find(utf8))
        add(TraceSpan::Reflection, hit.begin, hit.end);
    if (detail) {
        for (const int32_t end : detail->tokenEnds)
            out.tokenEnds.append(out.position[std::clamp<qsizetype>(end, 0, qsizetype(utf8.size()))]);
        out.logprob = QVector<float>(detail->logprob.begin(), detail->logprob.end());
        out.entropy = QVector<float>(detail->entropy.begin(), detail->entropy.end());
    }
    return out;
}

TextDifference compareWords(const QString& left, const QString& right)
{
    const QVector<Word> a = wordsOf(left), b = wordsOf(right);
    const auto same = [&](qsizetype i, qsizetype j) {
        return QStringView(left).mid(a[i].begin, a[i].end - a[i].begin) == QStringView(right).mid(b[j].begin, b[j].end - b[j].begin);
    };
    qsizetype head = 0, tail = 0;
    while (head < a.size() && head < b.size() && same(head, head))
        ++head;
    while (tail < a.size() - head && tail < b.size() - head && same(a.size() - 1 - tail, b.size() - 1 - tail))
        ++tail;
    const qsizetype n = a.size() - head - tail, m = b.size() - head - tail;
    QVector<bool> keepA(n, false), keepB(m, false);
    if (n <= 2000 && m <= 2000) {
        QVector<int> length((n + 1) * (m + 1), 0);
        for (qsizetype i = n - 1; i >= 0; --i)
            for (qsizetype j = m - 1; j >= 0; --j)
                length[i * (m + 1) + j] = same(head + i, head + j) ? length[(i + 1) * (m + 1) + j + 1] + 1 : std::max(length[(i + 1) * (m + 1) + j], length[i * (m + 1) + j + 1]);
        for (qsizetype i = 0, j = 0; i < n && j < m;) {
            if (same(head + i, head + j)) {
                keepA[i++] = true;
                keepB[j++] = true;
            } else if (length[(i + 1) * (m + 1) + j] >= length[i * (m + 1) + j + 1]) {
                ++i;
            } else {
                ++j;
            }
        }
    }
    TextDifference difference;
    for (qsizetype i = 0; i < n; ++i)
        if (!keepA[i])
            difference.left.append({ a[head + i].begin, a[head + i].end });
    for (qsizetype j = 0; j < m; ++j)
        if (!keepB[j])
            difference.right.append({ b[head + j].begin, b[head + j].end });
    return difference;
}

} // namespace aha
