#pragma once
// Saved chart layouts, in workspace.db: one setting that holds them all by name, and one for the last view.

#include "core/base/result.h"
#include "widgets/models/chartlayout.h"

#include <optional>

namespace aha {

class Workspace;

class LayoutShelf {
public:
    /// Without a workspace nothing is kept and saving fails with a sentence.
    explicit LayoutShelf(Workspace* workspace)
        : m_workspace(workspace)
    {
    }

    bool available() const { return m_workspace != nullptr; }
    QStringList names() const;
    std::optional<ChartLayout> layout(const QString& name) const;
    /// Under a name that is not blank; replaces one of that name. What of the x axis is in view belongs to
    /// a run and is not saved.
    Result<void> save(const QString& name, const ChartLayout& layout);
    Result<void> remove(const QString& name);

    std::optional<ChartLayout> last() const;
    Result<void> setLast(const ChartLayout& layout);

    /// How figures were exported the last time; empty for never.
    QJsonObject figure() const;
    Result<void> setFigure(const QJsonObject& settings);

private:
    QJsonObject read(const char* key) const;
    Result<void> write(const char* key, const QJsonObject& json);

    Workspace* m_workspace;
};

} // namespace aha
