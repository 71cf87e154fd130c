#include "widgets/panels/completionpicker.h"

#include "core/store/run_reader.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/combohint.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>

#include <algorithm>

namespace aha {

CompletionPicker::CompletionPicker(const QString& key, QWidget* parent)
    : QWidget(parent)
    , m_run(new QComboBox(this))
    , m_prompt(new QComboBox(this))
    , m_sample(new QComboBox(this))
    , m_step(new QSpinBox(this))
{
    auto* title = new QLabel(key, this);
    title->setProperty("role", QStringLiteral("title"));
    title->setFixedWidth(title->fontMetrics().horizontalAdvance(QStringLiteral("MM")));
    const auto name = [&](QWidget* widget, const char* objectName, const char* what) {
        widget->setObjectName(QStringLiteral("text%1%2").arg(key, QString::fromLatin1(objectName)));
        widget->setAccessibleName(QStringLiteral("%1: %2").arg(key, translated(what)));
    };
    name(m_run, "Run", "run");
    name(m_step, "Step", "step");
    name(m_prompt, "Prompt", "prompt");
    name(m_sample, "Sample", "sample");
    for (QComboBox* box : { m_run, m_prompt, m_sample }) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        showWholeOnHover(box);
    }
    m_run->setMinimumContentsLength(12);
    m_prompt->setMinimumContentsLength(16);
    m_sample->setMinimumContentsLength(12);
    m_step->setPrefix(tr("step "));
    m_step->setKeyboardTracking(false);
    m_step->setRange(0, 0);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(title);
    layout->addWidget(m_run, 2);
    layout->addWidget(m_step);
    layout->addWidget(m_prompt, 3);
    layout->addWidget(m_sample, 2);
    connect(m_run, &QComboBox::activated, this, [this] { readStep(-1, -1); });
    connect(m_step, &QSpinBox::valueChanged, this, [this](int step) { readStep(step, -1); });
    connect(m_prompt, &QComboBox::activated, this, [this] {
        fillSamples(-1);
        choose();
    });
    connect(m_sample, &QComboBox::activated, this, &CompletionPicker::choose);
}

CompletionPicker::~CompletionPicker() = default;

void CompletionPicker::setRuns(const OpenRuns& runs)
{
    const QSignalBlocker block(m_run);
    const QString kept = m_run->currentText();
    m_runs = runs;
    m_run->clear();
    for (const OpenRun& run : runs) {
        QPixmap swatch(10, 10);
        swatch.fill(run.color);
        m_run->addItem(QIcon(swatch), run.label);
    }
    const int found = m_run->findText(kept);
    if (found >= 0)
        return m_run->setCurrentIndex(found);
    ++m_asked;
    m_completion = 0;
    m_groups.clear();
    m_prompt->clear();
    m_sample->clear();
}

void CompletionPicker::pick(const QString& folder, qint64 completionId)
{
    for (size_t i = 0; i < m_runs.size(); ++i)
        if (m_runs[i].feed->folder() == folder) {
            m_run->setCurrentIndex(int(i));
            m_completion = completionId; // chosen from here on, though still to be read
            return readStep(-1, completionId);
        }
    Q_EMIT failed(tr("The run of this completion is not open. Open it first, in the table on the left."));
}

void CompletionPicker::pickNewest(int run)
{
    if (hasChoice() || m_runs.empty())
        return;
    m_run->setCurrentIndex(std::clamp(run, 0, int(m_runs.size()) - 1));
    readStep(kNewest, -1);
}

void CompletionPicker::pickOldest(int run)
{
    if (hasChoice() || m_runs.empty())
        return;
    m_run->setCurrentIndex(std::clamp(run, 0, int(m_runs.size()) - 1));
    readStep(kOldest, -1);
}

/// `step` kNewest: that of the completion, or the newest; `completionId` -1: the first of the step.
void CompletionPicker::readStep(qint64 step, qint64 completionId)
{
    const int run = m_run->currentIndex();
    if (run < 0 || run >= int(m_runs.size()))
        return;
    const quint64 asked = ++m_asked;
    m_worker.post([this, asked, step, completionId, folder = m_runs[size_t(run)].feed->folder().toStdString()] {
        const auto reader = RunReader::open(folder);
        const auto last = reader ? (*reader)->lastStep() : Result<int64_t>(reader.error());
        qint64 wanted = step;
        QString problem = last ? QString() : QString::fromStdString(last.error().sentence());
        if (last && completionId >= 0) {
            const auto completion = (*reader)->completionText(completionId);
            wanted = completion ? completion->step : -1;
            problem = completion ? QString() : QString::fromStdString(completion.error().sentence());
        }
        if (last && wanted == kOldest)
            if (const auto first = (*reader)->search({}, TraceOrder::Oldest, 1); first && !first->empty())
                wanted = first->front().completion.step;
        if (last && wanted < 0)
            wanted = *last;
        std::vector<GroupRow> groups;
        if (problem.isEmpty())
            if (auto rows = (*reader)->groupsWithCompletions(wanted))
                groups = std::move(*rows);
        std::erase_if(groups, [](const GroupRow& group) { return group.completions.empty(); });
        QMetaObject::invokeMethod(
            this,
            [this, asked, groups = std::move(groups), wanted, completionId, problem, last = last ? *last : -1] {
                if (asked != m_asked)
                    return;
                if (!problem.isEmpty())
                    return Q_EMIT failed(problem);
                setGroups(groups, wanted, last, completionId);
            },
            Qt::QueuedConnection);
    });
}

void CompletionPicker::setGroups(const std::vector<GroupRow>& groups, qint64 step, qint64 last, qint64 completionId)
{
    m_groups = groups;
    {
        const QSignalBlocker block(m_step);
        m_step->setRange(0, int(std::max<qint64>(0, last)));
        m_step->setValue(int(step));
        m_step->setSuffix(tr(" of %1").arg(m_step->maximum()));
    }
    m_prompt->clear();
    for (const GroupRow& group : groups)
        m_prompt->addItem(visibleLine(std::string_view(group.prompt.text).substr(0, 160)));
    m_sample->clear();
    m_completion = 0;
    if (groups.empty())
        return Q_EMIT failed(
            tr("No completion is stored at step %1 of %2. Choose another step.").arg(step).arg(m_run->currentText()));
    for (size_t i = 0; i < groups.size(); ++i)
        for (const CompletionRow& completion : groups[i].completions)
            if (completion.id == completionId)
                m_prompt->setCurrentIndex(int(i));
    fillSamples(completionId);
    choose();
}

void CompletionPicker::fillSamples(qint64 completionId)
{
    m_sample->clear();
    const int group = m_prompt->currentIndex();
    if (group < 0 || group >= int(m_groups.size()))
        return;
    for (const CompletionRow& completion : m_groups[size_t(group)].completions) {
        m_sample->addItem(
            tr("sample %1: %2").arg(completion.position + 1).arg(translated(visibleLine(completion.verdict))),
            qlonglong(completion.id));
        if (completion.id == completionId)
            m_sample->setCurrentIndex(m_sample->count() - 1);
    }
}

void CompletionPicker::choose()
{
    m_completion = m_sample->currentData().toLongLong();
    const int run = m_run->currentIndex();
    if (m_completion > 0 && run >= 0)
        Q_EMIT chosen(m_runs[size_t(run)].feed->folder(), m_run->currentText(), m_completion);
}

} // namespace aha
