#include "core/tasks/math/region.h"

#include "core/tasks/math/evaluator.h"

#include <algorithm>

namespace aha::math {

namespace {

std::optional<Scalar> end(const Tree& tree, int node, Work& work)
{
    if (!isExpression(tree, node) || !symbolsOf(tree, node).empty())
        return std::nullopt;
    const Scalar value = evaluate(tree, node, {}, work);
    if (order(value, value) != 0)
        return std::nullopt;
    return value;
}

Piece everything() { return { infinite(-1), infinite(1), false, false }; }

/// The larger low end, the smaller high end.
void meet(Piece& piece, const Scalar& bound, bool above, bool closed)
{
    const int side = above ? order(bound, piece.low) : order(piece.high, bound);
    if (side > 0 || (side == 0 && !closed)) {
        (above ? piece.low : piece.high) = bound;
        (above ? piece.lowClosed : piece.highClosed) = closed;
    }
}

bool isEmpty(const Piece& piece)
{
    const int side = order(piece.low, piece.high);
    return side > 0 || (side == 0 && !(piece.lowClosed && piece.highClosed));
}

std::optional<Region> ofRelation(const Tree& tree, const Node& chain, Work& work)
{
    Piece piece = everything();
    std::string variable;
    for (size_t i = 0; i < chain.relations.size(); ++i) {
        RelationKind kind = chain.relations[i];
        int left = chain.children[i], right = chain.children[i + 1];
        if (tree.at(left).kind != NodeKind::Symbol) {
            std::swap(left, right);
            kind = kind == RelationKind::Less        ? RelationKind::Greater
                : kind == RelationKind::Greater      ? RelationKind::Less
                : kind == RelationKind::LessEqual    ? RelationKind::GreaterEqual
                : kind == RelationKind::GreaterEqual ? RelationKind::LessEqual
                                                     : kind;
        }
        if (tree.at(left).kind != NodeKind::Symbol || (!variable.empty() && variable != tree.at(left).text))
            return std::nullopt;
        variable = tree.at(left).text;
        const std::optional<Scalar> bound = end(tree, right, work);
        if (!bound)
            return std::nullopt;
        switch (kind) {
        case RelationKind::Less:
        case RelationKind::LessEqual:
            meet(piece, *bound, false, kind == RelationKind::LessEqual);
            break;
        case RelationKind::Greater:
        case RelationKind::GreaterEqual:
            meet(piece, *bound, true, kind == RelationKind::GreaterEqual);
            break;
        case RelationKind::NotEqual:
            if (chain.relations.size() > 1)
                return std::nullopt;
            return Region { { infinite(-1), *bound, false, false }, { *bound, infinite(1), false, false } };
        case RelationKind::Equal:
            return std::nullopt;
        }
    }
    return Region { piece };
}

bool collect(const Tree& tree, int index, Region& out, Work& work)
{
    const Node& node = tree.at(index);
    switch (node.kind) {
    case NodeKind::Reals:
        out.push_back(everything());
        return true;
    case NodeKind::Bracket: {
        if (node.children.size() != 2)
            return false;
        const auto low = end(tree, node.children[0], work), high = end(tree, node.children[1], work);
        if (!low || !high || order(*low, *high) > 0)
            return false;
        out.push_back({ *low, *high, node.text[0] == '[', node.text[1] == ']' });
        return true;
    }
    case NodeKind::Set:
        for (const int child : node.children) {
            const auto point = end(tree, child, work);
            if (!point)
                return false;
            out.push_back({ *point, *point, true, true });
        }
        return true;
    case NodeKind::Union:
        return std::all_of(
            node.children.begin(), node.children.end(), [&](int child) { return collect(tree, child, out, work); });
    case NodeKind::List: // "x < 2 or x > 8"
        return node.text == "or" && std::all_of(node.children.begin(), node.children.end(), [&](int child) {
            return tree.at(child).kind == NodeKind::Relation && collect(tree, child, out, work);
        });
    case NodeKind::Relation: {
        const auto region = ofRelation(tree, node, work);
        if (region)
            out.insert(out.end(), region->begin(), region->end());
        return region.has_value();
    }
    default:
        return false;
    }
}

} // namespace

std::optional<Region> regionOf(const Tree& tree, int node, Work& work)
{
    Region pieces;
    if (!collect(tree, node, pieces, work) || pieces.size() > 100)
        return std::nullopt;
    pieces.erase(std::remove_if(pieces.begin(), pieces.end(), isEmpty), pieces.end());
    // Insertion sort: what cannot be ordered stays where it is.
    for (size_t i = 1; i < pieces.size(); ++i)
        for (size_t j = i; j > 0; --j) {
            const int side = order(pieces[j].low, pieces[j - 1].low);
            if (side > 0 || side == 2 || (side == 0 && !pieces[j].lowClosed))
                break;
            std::swap(pieces[j], pieces[j - 1]);
        }
    Region merged;
    for (const Piece& piece : pieces) {
        if (!merged.empty()) {
            Piece& last = merged.back();
            const int gap = order(piece.low, last.high);
            if (gap < 0 || (gap == 0 && (piece.lowClosed || last.highClosed))) {
                const int further = order(piece.high, last.high);
                if (further == 0)
                    last.highClosed = last.highClosed || piece.highClosed;
                if (further == 1) {
                    last.high = piece.high;
                    last.highClosed = piece.highClosed;
                }
                continue;
            }
        }
        merged.push_back(piece);
    }
    return merged;
}

Likeness compare(const Region& a, const Region& b)
{
    if (a.size() != b.size())
        return Likeness::Different;
    Likeness all = Likeness::Equal;
    for (size_t i = 0; i < a.size(); ++i) {
        if (a[i].lowClosed != b[i].lowClosed || a[i].highClosed != b[i].highClosed)
            return Likeness::Different;
        for (const Likeness one : { compare(a[i].low, b[i].low), compare(a[i].high, b[i].high) }) {
            if (one == Likeness::Different)
                return one;
            if (one == Likeness::Unknown)
                all = one;
        }
    }
    return all;
}

} // namespace aha::math
