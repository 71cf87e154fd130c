#pragma once
// The advice by subject; advice.cpp puts it together.

#include "core/config/advice.h"

#include <functional>

namespace aha {

/// Takes path, sentence, severity.
using GiveAdvice = std::function<void(const char*, const std::string&, Severity)>;

void adviseSampling(const RunConfig& config, const AdviceContext& context, const GiveAdvice& give);
void adviseLoss(const RunConfig& config, const GiveAdvice& give);
void adviseRewards(const RunConfig& config, const GiveAdvice& give);
void adviseOptimizer(const RunConfig& config, const AdviceContext& context, const GiveAdvice& give);
void adviseRows(const RunConfig& config, const AdviceContext& context, const GiveAdvice& give);

/// Short, as the form shows it: 1.2e-4, 0.28.
std::string adviceNumber(double value);

} // namespace aha
