#include "widgets/shell/runboxes.h"

#include <QComboBox>

#include <algorithm>

namespace aha {

namespace {
constexpr const char* kRunBoxes[]
    = { "analyseRun", "lineageRun", "logRun", "logRunCopy", "pokeRun", "probeRun", "signalsRun", "traceRun" };
}

bool opensAnother(const OpenRuns& before, const OpenRuns& now)
{
    if (now.empty())
        return false;
    const auto is = [](const OpenRun& run) {
        return [folder = run.feed->folder()](const OpenRun& other) { return other.feed->folder() == folder; };
    };
    const auto stood = std::find_if(before.begin(), before.end(), is(now.front()));
    return stood == before.end() || std::any_of(before.begin(), stood, [&](const OpenRun& run) {
        return std::any_of(now.begin(), now.end(), is(run)); // it stood behind one that is still open
    });
}

QStringList runBoxes()
{
    QStringList names;
    for (const char* name : kRunBoxes)
        names << QString::fromLatin1(name);
    return names;
}

void showOnPages(const QWidget& window, const OpenRuns& runs)
{
    if (runs.empty())
        return;
    const QString folder = runs.front().feed->folder();
    const QStringList names = runBoxes();
    for (auto* box : window.findChildren<QComboBox*>()) // once: a window has thousands of children
        if (names.contains(box->objectName())) {
            if (const QVariant shown = box->currentData(); shown.isValid() && shown.toString().isEmpty())
                continue; // all runs
            int index = box->findData(folder);
            if (index < 0 && box->count() == int(runs.size())) // in the order of the runs, without their folders
                index = 0;
            if (index < 0 || index == box->currentIndex())
                continue;
            box->setCurrentIndex(index);
            Q_EMIT box->activated(index); // as if it had been chosen there
        }
}

} // namespace aha
