#pragma once
// A form made from the configuration table: groups, defaults, ranges, units, help. What is wrong and what is advised is
// a mark in the row, with the sentence in its tip: a text that came and went would move the fields below it.

#include "core/config/advice.h"
#include "core/config/run_config.h"

#include <QHash>
#include <QWidget>

#include <functional>

class QHBoxLayout;
class QLabel;
class QScrollArea;
class QToolButton;
class QVBoxLayout;

namespace aha {

class PlaceAction;
class SettingsCard;

class ConfigForm : public QWidget {
    Q_OBJECT
public:
    explicit ConfigForm(QWidget* parent = nullptr);

    /// Shows `config`; what was typed and is no value is forgotten.
    void setConfig(const RunConfig& config);
    const RunConfig& config() const { return m_config; }
    /// As if a person typed `text` there.
    void setField(const QString& path, const QString& text);
    void setFilter(const QString& text, bool advanced);
    void setAdvice(const std::vector<Advice>& advice);
    /// One line below a field that says what its value is, such as a model's size; empty: none.
    void setFact(const QString& path, const QString& line);
    /// Shows a picture of what the field and its neighbours come to, at the end of their card, where it moves no field.
    /// The form owns it; it is seen where `shown` and the field are.
    void setPicture(const QString& path, QWidget* picture, bool shown);
    /// Puts a button with this menu beside the editor; the menu is made when it is asked for.
    void addChooser(const QString& path, const QString& name, const std::function<void(QToolButton*)>& fill);
    /// Whose keys undo and redo, instead of a single field's own. Both outlive this.
    void setUndoActions(const PlaceAction* undo, const PlaceAction* redo);
    /// Scrolls to the field and gives it the focus.
    void reveal(const QString& path);

    int attention() const { return m_attention; } ///< how many fields cannot stay as they are
    bool hasTypeErrors() const { return !m_typeErrors.isEmpty(); }
    QStringList typeErrors() const { return m_typeErrors.keys(); } ///< paths of fields whose text is no value
    /// What is said of the field that has the focus: what is wrong there, else what is advised.
    QString messageAtFocus() const;
    QString messageAt(const QString& path) const;
    QString adviceAt(const QString& path) const;
    QWidget* editor(const QString& path) const;
    QToolButton* resetButton(const QString& path) const;

Q_SIGNALS:
    void edited(const QString& path); ///< by a person; config() or messages changed
    void left(const QString& path); ///< the focus went elsewhere
    void explained(const QString& help); ///< of the field that has the focus
    void undoRequested();
    void redoRequested();

protected:
    bool eventFilter(QObject* object, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Row {
        QString path, label, help, details;
        SettingsCard* box = nullptr;
        QWidget* editor = nullptr;
        QLabel *title = nullptr, *mark = nullptr, *fact = nullptr;
        QToolButton *reset = nullptr, *chooser = nullptr;
        QWidget* picture = nullptr;
        bool pictured = false;
        QString error, advice;
        FieldInfo info;
        bool applies = true, shown = true;
        bool told = false; ///< not as the default, or wrong: shown without Advanced, and until the form is filled anew
    };
    Row makeRow(const Field& field, SettingsCard* box);
    QWidget* makeEditor(Row& row, const Field& field);
    void showValues();
    void typed(const QString& path, const QString& text);
    void check();
    void showMessage(Row& row);
    bool isWanted(const Row& row) const;
    void filter();
    void arrange();
    const Row* rowAt(const QString& path) const;
    Row* rowAt(const QString& path);

    RunConfig m_config;
    std::vector<Row> m_rows;
    QHash<QString, QString> m_typeErrors; ///< fields whose text is not a value at all
    std::vector<SettingsCard*> m_groups;
    QString m_wanted;
    bool m_advanced = false, m_filling = false;
    const PlaceAction *m_undo = nullptr, *m_redo = nullptr;
    QScrollArea* m_scroll;
    QWidget* m_page;
    QHBoxLayout* m_columnsLayout;
    std::vector<QVBoxLayout*> m_columns;
    int m_columnCount = 0, m_attention = 0;
};

} // namespace aha
