#include "widgets/shell/layoutlist.h"

#include "widgets/language/translation.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace aha {

bool LayoutList::isShipped(const QString& name)
{
    for (const Shipped& one : kShipped)
        if (name.compare(QLatin1String(one.name), Qt::CaseInsensitive) == 0)
            return true;
    return false;
}

QStringList LayoutList::names() const
{
    QStringList names;
    for (const auto& [name, layout] : m_own)
        names << name;
    return names;
}

const WindowLayout* LayoutList::find(const QString& name) const
{
    const auto it = m_own.find(name);
    return it == m_own.end() ? nullptr : &it->second;
}

QString LayoutList::refusal(const QString& name, const QString& except) const
{
    if (name.isEmpty())
        return tr("A layout needs a name.");
    if (name.size() > 40)
        return tr("The name has %1 characters; 40 fit into the menu.").arg(name.size());
    if (isShipped(name))
        return tr("“%1” comes with the program. Choose another name.").arg(name);
    if (name != except && !except.isEmpty() && find(name))
        return tr("There is a layout “%1” already.").arg(name);
    return {};
}

void LayoutList::rename(const QString& from, const QString& to)
{
    auto node = m_own.extract(from);
    if (node.empty())
        return;
    node.key() = to;
    m_own.insert(std::move(node));
}

QByteArray LayoutList::toJson() const
{
    QJsonObject all;
    for (const auto& [name, layout] : m_own)
        all[name] = QJsonObject { { QStringLiteral("docks"), QString::fromLatin1(layout.docks.toBase64()) },
            { QStringLiteral("page"), layout.page }, { QStringLiteral("beside"), layout.beside },
            { QStringLiteral("share"), layout.share } };
    return QJsonDocument(all).toJson(QJsonDocument::Compact);
}

LayoutList LayoutList::fromJson(const QByteArray& json)
{
    LayoutList list;
    const QJsonObject all = QJsonDocument::fromJson(json).object();
    for (auto it = all.begin(); it != all.end(); ++it)
        if (it->isObject() && list.refusal(it.key()).isEmpty())
            list.keep(it.key(),
                { QByteArray::fromBase64(it->toObject()[QStringLiteral("docks")].toString().toLatin1()),
                    it->toObject()[QStringLiteral("page")].toString(),
                    it->toObject()[QStringLiteral("beside")].toString(),
                    it->toObject()[QStringLiteral("share")].toDouble(0.5) });
    return list;
}

} // namespace aha
