#include "widgets/shell/actiontable.h"

#include "widgets/language/translation.h"
#include "widgets/plots/placeaction.h"

#include <QApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMenu>
#include <QMenuBar>
#include <QRegularExpression>

#include <algorithm>

namespace aha {

namespace {
constexpr const char *kDefault = "aha.defaultKeys", *kMenu = "aha.menu";

/// Without the letter that is pressed: "&Run" and "运行(&R)" lose it.
QString plain(QString text)
{
    static const QRegularExpression behind(QStringLiteral("\\(&.\\)"));
    return text.remove(behind).remove(QLatin1Char('&'));
}

bool overlap(const QKeySequence& a, const QKeySequence& b)
{
    return !a.isEmpty() && !b.isEmpty()
        && (a.matches(b) != QKeySequence::NoMatch || b.matches(a) != QKeySequence::NoMatch);
}

bool overlap(const QList<QKeySequence>& a, const QList<QKeySequence>& b)
{
    return std::any_of(a.begin(), a.end(), [&](const QKeySequence& one) {
        return std::any_of(b.begin(), b.end(), [&](const QKeySequence& other) { return overlap(one, other); });
    });
}

QList<QKeySequence> some(const QKeySequence& keys)
{
    return keys.isEmpty() ? QList<QKeySequence>() : QList<QKeySequence> { keys };
}

} // namespace

ActionTable::ActionTable(QWidget* window)
    : QObject(window)
    , m_window(window)
{
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* to) { focusMoved(to); });
}

QAction* ActionTable::add(
    QMenu* menu, const QString& id, const QString& text, const QKeySequence& keys, std::function<void()> work)
{
    auto* action = new QAction(text, m_window);
    connect(action, &QAction::triggered, m_window, [work = std::move(work)] { work(); });
    return adopt(menu, id, action, keys);
}

QAction* ActionTable::adopt(QMenu* menu, const QString& id, QAction* action, const QKeySequence& keys)
{
    action->setObjectName(id);
    action->setShortcut(keys);
    action->setProperty(kDefault, keys);
    action->setProperty(kMenu, plain(menu->title()));
    menu->addAction(action);
    m_actions.push_back(action);
    return action;
}

void ActionTable::meet(const QString& page, const QWidget* root)
{
    for (PlaceAction* action : root->findChildren<PlaceAction*>())
        meet(page, action);
}

void ActionTable::expect(const QString& kind, const QString& page)
{
    m_expected.emplace_back(kind, page);
    for (Place& place : m_places)
        if (place.entry->objectName().startsWith(kind) && !place.pages.contains(page)) {
            place.pages.prepend(page);
            place.entry->setProperty(kMenu, place.pages);
        }
}

void ActionTable::meet(const QString& page, PlaceAction* action)
{
    auto place = std::find_if(m_places.begin(), m_places.end(),
        [&](const Place& one) { return one.entry->objectName() == action->objectName(); });
    if (place == m_places.end()) {
        auto* entry = new QAction(action->text(), this);
        entry->setObjectName(action->objectName());
        m_places.push_back({ entry, {}, action->defaultKeys(), action->defaultKeys(), {} });
        place = std::prev(m_places.end());
        connect(entry, &QAction::triggered, this, [this, entry] {
            if (const Place* known = this->place(entry))
                if (PlaceAction* there = meant(*known))
                    there->trigger();
        });
        for (const auto& [kind, expected] : m_expected)
            if (entry->objectName().startsWith(kind))
                place->pages << expected;
    }
    if (!page.isEmpty() && !place->pages.contains(page))
        place->pages << page;
    place->entry->setProperty(kMenu, place->pages);
    std::erase_if(place->there, [](const auto& one) { return !one; });
    if (std::find(place->there.begin(), place->there.end(), action) == place->there.end()) {
        place->there.push_back(action);
        action->setShortcuts(place->keys);
    }
}

void ActionTable::focusMoved(QWidget* to)
{
    if (!to || to->window() != m_window || qobject_cast<QMenuBar*>(to) || qobject_cast<QMenu*>(to))
        return;
    m_focus = to;
    for (QWidget* at = to; at && at != m_window; at = at->parentWidget())
        for (QAction* action : at->actions())
            if (auto* there = qobject_cast<PlaceAction*>(action))
                meet(pageOf ? pageOf(at) : QString(), there);
}

std::vector<QAction*> ActionTable::placeEntries() const
{
    std::vector<QAction*> entries;
    for (const Place& place : m_places)
        entries.push_back(place.entry);
    return entries;
}

std::vector<QAction*> ActionTable::placeEntries(const QString& page) const
{
    std::vector<QAction*> entries;
    for (const Place& place : m_places)
        if (place.pages.contains(page))
            entries.push_back(place.entry);
    return entries;
}

QStringList ActionTable::pagesOf(const QAction* entry) const
{
    const Place* known = place(entry);
    return known ? known->pages : QStringList();
}

std::vector<QAction*> ActionTable::all() const
{
    std::vector<QAction*> all = m_actions;
    for (const Place& place : m_places)
        all.push_back(place.entry);
    return all;
}

const ActionTable::Place* ActionTable::place(const QAction* entry) const
{
    for (const Place& place : m_places)
        if (place.entry == entry)
            return &place;
    return nullptr;
}

PlaceAction* ActionTable::meant(const Place& place) const
{
    PlaceAction* any = nullptr;
    for (const QPointer<PlaceAction>& action : place.there) {
        if (!action || !action->makesSense())
            continue;
        if (m_focus && (action->place() == m_focus || action->place()->isAncestorOf(m_focus)))
            return action;
        if (!any && action->focus() != PlaceAction::Focus::Chosen)
            any = action;
    }
    return any;
}

bool ActionTable::makesSense(const QAction* entry) const
{
    const Place* known = place(entry);
    return known ? meant(*known) != nullptr : entry->isEnabled();
}

QAction* ActionTable::action(const QString& id) const
{
    for (QAction* one : all())
        if (one->objectName() == id)
            return one;
    return nullptr;
}

void ActionTable::fillMenu(QMenu* menu, const QStringList& pages)
{
    menu->clear();
    QString kind;
    std::vector<QAction*> entries;
    for (const QString& page : pages)
        for (QAction* entry : placeEntries(page))
            entries.push_back(entry);
    for (QAction* entry : entries) {
        const QString now = entry->objectName().section(QLatin1Char('.'), 0, 0);
        if (!kind.isEmpty() && kind != now)
            menu->addSeparator();
        kind = now;
        // The keys stand beside the text: those of an action in a menu would work in the whole window.
        const QList<QKeySequence> own = keys(entry);
        entry->setText(plain(entry->text().section(QLatin1Char('\t'), 0, 0))
            + (own.isEmpty() ? QString() : QLatin1Char('\t') + own.first().toString(QKeySequence::NativeText)));
        entry->setEnabled(makesSense(entry));
        menu->addAction(entry);
    }
    if (menu->isEmpty())
        menu->addAction(tr("Nothing of its own on this page"))->setEnabled(false);
}

QString ActionTable::title(const QAction* action)
{
    QStringList where;
    for (const QString& one : action->property(kMenu).toStringList())
        where << translated(one); // a page's name; a menu's title is what it is
    return where.join(QStringLiteral(", ")) + QStringLiteral(": ")
        + plain(action->text().section(QLatin1Char('\t'), 0, 0));
}

QList<QKeySequence> ActionTable::keys(const QAction* action) const
{
    const Place* known = place(action);
    return known ? known->keys : some(action->shortcut());
}

QList<QKeySequence> ActionTable::defaultKeys(const QAction* action) const
{
    const Place* known = place(action);
    return known ? known->defaultKeys : some(action->property(kDefault).value<QKeySequence>());
}

QString ActionTable::keysText(const QList<QKeySequence>& keys)
{
    QStringList texts;
    for (const QKeySequence& one : keys)
        texts << one.toString(QKeySequence::NativeText);
    return texts.join(QStringLiteral("  "));
}

QAction* ActionTable::holder(const QList<QKeySequence>& wanted, const QAction* except) const
{
    const Place* of = place(except);
    for (QAction* one : all()) {
        if (one == except || !overlap(wanted, keys(one)))
            continue;
        const Place* other = place(one);
        if (!of || !other || meet(*of, *other))
            return one;
    }
    return nullptr;
}

bool ActionTable::meet(const Place& a, const Place& b)
{
    for (const QPointer<PlaceAction>& one : a.there)
        for (const QPointer<PlaceAction>& other : b.there)
            if (one && other
                && (one->place() == other->place() || one->place()->isAncestorOf(other->place())
                    || other->place()->isAncestorOf(one->place())))
                return true;
    return false;
}

void ActionTable::apply(QAction* action, const QList<QKeySequence>& keys)
{
    for (Place& place : m_places)
        if (place.entry == action) {
            place.keys = keys;
            for (const QPointer<PlaceAction>& there : place.there)
                if (there)
                    there->setShortcuts(keys);
            return;
        }
    action->setShortcut(keys.isEmpty() ? QKeySequence() : keys.first());
}

bool ActionTable::setKeys(QAction* action, const QList<QKeySequence>& wanted)
{
    if (holder(wanted, action))
        return false;
    if (keys(action) != wanted) {
        apply(action, wanted);
        Q_EMIT keysChanged();
    }
    return true;
}

void ActionTable::resetKeys()
{
    for (QAction* one : all())
        apply(one, defaultKeys(one));
    Q_EMIT keysChanged();
}

QByteArray ActionTable::changedKeys() const
{
    QJsonObject changed;
    for (const QAction* one : all())
        if (const QList<QKeySequence> now = keys(one); now != defaultKeys(one))
            changed[one->objectName()] = now.isEmpty() ? QString() : now.first().toString(QKeySequence::PortableText);
    return QJsonDocument(changed).toJson(QJsonDocument::Compact);
}

void ActionTable::setChangedKeys(const QByteArray& json)
{
    const QJsonObject changed = QJsonDocument::fromJson(json).object();
    // Two actions may have swapped their keys: all that changed let go of theirs first.
    for (auto it = changed.begin(); it != changed.end(); ++it)
        if (QAction* one = action(it.key()))
            apply(one, {});
    for (auto it = changed.begin(); it != changed.end(); ++it)
        if (QAction* one = action(it.key()))
            if (const auto wanted = some(QKeySequence::fromString(it.value().toString(), QKeySequence::PortableText));
                !holder(wanted, one))
                apply(one, wanted);
    Q_EMIT keysChanged();
}

} // namespace aha
