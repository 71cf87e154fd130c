#pragma once
// How answers are drawn: the controls beside the conversation.

#include "widgets/models/conversation.h"
#include "widgets/panels/tracecolors.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPlainTextEdit;
class QSpinBox;

namespace aha {

class SamplingForm : public QWidget {
    Q_OBJECT
public:
    explicit SamplingForm(QWidget* parent = nullptr);

    SamplingChoice choice() const;
    QString system() const;
    nlohmann::ordered_json kwargs() const; ///< enable_thinking where the template takes it
    Heat heat() const;
    void setHeat(Heat heat);
    /// What the model's card says: which controls make sense, which values its makers suggest.
    void setCard(const nlohmann::ordered_json& card, bool suggest = true);
    void nextSeed();

Q_SIGNALS:
    void heatChanged();

private:
    QPlainTextEdit* m_system;
    QCheckBox* m_think;
    QDoubleSpinBox *m_temperature, *m_topP, *m_minP, *m_penalty;
    QSpinBox *m_topK, *m_maxTokens, *m_seed;
    QComboBox* m_heat;
    QLabel* m_scale;
    bool m_takesThinking = false, m_takesSystem = false;
};

} // namespace aha
