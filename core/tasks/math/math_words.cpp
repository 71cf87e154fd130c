#include "core/tasks/math/math_words.h"

#include <algorithm>
#include <iterator>

namespace aha::math {

namespace {

constexpr TokenKind N = TokenKind::Name, S = TokenKind::Sign, L = TokenKind::Letter;

constexpr Spelling kCommands[] = { { "frac", N, "frac" }, { "dfrac", N, "frac" }, { "tfrac", N, "frac" },
    { "cfrac", N, "frac" }, { "binom", N, "binom" }, { "dbinom", N, "binom" }, { "tbinom", N, "binom" },
    { "choose", N, "choose" }, { "sqrt", N, "sqrt" }, { "pi", N, "pi" }, { "infty", N, "infty" }, { "circ", N, "circ" },
    { "degree", S, "deg" }, { "sin", N, "sin" }, { "cos", N, "cos" }, { "tan", N, "tan" }, { "cot", N, "cot" },
    { "sec", N, "sec" }, { "csc", N, "csc" }, { "arcsin", N, "arcsin" }, { "arccos", N, "arccos" },
    { "arctan", N, "arctan" }, { "sinh", N, "sinh" }, { "cosh", N, "cosh" }, { "tanh", N, "tanh" }, { "ln", N, "ln" },
    { "log", N, "log" }, { "lg", N, "log" }, { "exp", N, "exp" }, { "lfloor", N, "lfloor" }, { "rfloor", N, "rfloor" },
    { "lceil", N, "lceil" }, { "rceil", N, "rceil" }, { "emptyset", N, "emptyset" }, { "varnothing", N, "emptyset" },
    { "cdot", S, "*" }, { "times", S, "*" }, { "ast", S, "*" }, { "div", S, "/" }, { "pm", S, "pm" }, { "mp", S, "mp" },
    { "le", S, "<=" }, { "leq", S, "<=" }, { "leqslant", S, "<=" }, { "ge", S, ">=" }, { "geq", S, ">=" },
    { "geqslant", S, ">=" }, { "lt", S, "<" }, { "gt", S, ">" }, { "ne", S, "!=" }, { "neq", S, "!=" },
    { "approx", S, "=" }, { "simeq", S, "=" }, { "in", S, "=" }, { "cup", S, "cup" }, { "colon", S, ":" },
    { "vert", S, "|" }, { "lvert", S, "|" }, { "rvert", S, "|" }, { "lbrace", S, "\\{" }, { "rbrace", S, "\\}" },
    { "lbrack", S, "[" }, { "rbrack", S, "]" }, { "imath", L, "i" }, { "alpha", L, "α" }, { "beta", L, "β" },
    { "gamma", L, "γ" }, { "delta", L, "δ" }, { "epsilon", L, "ε" }, { "varepsilon", L, "ε" }, { "theta", L, "θ" },
    { "lambda", L, "λ" }, { "mu", L, "μ" }, { "nu", L, "ν" }, { "rho", L, "ρ" }, { "sigma", L, "σ" }, { "tau", L, "τ" },
    { "phi", L, "φ" }, { "varphi", L, "φ" }, { "psi", L, "ψ" }, { "omega", L, "ω" }, { "ell", L, "l" } };

constexpr Spelling kWords[]
    = { { "and", S, "," }, { "or", S, "or" }, { "percent", S, "%" }, { "percentage", S, "%" }, { "pct", S, "%" } };

constexpr std::string_view kCalled = " sqrt sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh ln log exp ";

constexpr Spelling kSymbols[] = { { "−", S, "-" }, { "×", S, "*" }, { "÷", S, "/" }, { "·", S, "*" }, { "⋅", S, "*" },
    { "π", N, "pi" }, { "√", N, "radical" }, { "∞", N, "infty" }, { "≤", S, "<=" }, { "≥", S, ">=" }, { "≠", S, "!=" },
    { "≈", S, "=" }, { "∪", S, "cup" }, { "∈", S, "=" }, { "±", S, "pm" }, { "°", S, "deg" }, { "∅", N, "emptyset" },
    { "\u00a0", S, "" }, { "€", S, "" }, { "£", S, "" }, { "¥", S, "" }, { "₹", S, "" } };

constexpr std::string_view kText
    = " text textbf textit textrm textnormal textsf texttt mbox hbox mathrm mathbf mathit mathsf mathbb operatorname "
      "boldsymbol bm ";
constexpr std::string_view kIgnored
    = " left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr mleft mright displaystyle textstyle "
      "limits quad qquad boxed fbox rm bf it ";

bool has(std::string_view words, std::string_view word)
{
    return word.find(' ') == std::string_view::npos
        && words.find(" " + std::string(word) + " ") != std::string_view::npos;
}

template <size_t n> const Spelling* lookUp(const Spelling (&table)[n], std::string_view written)
{
    const auto found
        = std::find_if(std::begin(table), std::end(table), [&](const Spelling& s) { return s.written == written; });
    return found == std::end(table) ? nullptr : found;
}

} // namespace

const Spelling* findCommand(std::string_view name) { return lookUp(kCommands, name); }

const Spelling* findWord(std::string_view word, bool plain, bool called)
{
    if (const Spelling* found = lookUp(kWords, word))
        return found;
    if ((called && has(kCalled, word)) || (plain && word == "pi"))
        return lookUp(kCommands, word);
    return nullptr;
}

std::pair<const Spelling*, size_t> findSymbol(std::string_view text)
{
    for (const Spelling& s : kSymbols)
        if (text.substr(0, s.written.size()) == s.written)
            return { &s, s.written.size() };
    return { nullptr, 0 };
}

size_t greekLetter(std::string_view text)
{
    if (text.size() < 2)
        return 0;
    const auto a = static_cast<unsigned char>(text[0]), b = static_cast<unsigned char>(text[1]);
    return (a == 0xce && b >= 0x91 && b <= 0xbf) || (a == 0xcf && b >= 0x80 && b <= 0x89) ? 2 : 0;
}

bool isTextCommand(std::string_view name) { return has(kText, name); }
bool isIgnoredCommand(std::string_view name) { return has(kIgnored, name); }

} // namespace aha::math
