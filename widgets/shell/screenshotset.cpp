#include "widgets/shell/screenshotset.h"

#include "core/base/files.h"
#include "core/store/run_reader.h"
#include "widgets/language/translation.h"
#include "widgets/panels/playgroundpanel.h"
#include "widgets/panels/samplingform.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"
#include "widgets/shell/theme.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QLabel>
#include <QProgressBar>
#include <QRegularExpression>

namespace aha {

namespace {

constexpr int kReadMs = 20'000; // and for a page that says that it reads or computes
constexpr int kTalkMs = 120'000; // most that a picture waits for a model's answer
constexpr int kWideWidth = 2000; // windows above show no more than those below, but for their pages

/// Lets queued work (worker threads, timers) reach the widgets.
void settle(int ms)
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < ms)
        QApplication::processEvents(QEventLoop::AllEvents, 20);
}

/// Lets a page come to rest: what it reads beside the window, with a bar or words that say so, is read.
void settlePage(const QWidget& page)
{
    settle(600);
    QElapsedTimer timer;
    timer.start();
    const auto reads = [&] {
        for (const QProgressBar* bar : page.findChildren<QProgressBar*>())
            if (bar->isVisible())
                return true;
        return false;
    };
    const auto says = [&] {
        for (const QLabel* label : page.findChildren<QLabel*>())
            if (label->isVisible() && label->text().endsWith(QStringLiteral(" …")))
                return true;
        return false;
    };
    while ((reads() && timer.elapsed() < kTalkMs) || (says() && timer.elapsed() < kReadMs))
        settle(50);
    settle(100);
}

/// Opens `model` everywhere and has it answer one question, coloured, as a person would see it.
void talk(MainWindow& window, const QString& model)
{
    window.openModel(model);
    PlaygroundPanel& playground = *window.playground();
    playground.openModel(model);
    playground.form()->setHeat(Heat::LogProb);
    QElapsedTimer timer;
    timer.start();
    const auto wait = [&](const auto& done) {
        while (!done() && timer.elapsed() < kTalkMs)
            QApplication::processEvents(QEventLoop::AllEvents, 20);
    };
    wait([&] { return playground.canSend(); });
    playground.send(QStringLiteral("Why is the sky blue? Answer in two sentences."));
    wait([&] { return !playground.conversation()->isAnswering(); });
}

/// "Re-score a run" as part of a file's name: "re-score-a-run".
QString slug(const QString& text)
{
    static const QRegularExpression other(QStringLiteral("[^a-z0-9]+"));
    return english(text).remove(QLatin1Char('&')).toLower().replace(other, QStringLiteral("-"));
}

/// The tabs that stand in a page itself, not in one of its tabs; nullptr: it has none, or shows no bar.
QTabWidget* tabsOf(const QWidget& page)
{
    for (QTabWidget* tabs : page.findChildren<QTabWidget*>())
        if (tabs->isVisible() && tabs->count() > 1)
            return tabs;
    return nullptr;
}

/// The window as it is once `page` has come to rest.
Result<void> drawWindow(MainWindow& window, const QWidget& page, const QString& file)
{
    settlePage(page);
    if (!window.grab().save(file))
        return Error { "file_unwritable", "The picture " + file.toStdString() + " could not be written.", "" };
    return {};
}

Result<void> drawPage(MainWindow& window, const Page& page, const QString& out, const QString& look)
{
    const auto draw = [&](const QString& name) -> Result<void> {
        return drawWindow(window, *page.widget, QStringLiteral("%1/%2-%3.png").arg(out, name, look));
    };
    window.showPage(page.name);
    const QString name = slug(page.name);
    if (Result<void> drawn = draw(name); !drawn)
        return drawn;
    QTabWidget* tabs = window.width() < kWideWidth ? tabsOf(*page.widget) : nullptr;
    const int first = tabs ? tabs->currentIndex() : 0;
    for (int tab = 0; tabs && tab < tabs->count(); ++tab)
        if (tab != first && tabs->isTabVisible(tab) && tabs->isTabEnabled(tab)) {
            tabs->setCurrentIndex(tab);
            if (Result<void> drawn = draw(name + QLatin1Char('-') + slug(tabs->tabText(tab))); !drawn)
                return drawn;
        }
    if (tabs)
        tabs->setCurrentIndex(first);
    return {};
}

} // namespace

Result<void> writeScreenshots(const QStringList& runs, const QString& out, const QString& model, const QString& data)
{
    for (const QString& run : runs)
        if (const auto reader = RunReader::open(run.toStdString()); !reader)
            return reader.error();
    if (Result<void> made = makeFolders(out.toStdString()); !made)
        return made.error();
    const bool fine = qApp->devicePixelRatio() > 1;
    for (const ThemeChoice theme : { ThemeChoice::Light, ThemeChoice::Dark }) {
        applyTheme(*qApp, theme);
        for (const QSize size : { QSize(1280, 800), QSize(2560, 1440) }) {
            if (fine && size.width() > kWideWidth)
                continue;
            MainWindow window;
            window.resize(size);
            window.openRuns(runs);
            if (!data.isEmpty())
                window.openData(data);
            if (!model.isEmpty())
                talk(window, model);
            window.show();
            const QString look
                = QStringLiteral("%1-%2%3")
                      .arg(theme == ThemeChoice::Light ? QStringLiteral("light") : QStringLiteral("dark"))
                      .arg(size.width())
                      .arg(fine ? QStringLiteral("@%1x").arg(qRound(qApp->devicePixelRatio())) : QString());
            for (const Page& page : window.pages()->pages())
                if (Result<void> drawn = drawPage(window, page, out, look); !drawn)
                    return drawn;
            if (size.width() < kWideWidth)
                continue;
            window.applyLayout(QStringLiteral("Charts and traces"));
            if (Result<void> drawn
                = drawWindow(window, window, QStringLiteral("%1/charts-and-traces-%2.png").arg(out, look));
                !drawn)
                return drawn;
        }
    }
    return {};
}

} // namespace aha
