#include "core/tasks/math/evaluator.h"

#include <algorithm>

namespace aha::math {

namespace {

uint64_t mix(uint64_t x) // SplitMix64
{
    x += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

mpq_class valueOf(const std::string& name, const Point& point)
{
    uint64_t hash = mix(point.seed + uint64_t(point.index));
    for (const char c : name)
        hash = mix(hash ^ static_cast<unsigned char>(c));
    constexpr int bits = 38;
    mpq_class value(mpz_class(static_cast<unsigned long>(hash & ((1ULL << (bits + 2)) - 1))), mpz_class(1) << bits);
    value.canonicalize();
    value += mpq_class(1, 4);
    return point.index > 0 && (hash >> 63) ? mpq_class(-value) : value;
}

bool isAngleFunction(const std::string& name)
{
    static const std::set<std::string> names = { "sin", "cos", "tan", "cot", "sec", "csc" };
    return names.count(name) > 0;
}

struct Evaluation {
    const Tree& tree;
    const Point& point;
    Work& work;

    /// `degrees`: within an angle, where ° counts.
    Scalar of(int index, bool degrees)
    {
        const Node& node = tree.at(index);
        const auto child = [&](size_t i) { return of(node.children[i], degrees); };
        if (!work.spend(1))
            return scalarOf(ScalarKind::Unknown);
        switch (node.kind) {
        case NodeKind::Number:
            return exactly(node.value);
        case NodeKind::Symbol: {
            const auto other = point.names.find(node.text);
            return exactly(valueOf(other == point.names.end() ? node.text : other->second, point));
        }
        case NodeKind::Constant:
            if (node.text == "pi")
                return piScalar();
            if (node.text == "inf")
                return infinite(1);
            return node.text == "i" ? imaginaryUnit() : apply("exp", exactly(1), work);
        case NodeKind::Add: {
            Scalar sum = child(0);
            for (size_t i = 1; i < node.children.size(); ++i)
                sum = add(sum, child(i), work);
            return sum;
        }
        case NodeKind::Negate:
            return negate(child(0));
        case NodeKind::Multiply: {
            Scalar product = child(0);
            for (size_t i = 1; i < node.children.size(); ++i)
                product = multiply(product, child(i), work);
            return product;
        }
        case NodeKind::Divide: {
            const Scalar above = child(0);
            return divide(above, child(1), work);
        }
        case NodeKind::Power: {
            const Node& base = tree.child(node, 0);
            const Scalar exponent = of(node.children[1], false);
            if (base.kind == NodeKind::Constant && base.text == "e")
                return apply("exp", exponent, work);
            return power(child(0), exponent, work);
        }
        case NodeKind::Percent:
            return multiply(child(0), exactly(mpq_class(1, 100)), work);
        case NodeKind::Degree: {
            const Scalar inner = child(0);
            return degrees ? multiply(inner, divide(piScalar(), exactly(180), work), work) : inner;
        }
        case NodeKind::Function:
            return function(node);
        case NodeKind::Word:
            return node.children.empty() ? scalarOf(ScalarKind::Unknown) : child(0);
        default:
            return scalarOf(ScalarKind::Unknown);
        }
    }

    Scalar function(const Node& node)
    {
        const auto child = [&](size_t i) { return of(node.children[i], isAngleFunction(node.text)); };
        if (node.text == "sqrt")
            return power(child(0), exactly(mpq_class(1, 2)), work);
        if (node.text == "root") {
            const Scalar degree = child(0);
            return root(degree, child(1), work);
        }
        if (node.text == "log") {
            const Scalar base = apply("ln", child(0), work);
            return divide(apply("ln", child(1), work), base, work);
        }
        if (node.text == "binom") {
            const Scalar n = child(0);
            return binomial(n, child(1), work);
        }
        if (node.text == "det")
            return determinant(tree.child(node, 0));
        return apply(node.text, child(0), work);
    }

    Scalar determinant(const Node& matrix)
    {
        const size_t n = size_t(matrix.columns);
        if (n == 0 || n > 4 || matrix.children.size() != n * n)
            return scalarOf(ScalarKind::Undefined);
        std::vector<Scalar> cells;
        for (const int cell : matrix.children)
            cells.push_back(of(cell, false));
        std::vector<size_t> columns(n);
        for (size_t i = 0; i < n; ++i)
            columns[i] = i;
        Scalar sum = exactly(0);
        do {
            int inversions = 0;
            Scalar product = exactly(1);
            for (size_t i = 0; i < n; ++i) {
                product = multiply(product, cells[i * n + columns[i]], work);
                for (size_t j = i + 1; j < n; ++j)
                    inversions += columns[i] > columns[j];
            }
            sum = add(sum, inversions % 2 ? negate(product) : product, work);
        } while (std::next_permutation(columns.begin(), columns.end()));
        return sum;
    }
};

bool onlyExpressions(const Tree& tree, const Node& node)
{
    switch (node.kind) {
    case NodeKind::Bracket:
    case NodeKind::Set:
    case NodeKind::List:
    case NodeKind::Union:
    case NodeKind::Relation:
    case NodeKind::Reals:
    case NodeKind::Matrix:
        return false;
    case NodeKind::Word:
        return !node.children.empty();
    default:
        break;
    }
    const Node& parent = node.text == "det" && node.kind == NodeKind::Function ? tree.child(node, 0) : node;
    return std::all_of(
        parent.children.begin(), parent.children.end(), [&](int c) { return onlyExpressions(tree, tree.at(c)); });
}

void collect(const Tree& tree, const Node& node, std::vector<std::string>& names)
{
    if (node.kind == NodeKind::Symbol && std::find(names.begin(), names.end(), node.text) == names.end())
        names.push_back(node.text);
    for (const int child : node.children)
        collect(tree, tree.at(child), names);
}

} // namespace

bool isExpression(const Tree& tree, int node) { return onlyExpressions(tree, tree.at(node)); }

std::vector<std::string> symbolsOf(const Tree& tree, int node)
{
    std::vector<std::string> names;
    collect(tree, tree.at(node), names);
    return names;
}

Scalar evaluate(const Tree& tree, int node, const Point& point, Work& work)
{
    return Evaluation { tree, point, work }.of(node, false);
}

} // namespace aha::math
