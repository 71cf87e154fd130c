#include "widgets/models/layoutshelf.h"

#include "core/store/workspace.h"

#include <QJsonDocument>

namespace aha {

namespace {

constexpr const char *kAll = "charts.layouts", *kLast = "charts.view", *kFigure = "charts.figure";

QJsonObject withoutRange(ChartLayout layout)
{
    layout.from = layout.to = NAN;
    return layout.toJson();
}

} // namespace

QJsonObject LayoutShelf::read(const char* key) const
{
    if (!m_workspace)
        return {};
    const Result<std::string> text = m_workspace->setting(key);
    return text ? QJsonDocument::fromJson(QByteArray::fromStdString(*text)).object() : QJsonObject();
}

Result<void> LayoutShelf::write(const char* key, const QJsonObject& json)
{
    if (!m_workspace)
        return Error { "workspace_missing", "There is no workspace to keep layouts in.", "" };
    return m_workspace->setSetting(key, QJsonDocument(json).toJson(QJsonDocument::Compact).toStdString());
}

QStringList LayoutShelf::names() const { return read(kAll).keys(); }

std::optional<ChartLayout> LayoutShelf::layout(const QString& name) const
{
    const QJsonObject all = read(kAll);
    return all.contains(name) ? std::optional(ChartLayout::fromJson(all.value(name).toObject())) : std::nullopt;
}

Result<void> LayoutShelf::save(const QString& name, const ChartLayout& layout)
{
    if (name.trimmed().isEmpty())
        return Error { "layout_unnamed", "A layout needs a name.", "Type one." };
    QJsonObject all = read(kAll);
    all[name.trimmed()] = withoutRange(layout);
    return write(kAll, all);
}

Result<void> LayoutShelf::remove(const QString& name)
{
    QJsonObject all = read(kAll);
    all.remove(name);
    return write(kAll, all);
}

std::optional<ChartLayout> LayoutShelf::last() const
{
    const QJsonObject json = read(kLast);
    return json.isEmpty() ? std::nullopt : std::optional(ChartLayout::fromJson(json));
}

Result<void> LayoutShelf::setLast(const ChartLayout& layout) { return write(kLast, withoutRange(layout)); }

QJsonObject LayoutShelf::figure() const { return read(kFigure); }
Result<void> LayoutShelf::setFigure(const QJsonObject& settings) { return write(kFigure, settings); }

} // namespace aha
