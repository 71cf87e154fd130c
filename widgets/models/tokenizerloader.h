#pragma once
// Opens a model's tokenizer and chat template off the GUI thread.

#include "core/template/chat_template.h"
#include "core/text/tokenizer.h"
#include "widgets/models/worker.h"

#include <QObject>
#include <QString>

#include <memory>
#include <optional>

namespace aha {

/// What a page that counts or shows tokens needs of a model.
struct LoadedTokenizer {
    QString path;
    std::shared_ptr<const Tokenizer> tokenizer; ///< null: see problem
    std::shared_ptr<const ChatTemplate> chat; ///< null: there is none
    QString problem;
};

class TokenizerLoader : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    /// Answers with loaded(); only the newest question is answered. "" answers with nothing in it.
    void load(const QString& path);
    const LoadedTokenizer& current() const { return m_current; }

Q_SIGNALS:
    void loaded();

private:
    LoadedTokenizer m_current;
    int m_asked = 0;
    Worker m_worker;
};

} // namespace aha
