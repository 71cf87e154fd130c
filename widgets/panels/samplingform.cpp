#include "widgets/panels/samplingform.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSpinBox>

namespace aha {

namespace {

template <class Spin, class T>
Spin* spin(
    QFormLayout* form, const char* name, const QString& text, const QString& help, T low, T high, T step, T value)
{
    auto* box = new Spin(form->parentWidget());
    box->setObjectName(QLatin1String(name));
    box->setAccessibleName(text);
    box->setToolTip(plainToolTip(help));
    box->setRange(low, high);
    box->setSingleStep(step);
    box->setValue(value);
    form->addRow(text, box);
    return box;
}

} // namespace

SamplingForm::SamplingForm(QWidget* parent)
    : QWidget(parent)
    , m_system(new QPlainTextEdit(this))
    , m_think(new QCheckBox(tr("Let it think"), this))
    , m_heat(new QComboBox(this))
    , m_scale(new QLabel(this))
{
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_system->setObjectName(QStringLiteral("systemPrompt"));
    m_system->setAccessibleName(tr("System message"));
    m_system->setPlaceholderText(tr("System message (none)"));
    m_system->setTabChangesFocus(true);
    m_system->setFixedHeight(fontMetrics().lineSpacing() * 4 + 12);
    form->addRow(m_system);
    m_think->setObjectName(QStringLiteral("enableThinking"));
    m_think->setToolTip(plainToolTip(tr("enable_thinking of the chat template")));
    m_think->setChecked(true);
    form->addRow(m_think);
    m_temperature = spin<QDoubleSpinBox>(
        form, "temperature", tr("Temperature"), tr("0: always the most likely token"), 0.0, 10.0, 0.1, 0.7);
    m_topK = spin<QSpinBox>(
        form, "topK", tr("Top-k"), tr("Draw from this many most likely tokens; 0: from all"), 0, 1'000'000, 10, 0);
    m_topP = spin<QDoubleSpinBox>(form, "topP", tr("Top-p"),
        tr("Draw from the most likely tokens that together have this probability; 1: from all"), 0.0, 1.0, 0.05, 1.0);
    m_minP = spin<QDoubleSpinBox>(form, "minP", tr("Min-p"),
        tr("Leave out tokens less likely than this share of the most likely one; 0: none"), 0.0, 1.0, 0.01, 0.0);
    m_penalty = spin<QDoubleSpinBox>(form, "repetitionPenalty", tr("Repetition"),
        tr("Penalty on tokens that were there before; 1: none"), 0.1, 10.0, 0.05, 1.0);
    m_maxTokens = spin<QSpinBox>(
        form, "maxTokens", tr("Most tokens"), tr("An answer is cut after this many tokens"), 1, 1 << 20, 64, 512);
    m_seed = spin<QSpinBox>(form, "seed", tr("Seed"), tr("The same seed, settings and messages give the same answer"),
        0, 2'000'000'000, 1, 0);
    m_heat->setObjectName(QStringLiteral("tokenColours"));
    m_heat->setAccessibleName(tr("Colour tokens by"));
    m_heat->addItems({ tr("Off"), tr("Log-probability"), tr("Entropy") });
    m_heat->setToolTip(plainToolTip(tr("Rest the pointer on a word to see its token and the alternatives")));
    form->addRow(tr("Colour by"), m_heat);
    m_scale->setProperty("role", QStringLiteral("hint"));
    m_scale->setTextFormat(Qt::PlainText);
    m_scale->setWordWrap(true);
    form->addRow(m_scale);
    connect(m_heat, &QComboBox::currentIndexChanged, this, [this] {
        m_scale->setText(heat() == Heat::LogProb ? tr("Plain: certain (p = 1). Orange: surprising (p near 0).")
                : heat() == Heat::Entropy
                ? tr("Plain: one way to go on (0 nats). Orange: many (%1 nats and more).").arg(kEntropyTop)
                : QString());
        Q_EMIT heatChanged();
    });
    setCard(nlohmann::ordered_json::object());
}

SamplingChoice SamplingForm::choice() const
{
    SamplingChoice c;
    c.temperature = m_temperature->value();
    c.topK = m_topK->value();
    c.topP = m_topP->value();
    c.minP = m_minP->value();
    c.repetitionPenalty = m_penalty->value();
    c.maxNewTokens = m_maxTokens->value();
    c.seed = m_seed->value();
    return c;
}

QString SamplingForm::system() const { return m_takesSystem ? m_system->toPlainText() : QString(); }

nlohmann::ordered_json SamplingForm::kwargs() const
{
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    if (m_takesThinking)
        json["enable_thinking"] = m_think->isChecked();
    return json;
}

Heat SamplingForm::heat() const { return Heat(std::max(0, m_heat->currentIndex())); }

void SamplingForm::setHeat(Heat heat) { m_heat->setCurrentIndex(int(heat)); }

void SamplingForm::nextSeed() { m_seed->setValue(m_seed->value() + 1); }

void SamplingForm::setCard(const nlohmann::ordered_json& card, bool suggest)
{
    const auto chat = card.value("chat_template", nlohmann::ordered_json::object());
    m_takesThinking = chat.value("takes_enable_thinking", false);
    m_takesSystem = chat.value("takes_system", false);
    m_think->setVisible(m_takesThinking);
    m_system->setVisible(m_takesSystem);
    if (!suggest)
        return;
    const auto suggested = card.value("generation", nlohmann::ordered_json::object());
    const auto take = [&](const char* key, auto* box) {
        if (suggested.contains(key) && suggested[key].is_number())
            box->setValue(suggested[key].template get<decltype(box->value())>());
    };
    take("temperature", m_temperature);
    take("top_k", m_topK);
    take("top_p", m_topP);
    take("min_p", m_minP);
    take("repetition_penalty", m_penalty);
}

} // namespace aha
