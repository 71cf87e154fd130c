#pragma once
// The settings that are safe to change while a run trains: one line that says how they stand, and unfolded a field for
// each that matters to this run.

#include "core/config/run_config.h"

#include <QSet>
#include <QWidget>

#include <vector>

class QCheckBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QToolButton;

namespace aha {

class ElidedLabel;

class LiveSettings : public QWidget {
    Q_OBJECT
public:
    explicit LiveSettings(QWidget* parent = nullptr);
    /// How the run stands. `changed`: paths that were set since its start.
    void setConfig(const RunConfig& config, const QSet<QString>& changed);
    /// One of them, as the engine took it. False when it cannot be read.
    bool apply(const std::string& assignment);
    QString summary() const;

Q_SIGNALS:
    /// Enter in a field.
    void entered(const QString& path, const QString& text);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Row {
        QString path;
        FieldInfo info;
        QLabel* label;
        QLineEdit* edit;
        QLabel* range;
        bool shown = false;
    };
    void showConfig();
    void arrange();

    RunConfig m_config;
    QSet<QString> m_changed;
    std::vector<Row> m_rows;
    QToolButton* m_fold;
    QCheckBox* m_all;
    ElidedLabel* m_summary;
    QLabel* m_fixed;
    QWidget* m_body;
    QGridLayout* m_grid;
    int m_columns = 0;
};

} // namespace aha
