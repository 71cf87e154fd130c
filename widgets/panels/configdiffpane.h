#pragma once
// The form against a run or a recipe: what differs, one line a field. A click goes there; "take theirs" takes it over.

#include "core/config/run_config.h"

#include <QWidget>

#include <functional>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace aha {

class ConfigDiffModel;

class ConfigDiffPane : public QWidget {
    Q_OBJECT
public:
    /// Something to compare with; read when it is chosen. An empty file: the built-in defaults.
    struct Other {
        QString title, file;
        bool operator==(const Other&) const = default;
    };

    explicit ConfigDiffPane(QWidget* parent = nullptr);

    void setConfig(const RunConfig& mine);
    void setOthers(const std::vector<Other>& others);
    /// Compares with this, which stands in no file of the list.
    void compareWith(const RunConfig& theirs, const QString& title);
    /// Reads JSON or YAML of our own, or a recipe of another framework. `keep`: it stays in the list.
    void compareWithFile(const QString& file, const QString& title, bool keep);
    ConfigDiffModel* model() const { return m_model; }

Q_SIGNALS:
    void fieldPicked(const QString& path);
    void taken(const QString& path, const QString& text);

private:
    void fill(); ///< the list: what has the words of the search
    void choose(int index);
    void present();
    void take(int row);

    ConfigDiffModel* m_model;
    RunConfig m_mine, m_theirs;
    QString m_title;
    std::vector<Other> m_others;
    Other m_file; ///< chosen by a person, and in the list from then on
    QLineEdit* m_find;
    QComboBox* m_other;
    QTableView* m_table;
    QLabel* m_says;
    QPushButton* m_takeAll;
};

} // namespace aha
