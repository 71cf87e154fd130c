#pragma once
// A form made from the configuration table: groups, defaults, ranges, units, help; messages stand at their fields.

#include "core/run/runlist.h"

#include <QHash>
#include <QWidget>

class QComboBox;
class QGroupBox;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QMenu;
class QPlainTextEdit;
class QPushButton;
class QToolButton;
class QVBoxLayout;

namespace aha {

class PlanView;

class ConfigurePanel : public QWidget {
    Q_OBJECT
public:
    /// `engine`: the program that measures; empty: the one beside this program.
    explicit ConfigurePanel(const QString& engine = {}, QWidget* parent = nullptr);

    /// Shows `config`. `file` is where it came from, for the command line; empty: from nowhere.
    void setConfig(const RunConfig& config, const QString& file = {});
    const RunConfig& config() const { return m_config; }
    /// Reads a configuration file, or a preset that changes some settings of `base`. Shows the error when it cannot.
    bool loadFile(const QString& file);
    /// Writes the configuration; the command line names the file from then on. Shows the error when it cannot.
    bool saveFile(const QString& file);
    /// Runs to clone from, and whose measured steps the time estimate may use.
    void setEarlierRuns(const std::vector<RunListRow>& runs);
    /// Text that stands at a field: the broken rule, or empty. For tests.
    QString messageAt(const QString& path) const;
    /// The editor of a field. For tests.
    QWidget* editor(const QString& path) const;
    /// What puts a field back to its default; enabled when it differs.
    QToolButton* resetButton(const QString& path) const;
    QString commandLine() const;
    QString estimate() const;

Q_SIGNALS:
    /// Start with this configuration in a new run folder.
    void startRequested(const aha::RunConfig& config);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Row {
        QString path, label, help;
        QGroupBox* box = nullptr;
        QWidget* editor = nullptr;
        QLabel *title = nullptr, *message = nullptr;
        QToolButton* reset = nullptr;
        FieldInfo info;
        bool applies = true, shown = true;
    };
    void build(const QString& engine);
    Row makeRow(const Field& field, QGroupBox* box);
    QWidget* makeEditor(Row& row, const Field& field);
    void showValues();
    void showEstimate();
    void edited(const QString& path, const QString& text);
    void changeStage(const std::string& kind); ///< what has the old stage's default takes the new one's
    void check();
    void filter(const QString& text);
    void arrange();
    void fillPresets();
    void fillClones();
    const Row* rowAt(const QString& path) const;

    RunConfig m_config, m_base; ///< m_base: what the file of the command line says
    QString m_file;
    std::vector<Row> m_rows;
    std::vector<RunListRow> m_runs;
    QHash<QString, QString> m_typeErrors; ///< fields whose text is not a value at all
    std::vector<QGroupBox*> m_groups;
    QComboBox* m_presets;
    QLineEdit* m_search;
    QPlainTextEdit* m_command;
    QLabel *m_help, *m_status;
    PlanView* m_plan;
    QPushButton *m_start, *m_advanced, *m_clone;
    QMenu* m_clones;
    QWidget* m_page;
    QHBoxLayout* m_columnsLayout;
    std::vector<QVBoxLayout*> m_columns;
    int m_columnCount = 0;
    bool m_filling = false;
};

} // namespace aha
