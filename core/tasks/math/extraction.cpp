#include "core/tasks/math/extraction.h"

#include "core/tasks/math/math_parser.h"
#include "core/tasks/math/text_scan.h"

#include <algorithm>
#include <optional>

namespace aha::math {

namespace {

constexpr size_t kNone = std::string_view::npos;
constexpr size_t kReach = 50; // bytes from "answer" to what it announces
constexpr size_t kFinalReach = 100; // from "final answer" to its "is"
constexpr size_t kSentence = 300; // bytes of a sentence that is read as an answer
constexpr int kTries = 12; // of one kind of place, from the last one back

class Finder {
public:
    explicit Finder(std::string_view text, bool firstOnly)
        : m_text(text)
        , m_tries(firstOnly ? 1 : kTries)
    {
    }

    Result<Found> boxed()
    {
        const Boxes boxes = boxesIn(m_text);
        if (!boxes.closed.empty())
            return read(gathered(m_text, boxes.closed));
        if (boxes.open)
            return Error { "box_not_closed", "The last \\boxed{ is not closed.", "" };
        return Error { "no_box", "There is no \\boxed{…} with something in it.", "" };
    }

    Result<Found> open()
    {
        m_formulas = formulasIn(m_text);
        m_numbers = numbersIn(m_text);
        const Boxes boxes = boxesIn(m_text);
        std::optional<Result<Found>> best;
        if (!boxes.closed.empty())
            best = read(gathered(m_text, boxes.closed));
        if (auto final = finalAnswer(); final && (!best || !best->ok() || (*final)->end > (*best)->end))
            best = final;
        if (best)
            return *best;
        if (boxes.open)
            return Error { "box_not_closed", "The last \\boxed{ is not closed.", "" };
        if (auto line = hashLine())
            return *line;
        for (const bool colon : { true, false })
            if (auto announced = announcedAnswer(colon))
                return *announced;
        return last();
    }

private:
    Result<Found> read(const Place& place) const
    {
        Result<Tree> tree = parseAnswer(place.text, place.notation);
        if (!tree)
            return tree.error();
        return Found { std::move(*tree), place.text, place.begin, place.end };
    }

    /// Places of `word` in any case.
    std::vector<size_t> occurrences(std::string_view word) const
    {
        std::vector<size_t> all;
        for (size_t at = 0; at + word.size() <= m_text.size(); ++at)
            if ((m_text[at] | 0x20) == word[0] && startsWith(m_text.substr(at), word))
                all.push_back(at);
        return all;
    }

    size_t skip(size_t at, std::string_view characters) const
    {
        return std::min(m_text.find_first_not_of(characters, at), m_text.size());
    }

    /// The first of these places that begins at `at` or later.
    template <class Places> static size_t firstFrom(const Places& places, size_t at)
    {
        return size_t(std::lower_bound(places.begin(), places.end(), at, [](const auto& place, size_t begin) {
            return place.begin < begin;
        }) - places.begin());
    }

    /// What stands right at `at`: a formula, or a sentence that can be read as a whole.
    std::optional<Result<Found>> standsAt(size_t at) const
    {
        const size_t formula = firstFrom(m_formulas, at);
        if (formula < m_formulas.size() && m_formulas[formula].begin == at) {
            Result<Found> found = read(formulaAt(m_text, m_formulas, formula));
            if (found)
                return found;
            return std::nullopt;
        }
        size_t end = at;
        while (end < m_text.size() && end - at < kSentence && m_text[end] != '\n'
            && !(m_text[end] == '.' && (end + 1 == m_text.size() || isBlank(m_text[end + 1])))
            && !(m_text[end] == '$' && end > at))
            ++end;
        while (end > at && (isBlank(m_text[end - 1]) || std::string_view(".,;:!?*").find(m_text[end - 1]) != kNone))
            --end;
        if (end == at || end - at >= kSentence)
            return std::nullopt;
        Result<Found> found = read({ at, end, std::string(m_text.substr(at, end - at)), Notation::Plain });
        if (!found)
            return std::nullopt;
        const Node& root = found->tree.at(found->tree.root);
        if (root.kind == NodeKind::Symbol && !(root.text[0] >= 'A' && root.text[0] <= 'Z'))
            return std::nullopt; // "the answer is a"
        return found;
    }

    std::optional<Result<Found>> finalAnswer() const
    {
        const std::vector<size_t> all = occurrences("final answer");
        int tries = m_tries;
        for (size_t i = all.size(); i-- > 0 && tries-- > 0;) {
            const size_t after = all[i] + 12;
            const std::string_view window = m_text.substr(after, kFinalReach);
            for (size_t is = window.find(" is"); is != kNone; is = window.find(" is", is + 1)) {
                const size_t at = skip(after + is + 3, " \t\r\n:*");
                if (at == after + is + 3)
                    continue; // "island"
                if (auto found = standsAt(at))
                    return found;
            }
        }
        return std::nullopt;
    }

    /// GSM8K's "#### 5", at the start of a line; the last one counts.
    std::optional<Result<Found>> hashLine() const
    {
        for (size_t at = m_text.rfind("####"); at != kNone && (at == 0 || m_text[at - 1] == '\n');) {
            const size_t begin = at + 4;
            const size_t end = std::min(m_text.find('\n', begin), m_text.size());
            const std::string_view line = stripped(m_text.substr(begin, end - begin));
            if (line.empty() || stripped(m_text.substr(end)).size() > 0) {
                // A heading, unless it is an answer that more text follows.
                auto found = line.empty() ? std::nullopt : standsAt(skip(begin, " \t"));
                return found;
            }
            if (auto found = standsAt(skip(begin, " \t")))
                return found;
            return Error { "no_answer",
                "The line after #### is no answer: \"" + std::string(line.substr(0, 80)) + "\".", "" };
        }
        return std::nullopt;
    }

    bool denies(std::string_view words) const
    {
        for (size_t at = 0; at < words.size(); ++at)
            if ((at == 0 || isBlank(words[at - 1]))
                && (startsWith(words.substr(at), "not ") || startsWith(words.substr(at), "never ")
                    || startsWith(words.substr(at), "isn't ") || startsWith(words.substr(at), "isn’t ")))
                return true;
        return false;
    }

    /// "answer: 5" (`colon`), "the answer is 5", "… is therefore 5".
    std::optional<Result<Found>> announcedAnswer(bool colon)
    {
        const std::vector<size_t> all = occurrences("answer");
        int tries = m_tries;
        for (size_t i = all.size(); i-- > 0 && tries > 0;) {
            size_t after = all[i] + 6;
            if (colon && (after >= m_text.size() || m_text[after] != ':'))
                continue;
            --tries;
            size_t at = skip(after, " \t\r\n:*");
            for (const std::string_view word : { "is", "was", "=" })
                if (startsWith(m_text.substr(at), word)) {
                    const size_t next = skip(at + word.size(), " \t\r\n:*");
                    at = next > at + word.size() || word == "=" ? next : at;
                    break;
                }
            if (at > after)
                if (auto found = standsAt(at))
                    return found;
            if (auto found = within(after))
                return found;
        }
        return std::nullopt;
    }

    /// The first formula or number within reach.
    std::optional<Result<Found>> within(size_t after)
    {
        const size_t formula = firstFrom(m_formulas, after), number = firstFrom(m_numbers, after);
        const bool hasFormula = formula < m_formulas.size() && m_formulas[formula].begin <= after + kReach;
        const bool hasNumber = number < m_numbers.size() && m_numbers[number].begin <= after + kReach;
        if (!hasFormula && !hasNumber)
            return std::nullopt;
        const bool takesFormula = hasFormula && (!hasNumber || m_formulas[formula].begin <= m_numbers[number].begin);
        const Place place = takesFormula ? formulaAt(m_text, m_formulas, formula) : numberAt(m_text, m_numbers, number);
        if (denies(m_text.substr(after, std::max(place.begin, after) - after))) {
            m_denied.push_back(place);
            return std::nullopt;
        }
        Result<Found> found = read(place);
        if (found && goesOn(place.end))
            return Result<Found>(Error {
                "hedged", "The text goes on with another answer after \"" + place.text.substr(0, 80) + "\".", "" });
        return found ? std::optional(found) : std::nullopt;
    }

    /// "5, or maybe 6": another number follows after "or" in the same sentence.
    bool goesOn(size_t end) const
    {
        const std::string_view rest = m_text.substr(end, kFinalReach);
        const std::string_view sentence = rest.substr(0, rest.find_first_of("\n;?!"));
        const size_t other = sentence.find(" or ");
        return other != kNone && sentence.substr(0, other).find(". ") == kNone
            && sentence.find_first_of("0123456789", other) != kNone;
    }

    /// The formula or number that ends last.
    Result<Found> last()
    {
        size_t formula = m_formulas.size(), number = m_numbers.size();
        Error error { "no_answer", "There is no box, formula or number.", "" };
        for (int tries = m_tries; tries > 0 && formula + number > 0; --tries) {
            while (formula > 0 && m_formulas[formula - 1].joined)
                --formula;
            const bool takesFormula
                = number == 0 || (formula > 0 && m_formulas[formula - 1].end >= m_numbers[number - 1].end);
            const Place place
                = takesFormula ? formulaAt(m_text, m_formulas, formula - 1) : numberAt(m_text, m_numbers, number - 1);
            (takesFormula ? formula : number) -= 1;
            const bool denied = std::any_of(m_denied.begin(), m_denied.end(),
                [&](const Place& one) { return place.begin < one.end && one.begin < place.end; });
            if (denied)
                return Error { "denied", "The text says what the answer is not: \"" + place.text.substr(0, 80) + "\".",
                    "" };
            Result<Found> found = read(place);
            if (found)
                return found;
            error = found.error();
        }
        return error;
    }

    std::string_view m_text;
    std::vector<Formula> m_formulas;
    std::vector<ProseNumber> m_numbers;
    std::vector<Place> m_denied;
    int m_tries;
};

} // namespace

Result<Found> findAnswer(std::string_view text, Extraction extraction)
{
    if (text.size() > kMaxText)
        return Error { "too_long",
            "The text has " + std::to_string(text.size()) + " bytes; at most " + std::to_string(kMaxText)
                + " are read.",
            "" };
    constexpr std::string_view thinkEnd = "</think>";
    const size_t think = text.rfind(thinkEnd);
    const size_t begin = think == kNone ? 0 : think + thinkEnd.size();
    Finder after(text.substr(begin), false);
    Result<Found> found = extraction == Extraction::Boxed ? after.boxed() : after.open();
    if (found) {
        found->begin += begin;
        found->end += begin;
        return found;
    }
    // Nothing at all after </think>: the open reading takes what was thought for it.
    if (extraction == Extraction::Open && begin > 0 && found.error().code == "no_answer")
        return Finder(text, false).open();
    return found;
}

Result<Found> findGold(std::string_view text)
{
    if (text.size() > kMaxExpression)
        return Error { "too_long", "It has " + std::to_string(text.size()) + " bytes.", "" };
    return Finder(text, true).open();
}

} // namespace aha::math
