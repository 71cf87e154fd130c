#pragma once
// Models that were opened, newest first: a list for combo boxes and for the Models page, kept in workspace.db.

#include <QAbstractListModel>
#include <QStringList>

namespace aha {

class Workspace;

class RecentModels : public QAbstractListModel {
    Q_OBJECT
public:
    static constexpr int kKept = 20;
    static constexpr const char* kSetting = "models.recent";
    enum Role { PathRole = Qt::UserRole };

    /// `workspace`: nullptr remembers nothing; it must outlive the list.
    explicit RecentModels(Workspace* workspace, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

    const QStringList& paths() const { return m_paths; }
    /// To the top; the oldest one goes when there are too many. Its absolute path.
    QString add(const QString& path);
    void remove(const QString& path);

private:
    void keep();

    Workspace* m_workspace;
    QStringList m_paths;
};

/// "SmolLM2-135M.gguf", or for a checkpoint "my-run, step 40".
QString shortModelName(const QString& path);

} // namespace aha
