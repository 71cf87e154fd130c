#pragma once
// N whole solutions of each problem, independent of each other: what best-of-N and majority choose from
// (answer_choice.h). The first n of them are a sample of size n.

#include "core/search/step_model.h"

namespace aha {

SearchResult sampleSolutions(StepModel& model, size_t problems, size_t n);

} // namespace aha
