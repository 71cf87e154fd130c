#pragma once
// The page Keyboard: cheat sheet and editor of the keys of every action.

#include <QKeySequence>
#include <QList>
#include <QWidget>

class QAction;
class QKeySequenceEdit;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableWidget;

namespace aha {

class ActionTable;
class EmptyHint;

class KeyboardPage : public QWidget {
    Q_OBJECT
public:
    explicit KeyboardPage(ActionTable* actions, QWidget* parent = nullptr);

    /// Reads the actions again: some were added since.
    void refresh();

private:
    void filter();
    void showCurrent();
    void showKeys(const QAction* action);
    void change();
    void use(QAction* action, const QList<QKeySequence>& keys);

    ActionTable* m_actions;
    QLineEdit* m_search;
    QTableWidget* m_table;
    EmptyHint* m_none;
    QLabel *m_title, *m_message;
    QKeySequenceEdit* m_keys;
    QPushButton *m_apply, *m_default;
};

} // namespace aha
