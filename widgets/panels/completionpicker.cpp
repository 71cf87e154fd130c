#include "widgets/panels/completionpicker.h"

#include "core/store/run_reader.h"
#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/models/heldoutsample.h"
#include "widgets/models/probetable.h"
#include "widgets/models/tracelistmodel.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/combohint.h"

#include <QComboBox>
#include <QGridLayout>
#include <QSignalBlocker>
#include <QSpinBox>

#include <algorithm>
#include <iterator>

namespace aha {

CompletionPicker::CompletionPicker(QWidget* parent)
    : QWidget(parent)
    , m_run(new QComboBox(this))
    , m_source(new QComboBox(this))
    , m_prompt(new QComboBox(this))
    , m_sample(new QComboBox(this))
    , m_step(new QSpinBox(this))
{
    m_source->addItem(tr("sampled"));
    m_source->addItem(tr("held-out"));
    m_source->addItem(tr("your prompts"));
    m_source->setToolTip(
        tr("Completions of training steps, or what the checkpoints answered to held-out problems or to your prompts"));
    for (QComboBox* box : { m_run, m_source, m_prompt, m_sample }) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(7);
        showWholeOnHover(box);
    }
    m_step->setPrefix(tr("step "));
    m_step->setKeyboardTracking(false);
    m_step->setRange(0, 0);
    auto* layout = new QGridLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_run, 0, 0);
    layout->addWidget(m_source, 0, 1);
    layout->addWidget(m_step, 1, 0);
    layout->addWidget(m_sample, 1, 1);
    layout->addWidget(m_prompt, 2, 0, 1, 2);
    layout->setColumnStretch(0, 1);
    layout->setColumnStretch(1, 1);
    for (QWidget* one : { static_cast<QWidget*>(m_source), static_cast<QWidget*>(m_step),
             static_cast<QWidget*>(m_prompt), static_cast<QWidget*>(m_sample) })
        one->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed); // columns are narrow: both halves alike
    m_run->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    for (const QComboBox* box : { m_run, m_source, m_prompt, m_sample })
        connect(box, &QComboBox::activated, this, &CompletionPicker::touched);
    connect(m_step, &QSpinBox::valueChanged, this, &CompletionPicker::touched);
    connect(m_run, &QComboBox::activated, this, [this] { read(kNewest, {}); });
    connect(m_source, &QComboBox::activated, this, [this] { read(kNewest, {}); });
    connect(m_step, &QSpinBox::valueChanged, this, [this](int step) { read(step, {}); });
    connect(m_prompt, &QComboBox::activated, this, [this] {
        fillSamples({});
        choose();
    });
    connect(m_sample, &QComboBox::activated, this, &CompletionPicker::choose);
}

CompletionPicker::~CompletionPicker() = default;

void CompletionPicker::setKey(const QString& key)
{
    const auto name = [&](QWidget* widget, const char* objectName, const char* what) {
        widget->setObjectName(QStringLiteral("text%1%2").arg(key, QString::fromLatin1(objectName)));
        widget->setAccessibleName(QStringLiteral("%1: %2").arg(key, translated(what)));
    };
    name(m_run, "Run", "run");
    name(m_source, "Source", "kind of text");
    name(m_step, "Step", "step");
    name(m_prompt, "Prompt", "prompt");
    name(m_sample, "Sample", "sample");
}

bool CompletionPicker::isAnswer() const { return m_source->currentIndex() != Sampled; }

bool CompletionPicker::isOwn() const { return m_source->currentIndex() == Own; }

QString CompletionPicker::folder() const
{
    const int run = m_run->currentIndex();
    return run >= 0 && run < int(m_runs.size()) ? m_runs[size_t(run)].feed->folder() : QString();
}

std::string CompletionPicker::prompt() const
{
    const int at = m_prompt->currentIndex();
    if (at >= 0 && at < int(m_offer.groups.size()))
        return m_offer.groups[size_t(at)].prompt.text;
    return at >= 0 && at < int(m_offer.problems.size()) ? m_offer.problems[size_t(at)].prompt.text : std::string();
}

void CompletionPicker::setRuns(const OpenRuns& runs)
{
    const QSignalBlocker block(m_run);
    const QString kept = folder();
    m_runs = runs;
    m_run->clear();
    for (const OpenRun& run : runs) {
        QPixmap swatch(10, 10);
        swatch.fill(run.color);
        m_run->addItem(QIcon(swatch), run.label);
    }
    const auto found
        = std::find_if(runs.begin(), runs.end(), [&](const OpenRun& run) { return run.feed->folder() == kept; });
    if (found != runs.end() && !kept.isEmpty()) // labels change as runs come and go
        return m_run->setCurrentIndex(int(found - runs.begin()));
    ++m_asked;
    m_place = {};
    m_offer = {};
    m_prompt->clear();
    m_sample->clear();
}

void CompletionPicker::pick(const TextPlace& place)
{
    for (size_t i = 0; i < m_runs.size(); ++i)
        if (m_runs[i].feed->folder() == place.folder) {
            m_run->setCurrentIndex(int(i));
            if (place.completionId > 0 || !isAnswer()) // which of the others, the reading finds out
                m_source->setCurrentIndex(place.completionId > 0 ? Sampled : HeldOut);
            m_place = place; // chosen from here on, though still to be read
            return read(kNewest, place);
        }
    Q_EMIT failed(tr("The run of this completion is not open. Open it first, in the table on the left."));
}

void CompletionPicker::pickNewest(int run)
{
    if (hasChoice() || m_runs.empty())
        return;
    m_run->setCurrentIndex(std::clamp(run, 0, int(m_runs.size()) - 1));
    read(kNewest, {});
}

void CompletionPicker::pickPair(int run, const std::function<void(const Pair&)>& taker)
{
    if (hasChoice() || m_runs.empty())
        return;
    m_run->setCurrentIndex(std::clamp(run, 0, int(m_runs.size()) - 1));
    read(kNewest, {}, taker);
}

CompletionPicker::Pair CompletionPicker::pairOf(const Offer& offer) const
{
    const auto lessPaid = [](const CompletionRow& a, const CompletionRow& b) { return *a.reward < *b.reward; };
    const auto place = [&](const CompletionRow& row) { return TextPlace { folder(), row.id }; };
    for (const GroupRow& group : offer.groups) {
        std::vector<CompletionRow> paid;
        std::copy_if(group.completions.begin(), group.completions.end(), std::back_inserter(paid),
            [](const CompletionRow& row) { return row.reward.has_value(); });
        const auto [worst, best] = std::minmax_element(paid.begin(), paid.end(), lessPaid);
        if (worst != paid.end() && lessPaid(*worst, *best))
            return { place(*best), place(*worst),
                tr("A and B answer the same prompt of step %1: of n = %2 completions of the group, A was paid most "
                   "(reward %3) and B least (%4).")
                    .arg(offer.step)
                    .arg(paid.size())
                    .arg(fixedNumber(*best->reward, 2), fixedNumber(*worst->reward, 2)) };
    }
    if (offer.groups.empty())
        return {};
    const std::vector<CompletionRow>& rows = offer.groups.front().completions;
    if (rows.size() < 2)
        return { place(rows.front()), {}, {} };
    return { place(rows[0]), place(rows[1]),
        tr("A and B answer the same prompt of step %1: the first two of n = %2 completions of the group.")
            .arg(offer.step)
            .arg(rows.size()) };
}

CompletionPicker::Offer CompletionPicker::readSampled(const std::string& folder, qint64 step, qint64 completionId)
{
    Offer offer;
    offer.step = step;
    const auto reader = RunReader::open(folder);
    const auto last = reader ? (*reader)->lastStep() : Result<int64_t>(reader.error());
    if (!last) {
        offer.problem = translated(last.error().sentence());
        return offer;
    }
    offer.last = *last;
    if (completionId > 0) {
        const auto completion = (*reader)->completionText(completionId);
        if (!completion) {
            offer.problem = translated(completion.error().sentence());
            return offer;
        }
        offer.step = completion->step;
    }
    if (offer.step < 0)
        offer.step = *last;
    if (auto rows = (*reader)->groupsWithCompletions(offer.step))
        offer.groups = std::move(*rows);
    std::erase_if(offer.groups, [](const GroupRow& group) { return group.completions.empty(); });
    return offer;
}

/// `step`: the evaluation there, or the next one in the direction in which the step was changed.
CompletionPicker::Offer CompletionPicker::readAnswers(
    const std::string& folder, qint64 step, bool forward, qint64 evaluationId, bool own)
{
    Offer offer;
    offer.own = own;
    offer.step = std::max<qint64>(step, 0);
    const auto reader = RunReader::open(folder);
    if (reader && evaluationId > 0)
        if (const Result<EvaluationRow> one = (*reader)->evaluation(evaluationId))
            offer.own = one->task == kProbesTask;
    const auto evaluations = !reader ? Result<std::vector<EvaluationRow>>(reader.error())
        : offer.own                  ? (*reader)->probes()
                                     : (*reader)->evaluations();
    if (!evaluations) {
        offer.problem = translated(evaluations.error().sentence());
        return offer;
    }
    if (evaluations->empty())
        return offer;
    offer.last = evaluations->back().step;
    const EvaluationRow* chosen = &evaluations->back();
    if (evaluationId > 0) {
        for (const EvaluationRow& one : *evaluations)
            chosen = one.id == evaluationId ? &one : chosen;
    } else if (step >= 0) {
        chosen = forward ? &evaluations->back() : &evaluations->front();
        for (const EvaluationRow& one : *evaluations)
            if (forward ? one.step >= step : one.step <= step) {
                chosen = &one;
                if (forward)
                    break;
            }
    }
    offer.step = chosen->step;
    offer.evaluation = *chosen;
    if (auto rows = (*reader)->evaluationProblems(chosen->id, /*withExamples=*/false))
        offer.problems = std::move(*rows);
    for (size_t i = 0; i < offer.problems.size(); ++i) {
        auto samples = (*reader)->evaluationSamples(chosen->id, int64_t(i));
        offer.samples.push_back(samples ? std::move(*samples) : std::vector<CompletionRow>());
    }
    return offer;
}

/// `step` kNewest: that of the place, or the newest. The prompt stays where the step has it.
void CompletionPicker::read(qint64 step, const TextPlace& place, const std::function<void(const Pair&)>& pairTaker)
{
    if (folder().isEmpty())
        return;
    const quint64 asked = ++m_asked;
    if (m_prompt->count() > 0)
        m_wanted = prompt(); // of readings in a row the first knows it
    m_prompt->clear(); // nobody chooses from what is about to be replaced
    m_sample->clear();
    m_worker.post([this, asked, step, place, pairTaker, answer = isAnswer(), own = isOwn(),
                      forward = step >= m_offer.step, folder = folder().toStdString()] {
        Offer offer = answer ? readAnswers(folder, step, forward, place.evaluationId, own)
                             : readSampled(folder, step, place.completionId);
        QMetaObject::invokeMethod(
            this,
            [this, asked, place, pairTaker, offer = std::move(offer)] {
                if (asked != m_asked)
                    return pairTaker ? pairTaker({}) : void();
                if (!offer.problem.isEmpty()) {
                    Q_EMIT failed(offer.problem);
                    return pairTaker ? pairTaker({}) : void();
                }
                if (!pairTaker)
                    return setOffer(offer, place);
                const Pair pair = pairOf(offer);
                setOffer(offer, pair.best);
                pairTaker(pair);
            },
            Qt::QueuedConnection);
    });
}

void CompletionPicker::setOffer(const Offer& offer, const TextPlace& place)
{
    m_offer = offer;
    if (isAnswer())
        m_source->setCurrentIndex(offer.own ? Own : HeldOut);
    {
        const QSignalBlocker block(m_step);
        m_step->setRange(0, int(std::max<qint64>(0, offer.last)));
        m_step->setValue(int(offer.step));
        m_step->setSuffix(tr(" of %1").arg(m_step->maximum()));
    }
    m_prompt->clear();
    m_sample->clear();
    m_place = {};
    const auto add = [&](const PromptRow& row, bool wanted) {
        m_prompt->addItem(visibleLine((offer.own ? writtenPrompt(row) : row.text).substr(0, 160)));
        if (wanted)
            m_prompt->setCurrentIndex(m_prompt->count() - 1);
    };
    for (const GroupRow& group : offer.groups)
        add(group.prompt,
            place.isValid() ? std::any_of(group.completions.begin(), group.completions.end(),
                [&](const CompletionRow& row) { return row.id == place.completionId; })
                            : group.prompt.text == m_wanted);
    for (size_t i = 0; i < offer.problems.size(); ++i)
        add(offer.problems[i].prompt,
            place.isValid() ? int(i) == place.position : offer.problems[i].prompt.text == m_wanted);
    if (m_prompt->count() == 0)
        return Q_EMIT failed(isOwn() ? tr("%1 has not answered a prompt of yours yet.").arg(m_run->currentText())
                : isAnswer()
                ? tr("%1 has no evaluation yet, so no answer to a held-out problem.").arg(m_run->currentText())
                : tr("No completion is stored at step %1 of %2. Choose another step.")
                      .arg(offer.step)
                      .arg(m_run->currentText()));
    fillSamples(place);
    choose();
}

void CompletionPicker::fillSamples(const TextPlace& place)
{
    m_sample->clear();
    const int at = m_prompt->currentIndex();
    m_prompt->setToolTip(plainToolTip(m_prompt->currentText()));
    if (at >= 0 && at < int(m_offer.problems.size())) {
        const std::vector<CompletionRow>& samples = m_offer.samples[size_t(at)];
        for (const CompletionRow& sample : samples)
            m_sample->addItem(m_offer.own ? tr("sample %1").arg(sample.position + 1) // nothing judges it
                                          : tr("sample %1: %2").arg(sample.position + 1).arg(verdictText(sample)));
        if (samples.empty())
            m_sample->addItem(m_offer.own
                    ? tr("sample %1").arg(1)
                    : tr("%1 of %2 right").arg(m_offer.problems[size_t(at)].correct).arg(m_offer.evaluation.samples));
        m_sample->setCurrentIndex(sampleAt(samples, place.sample));
        if (samples.empty() && m_offer.evaluation.samples > 1)
            m_sample->setToolTip(
                tr("This run stored one answer per problem: the first of %1 samples.").arg(m_offer.evaluation.samples));
    }
    if (at < 0 || at >= int(m_offer.groups.size()))
        return;
    for (const CompletionRow& completion : m_offer.groups[size_t(at)].completions) {
        m_sample->addItem(
            tr("sample %1: %2").arg(completion.position + 1).arg(verdictText(completion)), qlonglong(completion.id));
        if (completion.id == place.completionId)
            m_sample->setCurrentIndex(m_sample->count() - 1);
    }
}

void CompletionPicker::choose()
{
    m_place = isAnswer() ? TextPlace { folder(), 0, m_offer.problems.empty() ? 0 : m_offer.evaluation.id,
        m_prompt->currentIndex(), std::max(0, m_sample->currentIndex()) }
                         : TextPlace { folder(), m_sample->currentData().toLongLong() };
    if (m_place.isValid())
        Q_EMIT chosen(m_place, m_run->currentText());
}

void CompletionPicker::siblings(const std::function<void(const aha::TextPlaces&)>& taker)
{
    TextPlaces places;
    if (const int at = m_prompt->currentIndex(); !isAnswer() && at >= 0 && at < int(m_offer.groups.size()))
        for (const CompletionRow& completion : m_offer.groups[size_t(at)].completions)
            places.push_back({ folder(), completion.id });
    if (!isAnswer())
        return taker(places);
    m_worker.post([this, taker, run = folder(), prompt = prompt(), sample = m_place.sample, own = isOwn()] {
        TextPlaces answers;
        const auto reader = RunReader::open(run.toStdString());
        const auto evaluations = !reader ? Result<std::vector<EvaluationRow>>(reader.error())
            : own                        ? (*reader)->probes()
                                         : (*reader)->evaluations();
        for (size_t i = 0; evaluations && i < evaluations->size(); ++i)
            if (const auto rows = (*reader)->evaluationProblems((*evaluations)[i].id, /*withExamples=*/false))
                for (size_t at = 0; at < rows->size(); ++at)
                    if ((*rows)[at].prompt.text == prompt)
                        answers.push_back(
                            { run, 0, (*evaluations)[i].id, int(at), std::min(sample, (*evaluations)[i].samples - 1) });
        QMetaObject::invokeMethod(
            this, [taker, answers] { taker(answers); }, Qt::QueuedConnection);
    });
}

} // namespace aha
