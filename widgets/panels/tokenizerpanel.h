#pragma once
// The page Tokenizer: type a text, see its tokens.

#include "widgets/models/tokenizerloader.h"
#include "widgets/models/tokenlist.h"
#include "widgets/panels/openrun.h"

#include <QTimer>
#include <QWidget>

class QCheckBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace aha {

class ModelChooser;
class RecentModels;
class TokenChips;

class TokenizerPanel : public QWidget {
    Q_OBJECT
public:
    explicit TokenizerPanel(RecentModels* recent, QWidget* parent = nullptr);

    void openModel(const QString& path);
    void setRuns(const OpenRuns& runs);
    void setText(const QString& text);
    const TokenList& tokens() const { return m_tokens; }

private:
    void tokenize();
    void present();

    ModelChooser* m_model;
    QPlainTextEdit* m_text;
    QCheckBox *m_special, *m_ids;
    QLabel* m_counts;
    QPushButton* m_copy;
    TokenChips* m_chips;
    QTimer m_soon; ///< after the last key
    TokenList m_tokens;
    int m_asked = 0;
    TokenizerLoader m_loader;
    Worker m_worker; ///< last: no answer outlives the rest
};

} // namespace aha
