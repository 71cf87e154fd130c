#include "widgets/models/recentmodels.h"

#include "core/store/workspace.h"
#include "widgets/models/visibletext.h"

#include <QDir>
#include <QFileInfo>

namespace aha {

QString shortModelName(const QString& path)
{
    const QStringList parts = QDir::cleanPath(path).split(QLatin1Char('/'));
    const qsizetype n = parts.size();
    const QString last = n > 0 ? parts[n - 1] : path;
    return n >= 3 && parts[n - 2] == QLatin1String("checkpoints") ? parts[n - 3] + QStringLiteral(", ") + last : last;
}

RecentModels::RecentModels(Workspace* workspace, QObject* parent)
    : QAbstractListModel(parent)
    , m_workspace(workspace)
{
    if (!m_workspace)
        return;
    if (const Result<std::string> kept = m_workspace->setting(kSetting))
        for (const QString& path : QString::fromStdString(*kept).split(QLatin1Char('\n'), Qt::SkipEmptyParts))
            if (m_paths.size() < kKept && !m_paths.contains(path))
                m_paths << path;
}

int RecentModels::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_paths.size()); }

QVariant RecentModels::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= m_paths.size())
        return {};
    const QString& path = m_paths[index.row()];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return visibleLine(shortModelName(path).toStdString());
    case Qt::ToolTipRole:
        return plainToolTip(path);
    case PathRole:
        return path;
    default:
        return {};
    }
}

QString RecentModels::add(const QString& given)
{
    const QString path = QFileInfo(given).absoluteFilePath();
    if (path.contains(QLatin1Char('\n')) || (!m_paths.isEmpty() && m_paths.first() == path))
        return path;
    remove(path);
    beginInsertRows({}, 0, 0);
    m_paths.prepend(path);
    endInsertRows();
    if (m_paths.size() > kKept) {
        beginRemoveRows({}, kKept, int(m_paths.size()) - 1);
        m_paths = m_paths.mid(0, kKept);
        endRemoveRows();
    }
    keep();
    return path;
}

void RecentModels::remove(const QString& path)
{
    const int row = int(m_paths.indexOf(path));
    if (row < 0)
        return;
    beginRemoveRows({}, row, row);
    m_paths.removeAt(row);
    endRemoveRows();
    keep();
}

void RecentModels::keep()
{
    // A list that cannot be kept is only forgotten at the end; the database's own error is told where it is used.
    if (m_workspace)
        static_cast<void>(m_workspace->setSetting(kSetting, m_paths.join(QLatin1Char('\n')).toStdString()));
}

} // namespace aha
