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

    /// The run; "" for none; and its name. What is listed or runs of another stays, and says so.
    void setFolder(const QString& folder, qint64 lastStep, const QString& name = {});
    /// What is to be other than in the run: rewards.key=value.
    void setChanges(const QStringList& changes);
    /// As the button does; what runs already for this run goes on, for another one makes way.
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
    QString m_folder, m_askedFolder, m_name, m_askedName; ///< now; that the table is of
    QStringList m_changes, m_asked; ///< likewise
    bool m_isDone = false, m_isProblem = false;
    QString m_summary;
    FigureTable* m_model;
    FigureFilter* m_filter;
    TraceTable* m_table;
    QPushButton* m_start;
    QComboBox* m_show;
    QSpinBox *m_from, *m_to;
    QProgressBar* m_progress;
    QLabel *m_heading, *m_note;
};

} // namespace aha
