// ahascope-workbench: the window, and its off-screen twin that draws reports.

#include "core/base/files.h"
#include "core/config/data_sources.h"
#include "core/run/runlauncher.h"
#include "core/store/workspace.h"
#include "widgets/language/translation.h"
#include "widgets/shell/language.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/report.h"
#include "widgets/shell/screenshotset.h"
#include "widgets/shell/systemappearance.h"
#include "widgets/shell/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QFileInfo>
#include <QFontDatabase>
#include <QLocale>
#include <QTimer>

#include <unistd.h>

#include <cstdio>
#include <vector>

namespace {

int fail(const aha::Error& error)
{
    std::fprintf(stderr, "%s\n", error.sentence().c_str());
    return 1;
}

/// Everything is drawn at the scale that was chosen in the menu. Qt reads it before there is an application. True when
/// it was set here.
bool scaleAsKept(aha::Workspace* workspace)
{
    if (!workspace || !qEnvironmentVariableIsEmpty("QT_SCALE_FACTOR"))
        return false;
    const auto percent = workspace->setting(aha::MainWindow::kScaleSetting);
    const int given = percent ? QByteArray::fromStdString(*percent).toInt() : 0;
    if (given < 80 || given > 200 || given == 100)
        return false;
    qputenv("QT_SCALE_FACTOR", QByteArray::number(given / 100.0));
    return true;
}

QString settingOf(aha::Workspace* workspace, const char* key)
{
    const auto kept = workspace ? workspace->setting(key) : aha::Result<std::string>(std::string());
    return kept ? QString::fromStdString(*kept) : QString();
}

bool hasDisplay() { return !qEnvironmentVariableIsEmpty("DISPLAY") || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY"); }

/// Everything until the window is closed. `again` gets the words to start the program with anew, where the window asks
/// for it.
int runProgram(int argc, char** argv, QStringList& again)
{
    using namespace aha;
    bool offscreen = false;
    for (int i = 1; i < argc; ++i)
        offscreen = offscreen || qstrcmp(argv[i], "--offscreen") == 0 || qstrcmp(argv[i], "--screenshot-set") == 0
            || qstrcmp(argv[i], "--help") == 0;
    if (offscreen)
        qputenv("QT_QPA_PLATFORM", "offscreen");
    else if (!hasDisplay() && qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        return fail({ "no_display", "There is no display to open a window on.",
            "Use ahascope report RUN --out DIR, or train without a window: ahascope train CONFIG" });
    QApplication::setApplicationName(QStringLiteral("AhaScope"));
    Result<std::unique_ptr<Workspace>> workspace // pictures do not depend on anyone's arrangement
        = offscreen ? Result<std::unique_ptr<Workspace>>(nullptr) : Workspace::open(workspaceFile().toStdString());
    Workspace* const kept = workspace ? workspace->get() : nullptr;
    const bool scaled = scaleAsKept(kept);
    QApplication application(argc, argv);
    QApplication::setApplicationVersion(QStringLiteral(AHASCOPE_VERSION));
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("AhaScope workbench"));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(
        QStringLiteral("runs"), QStringLiteral("Run directories to open."), QStringLiteral("[RUN…]"));
    const QCommandLineOption start(QStringLiteral("start"),
        QStringLiteral("Start a run from this configuration and show it."), QStringLiteral("CONFIG"));
    const QCommandLineOption set(
        QStringLiteral("set"), QStringLiteral("With --start: change a setting."), QStringLiteral("key=value"));
    const QCommandLineOption steps(
        QStringLiteral("max-steps"), QStringLiteral("With --start: end after this many steps."), QStringLiteral("N"));
    const QCommandLineOption paint(QStringLiteral("offscreen"),
        QStringLiteral("Draw every panel of this run to PNG and write a report."), QStringLiteral("RUN"));
    const QCommandLineOption shots(QStringLiteral("screenshot-set"),
        QStringLiteral(
            "Draw every page and the tabs in it, light and dark, in two sizes; at one with QT_SCALE_FACTOR=2."),
        QStringLiteral("RUN"));
    const QCommandLineOption out(
        QStringLiteral("out"), QStringLiteral("Folder for the pictures and the report."), QStringLiteral("DIR"));
    const QCommandLineOption model(QStringLiteral("model"),
        QStringLiteral("Show this model's card: a folder, a GGUF file, an adapter or a run."), QStringLiteral("MODEL"));
    const QCommandLineOption data(
        QStringLiteral("data"), QStringLiteral("Show this data set: a file or a folder."), QStringLiteral("DATA"));
    const QCommandLineOption theme(QStringLiteral("theme"), QStringLiteral("light, dark or system."),
        QStringLiteral("NAME"), QStringLiteral("system"));
    const QCommandLineOption language(QStringLiteral("language"),
        QStringLiteral("en or zh_CN, this time; else what was chosen in the window or the system's."),
        QStringLiteral("CODE"));
    parser.addOptions({ start, set, steps, paint, shots, out, model, data, theme, language });
    parser.process(application);
    const bool drawing = parser.isSet(paint) || parser.isSet(shots);
    const SystemAppearance appearance(application,
        offscreen ? QDBusConnection(QStringLiteral("none")) : QDBusConnection::sessionBus(),
        [&application] { return platformPaletteIsDark(application); });
    Theme chosenTheme(application, appearance);
    const QString keptTheme = settingOf(kept, MainWindow::kThemeSetting);
    chosenTheme.choose(themeFromName(parser.isSet(theme) || keptTheme.isEmpty() ? parser.value(theme) : keptTheme));
    if (parser.isSet(language))
        installLanguage(application, interfaceLanguage(parser.value(language), {}));
    else if (!drawing)
        installLanguage(application,
            interfaceLanguage(settingOf(kept, MainWindow::kLanguageSetting), QLocale::system().uiLanguages()));
    if (QFontDatabase::families(QFontDatabase::SimplifiedChinese).isEmpty())
        std::fprintf(stderr,
            "No font with Chinese characters is installed: Chinese in traces will show as boxes. Install "
            "fonts-noto-cjk.\n");

    if (drawing) {
        if (!parser.isSet(out))
            return fail({ "usage", "--out is missing.", "Say where to write: --out DIR" });
        const Result<void> drawn = parser.isSet(paint)
            ? writeReport(parser.value(paint), parser.value(out))
            : writeScreenshots(QStringList { parser.value(shots) } + parser.positionalArguments(), parser.value(out),
                parser.value(model), parser.value(data));
        return drawn ? 0 : fail(drawn.error());
    }
    MainWindow window(kept);
    if (!workspace)
        window.say(translated(workspace.error().sentence()));
    if (!offscreen)
        window.notifyThrough(QDBusConnection::sessionBus());
    QObject::connect(&window, &MainWindow::themeRequested, &application,
        [&](const QString& name) { chosenTheme.choose(themeFromName(name)); });
    QObject::connect(&window, &MainWindow::restartRequested, &application, [&] {
        again << QCoreApplication::applicationFilePath();
        if (parser.isSet(theme))
            again << QStringLiteral("--theme") << parser.value(theme);
        if (scaled)
            qunsetenv("QT_SCALE_FACTOR");
        application.quit();
    });
    if (!parser.positionalArguments().isEmpty()) {
        window.openRuns(parser.positionalArguments());
        window.showPage(QStringLiteral("Charts"));
    }
    if (workspace)
        QTimer::singleShot(1500, &window, [&window] { window.startTour(/*onlyOnce=*/true); });
    if (parser.isSet(data))
        window.openData(parser.value(data));
    if (parser.isSet(model))
        window.openModel(parser.value(model));
    window.show();
    if (parser.isSet(start)) {
        const Result<std::string> text = readFile(parser.value(start).toStdString(), 1 << 20);
        Result<RunConfig> config = text ? runConfigFromJson(*text) : Result<RunConfig>(text.error());
        if (!config)
            return fail(config.error());
        QStringList settings = parser.values(set);
        if (parser.isSet(steps))
            settings << QStringLiteral("general.max_steps=") + parser.value(steps);
        for (const QString& setting : settings)
            if (Result<void> applied = applySetting(*config, setting.toStdString()); !applied)
                return fail(applied.error());
        const QString beside = QFileInfo(parser.value(start)).absolutePath();
        QTimer::singleShot(
            0, &window, [&window, chosen = withPathsFrom(*config, beside.toStdString())] { window.startRun(chosen); });
    }
    return application.exec();
}

} // namespace

int main(int argc, char** argv)
{
    QStringList again;
    const int code = runProgram(argc, argv, again);
    if (again.isEmpty())
        return code;
    std::vector<QByteArray> words;
    for (const QString& word : again)
        words.push_back(word.toLocal8Bit());
    std::vector<char*> pointers;
    for (QByteArray& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    execv(pointers[0], pointers.data());
    return fail({ "restart_failed", "The window could not be started again.", "Start it as before; nothing is lost." });
}
