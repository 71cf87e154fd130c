#pragma once
// An action that belongs to a place of the window: a chart, a trace, a table. Its keys work where that place has the
// focus. The window finds it there: it goes into the menu of the page, the palette, the cheat sheet and the key editor.

#include <QAction>
#include <QKeySequence>
#include <QList>
#include <QPointer>
#include <QWidget>

#include <functional>
#include <initializer_list>

class QKeyEvent;

namespace aha {

class PlaceAction : public QAction {
    Q_OBJECT
public:
    enum class Focus {
        Within, ///< keys work in the place and in what is in it
        Exactly, ///< single letters: only where nothing in it takes letters
        Chosen, ///< as Within; and of several such places the one with the focus is meant, never just any
    };

    /// `id` names the action for good ("chart.pin"), and may be that of several places of one kind. `place` owns it.
    /// `can` says whether it makes sense now; without, always.
    PlaceAction(QWidget* place, const char* id, const QString& text, const QList<QKeySequence>& keys,
        std::function<void()> work, std::function<bool()> can = {}, Focus focus = Focus::Within);

    QWidget* place() const { return m_place; }
    Focus focus() const { return m_focus; }
    const QList<QKeySequence>& defaultKeys() const { return m_defaultKeys; }
    /// The place can be seen, and the action can be done.
    bool makesSense() const;
    /// Is this one of its keys? For a place that is in no active window, where Qt matches no keys.
    bool takes(const QKeyEvent& event) const;
    /// "Move back\tAlt+Right", for a menu that makes an entry of its own.
    QString withKeys(const QString& text) const;

private:
    QPointer<QWidget> m_place;
    QList<QKeySequence> m_defaultKeys;
    std::function<bool()> m_can;
    Focus m_focus;
};

/// { Qt::Key_Plus, Qt::ALT | Qt::Key_Up } as sequences of one key each.
QList<QKeySequence> keyList(std::initializer_list<QKeyCombination> keys);
/// Of the actions of `place` itself the one with this id; nullptr: none.
PlaceAction* placeAction(const QWidget* place, const char* id);
/// Triggers the action of `place` that has this key; false: none has.
bool triggerPlaceAction(const QWidget* place, const QKeyEvent& event);

} // namespace aha
