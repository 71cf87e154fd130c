#pragma once
// Every action of the window once: it stands in a menu, the palette finds it, and its keys can be changed.

#include <QAction>
#include <QKeySequence>
#include <QObject>

#include <functional>
#include <vector>

class QMenu;

namespace aha {

class ActionTable : public QObject {
    Q_OBJECT
public:
    /// Actions work in `window`.
    explicit ActionTable(QWidget* window);

    /// `id` names the action for good: changed keys are kept under it.
    QAction* add(
        QMenu* menu, const QString& id, const QString& text, const QKeySequence& keys, std::function<void()> work);
    /// An action that something else made (a dock's switch).
    QAction* adopt(QMenu* menu, const QString& id, QAction* action, const QKeySequence& keys);

    const std::vector<QAction*>& actions() const { return m_actions; }
    QAction* action(const QString& id) const;
    /// "Run: Pause or continue", without the marks of the menu.
    static QString title(const QAction* action);
    QKeySequence defaultKeys(const QAction* action) const;
    /// Who has these keys already, or keys that begin with them or that they begin with; nullptr for nobody.
    QAction* holder(const QKeySequence& keys, const QAction* except) const;
    /// False, and nothing changes, when another action holds them.
    bool setKeys(QAction* action, const QKeySequence& keys);
    void resetKeys();
    /// Keys that differ from their defaults, as JSON.
    QByteArray changedKeys() const;
    /// Ids that no longer exist and keys that are taken are passed over.
    void setChangedKeys(const QByteArray& json);

Q_SIGNALS:
    void keysChanged();

private:
    QWidget* m_window;
    std::vector<QAction*> m_actions;
};

} // namespace aha
