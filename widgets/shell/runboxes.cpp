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
    const OpenRun *was = currentRun(before), *is = currentRun(now);
    if (!is)
        return false;
    const auto same = [](const OpenRun& a, const OpenRun& b) { return a.feed->folder() == b.feed->folder(); };
    const auto holds = [&](const OpenRuns& runs, const OpenRun& run) {
        return std::any_of(runs.begin(), runs.end(), [&](const OpenRun& other) { return same(other, run); });
    };
    if (!was || !holds(before, *is))
        return true;
    if (holds(now, *was))
        return !same(*was, *is);
    // It was closed: the first of those that are left follows it without being asked for.
    return !same(*std::find_if(before.begin(), before.end(), [&](const OpenRun& run) { return holds(now, run); }), *is);
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
    const QString folder = currentRun(runs)->feed->folder();
    const QStringList names = runBoxes();
    for (auto* box : window.findChildren<QComboBox*>()) // once: a window has thousands of children
        if (names.contains(box->objectName())) {
            if (const QVariant shown = box->currentData(); shown.isValid() && shown.toString().isEmpty())
                continue; // all runs
            int index = box->findData(folder);
            if (index < 0 && box->count() == int(runs.size())) // in the order of the runs, without their folders
                index = currentIndex(runs);
            if (index < 0 || index == box->currentIndex())
                continue;
            box->setCurrentIndex(index);
            Q_EMIT box->activated(index); // as if it had been chosen there
        }
}

} // namespace aha
