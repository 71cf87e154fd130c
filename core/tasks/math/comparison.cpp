#include "core/tasks/math/comparison.h"

#include "core/tasks/math/evaluator.h"
#include "core/tasks/math/math_parser.h"
#include "core/tasks/math/numbers.h"
#include "core/tasks/math/region.h"
#include "core/tasks/math/units.h"

#include <algorithm>
#include <optional>

namespace aha::math {

namespace {

constexpr long kSteps = 40'000; // of one comparison
constexpr long kSideSteps = 8'000; // of what is not the comparison itself
constexpr size_t kMaxElements = 64; // of a set that is compared in any order

bool isUnordered(const Node& node) { return node.kind == NodeKind::Set || node.kind == NodeKind::List; }
bool isCollection(const Node& node)
{
    return isUnordered(node) || node.kind == NodeKind::Bracket || node.kind == NodeKind::Union
        || node.kind == NodeKind::Reals;
}

/// Only "=" between its parts.
bool isEquation(const Node& node)
{
    return node.kind == NodeKind::Relation
        && std::all_of(
            node.relations.begin(), node.relations.end(), [](RelationKind k) { return k == RelationKind::Equal; });
}

/// "x", "ab", "(x, y)", "area": something that gets a value.
bool isName(const Part& part)
{
    const Node& node = part.node();
    if (node.kind == NodeKind::Symbol || node.kind == NodeKind::Word
        || (node.kind == NodeKind::Constant && node.text != "pi" && node.text != "inf"))
        return true;
    if (node.kind != NodeKind::Multiply && node.kind != NodeKind::Bracket)
        return false;
    for (size_t i = 0; i < node.children.size(); ++i)
        if (!isName(part.child(i)))
            return false;
    return true;
}
bool isAssignment(const Part& part) { return isEquation(part.node()) && isName(part.child(0)); }

/// Letters as a word: what a choice or a name is compared by.
std::optional<std::string> wordOf(const Node& node)
{
    if (node.kind == NodeKind::Word)
        return node.text;
    if (node.kind != NodeKind::Symbol && !(node.kind == NodeKind::Constant && node.text.size() == 1))
        return std::nullopt;
    std::string word = node.text;
    for (char& c : word)
        c = c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
    return word;
}

Likeness both(Likeness a, Likeness b)
{
    if (a == Likeness::Different || b == Likeness::Different)
        return Likeness::Different;
    return a == Likeness::Equal ? b : a;
}

class Comparer {
public:
    explicit Comparer(const MathRules& rules)
        : m_rules(rules)
        , m_work(kSteps)
    {
    }

    bool otherUnit() const { return m_otherUnit; }

    Likeness answers(Part gold, Part answer)
    {
        if (!m_work.spend(1))
            return Likeness::Unknown;
        if (isEquation(answer.node()) && gold.node().kind != NodeKind::Relation)
            answer = answer.last();
        else if (isAssignment(gold) && answer.node().kind != NodeKind::Relation)
            gold = gold.last();
        const Node &g = gold.node(), &a = answer.node();
        const std::string measure = measureOf(g.unit), other = measureOf(a.unit);
        if (!measure.empty() && !other.empty() && measure != other) {
            m_otherUnit = true;
            return Likeness::Different;
        }
        if (g.kind == NodeKind::Relation && a.kind == NodeKind::Relation)
            return relations(gold, answer);
        if (isCollection(g) || isCollection(a) || (g.kind == NodeKind::Relation && !isEquation(g)))
            return collections(gold, answer);
        if (g.kind == NodeKind::Relation || a.kind == NodeKind::Relation)
            return Likeness::Different;
        if (g.kind == NodeKind::Matrix || a.kind == NodeKind::Matrix) {
            if (g.kind != a.kind || g.columns != a.columns)
                return Likeness::Different;
            return inOrder(gold, answer);
        }
        return values(gold, answer);
    }

private:
    /// Words, letters, expressions.
    Likeness values(const Part& gold, const Part& answer)
    {
        const Node &g = gold.node(), &a = answer.node();
        const auto mine = wordOf(g), theirs = wordOf(a);
        if (mine && theirs && (*mine == *theirs || (!m_rules.strictVariables && g.kind == a.kind)))
            return Likeness::Equal;
        if (!isExpression(gold.tree, gold.index) || !isExpression(answer.tree, answer.index)) // "f(1, 2)"
            return textOf(gold.tree, gold.index) == textOf(answer.tree, answer.index) ? Likeness::Equal
                                                                                      : Likeness::Different;
        return compareNumbers(gold, answer, m_rules, m_work);
    }

    Likeness inOrder(const Part& gold, const Part& answer)
    {
        if (gold.node().children.size() != answer.node().children.size())
            return Likeness::Different;
        Likeness all = Likeness::Equal;
        for (size_t i = 0; i < gold.node().children.size() && all != Likeness::Different; ++i)
            all = both(all, answers(gold.child(i), answer.child(i)));
        return all;
    }

    /// The parts without those that repeat an earlier one.
    std::vector<Part> distinct(const Part& part)
    {
        std::vector<Part> kept;
        for (size_t i = 0; i < part.node().children.size(); ++i) {
            const Part next = part.child(i);
            if (std::none_of(
                    kept.begin(), kept.end(), [&](const Part& one) { return answers(one, next) == Likeness::Equal; }))
                kept.push_back(next);
        }
        return kept;
    }

    Likeness anyOrder(const Part& gold, const Part& answer)
    {
        if (gold.node().children.size() > kMaxElements || answer.node().children.size() > kMaxElements)
            return Likeness::Unknown;
        std::vector<Part> wanted = distinct(gold), given = distinct(answer);
        if (wanted.size() != given.size())
            return m_work.exhausted() ? Likeness::Unknown : Likeness::Different;
        std::vector<bool> used(given.size());
        for (const Part& one : wanted) {
            bool found = false, unknown = false;
            for (size_t i = 0; i < given.size() && !found; ++i) {
                if (used[i])
                    continue;
                const Likeness like = answers(one, given[i]);
                found = like == Likeness::Equal;
                unknown = unknown || like == Likeness::Unknown;
                if (found)
                    used[i] = true;
            }
            if (!found)
                return unknown ? Likeness::Unknown : Likeness::Different;
        }
        return Likeness::Equal;
    }

    /// Values of different names, "x = 1, y = 2": without the names their order counts.
    static bool namesDiffer(const Part& list)
    {
        for (size_t i = 0; i < list.node().children.size(); ++i) {
            if (!isAssignment(list.child(i)))
                return false;
            if (i > 0
                && textOf(list.tree, list.child(i).node().children[0])
                    != textOf(list.tree, list.child(0).node().children[0]))
                return true;
        }
        return false;
    }
    static bool hasRelation(const Part& list)
    {
        for (size_t i = 0; i < list.node().children.size(); ++i)
            if (list.child(i).node().kind == NodeKind::Relation)
                return true;
        return false;
    }
    static bool hasInequality(const Part& list)
    {
        for (size_t i = 0; i < list.node().children.size(); ++i)
            if (list.child(i).node().kind == NodeKind::Relation && !isEquation(list.child(i).node()))
                return true;
        return false;
    }

    Likeness collections(const Part& gold, const Part& answer)
    {
        const Node &g = gold.node(), &a = answer.node();
        if (a.kind == NodeKind::Relation)
            return Likeness::Different; // a set is not given by an inequality, which may be the question's own
        const bool goldOnLine = g.kind == NodeKind::Union || g.kind == NodeKind::Reals || g.kind == NodeKind::Relation
            || (g.kind == NodeKind::List && g.text == "or" && hasInequality(gold));
        if (goldOnLine || a.kind == NodeKind::Union || a.kind == NodeKind::Reals) {
            if (hasRelation(answer) || (goldOnLine && a.kind == NodeKind::List))
                return g.kind == NodeKind::List ? anyOrder(gold, answer) : Likeness::Different;
            const auto mine = regionOf(gold.tree, gold.index, m_work),
                       theirs = regionOf(answer.tree, answer.index, m_work);
            if (mine && theirs)
                return compare(*mine, *theirs);
            return g.kind == NodeKind::Union && a.kind == g.kind ? anyOrder(gold, answer) : Likeness::Different;
        }
        const bool goldTuple = g.kind == NodeKind::Bracket, answerTuple = a.kind == NodeKind::Bracket;
        // "(1, 2)" is a point, "[1, 2]" is not
        const auto isInterval = [](const Node& node) { return node.children.size() == 2 && node.text != "()"; };
        if (goldTuple && answerTuple)
            return g.children.size() == 2 && g.text != a.text ? Likeness::Different : inOrder(gold, answer);
        if ((goldTuple && isInterval(g)) || (answerTuple && isInterval(a)))
            return Likeness::Different;
        if (goldTuple)
            return isUnordered(a) ? inOrder(gold, answer) : Likeness::Different;
        if (isUnordered(g) && (isUnordered(a) || answerTuple)) {
            if (namesDiffer(gold) && !hasRelation(answer))
                return inOrder(gold, answer);
            return anyOrder(gold, answer);
        }
        // A set of one element is that element.
        if (isUnordered(g)) {
            const std::vector<Part> parts = distinct(gold);
            return parts.size() == 1 ? answers(parts[0], answer) : Likeness::Different;
        }
        if (isUnordered(a)) {
            const std::vector<Part> parts = distinct(answer);
            return parts.size() == 1 ? answers(gold, parts[0]) : Likeness::Different;
        }
        return Likeness::Different;
    }

    struct Pair { // one relation of a chain, never > or >=
        RelationKind kind;
        Part left, right;
    };
    static std::vector<Pair> pairsOf(const Part& chain)
    {
        std::vector<Pair> pairs;
        const Node& node = chain.node();
        for (size_t i = 0; i < node.relations.size(); ++i) {
            const RelationKind kind = node.relations[i];
            const Part left = chain.child(i), right = chain.child(i + 1);
            if (kind == RelationKind::Greater || kind == RelationKind::GreaterEqual)
                pairs.push_back(
                    { kind == RelationKind::Greater ? RelationKind::Less : RelationKind::LessEqual, right, left });
            else
                pairs.push_back({ kind, left, right });
        }
        return pairs;
    }

    Likeness relations(const Part& gold, const Part& answer)
    {
        if (isAssignment(gold) && isAssignment(answer)) {
            // x = … = 11 says x = 11
            const Part name = gold.child(0), other = answer.child(0);
            if (textOf(name.tree, name.index) == textOf(other.tree, other.index))
                return answers(gold.last(), answer.last());
            return pair({ RelationKind::Equal, name, gold.last() }, { RelationKind::Equal, other, answer.last() });
        }
        std::vector<Pair> mine = pairsOf(gold), theirs = pairsOf(answer);
        if (mine.size() != theirs.size())
            return Likeness::Different;
        const Likeness forward = pairs(mine, theirs);
        if (forward == Likeness::Equal || mine.size() == 1)
            return forward;
        std::reverse(theirs.begin(), theirs.end());
        const Likeness backward = pairs(mine, theirs);
        return backward == Likeness::Different ? forward : backward;
    }
    Likeness pairs(const std::vector<Pair>& mine, const std::vector<Pair>& theirs)
    {
        Likeness all = Likeness::Equal;
        for (size_t i = 0; i < mine.size() && all != Likeness::Different; ++i)
            all = both(all, pair(mine[i], theirs[i]));
        return all;
    }
    Likeness pair(const Pair& gold, const Pair& answer)
    {
        if (gold.kind != answer.kind)
            return Likeness::Different;
        const bool symmetric = gold.kind == RelationKind::Equal || gold.kind == RelationKind::NotEqual;
        const auto plain = [](const Part& part) { return isExpression(part.tree, part.index); };
        if (plain(gold.left) && plain(gold.right) && plain(answer.left) && plain(answer.right)) {
            // "infinity > x" has no difference
            const Likeness like
                = compareDifferences(gold.left, gold.right, answer.left, answer.right, symmetric, m_work);
            if (like != Likeness::Different)
                return like;
        }
        const auto sides = [&](const Part& left, const Part& right) {
            const Likeness first = answers(gold.left, left);
            return first == Likeness::Different ? first : both(first, answers(gold.right, right));
        };
        const Likeness straight = sides(answer.left, answer.right);
        return straight != Likeness::Different || !symmetric ? straight : sides(answer.right, answer.left);
    }
    MathRules m_rules;
    Work m_work;
    bool m_otherUnit = false;
};

/// Calls `visit` with the largest expressions within a node.
template <class Visit> void eachExpression(const Tree& tree, int node, const Visit& visit)
{
    if (isExpression(tree, node)) {
        visit(node);
        return;
    }
    for (const int child : tree.at(node).children)
        eachExpression(tree, child, visit);
}

} // namespace

Comparison compareAnswers(const Tree& gold, const Tree& answer, const MathRules& rules)
{
    Comparer comparer(rules);
    Likeness likeness = comparer.answers({ gold, gold.root }, { answer, answer.root });
    if (likeness == Likeness::Unknown && textOf(gold, gold.root) == textOf(answer, answer.root))
        likeness = Likeness::Equal; // too much to work out, but the same on both sides
    switch (likeness) {
    case Likeness::Equal:
        return { likeness, "ok" };
    case Likeness::Unknown:
        return { likeness, "budget" };
    case Likeness::Different:
        break;
    }
    return { likeness, isUndefined(answer) ? "undefined_value" : comparer.otherUnit() ? "wrong_unit" : "wrong_value" };
}

bool isUndefined(const Tree& tree)
{
    Work work(kSideSteps);
    bool undefined = false;
    eachExpression(tree, tree.root, [&](int node) {
        if (undefined)
            return;
        bool everywhere = true; // a pole at one point is none of the expression
        for (int i = 0; i < 3 && everywhere; ++i)
            everywhere = evaluate(tree, node, { 1, i, {} }, work).kind == ScalarKind::Undefined;
        undefined = everywhere;
    });
    return undefined;
}

std::string normalForm(const Tree& tree)
{
    Tree simple = tree;
    Work work(kSideSteps);
    eachExpression(tree, tree.root, [&](int node) {
        Node& out = simple.nodes[size_t(node)];
        if (out.kind == NodeKind::Word || out.kind == NodeKind::Percent || !symbolsOf(tree, node).empty())
            return;
        const Scalar value = evaluate(tree, node, {}, work);
        if (value.kind != ScalarKind::Exact || mpz_sizeinbase(value.exact.get_num_mpz_t(), 10) > 60
            || mpz_sizeinbase(value.exact.get_den_mpz_t(), 10) > 60)
            return;
        out.kind = NodeKind::Number;
        out.value = value.exact;
        out.children.clear();
    });
    return textOf(simple, simple.root);
}

} // namespace aha::math
