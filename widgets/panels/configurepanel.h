#pragma once
// A form made from the configuration table: groups, defaults, ranges, units, help; messages stand at their fields.

#include "core/config/run_config.h"

#include <QHash>
#include <QWidget>

class QComboBox;
class QGroupBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace aha {

class ConfigurePanel : public QWidget {
    Q_OBJECT
public:
    explicit ConfigurePanel(QWidget* parent = nullptr);

    /// Shows `config`; changes are marked against `base` (defaults or the preset it came from).
    void setConfig(const RunConfig& config);
    const RunConfig& config() const { return m_config; }
    /// Reads a configuration file, or a preset that changes some settings of `base`. Shows the error when it cannot.
    bool loadFile(const QString& file);
    /// Text that stands at a field: the broken rule, or empty. For tests.
    QString messageAt(const QString& path) const;
    /// The editor of a field. For tests.
    QWidget* editor(const QString& path) const;

Q_SIGNALS:
    /// Start with this configuration in a new run folder.
    void startRequested(const aha::RunConfig& config);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    struct Row {
        QString path, help;
        QWidget* holder = nullptr;
        QWidget* editor = nullptr;
        QLabel *label = nullptr, *message = nullptr;
        bool advanced = false;
    };
    QWidget* makeEditor(Row& row, const Field& field);
    void showValues();
    void edited(const QString& path, const QString& text);
    void check();
    void filter(const QString& text);
    void fillPresets();
    void loadDialog();
    void saveDialog();

    RunConfig m_config;
    std::vector<Row> m_rows;
    QHash<QString, QString> m_typeErrors;   ///< fields whose text is not a value at all
    std::vector<QGroupBox*> m_groups;
    QComboBox* m_presets;
    QLineEdit *m_search, *m_command;
    QLabel *m_help, *m_estimate, *m_status;
    QPushButton *m_start, *m_advanced;
    bool m_filling = false;
};

} // namespace aha
