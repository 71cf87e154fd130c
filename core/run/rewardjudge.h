#pragma once
// Judges one text after the other under one reward, as fast as a person types: a child engine that is asked again and
// again, and of what is asked while it works only the newest.

#include "core/config/run_config.h"
#include "core/run/enginelines.h"

#include <QTemporaryFile>

#include <optional>

namespace aha {

/// GUI thread only. The child is started by the first text, and anew by the first one behind another reward or a death.
class RewardJudge : public QObject {
    Q_OBJECT
public:
    using Json = nlohmann::ordered_json;

    /// `program`: empty: the engine beside this program.
    explicit RewardJudge(const QString& program = {}, QObject* parent = nullptr);

    /// The task and the rewards of `config` judge from now on. What was asked before is not answered any more.
    void setConfig(const RunConfig& config);
    /// `item`: the task's own fields; `prompt` is for rewards that read it. One of the signals follows, unless a newer
    /// text comes before the answer.
    void judge(const std::string& item, const std::string& prompt, const std::string& completion);
    bool isJudging() const { return m_waiting || m_asked; }
    /// From the question to the answer of the last one.
    double latencyMs() const { return m_latencyMs; }

Q_SIGNALS:
    /// The line of `ahascope-engine reward --explain`.
    void judged(const nlohmann::ordered_json& answer);
    void failed(const QString& sentence);

private:
    void ask();
    void hear(const Json& answer);

    EngineLines m_engine;
    RunConfig m_config;
    std::unique_ptr<QTemporaryFile> m_file; ///< holds the configuration while the child may read it
    std::optional<Json> m_waiting; ///< the newest that was not asked yet
    bool m_asked = false; ///< the child owes an answer
    bool m_isCurrent = false; ///< the child has m_config
    double m_latencyMs = 0;
    QElapsedTimer m_since;
};

} // namespace aha
