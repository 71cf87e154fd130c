#pragma once
// Diverse verifier tree search, DVTS (Hugging Face, "Scaling test-time compute with open models", 2024;
// search-and-learn, diverse_verifier_tree_search.py).
//
//   N / M independent subtrees. In each, one path: M steps are proposed, the one of highest score is taken, until it
//   ends or `maxSteps` rounds are over (the last runs to the end). Candidates: the M last proposals of every subtree,
//   which makes N.
//
// With a look-ahead (beam_search.h) proposals are judged by what up to k greedy steps make of them, as there.
//
// Deviation: equal scores are broken towards the earlier proposal.

#include "core/search/beam_search.h"

namespace aha {

/// `beams` is N and `width` M; N is rounded down to a multiple of M, but is at least M.
SearchResult diverseTreeSearch(StepModel& model, size_t problems, const BeamSettings& settings);

} // namespace aha
