#include "widgets/panels/patternbar.h"

#include "widgets/language/translation.h"
#include "widgets/models/patternsearch.h"
#include "widgets/panels/traceview.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>

namespace aha {

namespace {
constexpr int kPatternBudgetMs = 300; // for each text
}

PatternBar::PatternBar(const QString& name, QWidget* parent)
    : QWidget(parent)
    , m_pattern(new QLineEdit(this))
    , m_said(new QLabel(this))
{
    m_pattern->setObjectName(name);
    m_pattern->setAccessibleName(tr("Pattern to mark: a regular expression"));
    m_pattern->setPlaceholderText(tr("Regular expression to mark, e.g. = -?[0-9]+ (no|yes)"));
    m_pattern->setClearButtonEnabled(true);
    m_said->setObjectName(name + QStringLiteral("Text"));
    m_said->setTextFormat(Qt::PlainText);
    m_said->setWordWrap(true);
    m_said->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_said->setProperty("role", QStringLiteral("hint"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_pattern, 2);
    layout->addWidget(m_said, 1);
    hide();
    connect(m_pattern, &QLineEdit::textChanged, this, &PatternBar::find);
}

PatternBar::~PatternBar() = default;

void PatternBar::mark(const std::vector<TraceView*>& views)
{
    m_views = views;
    find();
}

void PatternBar::setWanted(bool wanted)
{
    setVisible(wanted);
    wanted ? m_pattern->setFocus() : m_pattern->clear();
}

/// A pattern may be slow: a worker looks, within a budget.
void PatternBar::find()
{
    const quint64 generation = ++m_generation;
    const QString pattern = m_pattern->text();
    if (pattern.isEmpty()) {
        for (TraceView* view : m_views)
            view->setPattern({});
        return m_said->clear();
    }
    std::vector<QString> texts;
    for (const TraceView* view : m_views)
        texts.push_back(view->trace().text);
    m_worker.post([this, generation, pattern, texts] {
        std::vector<PatternHits> hits;
        for (const QString& text : texts)
            hits.push_back(findPattern(text, pattern, kPatternBudgetMs));
        QMetaObject::invokeMethod(
            this,
            [this, generation, hits] {
                if (generation != m_generation)
                    return;
                qsizetype places = 0;
                QString problem;
                for (size_t i = 0; i < hits.size(); ++i) {
                    m_views[i]->setPattern(hits[i].ranges);
                    places += hits[i].ranges.size();
                    if (problem.isEmpty())
                        problem = hits[i].problem;
                }
                m_said->setText(
                    problem.isEmpty() ? (places == 1 ? tr("%1 place") : tr("%1 places")).arg(places) : problem);
            },
            Qt::QueuedConnection);
    });
}

} // namespace aha
