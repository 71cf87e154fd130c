#include "core/search/solution_tree.h"

#include <algorithm>

namespace aha {

size_t SolutionTree::add(size_t parent, SolutionStep step)
{
    m_tokens += int64_t(step.ids.size());
    SolutionNode node;
    node.parent = parent;
    node.depth = m_nodes[parent].depth + 1;
    node.step = std::move(step);
    m_nodes.push_back(std::move(node));
    m_nodes[parent].children.push_back(m_nodes.size() - 1);
    return m_nodes.size() - 1;
}

std::vector<size_t> SolutionTree::path(size_t node) const
{
    std::vector<size_t> nodes;
    for (; node != kRoot; node = m_nodes[node].parent)
        nodes.push_back(node);
    std::reverse(nodes.begin(), nodes.end());
    return nodes;
}

std::vector<int32_t> SolutionTree::ids(size_t node) const
{
    std::vector<int32_t> all;
    for (const size_t at : path(node))
        all.insert(all.end(), m_nodes[at].step.ids.begin(), m_nodes[at].step.ids.end());
    return all;
}

} // namespace aha
