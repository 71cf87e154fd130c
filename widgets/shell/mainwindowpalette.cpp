// What Ctrl+K finds.

#include "widgets/models/glossary.h"
#include "widgets/models/recentmodels.h"
#include "widgets/panels/runspanel.h"
#include "widgets/shell/actiontable.h"
#include "widgets/shell/commandpalette.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"

#include <set>

namespace aha {

std::vector<PaletteEntry> MainWindow::paletteEntries()
{
    std::vector<PaletteEntry> entries;
    std::set<QString> open;
    for (const OpenRun& run : m_runs) {
        const QString folder = run.feed->folder();
        open.insert(folder);
        entries.push_back({ run.label, QStringLiteral("open run"), {}, [this, folder] { showRun(folder); } });
    }
    for (const Page& page : m_pages->pages())
        entries.push_back(
            { page.name, QStringLiteral("page"), page.parent, [this, name = page.name] { showPage(name); } });
    for (QAction* action : m_actions->actions())
        if (action->isEnabled() && !action->objectName().startsWith(QLatin1String("go.")))
            entries.push_back({ ActionTable::title(action), QStringLiteral("action"),
                action->shortcut().toString(QKeySequence::NativeText), [action] { action->trigger(); } });
    for (const QString& name : m_layouts.names())
        entries.push_back({ name, QStringLiteral("layout"), {}, [this, name] { applyLayout(name); } });
    for (const RunListRow& row : m_runsPanel->model()->rows())
        if (!open.count(row.folder))
            entries.push_back(
                { row.name, QStringLiteral("run"), {}, [this, folder = row.folder] { showRun(folder); } });
    for (const QString& path : m_recentModels->paths())
        entries.push_back({ shortModelName(path), QStringLiteral("model"), {}, [this, path] { openModel(path); } });
    RunConfig defaults;
    for (const Field& field : fields(defaults)) {
        const QString path = QString::fromStdString(field.info.path());
        entries.push_back({ QString::fromStdString(field.info.label), QStringLiteral("setting"), path,
            [this, path] { showSetting(path); } });
    }
    for (int row = 0; row < m_glossary->rowCount(); ++row) {
        const GlossaryEntry& entry = m_glossary->entry(row);
        const bool term = entry.section == QLatin1String("Terms");
        entries.push_back({ entry.name, term ? QStringLiteral("term") : QStringLiteral("metric"),
            term ? QString() : entry.section, [this, name = entry.name] { showMetric(name); } });
    }
    return entries;
}

void MainWindow::openPalette() { m_palette->open(paletteEntries()); }

} // namespace aha
