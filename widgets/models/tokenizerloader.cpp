#include "widgets/models/tokenizerloader.h"

#include "core/card/model_parts.h"
#include "core/run/runlauncher.h"
#include "widgets/language/translation.h"

namespace aha {

void TokenizerLoader::load(const QString& path)
{
    const int asked = ++m_asked;
    if (path.isEmpty()) {
        m_current = {};
        Q_EMIT loaded();
        return;
    }
    m_worker.post([this, path, asked, root = resourceRootFolder().toStdString()] {
        LoadedTokenizer found { path, nullptr, nullptr, QString() };
        if (Result<std::shared_ptr<const Tokenizer>> tokenizer = tokenizerOfModel(path.toStdString(), root))
            found.tokenizer = std::move(*tokenizer);
        else
            found.problem = translated(tokenizer.error().sentence());
        if (Result<ChatTemplate> chat = templateOfModel(path.toStdString(), root))
            found.chat = std::make_shared<const ChatTemplate>(std::move(*chat));
        QMetaObject::invokeMethod(
            this,
            [this, asked, found = std::move(found)] {
                if (asked != m_asked)
                    return;
                m_current = found;
                Q_EMIT loaded();
            },
            Qt::QueuedConnection);
    });
}

} // namespace aha
