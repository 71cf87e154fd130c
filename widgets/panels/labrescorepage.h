#pragma once
// A run's stored completions judged again under other rewards: which verdicts and rewards change, and why.

#include "core/run/enginelines.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace aha {

class FigureTable;
class FigureFilter;
class TraceTable;

class LabRescorePage : public QWidget {
    Q_OBJECT
public:
    /// `engine`: the program; empty: the one beside this program.
    explicit LabRescorePage(const QString& engine = {}, QWidget* parent = nullptr);

    /// The run; "" for none. What is shown is of another one, and goes.
    void setFolder(const QString& folder, qint64 lastStep);
    /// What is to be other than in the run: rewards.key=value.
    void setChanges(const QStringList& changes);
    /// As the button does; what runs already goes on.
    void start();
    FigureTable* model() const { return m_model; }

Q_SIGNALS:
    void completionPicked(const QString& folder, qint64 completionId);

private:
    using Json = nlohmann::ordered_json;
    void toggle();
    void take(const std::vector<Json>& lines);
    void summarize(const Json& summary);
    void say(const QString& text, bool problem);
    void refresh();

    EngineLines m_engine;
    QString m_folder;
    QStringList m_changes, m_asked; ///< now; that the table is of
    bool m_isDone = false;
    QString m_summary;
    FigureTable* m_model;
    FigureFilter* m_filter;
    TraceTable* m_table;
    QPushButton* m_start;
    QComboBox* m_show;
    QSpinBox *m_from, *m_to;
    QProgressBar* m_progress;
    QLabel* m_note;
};

} // namespace aha
