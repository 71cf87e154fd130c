// TracesPanel: teacher and student of a run on the text that is shown; of a fine-tuned one the teacher that wrote its
// rows.

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/tracelegend.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/panels/traceview.h"

#include <QMenu>

#include <algorithm>

namespace aha {

void TracesPanel::followTeacher()
{
    connect(m_pane, &TracePane::teacherWanted, this, [this] { askForTeacher(wantsTeacherBeside()); });
    connect(m_pane, &TracePane::teacherUnwanted, this, [this] { m_teacherQuestion.cancel(); });
    connect(&m_teacherQuestion, &EngineQuestion::answered, this, [this](const nlohmann::ordered_json& answer) {
        auto insight = std::make_shared<const TeacherInsight>(teacherInsightFrom(answer));
        if (!isShown(*insight))
            return;
        const QString sentence = insight->sentence();
        m_pane->setTeacher(std::move(insight), sentence, m_besideAsked);
    });
    connect(&m_teacherQuestion, &EngineQuestion::failed, this, [this](const QString& sentence) {
        m_pane->setTeacher(nullptr, tr("Not computed: ") + translated(visibleText(sentence.toStdString())), false);
    });
}

bool TracesPanel::wantsTeacherBeside() const
{
    return m_pane->isTeacherBeside() || (m_besideAsked && m_teacherQuestion.isAsking());
}

bool TracesPanel::isShown(const TeacherInsight& insight) const
{
    return m_shownHit.completion.id ? insight.completionId == m_shownHit.completion.id
                                    : insight.evaluationId == m_shownAnswer.first && insight.evaluationId > 0
            && insight.position == m_shownAnswer.second && std::get<2>(m_asked) == m_shownSample;
}

void TracesPanel::askForTeacher(bool beside, std::optional<int64_t> policy)
{
    const qint64 completion = m_shownHit.completion.id;
    if (!m_reader || (!completion && !m_shownAnswer.first))
        return;
    const std::optional<int64_t> wanted = policy ? policy : m_student;
    std::optional<int64_t> before, after;
    bool there = false;
    if (const Result<std::vector<CheckpointRow>> checkpoints = m_reader->checkpoints())
        for (const CheckpointRow& checkpoint : *checkpoints) {
            if (checkpoint.removed)
                continue;
            there = there || checkpoint.step == wanted;
            if (checkpoint.step < m_shownStep)
                before = std::max(before.value_or(checkpoint.step), checkpoint.step);
            else
                after = std::min(after.value_or(checkpoint.step), checkpoint.step);
        }
    const std::optional<int64_t> student = there ? wanted : before ? before : after;
    if (!student)
        return m_pane->setTeacher(
            nullptr, tr("The run has no checkpoint, so there is no student to put beside the teacher."), false);
    if (policy)
        m_student = policy;
    const auto asked = std::tuple(completion, m_shownAnswer, m_shownSample, *student);
    if (m_teacherQuestion.isAsking() && asked == m_asked && beside == m_besideAsked)
        return;
    m_besideAsked = beside;
    m_asked = asked;
    if (const auto known = m_pane->view()->teacher(); known && isShown(*known) && known->policyStep == *student)
        return m_pane->setTeacher(known, known->sentence(), beside);
    m_pane->setTeacher(nullptr,
        tr("An engine reads this text with the teacher and with the student of step %1 …").arg(*student), beside);
    QStringList arguments { QStringLiteral("tokens"), m_folder, QStringLiteral("--teacher"), QStringLiteral("--policy"),
        QString::number(*student) };
    if (completion)
        arguments << QStringLiteral("--completion") << QString::number(completion);
    else
        arguments << QStringLiteral("--evaluation") << QString::number(m_shownAnswer.first)
                  << QStringLiteral("--problem") << QString::number(m_shownAnswer.second) << QStringLiteral("--stdin");
    m_teacherQuestion.ask(arguments, completion ? QByteArray() : QByteArray::fromStdString(m_pane->document().text));
}

bool TracesPanel::namesTeacher() const
{
    return m_config
        && (m_config->general.kind == "distill"
            || (m_config->general.kind == "sft" && !m_config->distill.teacher.empty()));
}

void TracesPanel::offerTeacher(QMenu* menu)
{
    const QString name = QStringLiteral("teacherBesideStep");
    delete menu->findChild<QMenu*>(name, Qt::FindDirectChildrenOnly); // clear() leaves menus in the menu
    const bool fromRows = m_config && m_config->general.kind == "sft";
    if ((!namesTeacher() && !fromRows) || m_pane->document().heading.isEmpty())
        return;
    if (!namesTeacher()) {
        menu->addAction(tr("Teacher beside the student"), this,
                [this] {
                    m_pane->setTeacher(nullptr,
                        tr("This run learned from rows, and its configuration names no teacher. Where distill.teacher "
                           "names "
                           "the model that wrote the rows, that model is read beside the student here."),
                        false);
                })
            ->setObjectName(QStringLiteral("teacherBeside"));
        return;
    }
    menu->addAction(tr("Teacher beside the student"), this, [this] { askForTeacher(true); })
        ->setObjectName(QStringLiteral("teacherBeside"));
    QMenu* students = menu->addMenu(tr("Teacher beside the student of"));
    students->setObjectName(name);
    if (const Result<std::vector<CheckpointRow>> checkpoints = m_reader->checkpoints())
        for (const CheckpointRow& checkpoint : *checkpoints)
            if (!checkpoint.removed)
                students->addAction(tr("step %1").arg(checkpoint.step), this,
                    [this, step = checkpoint.step] { askForTeacher(true, step); });
    students->setEnabled(!students->isEmpty());
}

} // namespace aha
