// The part of YAML that recipes are written in: maps and lists by indentation, flow values, quoted and block texts,
// comments. Anchors, tags and several documents are refused with a sentence.

#include "core/recipes/flow_reader.h"

#include "core/base/utf8.h"

#include <algorithm>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

struct Line {
    std::string_view text; ///< without indentation and without blanks at the end
    std::string_view whole;
    size_t indent = 0;
    int64_t number = 0;
    bool empty = false; ///< or only a comment
};

std::string_view withoutBlanksAtEnd(std::string_view text)
{
    const size_t last = text.find_last_not_of(" \t\r");
    return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

std::vector<Line> linesOf(std::string_view text)
{
    std::vector<Line> lines;
    for (size_t from = 0; from <= text.size();) {
        const size_t to = std::min(text.find('\n', from), text.size());
        Line line;
        line.whole = text.substr(from, to - from);
        line.number = int64_t(lines.size()) + 1;
        line.indent = std::min(line.whole.find_first_not_of(' '), line.whole.size());
        line.text = withoutBlanksAtEnd(line.whole.substr(line.indent));
        line.empty = line.text.empty() || line.text[0] == '#';
        lines.push_back(line);
        from = to + 1;
    }
    return lines;
}

/// Where a comment begins in a line without quotes.
std::string_view withoutComment(std::string_view text)
{
    const size_t at = text.find(" #");
    return withoutBlanksAtEnd(at == std::string_view::npos ? text : text.substr(0, at));
}

class YamlReader {
public:
    explicit YamlReader(std::string_view text)
        : m_text(text)
        , m_lines(linesOf(text))
    {
    }

    std::vector<RecipeSetting> settings()
    {
        skipEmpty();
        if (m_at < m_lines.size() && m_lines[m_at].text == "---")
            ++m_at;
        skipEmpty();
        if (m_at == m_lines.size())
            return {};
        std::vector<RecipeSetting> found = map(m_lines[m_at].indent, 0);
        skipEmpty();
        if (m_at < m_lines.size() && m_lines[m_at].text != "...")
            recipeFailure(m_lines[m_at].number,
                "\"" + shortText(m_lines[m_at].text) + "\" is indented unlike its group.",
                "Indent the settings of a group alike.");
        return found;
    }

private:
    void skipEmpty()
    {
        while (m_at < m_lines.size() && m_lines[m_at].empty)
            ++m_at;
    }

    /// The line at hand, checked: no tab before its text.
    const Line& line() const
    {
        const Line& now = m_lines[m_at];
        if (now.text[0] == '\t')
            recipeFailure(now.number, "the indentation has a tab, which YAML does not allow.", "Indent with spaces.");
        return now;
    }

    static bool isItem(const Line& line) { return line.text == "-" || line.text.rfind("- ", 0) == 0; }

    /// Length of the key of "key: …" or "key:"; 0 = there is none.
    static size_t keyEnd(std::string_view text)
    {
        size_t from = 0;
        if (text[0] == '"' || text[0] == '\'') {
            from = text.find(text[0], 1);
            if (from == std::string_view::npos)
                return 0;
        }
        for (size_t at = text.find(':', from); at != std::string_view::npos; at = text.find(':', at + 1))
            if (at + 1 == text.size() || text[at + 1] == ' ' || text[at + 1] == '\t')
                return at;
        return 0;
    }

    std::vector<RecipeSetting> map(size_t indent, int depth)
    {
        checkDepth(depth);
        std::vector<RecipeSetting> found;
        for (skipEmpty(); m_at < m_lines.size(); skipEmpty()) {
            const Line& now = line();
            if (now.indent != indent || now.text == "..." || isItem(now))
                break;
            if (now.text == "---")
                recipeFailure(now.number, "a second document begins here.", "Give one recipe a file.");
            pair(found, now.text, indent, depth);
        }
        return found;
    }

    /// Reads "key: value" that stands in `text` of the line at hand, and what belongs to it below.
    void pair(std::vector<RecipeSetting>& found, std::string_view text, size_t indent, int depth)
    {
        const int64_t number = m_lines[m_at].number;
        const size_t end = keyEnd(text);
        if (end == 0)
            recipeFailure(number, "\"" + shortText(text) + "\" is no setting.", "Settings are written key: value.");
        std::string_view key = withoutBlanksAtEnd(text.substr(0, end));
        if (key.size() >= 2 && (key[0] == '"' || key[0] == '\'') && key.back() == key[0])
            key = key.substr(1, key.size() - 2);
        RecipeSetting setting { validUtf8(key), nullptr, number };
        for (const RecipeSetting& other : found)
            if (other.key == setting.key)
                recipeFailure(number,
                    "\"" + shortText(key) + "\" stands here a second time, after line " + std::to_string(other.line)
                        + ".",
                    "Leave one.");
        if (found.size() >= kMaxRecipeSettings)
            recipeFailure(
                number, "there are more than " + std::to_string(kMaxRecipeSettings) + " settings.", "No recipe has.");
        const size_t start = text.find_first_not_of(" \t", end + 1);
        setting.value
            = valueAfter(start == std::string_view::npos ? std::string_view() : text.substr(start), indent, depth);
        found.push_back(std::move(setting));
    }

    /// The value that begins with `rest` of the line at hand (it may go on below); steps past it.
    Json valueAfter(std::string_view rest, size_t indent, int depth)
    {
        checkDepth(depth);
        if (rest.empty() || rest[0] == '#') {
            ++m_at;
            return blockBelow(indent, depth);
        }
        switch (rest[0]) {
        case '|':
        case '>':
            return blockText(rest, indent);
        case '"':
        case '\'':
        case '[':
        case '{':
            return flow(rest);
        case '&':
        case '*':
        case '!':
            recipeFailure(m_lines[m_at].number, "anchors, aliases and tags are not read: \"" + shortText(rest) + "\".",
                "Write the value itself.");
        default:
            break;
        }
        const Json value = plainValue(withoutComment(rest));
        const int64_t number = m_lines[m_at].number;
        ++m_at;
        skipEmpty();
        if (m_at < m_lines.size() && m_lines[m_at].indent > indent)
            recipeFailure(m_lines[m_at].number,
                "this line is deeper than the setting of line " + std::to_string(number)
                    + ", which has a value already.",
                "Put a text of several lines in quotes.");
        return value;
    }

    Json blockBelow(size_t indent, int depth)
    {
        skipEmpty();
        if (m_at == m_lines.size())
            return nullptr;
        const Line& below = line();
        if (isItem(below) && below.indent >= indent)
            return list(below.indent, depth + 1);
        if (below.indent <= indent)
            return nullptr;
        return object(map(below.indent, depth + 1));
    }

    static Json object(std::vector<RecipeSetting> settings)
    {
        Json out = Json::object();
        for (RecipeSetting& setting : settings)
            out[setting.key] = std::move(setting.value);
        return out;
    }

    Json list(size_t indent, int depth)
    {
        checkDepth(depth);
        Json out = Json::array();
        for (skipEmpty(); m_at < m_lines.size(); skipEmpty()) {
            const Line& now = line();
            if (now.indent != indent || !isItem(now))
                break;
            const size_t start = now.text.find_first_not_of(" \t", 1);
            const std::string_view rest = start == std::string_view::npos ? std::string_view() : now.text.substr(start);
            const bool inQuotes = !rest.empty() && std::string_view("\"'[{").find(rest[0]) != std::string_view::npos;
            if (rest.empty() || inQuotes || keyEnd(rest) == 0) {
                out.push_back(valueAfter(rest, indent, depth));
                continue;
            }
            std::vector<RecipeSetting> members; // "- key: value", its group goes on at the key's column
            const size_t column = indent + start;
            pair(members, rest, column, depth + 1);
            for (skipEmpty(); m_at < m_lines.size() && line().indent == column && !isItem(m_lines[m_at]); skipEmpty())
                pair(members, m_lines[m_at].text, column, depth + 1);
            out.push_back(object(std::move(members)));
        }
        return out;
    }

    /// Quoted or in brackets: over as many lines as it takes.
    Json flow(std::string_view rest)
    {
        const size_t offset = size_t(rest.data() - m_text.data());
        const int64_t first = m_lines[m_at].number;
        FlowReader reader(m_text.substr(offset), first);
        const bool text = rest[0] == '"' || rest[0] == '\'';
        Json value = text ? Json(joinedLines(reader.quoted())) : reader.value();
        while (reader.peek() == ' ' || reader.peek() == '\t' || reader.peek() == '\r')
            reader.next();
        if (!reader.done() && reader.peek() != '\n' && reader.peek() != '#')
            recipeFailure(reader.line(), "something follows the value of line " + std::to_string(first) + ".",
                "Put the whole value in quotes.");
        m_at = size_t(reader.line()); // the number of the next line is one more, its index this
        return value;
    }

    /// YAML folds the line ends of a quoted text into blanks.
    static std::string joinedLines(const std::string& text)
    {
        std::string out;
        for (size_t i = 0; i < text.size(); ++i) {
            out += text[i];
            if (text[i] == '\n' && i + 1 < text.size() && text[i + 1] == ' ') {
                out.back() = ' ';
                while (i + 1 < text.size() && text[i + 1] == ' ')
                    ++i;
            }
        }
        return out;
    }

    /// "|" keeps line ends, ">" makes blanks of them; "-" drops the last.
    Json blockText(std::string_view header, size_t indent)
    {
        const bool fold = header[0] == '>', strip = withoutComment(header).find('-') != std::string_view::npos;
        std::string out;
        size_t inner = 0;
        for (++m_at; m_at < m_lines.size(); ++m_at) {
            const Line& now = m_lines[m_at];
            if (now.text.empty()) {
                out += '\n';
                continue;
            }
            if (inner == 0)
                inner = now.indent;
            if (now.indent <= indent || now.indent < inner)
                break;
            out += withoutBlanksAtEnd(now.whole.substr(inner));
            out += fold ? ' ' : '\n';
        }
        while (!out.empty() && (out.back() == '\n' || out.back() == ' '))
            out.pop_back();
        return validUtf8(strip || out.empty() ? out : out + "\n");
    }

    void checkDepth(int depth) const
    {
        if (depth > kMaxRecipeDepth)
            recipeFailure(m_at < m_lines.size() ? m_lines[m_at].number : int64_t(m_lines.size()),
                "groups are nested more than " + std::to_string(kMaxRecipeDepth) + " deep.", "No recipe is.");
    }

    std::string_view m_text;
    std::vector<Line> m_lines;
    size_t m_at = 0;
};

} // namespace

RecipeText readYamlRecipe(const std::string& text)
{
    RecipeText recipe;
    recipe.format = RecipeFormat::Yaml;
    recipe.settings = YamlReader(text).settings();
    return recipe;
}

} // namespace aha
