#include "widgets/models/tokenlist.h"

#include "core/base/utf8.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

namespace aha {

TokenChip tokenChip(const Tokenizer& tokenizer, int32_t id)
{
    TokenChip chip;
    chip.id = id;
    chip.special = tokenizer.isSpecial(id);
    const std::string bytes = chip.special ? tokenizer.piece(id) : tokenizer.tokenBytes(id);
    if (bytes.empty() || validUtf8(bytes) != bytes) {
        chip.bytes = !bytes.empty();
        chip.text = bytes.empty() ? visibleLine(tokenizer.piece(id))
                                  : QString::fromLatin1(QByteArray::fromStdString(bytes).toHex(' ')).toUpper();
        return chip;
    }
    chip.text = visibleLine(bytes);
    chip.text.replace(QLatin1Char(' '), QChar(0x00B7));
    for (size_t at = bytes.size(); at > 0 && bytes[at - 1] == '\n'; --at)
        ++chip.lineBreaks;
    return chip;
}

TokenList tokenList(const Tokenizer& tokenizer, std::string_view utf8, bool parseSpecial)
{
    TokenList list;
    list.bytes = qint64(utf8.size());
    for (size_t at = 0; at < utf8.size(); ++list.characters)
        at += decodeUtf8(utf8, at).bytes;
    try {
        const std::vector<int32_t> ids = tokenizer.encode(utf8, parseSpecial);
        list.chips.reserve(qsizetype(ids.size()));
        for (const int32_t id : ids)
            list.chips.append(tokenChip(tokenizer, id));
    } catch (const Failure& failure) {
        list.problem = translated(failure.error().sentence());
    }
    return list;
}

} // namespace aha
