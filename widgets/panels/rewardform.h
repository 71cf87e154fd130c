#pragma once
// The rewards of a configuration, and what judges its answers, to be tried with other values: one editor a field,
// changed ones in bold.

#include "core/config/run_config.h"

#include <QStringList>
#include <QWidget>

#include <vector>

class QCheckBox;
class QGridLayout;
class QLabel;
class QPushButton;

namespace aha {

class RewardForm : public QWidget {
    Q_OBJECT
public:
    explicit RewardForm(QWidget* parent = nullptr);
    ~RewardForm() override;

    /// What the editors start from, and go back to. Drops what was changed.
    void setBase(const RunConfig& config);
    /// The base with the fields as they stand here.
    const RunConfig& config() const { return m_config; }
    /// group.key=value of each field that is not the base's: what the engine's verbs take behind --set.
    QStringList changes() const;
    /// Sets fields as changes() named them; what cannot be set here any more stays the base's.
    void setChanges(const QStringList& changes);

Q_SIGNALS:
    void changed();

private:
    struct Row {
        size_t field; ///< in fields()
        QLabel* label;
        QWidget* editor;
        bool judges; ///< can flip verdicts, and not only move the reward
        bool advanced, weighed; ///< weighed: the base uses it
    };
    void build();
    void addRow(QGridLayout& grid, size_t field);
    QLabel* addHeading(QGridLayout& grid, const QString& name, const QString& text);
    void put(QWidget* editor, const Field& field);
    void take(size_t field, const std::string& text);
    void showRows(bool all);
    void present();

    RunConfig m_base, m_config;
    std::vector<Row> m_rows;
    QCheckBox* m_all;
    QPushButton* m_reset;
    QLabel *m_state, *m_flips = nullptr; ///< m_flips: above what can flip verdicts
    QWidget* m_body;
    bool m_filling = false;
};

} // namespace aha
