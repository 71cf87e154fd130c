#pragma once
// A combo box of models that were opened, and the way to open another: folder, GGUF file, checkpoint of an open run.

#include "widgets/panels/openrun.h"
#include "widgets/panels/sessionpart.h"

#include <QWidget>

#include <functional>

class QComboBox;
class QMenu;
class QToolButton;

namespace aha {

class RecentModels;

/// Entries that open a model; `chosen` gets a path. The runs are asked for when the menu is shown.
QMenu* openModelMenu(
    QWidget* parent, const std::function<OpenRuns()>& runs, std::function<void(const QString&)> chosen);

class ModelChooser : public QWidget, public SessionPart {
    Q_OBJECT
public:
    /// `none`: text of an entry for no model; empty: there is no such entry. `recent` must outlive this.
    ModelChooser(RecentModels* recent, const QString& name, const QString& none, QWidget* parent = nullptr);

    QString path() const { return m_path; }
    void setPath(const QString& path); ///< "" = none; emits chosen() when it changes
    void setRuns(const OpenRuns& runs) { m_runs = runs; }
    QJsonObject sessionState() const override { return { { QStringLiteral("path"), m_path } }; }
    void restoreSession(const QJsonObject& state) override { setPath(state[QStringLiteral("path")].toString()); }

Q_SIGNALS:
    void chosen(const QString& path);

private:
    void fill();

    RecentModels* m_recent;
    QString m_none, m_path;
    OpenRuns m_runs;
    QComboBox* m_combo;
    QToolButton* m_open;
};

} // namespace aha
