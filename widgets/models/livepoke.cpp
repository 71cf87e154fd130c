#include "widgets/models/livepoke.h"

#include "core/store/run_reader.h"
#include "widgets/language/translation.h"
#include "widgets/models/heldoutsample.h"

#include <nlohmann/json.hpp>

#include <QStringList>

#include <algorithm>

namespace aha {

namespace {

QString noted(const nlohmann::json& json, const char* key)
{
    if (!json.is_object() || !json.contains(key))
        return {};
    return QString::fromStdString(json[key].is_string() ? json[key].get<std::string>() : json[key].dump());
}

LivePoke pokeOf(const MarkerRow& marker)
{
    const auto json = nlohmann::json::parse(marker.dataJson, nullptr, /*allow_exceptions=*/false);
    LivePoke poke { marker.step, {}, noted(json, "prompt"), noted(json, "answer"), noted(json, "temperature"),
        noted(json, "seed"), liveAnswerOf(marker.dataJson), marker.id };
    if (json.is_object() && json.contains("messages") && json["messages"].is_array())
        for (const auto& turn : json["messages"])
            poke.before.push_back({ noted(turn, "role") != QLatin1String("assistant"), noted(turn, "content") });
    poke.isConversation = !poke.before.empty();
    if (!poke.before.empty())
        poke.before.pop_back(); // the prompt itself
    return poke;
}

} // namespace

std::vector<LivePoke> readLivePokes(const QString& folder)
{
    std::vector<LivePoke> pokes;
    if (const auto reader = RunReader::open(folder.toStdString()))
        if (const auto markers = (*reader)->markers())
            for (auto it = markers->rbegin(); it != markers->rend(); ++it)
                if (it->kind == "sample")
                    pokes.push_back(pokeOf(*it));
    return pokes;
}

std::string turnsText(const LivePoke& poke)
{
    QStringList parts;
    const auto add
        = [&](bool user, const QString& text) { parts << (user ? tr("— You —\n") : tr("— Model —\n")) + text; };
    for (const LivePoke::Turn& turn : poke.before)
        add(turn.user, turn.text);
    add(true, poke.prompt);
    return parts.join(QStringLiteral("\n\n")).toStdString();
}

QString rightText(const std::vector<CompletionRow>& answers)
{
    const auto count = [&](auto is) { return std::count_if(answers.begin(), answers.end(), is); };
    const auto judged
        = count([](const CompletionRow& one) { return one.correct || sampleMark(one) != QLatin1String("?"); });
    return answers.size() < 2 || judged == 0
        ? QString()
        : tr("%1 of %2 right").arg(count([](const CompletionRow& one) { return one.correct; })).arg(answers.size())
            + QStringLiteral(": ");
}

} // namespace aha
