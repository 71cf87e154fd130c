#pragma once
// Asks the engine for a model's card: a file that is not what it says harms a child process, not the window.

#include "core/run/enginequestion.h"

namespace aha {

class CardReader : public QObject {
    Q_OBJECT
public:
    /// `program`: empty: the engine beside this program.
    explicit CardReader(const QString& program = {}, QObject* parent = nullptr);

    /// Answers with one of the signals; an earlier question that is not answered yet is dropped.
    void read(const QString& path);

Q_SIGNALS:
    void cardRead(const QString& path, const nlohmann::ordered_json& card);
    void failed(const QString& path, const QString& sentence);

private:
    EngineQuestion m_question;
    QString m_path;
};

} // namespace aha
