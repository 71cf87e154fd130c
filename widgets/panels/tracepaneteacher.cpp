// TracePane: the teacher's view of a text beside its student's.

#include "widgets/language/translation.h"
#include "widgets/panels/tracelegend.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/traceview.h"

#include <QLabel>

namespace aha {

void TracePane::colour(Heat heat)
{
    const bool own = m_teacherBeside && (heat == Heat::TeacherProb || heat == Heat::StudentProb);
    m_left->setHeat(own ? Heat::TeacherProb : heat);
    m_view->setHeat(own ? Heat::StudentProb : heat);
}

void TracePane::setTeacher(std::shared_ptr<const TeacherInsight> teacher, const QString& sentence, bool beside)
{
    if (teacher && !teacher->ends.empty() && m_view->trace().tokenEnds.isEmpty()) {
        TraceDocument withTokens = m_document; // the run stored no tokens to colour by
        withTokens.detail = teacher->detail(false);
        prepare(withTokens, false);
    }
    m_view->setTeacher(teacher);
    if (teacher && beside && !(m_teacherBeside && m_left->teacher() == teacher)) {
        const bool opens = !m_teacherBeside;
        m_teacherBeside = true;
        openLeft({ m_document.text, m_document.itemJson, teacher->detail(true), tr("Teacher: %1").arg(teacher->teacher),
            teacher->facts(true) });
        m_left->setTeacher(teacher);
        if (opens && !isOfTeacher(m_legend->heat()))
            m_legend->setHeat(Heat::TeacherKl); // without colours it would be the same text twice
        colour(m_legend->heat());
    } else if (m_teacherBeside && !beside) {
        unpin();
    }
    m_insight->setText(sentence);
    m_insight->setVisible(!sentence.isEmpty());
}

} // namespace aha
