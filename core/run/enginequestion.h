#pragma once
// Asks the engine one question in a child process and hears one JSON object: a file that is not what it says, or a
// measurement that takes all memory, harms the child, not the window.

#include <nlohmann/json.hpp>

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QStringList>

class QProcess;

namespace aha {

/// One question at a time. GUI thread only; the child ends with this object.
class EngineQuestion : public QObject {
    Q_OBJECT
public:
    /// `program`: empty: the engine beside this program.
    explicit EngineQuestion(const QString& program = {}, QObject* parent = nullptr);
    ~EngineQuestion() override;

    /// Starts the engine with these arguments and `input` on its stdin. An earlier question that is not answered yet is
    /// dropped. One of the signals follows, unless it is cancelled.
    void ask(const QStringList& arguments, const QByteArray& input = {});
    /// Ends the child at once; no signal follows.
    void cancel();
    bool isAsking() const { return m_process != nullptr; }

Q_SIGNALS:
    void answered(const nlohmann::ordered_json& answer);
    /// What happened and what to do, in a sentence. The engine's own where it gave one.
    void failed(const QString& sentence);

private:
    void fail(const QString& sentence);

    QString m_program;
    QProcess* m_process = nullptr;
};

} // namespace aha
