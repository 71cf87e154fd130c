#pragma once
// Which way a metric is better in the eyes of this window: the table's word, or what a person chose, kept by metric.

#include <QHash>
#include <QString>

namespace aha {

class Workspace;

class DirectionChoice {
public:
    /// `workspace`: nullptr keeps choices until the window closes. It must outlive this.
    explicit DirectionChoice(Workspace* workspace = nullptr)
        : m_workspace(workspace)
    {
    }
    /// What nobody knows is better higher.
    bool lowerIsBetter(const QString& metric) const;
    void choose(const QString& metric, bool lower);

private:
    Workspace* m_workspace;
    mutable QHash<QString, bool> m_chosen; ///< read or chosen
};

} // namespace aha
