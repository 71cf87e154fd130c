// What is dropped on the window, given to it or was open before: runs, models, data, settings, recipes.

#include "core/protocol/run_folder.h"
#include "widgets/language/translation.h"
#include "widgets/models/recentmodels.h"
#include "widgets/panels/configurepanel.h"
#include "widgets/shell/itemkind.h"
#include "widgets/shell/mainwindow.h"

#include <QDragEnterEvent>
#include <QFileInfo>
#include <QMenu>
#include <QMimeData>

namespace aha {

namespace {

constexpr int kMostRecent = 12;

QStringList localPaths(const QMimeData* data)
{
    QStringList paths;
    for (const QUrl& url : data->urls())
        if (url.isLocalFile())
            paths << url.toLocalFile();
    return paths;
}

} // namespace

void MainWindow::openItems(const QStringList& paths)
{
    QStringList runs;
    for (const QString& path : paths)
        switch (itemKind(path)) {
        case ItemKind::Run:
            runs << (QFileInfo(path).isDir() ? path : QFileInfo(path).absolutePath());
            break;
        case ItemKind::Model:
            openModel(path);
            break;
        case ItemKind::Data:
            openData(path);
            break;
        case ItemKind::Settings:
            leadTo(QStringLiteral("Settings")); // where it also says why not
            m_panels.configure->loadFile(path);
            break;
        case ItemKind::Recipe:
            leadTo(QStringLiteral("Settings"));
            m_panels.configure->importFile(path);
            break;
        case ItemKind::Unknown:
            say(unknownItemSentence(path));
        }
    if (!runs.isEmpty()) {
        openRuns(runs);
        showPage(QStringLiteral("Charts"));
    }
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (!localPaths(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    openItems(localPaths(event->mimeData()));
    event->acceptProposedAction();
}

QStringList MainWindow::recent(const char* key) const
{
    QStringList items;
    for (const QByteArray& item : kept(key).split('\n'))
        if (!item.isEmpty())
            items << QString::fromUtf8(item);
    return items;
}

void MainWindow::remember(const char* key, const QString& item)
{
    QStringList items = recent(key);
    items.removeAll(item);
    items.prepend(item);
    keep(key, items.mid(0, kMostRecent).join(QLatin1Char('\n')).toUtf8());
}

void MainWindow::fillRecent(QMenu* menu)
{
    menu->clear();
    const auto add = [&](const QStringList& paths, auto&& title, auto&& open) {
        if (!menu->isEmpty() && !paths.isEmpty())
            menu->addSeparator();
        for (const QString& path : paths)
            if (QFileInfo::exists(path)) {
                QAction* action = menu->addAction(title(path).replace(QLatin1Char('&'), QLatin1String("&&")));
                action->setStatusTip(path);
                connect(action, &QAction::triggered, this, [open, path] { open(path); });
            }
    };
    const auto name = [](const QString& path) { return QFileInfo(path).fileName(); };
    add(recent(kRecentRuns), name, [this](const QString& path) { showRun(path); });
    add(
        m_recentModels->paths().mid(0, kMostRecent), [](const QString& path) { return shortModelName(path); },
        [this](const QString& path) { openModel(path); });
    add(recent(kRecentData), name, [this](const QString& path) { openData(path); });
    if (menu->isEmpty())
        menu->addAction(tr("Nothing was opened yet"))->setEnabled(false);
}

} // namespace aha
