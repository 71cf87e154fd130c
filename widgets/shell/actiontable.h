#pragma once
// Every action of the window once: it stands in a menu, the palette finds it, and its keys can be changed. Those of the
// window, and those of the places in it (PlaceAction).

#include <QAction>
#include <QKeySequence>
#include <QObject>
#include <QPointer>
#include <QStringList>

#include <functional>
#include <vector>

class QMenu;

namespace aha {

class PlaceAction;

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
    /// The actions of the places on a page, as it is now; what is made later is met when the focus comes to it. Places
    /// of one kind share one entry.
    void meet(const QString& page, const QWidget* root);
    /// Places of this kind ("chart.") come on that page, too, though there may be none yet.
    void expect(const QString& kind, const QString& page);
    /// Which page a widget is on; "" for none. Asked when the focus comes to a place.
    std::function<QString(const QWidget*)> pageOf;

    /// Those of the window.
    const std::vector<QAction*>& actions() const { return m_actions; }
    /// Those of places, one entry for each kind of place. Triggering one does it at the place that has the focus, or
    /// that can be seen.
    std::vector<QAction*> placeEntries() const;
    std::vector<QAction*> placeEntries(const QString& page) const;
    /// In the order of the pages where they come.
    QStringList pagesOf(const QAction* entry) const;
    QAction* action(const QString& id) const;
    /// Entries of these pages with their keys; those that make no sense now are grey.
    void fillMenu(QMenu* menu, const QStringList& pages);
    /// Does the entry make sense now, on the page that is shown?
    bool makesSense(const QAction* entry) const;

    /// "Run: Pause or continue", without the marks of the menu; "Traces: Find in the text".
    static QString title(const QAction* action);
    QList<QKeySequence> keys(const QAction* action) const;
    QList<QKeySequence> defaultKeys(const QAction* action) const;
    static QString keysText(const QList<QKeySequence>& keys);
    /// Who has one of these keys already, or keys that begin with it or that it begins with, where both can be meant:
    /// nowhere else than at two places of which none is within the other. nullptr for nobody.
    QAction* holder(const QList<QKeySequence>& keys, const QAction* except) const;
    /// False, and nothing changes, when another action holds them. No keys: none.
    bool setKeys(QAction* action, const QList<QKeySequence>& keys);
    void resetKeys();
    /// Keys that differ from their defaults, as JSON.
    QByteArray changedKeys() const;
    /// Ids that no longer exist and keys that are taken are passed over.
    void setChangedKeys(const QByteArray& json);

Q_SIGNALS:
    void keysChanged();

private:
    struct Place {
        QAction* entry; ///< for menus: without keys of its own, which would work everywhere
        QStringList pages;
        QList<QKeySequence> keys, defaultKeys;
        std::vector<QPointer<PlaceAction>> there;
    };
    void meet(const QString& page, PlaceAction* action);
    /// Is one of a's places one of b's, or within it, or around it?
    static bool meet(const Place& a, const Place& b);
    void focusMoved(QWidget* to);
    void apply(QAction* action, const QList<QKeySequence>& keys);
    const Place* place(const QAction* entry) const;
    /// Where the entry would be done now; nullptr: nowhere.
    PlaceAction* meant(const Place& place) const;
    std::vector<QAction*> all() const;

    QWidget* m_window;
    std::vector<QAction*> m_actions;
    std::vector<Place> m_places;
    std::vector<std::pair<QString, QString>> m_expected; ///< kind, page
    QPointer<QWidget> m_focus; ///< the last that was no menu
};

} // namespace aha
