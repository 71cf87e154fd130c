#include "widgets/panels/planview.h"

#include "core/run/plantext.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace aha {

PlanView::PlanView(const QString& engine, QWidget* parent)
    : QWidget(parent)
    , m_question(engine)
    , m_label(new QLabel(this))
    , m_button(new QPushButton(this))
{
    m_label->setObjectName(QStringLiteral("estimate"));
    m_label->setTextFormat(Qt::PlainText);
    m_label->setWordWrap(true);
    m_button->setObjectName(QStringLiteral("measurePlan"));
    m_button->setToolTip(plainToolTip(tr(
        "Lets the engine load the model, sample some completions of the real prompts and compute one update. It takes "
        "some seconds (a large model: longer) and the memory of a run; nothing is kept.")));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_label, 1);
    layout->addWidget(m_button, 0, Qt::AlignTop);
    m_tick.setInterval(1000);
    connect(&m_tick, &QTimer::timeout, this, &PlanView::present);
    connect(m_button, &QPushButton::clicked, this, &PlanView::toggle);
    connect(&m_question, &EngineQuestion::answered, this, [this](const nlohmann::ordered_json& plan) {
        m_plan = plan;
        m_note.clear();
        present();
    });
    connect(&m_question, &EngineQuestion::failed, this, [this](const QString& sentence) {
        m_note = tr("Not measured: ") + translated(visibleText(sentence.toStdString()));
        present();
    });
    present();
}

void PlanView::setConfig(const RunConfig& config, const QString& estimate, bool valid)
{
    m_config = config;
    m_estimate = estimate;
    m_valid = valid;
    present();
}

QString PlanView::text() const { return m_label->text(); }

void PlanView::toggle()
{
    m_plan.reset();
    if (m_question.isAsking()) {
        m_question.cancel();
        m_note = tr("The measurement was cancelled.");
    } else {
        m_note.clear();
        m_asked = m_config;
        m_since.start();
        m_question.ask({ QStringLiteral("plan"), QStringLiteral("-") }, QByteArray::fromStdString(toJsonText(m_asked)));
    }
    present();
}

void PlanView::present()
{
    const bool asking = m_question.isAsking();
    asking ? m_tick.start() : m_tick.stop();
    m_button->setText(asking ? tr("Cancel") : m_plan ? tr("Measure again") : tr("Measure"));
    m_button->setAccessibleName(m_button->text());
    m_button->setEnabled(asking || m_valid);
    QString text = m_estimate;
    if (asking) {
        text += tr("\nMeasuring for %1 s: the engine loads the model, samples and trains a little.")
                    .arg(m_since.elapsed() / 1000);
    } else if (m_plan && m_valid) {
        QStringList changed;
        for (const std::string& path : planChanges(m_asked, m_config))
            changed << QString::fromStdString(path);
        if (changed.isEmpty())
            text = translated(planText(*m_plan, m_config));
        else
            text += tr("\nThe measurement no longer holds: %1 changed since (it said %2).")
                        .arg(changed.mid(0, 3).join(QStringLiteral(", "))
                                + (changed.size() > 3 ? tr(" and %1 more").arg(changed.size() - 3) : QString()),
                            translated(planFigures(*m_plan)));
    } else if (!m_note.isEmpty()) {
        text += QLatin1Char('\n') + m_note;
    }
    m_label->setText(text);
}

} // namespace aha
