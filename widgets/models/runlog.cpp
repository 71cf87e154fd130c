#include "widgets/models/runlog.h"

namespace aha {

void RunLog::add(const QString& folder, const QString& name, const QDateTime& at, const QString& text)
{
    m_lines.push_back({ folder,
        at.toString(Qt::ISODate) + QLatin1Char(' ') + (name.isEmpty() ? QString() : name + QStringLiteral(": "))
            + text });
    if (m_lines.size() > kMost)
        m_lines.pop_front();
    Q_EMIT added(folder, m_lines.back().text);
}

} // namespace aha
