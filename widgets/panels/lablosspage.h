#pragma once
// The same stored completions under several losses: how strong each is, how like the run's own, and at what it pulls.

#include "core/run/enginelines.h"

#include <QJsonObject>
#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace aha {

class FigureTable;
class FigureFilter;
class TraceTable;

class LabLossPage : public QWidget {
    Q_OBJECT
public:
    /// `engine`: the program; empty: the one beside this program.
    explicit LabLossPage(const QString& engine = {}, QWidget* parent = nullptr);

    /// The run; "" for none; and its name. What is shown or runs of another stays, and says so.
    void setFolder(const QString& folder, const QString& name = {});
    /// What is asked for, where it is not as setFolder() left it; restoreTyped() after that.
    QJsonObject typed() const;
    void restoreTyped(const QJsonObject& state);
    FigureTable* model() const { return m_model; }

private:
    using Json = nlohmann::ordered_json;
    void toggle();
    bool isAsking() const;
    void take(const std::vector<Json>& lines);
    void present(const Json& report);
    void say(const QString& text, bool problem);
    QWidgetList inputs() const;
    void refresh();

    EngineLines m_engine;
    QString m_folder, m_askedFolder, m_name, m_askedName; ///< now; that the table is of
    QString m_summary;
    QJsonObject m_untouched; ///< the fields, as setFolder() left them
    bool m_isProblem = false;
    QTimer m_tick;
    QSpinBox* m_step;
    QComboBox* m_policy;
    QLineEdit* m_losses;
    QPushButton* m_start;
    QProgressBar* m_progress;
    QLabel *m_heading, *m_note, *m_legend;
    FigureTable* m_model;
    FigureFilter* m_order;
    TraceTable* m_table;
};

} // namespace aha
