#include "core/run/storedrecheck.h"

#include "core/base/files.h"
#include "core/config/run_config.h"
#include "core/protocol/run_folder.h"

#include <cmath>

namespace aha {

namespace {

constexpr int kSoonMs = 250;
constexpr qsizetype kMostKnown = 64;

QString keyOf(const RecheckAnswer& answer)
{
    return QStringLiteral("%1\n%2\n%3").arg(answer.folder).arg(answer.firstStep).arg(answer.lastStep);
}

double figure(const nlohmann::ordered_json& json, const char* key)
{
    const auto found = json.find(key);
    return found != json.end() && found->is_number() ? found->get<double>() : std::nan("");
}

QString reward(double value) { return std::isnan(value) ? QStringLiteral("–") : QString::number(value, 'f', 2); }

} // namespace

QString recheckText(const Recheck& found)
{
    const auto words = [](const std::string& code) {
        return QString::fromStdString(code).replace(QLatin1Char('_'), QLatin1Char(' '));
    };
    return QStringLiteral("recorded %1 %2, judged now: %3 %4")
        .arg(words(found.verdictWas), reward(found.rewardWas), words(found.verdictNow), reward(found.rewardNow));
}

StoredRecheck::StoredRecheck(const QString& program, QObject* parent)
    : QObject(parent)
    , m_engine(program)
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(kSoonMs);
    connect(&m_soon, &QTimer::timeout, this, &StoredRecheck::start);
    connect(&m_engine, &EngineLines::received, this, &StoredRecheck::take);
    connect(&m_engine, &EngineLines::finished, this, [this] {
        if (!m_isWhole)
            return;
        if (m_known.size() >= kMostKnown)
            m_known.clear();
        m_known.insert(keyOf(m_answer), m_answer);
        Q_EMIT answered(m_answer);
    });
}

bool StoredRecheck::isCheap(const QString& folder)
{
    const Result<std::string> text = readFile(folder.toStdString() + "/" + run_folder::kConfig, 1 << 20);
    if (!text)
        return false;
    const Result<RunConfig> config = runConfigFromJson(*text);
    if (!config || stageOf(config->general.kind) != Stage::Online || !config->rewards.programCommand.empty())
        return false; // a program that a folder names is started by a person, not by a look
    const bool runsAnswers = config->task.name == "programming"
        || (config->task.name == "dataset" && (config->data.verifier == "auto" || config->data.verifier == "code"));
    return !runsAnswers;
}

void StoredRecheck::ask(const QString& folder, qint64 firstStep, qint64 lastStep)
{
    const RecheckAnswer asked { folder, firstStep, lastStep, 0, {} };
    if (isWaiting() && keyOf(asked) == keyOf(m_answer))
        return;
    cancel();
    m_answer = asked;
    if (const auto known = m_known.constFind(keyOf(asked)); known != m_known.cend())
        Q_EMIT answered(*known);
    else
        m_soon.start();
}

void StoredRecheck::cancel()
{
    m_soon.stop();
    m_engine.cancel();
}

void StoredRecheck::start()
{
    m_answer.changed.clear();
    m_isWhole = false;
    if (isCheap(m_answer.folder))
        m_engine.start({ QStringLiteral("rescore"), m_answer.folder, QStringLiteral("--flips"),
            QStringLiteral("--from"), QString::number(m_answer.firstStep), QStringLiteral("--to"),
            QString::number(m_answer.lastStep), QStringLiteral("--of"), QStringLiteral("completions") });
}

void StoredRecheck::take(const std::vector<Json>& lines)
{
    for (const Json& line : lines) {
        if (line.contains("verdict_flips")) {
            m_isWhole = true;
            m_answer.completions = qint64(figure(line, "completions"));
        }
        if (!line.contains("completion"))
            continue;
        const Json was = line.value("was", Json::object()), now = line.value("now", Json::object());
        const std::string verdict = now.value("verdict", "");
        if (verdict != "correct" && verdict != "wrong" && verdict != "malformed")
            continue; // it could not be judged today, which says nothing of what was recorded
        m_answer.changed.push_back({ qint64(figure(line, "completion")), was.value("verdict", ""), verdict,
            line.value("explanation", ""), figure(was, "reward"), figure(now, "reward") });
    }
}

} // namespace aha
