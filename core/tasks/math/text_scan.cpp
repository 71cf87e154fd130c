#include "core/tasks/math/text_scan.h"

#include "core/base/ascii.h"
#include "core/tasks/math/math_parser.h"
#include "core/tasks/math/units.h"

#include <algorithm>
#include <array>

namespace aha::math {

namespace {

constexpr size_t kNone = std::string_view::npos;

size_t skipBlanks(std::string_view text, size_t at)
{
    while (at < text.size() && isBlank(text[at]))
        ++at;
    return at;
}

/// Behind the brace that closes the one at `open`; kNone when there is none.
size_t groupEnd(std::string_view text, size_t open)
{
    int depth = 0;
    for (size_t i = open; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
            continue;
        }
        depth += (text[i] == '{') - (text[i] == '}');
        if (depth == 0)
            return i + 1;
    }
    return kNone;
}

/// "percent", "%", … behind a number, with the blanks before it; else `at`.
size_t percentEnd(std::string_view text, size_t at)
{
    const size_t word = skipBlanks(text, at);
    if (word == text.size() || std::string_view("%\\pP").find(text[word]) == kNone)
        return at;
    for (const std::string_view sign : { "\\%", "%", "percentage", "percent", "pct" })
        if (startsWith(text.substr(word), sign)
            && (!isLetter(sign.back()) || word + sign.size() == text.size() || !isLetter(text[word + sign.size()])))
            return word + sign.size();
    return at;
}

/// Length of "and", "or", "," between two answers, with blanks around; 0: something else stands there.
bool onlyConnects(std::string_view between, bool& alternatives)
{
    std::string_view word = stripped(between);
    if (word == ",")
        return true;
    if (!word.empty() && word[0] == ',')
        word = stripped(word.substr(1));
    alternatives = alternatives || word == "or";
    return word == "and" || word == "or";
}

struct Delimiter {
    std::string_view open, close;
    bool oneLine;
};
constexpr Delimiter kDelimiters[]
    = { { "$$", "$$", false }, { "\\[", "\\]", false }, { "$", "$", true }, { "\\(", "\\)", true } };

std::vector<Formula> singleFormulas(std::string_view text)
{
    std::vector<Formula> formulas;
    std::array<size_t, std::size(kDelimiters)> failedBefore {}; // no end for what opens before this place
    for (size_t at = 0; at < text.size();) {
        if (text[at] != '$' && text[at] != '\\') {
            ++at;
            continue;
        }
        size_t next = at + (text[at] == '\\' ? 2 : 1);
        for (size_t d = 0; d < std::size(kDelimiters); ++d) {
            const Delimiter& delimiter = kDelimiters[d];
            if (text.substr(at, delimiter.open.size()) != delimiter.open || at < failedBefore[d])
                continue;
            if (delimiter.open == "$" && at > 0 && isDigit(text[at - 1]))
                continue; // "5$"
            const size_t begin = at + delimiter.open.size();
            size_t end = begin;
            for (;; ++end) {
                end = std::min(text.find_first_of("$\\\n", end), text.size());
                if (end == text.size() || (text[end] == '\n' && delimiter.oneLine)) {
                    failedBefore[d] = end;
                    end = kNone;
                    break;
                }
                if (text.substr(end, delimiter.close.size()) == delimiter.close)
                    break;
                if (text[end] == '\\')
                    ++end;
            }
            if (end == kNone)
                continue;
            next = end + delimiter.close.size();
            if (delimiter.open == "$$" && next < text.size() && text[next] == '$')
                ++next; // "$$$5$$$"
            if (!stripped(text.substr(begin, end - begin)).empty())
                formulas.push_back({ at, next, begin, end, false, false, false });
            break;
        }
        at = next;
    }
    return formulas;
}

/// Digits with their separators and places from `at` on, as prose has them.
size_t numberEnd(std::string_view text, size_t at)
{
    const size_t first = at;
    while (at < text.size() && isDigit(text[at]))
        ++at;
    const auto threeAt = [&](size_t i) {
        return i + 3 <= text.size() && isDigit(text[i]) && isDigit(text[i + 1]) && isDigit(text[i + 2])
            && (i + 3 == text.size() || !isDigit(text[i + 3]));
    };
    bool thousands = false;
    if (at > first && at - first <= 3 && text[first] != '0')
        while (at < text.size() && (text[at] == ',' || text[at] == ' ') && threeAt(at + 1)) {
            at += 4;
            thousands = true;
        }
    if (at + 1 < text.size() && (text[at] == '.' || (text[at] == ',' && !thousands && at > first))
        && isDigit(text[at + 1]))
        for (++at; at < text.size() && isDigit(text[at]);)
            ++at;
    if (at + 1 < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        size_t power = at + 1 + (text[at + 1] == '-' || text[at + 1] == '+');
        const size_t digits = power;
        while (power < text.size() && isDigit(text[power]))
            ++power;
        if (power > digits && (power == text.size() || !isLetter(text[power])))
            at = power;
    }
    return at;
}

/// "\frac{1}{2}" with plain numbers; kNone: not here.
size_t fractionEnd(std::string_view text, size_t at)
{
    for (const std::string_view name : { "\\frac{", "\\dfrac{", "\\tfrac{" }) {
        if (text.substr(at, name.size()) != name)
            continue;
        at += name.size();
        for (int part = 0; part < 2; ++part) {
            at += at < text.size() && text[at] == '-';
            const size_t end = std::min(text.size(), at + 40);
            const size_t first = at;
            while (at < end && (isDigit(text[at]) || text[at] == '.' || text[at] == ','))
                ++at;
            if (at == first || at >= text.size() || text[at] != '}')
                return kNone;
            ++at;
            if (part == 0 && (at >= text.size() || text[at++] != '{'))
                return kNone;
        }
        return at;
    }
    return kNone;
}

/// The currency sign before a number ends at `at`: its length.
size_t currencyBefore(std::string_view text, size_t at)
{
    for (const std::string_view sign : { "\\$", "$", "€", "£", "¥", "₹" })
        if (at >= sign.size() && text.substr(at - sign.size(), sign.size()) == sign)
            return sign.size();
    return 0;
}

} // namespace

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string_view stripped(std::string_view text)
{
    while (!text.empty() && isBlank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back()))
        text.remove_suffix(1);
    return text;
}

bool startsWith(std::string_view text, std::string_view word)
{
    if (text.size() < word.size())
        return false;
    for (size_t i = 0; i < word.size(); ++i) {
        const char c = text[i];
        if ((c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c) != word[i])
            return false;
    }
    return true;
}

Boxes boxesIn(std::string_view text)
{
    constexpr std::string_view command = "\\boxed";
    Boxes boxes;
    for (size_t at = text.find(command); at != kNone;) {
        const size_t open = skipBlanks(text, at + command.size());
        size_t end = open;
        std::string content;
        boxes.open = false;
        if (open < text.size() && text[open] == '{') {
            end = groupEnd(text, open);
            if (end == kNone) {
                boxes.open = true;
                break;
            }
            content = std::string(stripped(text.substr(open + 1, end - open - 2)));
        } else if (open > at + command.size()) { // "\boxed 11"
            while (end < text.size() && !isBlank(text[end]) && text[end] != '$')
                ++end;
            content = std::string(text.substr(open, end - open));
        }
        if (!content.empty())
            boxes.closed.push_back({ at, end, content, Notation::Latex });
        at = text.find(command, std::max(end, at + command.size()));
    }
    return boxes;
}

Place gathered(std::string_view text, const std::vector<Place>& boxes)
{
    Place place = boxes.back();
    std::string nearest = place.text;
    for (size_t i = boxes.size() - 1; i-- > 0;) {
        const std::string_view between = text.substr(boxes[i].end, place.begin - boxes[i].end);
        bool close = between.size() < 10;
        if (!close && between.size() < 70 && boxes[i].text != nearest) {
            close = between.find_first_of(",;") != kNone;
            for (const std::string_view word : { " and ", " or " })
                close = close || between.find(word) != kNone;
        }
        if (!close)
            break;
        if (boxes[i].text != nearest)
            place.text = boxes[i].text + ", " + place.text;
        nearest = boxes[i].text;
        place.begin = boxes[i].begin;
        if (place.text.size() > kMaxExpression)
            break; // the lexer refuses it
    }
    return place;
}

std::vector<Formula> formulasIn(std::string_view text)
{
    std::vector<Formula> formulas = singleFormulas(text);
    size_t first = 0; // of those that are one
    for (size_t i = 0; i < formulas.size(); ++i) {
        Formula& formula = formulas[i];
        const size_t end = percentEnd(text, formula.end);
        formula.percent = end != formula.end;
        formula.end = end;
        if (i > 0 && formula.begin - formulas[first].end < 24
            && onlyConnects(
                text.substr(formulas[first].end, formula.begin - formulas[first].end), formula.alternative)) {
            formula.joined = true;
            formulas[first].end = end;
        } else {
            first = i;
        }
    }
    return formulas;
}

Place formulaAt(std::string_view text, const std::vector<Formula>& formulas, size_t index)
{
    Place place { formulas[index].begin, formulas[index].end, {}, Notation::Latex };
    for (size_t i = index; i < formulas.size() && (i == index || formulas[i].joined); ++i) {
        if (i > index)
            place.text += formulas[i].alternative ? " or " : ", ";
        place.text += text.substr(formulas[i].inner, formulas[i].innerEnd - formulas[i].inner);
        place.text += formulas[i].percent ? "\\%" : "";
        if (place.text.size() > kMaxExpression)
            break; // the lexer refuses it
    }
    return place;
}

std::vector<ProseNumber> numbersIn(std::string_view text)
{
    std::vector<ProseNumber> numbers;
    for (size_t at = 0; at < text.size();) {
        const size_t begin = at;
        at += text[at] == '-';
        if (at < text.size() && text[at] == '\\') {
            const size_t end = fractionEnd(text, at);
            if (end != kNone)
                numbers.push_back({ begin, end, true });
            at = end != kNone ? end : at + 1;
            continue;
        }
        if (at >= text.size()
            || !(isDigit(text[at]) || (text[at] == '.' && at + 1 < text.size() && isDigit(text[at + 1])))) {
            at = std::max(at, begin + 1);
            continue;
        }
        at = numberEnd(text, at);
        size_t before = begin;
        if (begin > 0 && !isBlank(text[begin - 1]))
            before -= currencyBefore(text, begin);
        if (before == 0 || isBlank(text[before - 1]) || text[before - 1] == '='
            || (before >= 2 && text.substr(before - 2, 2) == "**"))
            numbers.push_back({ begin, at, false });
    }
    return numbers;
}

Place numberAt(std::string_view text, const std::vector<ProseNumber>& numbers, size_t index)
{
    constexpr size_t kReach = 120; // bytes that an expression may go to either side
    constexpr std::string_view signs = "0123456789./^*+-() ";
    Place place { numbers[index].begin, numbers[index].end, {},
        numbers[index].latex ? Notation::Latex : Notation::Plain };
    size_t tail = place.end;
    while (tail < text.size() && tail - place.end < kReach && text[tail] != ' ' && signs.find(text[tail]) != kNone)
        ++tail;
    while (tail > place.end && !isDigit(text[tail - 1]) && text[tail - 1] != ')')
        --tail;
    size_t start = place.begin;
    while (start > 0 && place.begin - start < kReach && signs.find(text[start - 1]) != kNone)
        --start;
    bool alternatives = false;
    if (place.notation == Notation::Plain) {
        // "1/3", "3 + 4", "4 3/8": the longest that can be read and ends with this number
        size_t first = index;
        while (first > 0 && numbers[first - 1].begin >= start && !numbers[first - 1].latex)
            --first;
        for (size_t i = first; i <= index; ++i) {
            if (numbers[i].begin == place.begin && tail == place.end)
                break;
            if (!parseAnswer(text.substr(numbers[i].begin, tail - numbers[i].begin), Notation::Plain))
                continue;
            place.begin = numbers[i].begin;
            place.end = tail;
            index = i;
            break;
        }
        place.end = percentEnd(text, place.end);
        const size_t word = skipBlanks(text, place.end);
        size_t stop = word;
        while (stop < text.size() && stop - word < 24 && isLetter(text[stop]))
            ++stop;
        if (isUnit(text.substr(word, stop - word)))
            place.end = stop;
        // "5 or 6" is no 6
        if (index > 0 && place.begin - numbers[index - 1].end < 8
            && onlyConnects(text.substr(numbers[index - 1].end, place.begin - numbers[index - 1].end), alternatives)
            && alternatives)
            place.begin = numbers[index - 1].begin;
    }
    place.text = std::string(text.substr(place.begin, place.end - place.begin));
    return place;
}

} // namespace aha::math
