#include "widgets/plots/placeaction.h"

#include <QKeyEvent>

namespace aha {

PlaceAction::PlaceAction(QWidget* place, const char* id, const QString& text, const QList<QKeySequence>& keys,
    std::function<void()> work, std::function<bool()> can, Focus focus)
    : QAction(text, place)
    , m_place(place)
    , m_defaultKeys(keys)
    , m_can(std::move(can))
    , m_focus(focus)
{
    setObjectName(QString::fromLatin1(id));
    setShortcuts(keys);
    setShortcutContext(focus == Focus::Exactly ? Qt::WidgetShortcut : Qt::WidgetWithChildrenShortcut);
    connect(this, &QAction::triggered, place, [this, work = std::move(work)] {
        if (!m_can || m_can()) // a key does not ask before
            work();
    });
    place->addAction(this);
}

bool PlaceAction::makesSense() const { return m_place && m_place->isVisible() && isEnabled() && (!m_can || m_can()); }

bool PlaceAction::takes(const QKeyEvent& event) const
{
    const Qt::KeyboardModifiers held = event.modifiers() & ~(Qt::KeypadModifier | Qt::GroupSwitchModifier);
    const auto key = Qt::Key(event.key());
    const bool letter = key >= Qt::Key_A && key <= Qt::Key_Z; // of others Shift may be a part: it makes a + of a =
    const QList<QKeySequence> own = shortcuts();
    return own.contains(QKeySequence(QKeyCombination(held, key)))
        || (!letter && key < Qt::Key_Escape
            && own.contains(QKeySequence(QKeyCombination(held & ~Qt::KeyboardModifiers(Qt::ShiftModifier), key))));
}

QString PlaceAction::withKeys(const QString& text) const
{
    return shortcut().isEmpty() ? text : text + QLatin1Char('\t') + shortcut().toString(QKeySequence::NativeText);
}

QList<QKeySequence> keyList(std::initializer_list<QKeyCombination> keys)
{
    QList<QKeySequence> list;
    for (const QKeyCombination key : keys)
        list << QKeySequence(key);
    return list;
}

PlaceAction* placeAction(const QWidget* place, const char* id)
{
    for (QAction* action : place->actions())
        if (auto* own = qobject_cast<PlaceAction*>(action); own && own->objectName() == QLatin1String(id))
            return own;
    return nullptr;
}

bool triggerPlaceAction(const QWidget* place, const QKeyEvent& event)
{
    for (QAction* action : place->actions())
        if (auto* own = qobject_cast<PlaceAction*>(action); own && own->takes(event)) {
            own->trigger();
            return true;
        }
    return false;
}

} // namespace aha
