// textOf: a tree in plain notation.

#include "core/tasks/math/math_parser.h"

namespace aha::math {

namespace {

constexpr size_t kMaxText = 2000; // of a normal form

int rankOf(const Node& node)
{
    switch (node.kind) {
    case NodeKind::Relation:
    case NodeKind::List:
    case NodeKind::Union:
        return 0;
    case NodeKind::Add:
        return 1;
    case NodeKind::Negate:
        return 2;
    case NodeKind::Multiply:
    case NodeKind::Divide:
        return 3;
    case NodeKind::Power:
        return 4;
    case NodeKind::Number:
        return node.value.get_den() != 1 ? 3 : 5;
    default:
        return 5;
    }
}

struct Writer {
    const Tree& tree;
    std::string out;

    void part(int index, int rank)
    {
        const bool brackets = rankOf(tree.at(index)) < rank;
        out += brackets ? "(" : "";
        write(index);
        out += brackets ? ")" : "";
    }
    void joined(const Node& node, const char* between)
    {
        for (size_t i = 0; i < node.children.size(); ++i) {
            out += i ? between : "";
            write(node.children[i]);
        }
    }

    void write(int index)
    {
        if (out.size() > kMaxText)
            return;
        const Node& node = tree.at(index);
        static const char* const relations[] = { " = ", " < ", " <= ", " > ", " >= ", " != " };
        switch (node.kind) {
        case NodeKind::Number:
            out += node.value.get_str();
            break;
        case NodeKind::Symbol:
        case NodeKind::Constant:
        case NodeKind::Word:
            out += node.text;
            break;
        case NodeKind::Add:
            for (size_t i = 0; i < node.children.size(); ++i) {
                const bool minus = tree.child(node, i).kind == NodeKind::Negate;
                out += i == 0 ? (minus ? "-" : "") : minus ? " - " : " + ";
                part(minus ? tree.child(node, i).children[0] : node.children[i], 2);
            }
            break;
        case NodeKind::Negate:
            out += "-";
            part(node.children[0], 3);
            break;
        case NodeKind::Multiply:
            for (size_t i = 0; i < node.children.size(); ++i) {
                out += i ? "*" : "";
                part(node.children[i], 4);
            }
            break;
        case NodeKind::Divide:
            part(node.children[0], 4);
            out += "/";
            part(node.children[1], 4);
            break;
        case NodeKind::Power:
            part(node.children[0], 5);
            out += "^";
            part(node.children[1], 5);
            break;
        case NodeKind::Function:
            out += node.text + "(";
            joined(node, ", ");
            out += ")";
            break;
        case NodeKind::Percent:
            part(node.children[0], 5);
            out += "%";
            break;
        case NodeKind::Degree:
            part(node.children[0], 5);
            out += "°";
            break;
        case NodeKind::Bracket:
            out += node.text[0];
            joined(node, ", ");
            out += node.text[1];
            break;
        case NodeKind::Set:
            out += "{";
            joined(node, ", ");
            out += "}";
            break;
        case NodeKind::List:
            joined(node, node.text == "or" ? " or " : ", ");
            break;
        case NodeKind::Union:
            joined(node, " ∪ ");
            break;
        case NodeKind::Matrix:
            for (size_t i = 0; i < node.children.size(); ++i) {
                out += i == 0 ? "[" : i % size_t(node.columns) == 0 ? "; " : ", ";
                write(node.children[i]);
            }
            out += "]";
            break;
        case NodeKind::Relation:
            for (size_t i = 0; i < node.children.size(); ++i) {
                out += i ? relations[size_t(node.relations[i - 1])] : "";
                write(node.children[i]);
            }
            break;
        case NodeKind::Reals:
            out += "R";
            break;
        }
        if (!node.unit.empty())
            out += " " + node.unit;
    }
};

} // namespace

std::string textOf(const Tree& tree, int node)
{
    Writer writer { tree, {} };
    writer.write(node);
    return std::move(writer.out);
}

} // namespace aha::math
