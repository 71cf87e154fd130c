#pragma once
// What a search has tried: steps of solutions as a tree. The root is the problem; a path from it is a solution, or the
// beginning of one.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace aha {

struct SolutionStep {
    std::vector<int32_t> ids; ///< tokens
    bool ends = false; ///< the solution ends with this step
    bool cut = false; ///< it ends because there is no room left
    double logprob = 0; ///< nats, of all its tokens, under the distribution they were drawn from
};

struct SolutionNode {
    size_t parent = 0; ///< the root is its own
    size_t depth = 0; ///< steps from the root
    SolutionStep step;
    double score = 0; ///< of the path that ends here, 0 … 1
    bool kept = false; ///< the search went on from here, or ended here
    bool ahead = false; ///< only looked at, to judge the step before it
    double prior = 1; ///< tree search: share of the step among its siblings
    int64_t visits = 0; ///< tree search
    double valueSum = 0; ///< tree search: of the values that its visits found
    std::vector<size_t> children;
    double value() const { return visits > 0 ? valueSum / double(visits) : 0; }
};

class SolutionTree {
public:
    static constexpr size_t kRoot = 0;
    SolutionTree()
        : m_nodes(1)
    {
    }

    size_t add(size_t parent, SolutionStep step);
    size_t size() const { return m_nodes.size(); }
    const SolutionNode& operator[](size_t node) const { return m_nodes[node]; }
    SolutionNode& operator[](size_t node) { return m_nodes[node]; }
    /// Tokens of the path to `node`.
    std::vector<int32_t> ids(size_t node) const;
    /// Nodes of the path, without the root, first step first.
    std::vector<size_t> path(size_t node) const;
    /// Of all steps, those given up included.
    int64_t tokens() const { return m_tokens; }

private:
    std::vector<SolutionNode> m_nodes;
    int64_t m_tokens = 0;
};

} // namespace aha
