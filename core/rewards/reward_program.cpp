#include "core/rewards/reward_program.h"

#include "core/base/json_depth.h"
#include "core/base/result.h"
#include "core/base/utf8.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>

namespace aha {

namespace {

/// The beginning of what a program said, for a sentence.
std::string quoted(const std::string& text)
{
    constexpr size_t most = 200;
    std::string shown = validUtf8(text.size() > most ? text.substr(0, most) + "…" : text);
    for (char& c : shown)
        if (uint8_t(c) < 0x20)
            c = ' ';
    return "\"" + shown + "\"";
}

std::string lastLine(std::string text)
{
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
        text.pop_back();
    const size_t at = text.rfind('\n');
    return at == std::string::npos ? text : text.substr(at + 1);
}

} // namespace

RewardProgram::RewardProgram(std::string shellCommand, const Confinement& confinement)
    : m_command(std::move(shellCommand))
    , m_confinement(confinement)
{
}

RewardProgram::Score RewardProgram::parse(const std::string& line)
{
    const auto refused = [&](const char* what) {
        return Score { std::nan(""), std::string("The program answered ") + quoted(line) + ", which is " + what };
    };
    if (!jsonDepthWithin(line))
        return refused("nested too deep.");
    const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object())
        return refused("no JSON object.");
    const auto score = json.find("score");
    if (score == json.end())
        return refused("without a score.");
    if (score->is_null()) {
        const auto reason = json.find("reason");
        return { std::nan(""),
            reason != json.end() && reason->is_string() ? validUtf8(reason->get<std::string>())
                                                        : "The program gave no score." };
    }
    if (!score->is_number() || !std::isfinite(score->get<double>()))
        return refused("a score that is no number.");
    return { score->get<double>(), "" };
}

std::vector<RewardProgram::Score> RewardProgram::score(const std::vector<std::string>& requests, double seconds)
{
    std::string input;
    for (const std::string& request : requests)
        input += request + "\n";
    std::vector<std::string> lines;
    ConfinedProcess::End end = ConfinedProcess::End::OutOfStep;
    std::string why;
    try {
        if (m_process) // it may have ended, or spoken, since the last batch: then the batch is not lost
            end = m_process->exchange(input, requests.size(), seconds, lines);
        if (lines.empty() && (end == ConfinedProcess::End::OutOfStep || end == ConfinedProcess::End::Ended)) {
            m_process.reset();
            m_process = std::make_unique<ConfinedProcess>(m_command, m_confinement);
            ++m_starts;
            end = m_process->exchange(input, requests.size(), seconds, lines);
        }
    } catch (const Failure& failure) {
        end = ConfinedProcess::End::Ended;
        why = failure.error().message;
    }
    if (end != ConfinedProcess::End::Answered) {
        char limit[32];
        std::snprintf(limit, sizeof limit, "%g", seconds);
        if (end == ConfinedProcess::End::TimedOut)
            why = "The program did not answer within " + std::string(limit)
                + " seconds (rewards.program_seconds), and was ended.";
        else if (end == ConfinedProcess::End::TooMuch)
            why = "The program answered with a line longer than 64 KB, and was ended.";
        else if (end == ConfinedProcess::End::OutOfStep)
            why = "The program answered with more lines than it was asked for, and was ended.";
        else if (why.empty())
            why = "The program ended before it had answered. " + m_process->fate();
        if (m_process)
            if (const std::string said = lastLine(m_process->errors()); !said.empty())
                why += " Its last message: " + quoted(said) + ".";
        m_process.reset();
    }
    std::vector<Score> scores;
    for (size_t i = 0; i < requests.size(); ++i)
        scores.push_back(i < lines.size() ? parse(lines[i]) : Score { std::nan(""), why });
    return scores;
}

} // namespace aha
