#pragma once
// Beam search over steps with a verifier (Snell et al., arXiv 2408.03314; rules and defaults of Hugging Face's
// search-and-learn, beam_search.py).
//
//   N beams take a step each; finished ones leave as candidates; of the others the N / M of highest score stay and are
//   repeated, in order, until there are N again. The last of `maxSteps` rounds runs to the end of the solution.
//   Candidates: the first N finished ones.
//
// Defaults there: M = 4, 40 rounds, score of a path = the verifier's on its last step.
// Look-ahead search (Snell et al. §5.2, "lookahead search"): a step's score is the verifier's on the path that up to k
// further steps at temperature 0 make of it, or fewer where the solution ends before. They cost tokens and are then
// given up; k = 0 is beam search. The last round, which runs to the end, looks at nothing.
// Deviations: equal scores are broken towards the earlier beam; a search that ends with fewer than N candidates has
// fewer (there they are repeated, which only changes what a majority of copies looks like).

#include "core/search/step_model.h"

namespace aha {

struct BeamSettings {
    size_t beams = 4; ///< N
    size_t width = 4; ///< M
    size_t maxSteps = 40;
    size_t lookAhead = 0; ///< k
};

SearchResult beamSearch(StepModel& model, size_t problems, const BeamSettings& settings);

} // namespace aha
