// The files that the form of figures writes: one, one of several panels, or a folder full.

#include "widgets/panels/figureform.h"

#include "core/base/files.h"
#include "widgets/language/translation.h"
#include "widgets/panels/figurewords.h"
#include "widgets/panels/notebar.h"
#include "widgets/plots/lineplot.h"

#include <QDir>
#include <QFileInfo>
#include <QHash>
#include <QLineEdit>

#include <memory>

namespace aha {

QString FigureForm::fileName(const QString& title)
{
    QString name = title.toLower();
    for (QChar& c : name)
        if (!c.isLetterOrNumber())
            c = QLatin1Char('-');
    return name.left(80);
}

void FigureForm::exportNow(bool replace)
{
    if (m_path->text().trimmed().isEmpty())
        return m_note->say(tr("Say where the figure should be saved."), true);
    const QStringList ids = chosenIds();
    if (ids.isEmpty())
        return m_note->say(tr("Choose at least one chart."), true);
    const QString file = path();
    if (target() == Target::Folder)
        return exportAll(file, replace);
    if (QFile::exists(file) && !replace)
        return m_note->ask(tr("%1 is there already.").arg(file), tr("Replace"), [this] { exportNow(true); });
    if (target() == Target::Sheet)
        return exportSheet(file);
    const auto one
        = [this, file](LinePlot* chart) { report(1, write(chart, file) ? QStringList() : QStringList { file }, file); };
    if (LinePlot* chart = plot(ids.front()); !m_walk)
        return chart ? one(chart) : report(0, {}, file);
    // Through the page even if it is known: a chart out of view has not read what came since.
    gather(ids, [this, one, file](const QVector<LinePlot*>& charts) {
        if (charts.isEmpty())
            return report(0, {}, file);
        one(charts.front());
    });
}

void FigureForm::gather(const QStringList& ids, std::function<void(const QVector<LinePlot*>& charts)> done)
{
    auto found = std::make_shared<QVector<QPointer<LinePlot>>>();
    m_walk(
        ids, [found](const QString&, LinePlot* chart) { *found << chart; },
        [found, done = std::move(done)] {
            QVector<LinePlot*> charts;
            for (const QPointer<LinePlot>& chart : std::as_const(*found))
                if (chart)
                    charts << chart;
            done(charts);
        });
}

void FigureForm::exportSheet(const QString& file)
{
    m_note->say(tr("Saving into %1 …").arg(file));
    const QStringList ids = chosenIds();
    gather(ids, [this, file, chosen = ids.size()](const QVector<LinePlot*>& charts) {
        const bool written = !charts.isEmpty() && sheet(charts).save(file);
        report(charts.isEmpty() ? 0 : 1, written ? QStringList() : QStringList { file }, file);
        if (written && charts.size() < chosen)
            m_note->say(tr("Saved to %1 with %2 of %3 panels: the other charts have no data.")
                            .arg(file)
                            .arg(charts.size())
                            .arg(chosen));
    });
}

void FigureForm::exportAll(const QString& folder, bool replace)
{
    if (!QDir().mkpath(folder))
        return m_note->say(tr("The folder %1 could not be made. Choose a place that is writable.").arg(folder), true);
    const qsizetype there = QDir(folder).entryList({ QStringLiteral("*.") + kind() }, QDir::Files).size();
    if (there > 0 && !replace)
        return m_note->ask(tr("%1 holds files of this kind already (%2); those with the names of charts are replaced.")
                               .arg(folder)
                               .arg(there),
            tr("Replace"), [this] { exportNow(true); });
    struct Written {
        QHash<QString, int> taken; // a metric may be called like a standard chart
        qsizetype files = 0;
        QStringList failed;
    };
    m_note->say(tr("Saving into %1 …").arg(folder));
    auto written = std::make_shared<Written>();
    m_walk(
        chosenIds(),
        [this, written, folder](const QString&, LinePlot* chart) {
            QString name = fileName(chart->title());
            if (const int n = ++written->taken[name]; n > 1)
                name += QStringLiteral("-%1").arg(n);
            const QString file = QStringLiteral("%1/%2.%3").arg(folder, name, kind());
            ++written->files;
            if (!write(chart, file))
                written->failed << file;
        },
        [this, written, folder] { report(written->files, written->failed, folder); });
}

bool FigureForm::write(LinePlot* chart, const QString& file)
{
    return file.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive)
        ? writeFileAtomically(file.toStdString(), chart->visibleCsv().toStdString()).ok()
        : sheet({ chart }).save(file);
}

void FigureForm::report(qsizetype files, const QStringList& failed, const QString& target)
{
    if (files == 0)
        return m_note->say(tr("The open runs have no chart with data yet."), true);
    if (!failed.isEmpty())
        return m_note->say(
            tr("%1 could not be written. Choose a folder that is writable and has room.")
                .arg(failed.size() == 1 ? failed.front() : tr("%1 files in %2").arg(failed.size()).arg(target)),
            true);
    m_folder = QFileInfo(target).path();
    m_note->say(QFileInfo(target).isDir() ? tr("Saved %1 figures to %2").arg(files).arg(target)
                                          : tr("Saved to %1").arg(target));
    Q_EMIT used();
}

} // namespace aha
