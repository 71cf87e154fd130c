#include "core/tasks/math/math_parser.h"

#include "core/tasks/math/math_grammar.h"
#include "core/tasks/math/units.h"

namespace aha::math {

namespace {

constexpr int kNone = -1;

} // namespace

Result<Tree> Parser::run()
{
    if (peek().kind == TokenKind::Stop)
        return Error { "syntax", "The answer is empty.", "" };
    std::string separator;
    const std::vector<int> parts = items(true, separator);
    if (!failed() && peek().kind != TokenKind::Stop)
        fail("syntax", "\"" + peek().text + "\" stands where the answer should end.");
    if (!failed() && parts.empty())
        fail("syntax", "The answer is empty.");
    if (failed())
        return m_error;
    m_tree.root = parts.size() == 1 ? parts[0] : make(NodeKind::List, separator, parts);
    return failed() ? Result<Tree>(m_error) : Result<Tree>(std::move(m_tree));
}

void Parser::expect(std::string_view sign)
{
    if (!failed() && !take(sign))
        fail("syntax", "\"" + std::string(sign) + "\" is missing before \"" + peek().text + "\".");
}

void Parser::fail(const char* code, const std::string& message)
{
    if (m_error.code.empty())
        m_error = { code, message, "" };
    m_at = m_tokens.size() - 1; // every loop ends at the Stop
}

int Parser::make(NodeKind kind, std::string text, std::vector<int> children)
{
    Node node;
    node.kind = kind;
    node.text = std::move(text);
    for (const int child : children) {
        if (child == kNone) {
            fail("syntax", "A part of the answer is missing.");
            return kNone;
        }
        node.depth = std::max(node.depth, m_tree.at(child).depth + 1);
    }
    node.children = std::move(children);
    return add(std::move(node));
}

int Parser::add(Node node)
{
    if (node.depth > kMaxDepth)
        fail("too_deep", "The answer is nested more than " + std::to_string(kMaxDepth) + " deep.");
    if (m_tree.nodes.size() >= kMaxNodes)
        fail("too_large", "The answer has more than " + std::to_string(kMaxNodes) + " parts.");
    if (failed())
        return kNone;
    m_tree.nodes.push_back(std::move(node));
    return int(m_tree.nodes.size()) - 1;
}

int Parser::number(const mpq_class& value, int places)
{
    Node node;
    node.value = value;
    node.places = places;
    return add(std::move(node));
}

bool Parser::atEndOfItem(size_t ahead) const
{
    const Token& token = peek(ahead);
    if (token.kind == TokenKind::Stop || token.kind == TokenKind::Row || token.kind == TokenKind::End)
        return true;
    static constexpr std::string_view ends[]
        = { ",", ";", "or", ")", "]", "}", "\\}", "&", "=", "<", ">", "<=", ">=", "!=", "|" };
    return token.kind == TokenKind::Sign && std::find(std::begin(ends), std::end(ends), token.text) != std::end(ends);
}

bool Parser::takeSeparator(std::string& separator)
{
    bool any = false;
    while (at(",") || at(";") || at("or")) {
        if (at("or"))
            separator = "or";
        any = true;
        ++m_at;
    }
    return any;
}

std::vector<int> Parser::items(bool spread, std::string& separator)
{
    std::vector<int> parts;
    const Level level(*this);
    do {
        if (failed() || (!parts.empty() && atEndOfItem()))
            break;
        const size_t start = m_at;
        const int outerSign = m_plusMinus;
        const bool outerSeen = m_seenPlusMinus;
        if (spread) {
            m_plusMinus = 1;
            m_seenPlusMinus = false;
        }
        parts.push_back(item());
        if (spread && m_seenPlusMinus && !failed()) {
            m_at = start;
            m_digit = 0;
            m_scaled = ~size_t(0);
            m_plusMinus = -1;
            parts.push_back(item());
        }
        if (spread) {
            m_plusMinus = outerSign;
            m_seenPlusMinus = outerSeen;
        }
    } while (!failed() && takeSeparator(separator));
    if (failed() || std::find(parts.begin(), parts.end(), kNone) != parts.end())
        return {};
    return parts;
}

int Parser::item()
{
    while (at("=")) // "≈ 10"
        ++m_at;
    std::vector<int> parts { operand() };
    std::vector<RelationKind> relations;
    while (!failed()) {
        const Token& token = peek();
        if (token.kind != TokenKind::Sign)
            break;
        if (token.text == "=")
            relations.push_back(RelationKind::Equal);
        else if (token.text == "<")
            relations.push_back(RelationKind::Less);
        else if (token.text == "<=")
            relations.push_back(RelationKind::LessEqual);
        else if (token.text == ">")
            relations.push_back(RelationKind::Greater);
        else if (token.text == ">=")
            relations.push_back(RelationKind::GreaterEqual);
        else if (token.text == "!=")
            relations.push_back(RelationKind::NotEqual);
        else
            break;
        ++m_at;
        parts.push_back(operand());
    }
    if (relations.empty() || failed())
        return parts[0];
    const int chain = make(NodeKind::Relation, "", parts);
    if (chain != kNone)
        m_tree.nodes[size_t(chain)].relations = relations;
    return chain;
}

int Parser::operand()
{
    m_unit.clear();
    if (const int word = words(); word != kNone)
        return word;
    int left = sum();
    while (!failed() && at("cup")) {
        std::vector<int> parts { left };
        while (take("cup"))
            parts.push_back(sum());
        left = make(NodeKind::Union, "", parts);
    }
    if (!m_unit.empty() && left != kNone) {
        if (!atEndOfItem())
            fail("syntax", "There is something after the unit \"" + m_unit + "\".");
        m_tree.nodes[size_t(left)].unit = m_unit;
        m_unit.clear();
    }
    return left;
}

int Parser::words()
{
    size_t count = 0;
    bool text = false;
    std::string joined;
    while (peek(count).kind == TokenKind::Letter || peek(count).kind == TokenKind::Text) {
        text = text || peek(count).kind == TokenKind::Text;
        for (const char c : peek(count).text)
            if (std::string_view(" ()[].,:;*~$").find(c) == std::string_view::npos)
                joined += c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
        ++count;
    }
    if (count == 0 || !atEndOfItem(count) || (!text && count < 2))
        return kNone;
    if (joined == "nan" || joined == "inf" || joined.empty()) {
        fail("syntax", "\"" + joined + "\" is not a value.");
        return kNone;
    }
    std::vector<int> product;
    if (!text) { // "ab" may be a times b
        const size_t start = m_at;
        product.push_back(sum());
        if (failed())
            return kNone;
        m_at = start;
        m_digit = 0;
    }
    m_at += count;
    return make(NodeKind::Word, joined, product);
}

bool Parser::takeUnit()
{
    const auto unitHere = [&] {
        const Token& token = peek();
        if (m_notation == Notation::Plain && m_at > 0 && m_tokens[m_at - 1].kind == TokenKind::Letter)
            return false; // "a bit"
        return token.kind == TokenKind::Text
            || (token.kind == TokenKind::Letter && token.run.size() > 1 && isUnit(token.run));
    };
    if (!unitHere())
        return false;
    while (unitHere()) {
        std::string word = peek().kind == TokenKind::Text ? peek().text : peek().run;
        if (m_scaled == m_at)
            word.erase(0, word.find(' ') + 1);
        m_unit += (m_unit.empty() ? "" : " ") + word;
        m_at += peek().kind == TokenKind::Text ? 1 : peek().run.size();
        if (at("^")) {
            ++m_at;
            if (at("{") && peek(2).isSign("}"))
                m_at += 3;
            else
                ++m_at;
        }
        if (take("/") && peek().kind == TokenKind::Letter && !unitHere()) // "km/h"
            m_unit += "/" + m_tokens[m_at++].text;
    }
    return true;
}

Result<Tree> parseAnswer(std::string_view text, Notation notation)
{
    Result<std::vector<Token>> tokens = lex(text, notation);
    if (!tokens)
        return tokens.error();
    return Parser(std::move(*tokens), notation).run();
}

} // namespace aha::math
