#pragma once
// Asks the engine for a model's card: a file that is not what it says harms a child process, not the window.

#include <nlohmann/json.hpp>

#include <QObject>
#include <QString>

class QProcess;

namespace aha {

class CardReader : public QObject {
    Q_OBJECT
public:
    /// `program`: empty: the engine beside this program.
    explicit CardReader(const QString& program = {}, QObject* parent = nullptr);
    ~CardReader() override;

    /// Answers with one of the signals; an earlier question that is not answered yet is dropped.
    void read(const QString& path);

Q_SIGNALS:
    void cardRead(const QString& path, const nlohmann::ordered_json& card);
    void failed(const QString& path, const QString& sentence);

private:
    void drop();

    QString m_program;
    QProcess* m_process = nullptr;
};

} // namespace aha
