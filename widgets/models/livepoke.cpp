#include "widgets/models/livepoke.h"

#include "core/store/run_reader.h"
#include "core/tasks/task.h"
#include "widgets/language/translation.h"
#include "widgets/models/grouplistmodel.h"
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
    const auto count = [&](auto is) { return int(std::count_if(answers.begin(), answers.end(), is)); };
    const int judged
        = count([](const CompletionRow& one) { return judgedCorrect(one.verdict, one.correct).has_value(); });
    return answers.size() < 2 || judged == 0
        ? QString()
        : rightText(count([](const CompletionRow& one) { return one.correct; }), judged, int(answers.size()))
            + tr(": ");
}

} // namespace aha
