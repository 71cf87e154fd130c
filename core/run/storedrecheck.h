#pragma once
// What a run recorded of its completions, held against what the verifier says of them today: a child engine judges
// them again under the run's own rewards.

#include "core/run/enginelines.h"

#include <QHash>
#include <QTimer>

#include <vector>

namespace aha {

/// A completion whose verdict is another one today.
struct Recheck {
    qint64 completion = 0;
    std::string verdictWas, verdictNow, explanation; ///< why, in words
    double rewardWas = 0, rewardNow = 0; ///< NaN: not scored
};
struct RecheckAnswer {
    QString folder;
    qint64 firstStep = -1, lastStep = -1, completions = 0; ///< that were judged again
    std::vector<Recheck> changed;
};
/// "recorded correct 1.10, judged now: malformed 0.00".
QString recheckText(const Recheck& found);

/// GUI thread only. One question at a time; a newer one replaces it. What was answered is remembered, as committed
/// steps do not change.
class StoredRecheck : public QObject {
    Q_OBJECT
public:
    using Json = nlohmann::ordered_json;

    /// `program`: empty: the engine beside this program.
    explicit StoredRecheck(const QString& program = {}, QObject* parent = nullptr);

    /// Is it cheap and safe? Only runs of reinforcement learning have verdicts; answers that are programs, and rewards
    /// that are, would have to be run: that happens only where a person asks for it. Reads config.json.
    static bool isCheap(const QString& folder);
    /// answered() follows, after a moment so that somebody who leafs through steps starts no engine for each. Nothing
    /// follows where an engine cannot say (its model is gone, …): the reward lab tells why.
    void ask(const QString& folder, qint64 firstStep, qint64 lastStep);
    void cancel();
    bool isWaiting() const { return m_soon.isActive() || m_engine.isRunning(); }

Q_SIGNALS:
    void answered(const aha::RecheckAnswer& answer);

private:
    void start();
    void take(const std::vector<Json>& lines);

    EngineLines m_engine;
    QTimer m_soon;
    RecheckAnswer m_answer; ///< to the newest question
    bool m_isWhole = false; ///< its summary came
    QHash<QString, RecheckAnswer> m_known;
};

} // namespace aha
