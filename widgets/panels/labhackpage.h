#pragma once
// Known ways to be paid without the work, run against the rewards on the left: a score card.

#include "core/config/run_config.h"
#include "core/run/enginelines.h"

#include <QTemporaryFile>
#include <QWidget>

#include <memory>

class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;

namespace aha {

class ExactText;
class FigureTable;
class FigureFilter;
class TraceTable;

class LabHackPage : public QWidget {
    Q_OBJECT
public:
    /// `engine`: the program; empty: the one beside this program.
    explicit LabHackPage(const QString& engine = {}, QWidget* parent = nullptr);

    /// The rewards that are tried, a program and an expression of one's own included; of which run (a folder; "": of
    /// none), and whose they are, in words. A result of others stays, and says so.
    void setConfig(const RunConfig& config, const QString& folder = {}, const QString& whose = {});
    FigureTable* model() const { return m_model; }

Q_SIGNALS:
    /// A case, to be looked at as a text: its task, the problem's fields, the completion.
    void tried(const QString& task, const std::string& item, const QString& completion);

private:
    using Json = nlohmann::ordered_json;
    void toggle();
    void take(const std::vector<Json>& lines);
    void showCase();
    void say(const QString& text, bool problem);
    void refresh();
    QString summary() const;

    EngineLines m_engine;
    std::unique_ptr<QTemporaryFile> m_file; ///< the configuration, while the child may read it
    RunConfig m_config;
    QString m_folder, m_whose;
    std::string m_asked; ///< rewards that the table is of, as JSON
    QString m_askedFolder, m_askedWhose;
    bool m_isDone = false, m_isProblem = false;
    QString m_end; ///< how it ended, unless by itself
    std::vector<Json> m_cases; ///< by the rows' ids
    FigureTable* m_model;
    FigureFilter* m_filter;
    TraceTable* m_table;
    QPushButton *m_start, *m_try;
    QComboBox* m_show;
    QProgressBar* m_progress;
    QLabel *m_heading, *m_note, *m_why;
    ExactText* m_text;
};

} // namespace aha
