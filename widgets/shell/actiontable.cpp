#include "widgets/shell/actiontable.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QMenu>
#include <QRegularExpression>

namespace aha {

namespace {
constexpr const char *kDefault = "aha.defaultKeys", *kMenu = "aha.menu";

/// Without the letter that is pressed: "&Run" and "运行(&R)" lose it.
QString plain(QString text)
{
    static const QRegularExpression behind(QStringLiteral("\\(&.\\)"));
    return text.remove(behind).remove(QLatin1Char('&'));
}
}

ActionTable::ActionTable(QWidget* window)
    : QObject(window)
    , m_window(window)
{
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

QAction* ActionTable::action(const QString& id) const
{
    for (QAction* one : m_actions)
        if (one->objectName() == id)
            return one;
    return nullptr;
}

QString ActionTable::title(const QAction* action)
{
    return action->property(kMenu).toString() + QStringLiteral(": ") + plain(action->text());
}

QKeySequence ActionTable::defaultKeys(const QAction* action) const
{
    return action->property(kDefault).value<QKeySequence>();
}

QAction* ActionTable::holder(const QKeySequence& keys, const QAction* except) const
{
    if (keys.isEmpty())
        return nullptr;
    for (QAction* one : m_actions)
        if (const QKeySequence theirs = one->shortcut(); one != except && !theirs.isEmpty()
            && (keys.matches(theirs) != QKeySequence::NoMatch || theirs.matches(keys) != QKeySequence::NoMatch))
            return one;
    return nullptr;
}

bool ActionTable::setKeys(QAction* action, const QKeySequence& keys)
{
    if (holder(keys, action))
        return false;
    if (action->shortcut() != keys) {
        action->setShortcut(keys);
        Q_EMIT keysChanged();
    }
    return true;
}

void ActionTable::resetKeys()
{
    for (QAction* one : m_actions)
        one->setShortcut(defaultKeys(one));
    Q_EMIT keysChanged();
}

QByteArray ActionTable::changedKeys() const
{
    QJsonObject changed;
    for (const QAction* one : m_actions)
        if (one->shortcut() != defaultKeys(one))
            changed[one->objectName()] = one->shortcut().toString(QKeySequence::PortableText);
    return QJsonDocument(changed).toJson(QJsonDocument::Compact);
}

void ActionTable::setChangedKeys(const QByteArray& json)
{
    const QJsonObject changed = QJsonDocument::fromJson(json).object();
    // Two actions may have swapped their keys: all that changed let go of theirs first.
    for (auto it = changed.begin(); it != changed.end(); ++it)
        if (QAction* one = action(it.key()))
            one->setShortcut({});
    for (auto it = changed.begin(); it != changed.end(); ++it)
        if (QAction* one = action(it.key()))
            if (const QKeySequence keys = QKeySequence::fromString(it.value().toString(), QKeySequence::PortableText);
                !holder(keys, one))
                one->setShortcut(keys);
    Q_EMIT keysChanged();
}

} // namespace aha
