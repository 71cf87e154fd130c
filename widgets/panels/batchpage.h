#pragma once
// A batch of fine-tuning exactly as the model gets it: tokens, which of them have a loss, where documents meet. The
// engine makes it with the code that training runs.

#include "core/config/run_config.h"
#include "core/run/enginequestion.h"
#include "widgets/models/tokenizerloader.h"
#include "widgets/panels/openrun.h"

#include <QWidget>

#include <functional>
#include <optional>

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace aha {

class TokenChips;

class BatchPage : public QWidget {
    Q_OBJECT
public:
    /// `engine`: the program; empty: the one beside this program.
    explicit BatchPage(const QString& engine = {}, QWidget* parent = nullptr);

    /// What the Data page has open: asked when a batch is made of it. nullopt: nothing to train on yet.
    std::function<std::optional<DataConfig>()> openedData;
    /// The model whose tokenizer is chosen there; "": the form's.
    std::function<QString()> openedModel;
    /// The configuration that the form would start.
    std::function<RunConfig()> form;
    /// Runs of fine-tuning among them are offered, with their own model, data and settings.
    void setRuns(const OpenRuns& runs);
    /// What is shown is of something else now.
    void clear();

    void make();
    QString note() const; ///< the line above the tokens
    TokenChips* tokens() const { return m_chips; }

private:
    std::optional<RunConfig> chosen(); ///< says why there is none
    void present();
    void say(const QString& text, bool problem);
    void refresh();

    EngineQuestion m_question;
    TokenizerLoader m_loader;
    nlohmann::ordered_json m_batch;
    QComboBox* m_source;
    QSpinBox* m_step;
    QPushButton* m_make;
    QLabel *m_note, *m_legend;
    TokenChips* m_chips;
};

} // namespace aha
