#pragma once
// The rewards of a configuration as rows: parts in use with weight and schedule, how they are put together, and a
// sample that the engine scores with them.

#include "core/config/run_config.h"
#include "core/run/enginequestion.h"

#include <QHash>
#include <QWidget>

#include <vector>

class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QMenu;
class QPlainTextEdit;
class QPushButton;
class QVBoxLayout;

namespace aha {

class SchedulePlot;

class RewardComposer : public QWidget {
    Q_OBJECT
public:
    /// `engine`: the program that scores; empty: the one beside this program.
    explicit RewardComposer(const QString& engine, QWidget* parent = nullptr);

    void setConfig(const RunConfig& config);
    /// Names of the parts that have a row. For tests.
    QStringList parts() const;

Q_SIGNALS:
    /// A field of the configuration shall be `text`.
    void changed(const QString& path, const QString& text);

private:
    struct Row {
        QString part, path;
        QLineEdit *weight = nullptr, *schedule = nullptr;
    };
    void buildSample(QVBoxLayout* layout);
    void arrange(); ///< rows for the parts in use
    void showValues();
    void showSchedules();
    void fillAddMenu();
    void scheduleEdited();
    void askForProblem();
    void test();
    void showScore(const nlohmann::ordered_json& answer);
    QStringList rewardSettings() const;

    RunConfig m_config;
    QStringList m_added; ///< parts whose row a person asked for, be their weight 0
    std::vector<Row> m_rows;
    const QLineEdit* m_typing = nullptr; ///< whose text stays as it is typed
    QHash<QString, QString> m_curves; ///< part -> points, as typed
    QGridLayout* m_grid;
    SchedulePlot* m_schedules; ///< of the parts that have one; what was last typed and is one stays while it is changed
    QWidget* m_page;
    QMenu* m_add;
    QComboBox *m_aggregation, *m_scale;
    QLabel *m_aggregationLabel, *m_scaleLabel, *m_says;
    QLineEdit *m_expression, *m_program;
    QLabel *m_expressionLabel, *m_programLabel;
    EngineQuestion m_question;
    bool m_asksProblem = false;
    QLineEdit* m_problem;
    QPlainTextEdit* m_completion;
    QPushButton *m_test, *m_draw;
    QLabel* m_score;
};

} // namespace aha
