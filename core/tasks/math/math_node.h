#pragma once
// What an answer says, as a tree. Nodes live in one vector and name each other by index, so a tree of any shape is
// freed without recursion; no node is deeper than kMaxDepth.

#include <gmpxx.h>

#include <string>
#include <vector>

namespace aha::math {

inline constexpr int kMaxDepth = 80;
inline constexpr size_t kMaxNodes = 4000;

enum class NodeKind {
    Number, ///< value; places = digits after the point as written
    Symbol, ///< text: "x", "\alpha", "x_1"
    Constant, ///< text: "pi", "e", "i", "inf"
    Add,
    Negate,
    Multiply,
    Divide,
    Power,
    Function, ///< text: "sqrt", "sin", "abs", …; "root" and "log" have two children: degree or base, then argument
    Percent,
    Degree,
    Bracket, ///< text: "()", "[)", …: a tuple or an interval
    Set, ///< {…}
    List, ///< a, b, c; text "or" where the parts are alternatives
    Union,
    Matrix, ///< columns; children row by row
    Relation, ///< a chain: children, and in relations what stands between them
    Word, ///< text in lower case; a child where the letters could be a product as well
    Reals ///< the real numbers
};

enum class RelationKind { Equal, Less, LessEqual, Greater, GreaterEqual, NotEqual };

struct Node {
    NodeKind kind = NodeKind::Number;
    std::string text;
    mpq_class value;
    int places = 0;
    int columns = 0;
    int depth = 1;
    std::vector<int> children;
    std::vector<RelationKind> relations;
    std::string unit; ///< written after it: "cm"; set only on the parts of an answer, not inside expressions
};

struct Tree {
    std::vector<Node> nodes;
    int root = -1;

    const Node& at(int index) const { return nodes[size_t(index)]; }
    const Node& child(const Node& node, size_t i) const { return at(node.children[i]); }
};

} // namespace aha::math
