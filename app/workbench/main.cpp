// ahascope-workbench: the window, and its off-screen twin that draws reports.

#include "core/base/files.h"
#include "core/run/runlauncher.h"
#include "core/store/workspace.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/report.h"
#include "widgets/shell/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QFontDatabase>
#include <QTimer>

#include <cstdio>

namespace {

int fail(const aha::Error& error)
{
    std::fprintf(stderr, "%s\n", error.sentence().c_str());
    return 1;
}

/// Everything is drawn at the scale that was chosen in the menu. Qt reads it before there is an application.
void scaleAsKept()
{
    if (!qEnvironmentVariableIsEmpty("QT_SCALE_FACTOR"))
        return;
    const auto workspace = aha::Workspace::open(aha::workspaceFile().toStdString());
    const auto percent = workspace ? (*workspace)->setting(aha::MainWindow::kScaleSetting)
                                   : aha::Result<std::string>(workspace.error());
    const int given = percent ? QByteArray::fromStdString(*percent).toInt() : 0;
    if (given >= 80 && given <= 200 && given != 100)
        qputenv("QT_SCALE_FACTOR", QByteArray::number(given / 100.0));
}

bool hasDisplay() { return !qEnvironmentVariableIsEmpty("DISPLAY") || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY"); }

} // namespace

int main(int argc, char** argv)
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
    if (!offscreen)
        scaleAsKept();
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
        QStringLiteral("Draw every page, light and dark, in two sizes."), QStringLiteral("RUN"));
    const QCommandLineOption out(
        QStringLiteral("out"), QStringLiteral("Folder for the pictures and the report."), QStringLiteral("DIR"));
    const QCommandLineOption model(QStringLiteral("model"),
        QStringLiteral("Show this model's card: a folder, a GGUF file, an adapter or a run."), QStringLiteral("MODEL"));
    const QCommandLineOption data(
        QStringLiteral("data"), QStringLiteral("Show this data set: a file or a folder."), QStringLiteral("DATA"));
    const QCommandLineOption theme(QStringLiteral("theme"), QStringLiteral("light, dark or system."),
        QStringLiteral("NAME"), QStringLiteral("system"));
    parser.addOptions({ start, set, steps, paint, shots, out, model, data, theme });
    parser.process(application);
    const bool drawing = parser.isSet(paint) || parser.isSet(shots); // pictures do not depend on anyone's arrangement
    Result<std::unique_ptr<Workspace>> workspace
        = drawing ? Result<std::unique_ptr<Workspace>>(nullptr) : Workspace::open(workspaceFile().toStdString());
    QString chosenTheme = parser.value(theme);
    if (workspace && *workspace && !parser.isSet(theme))
        if (const Result<std::string> kept = (*workspace)->setting(MainWindow::kThemeSetting))
            chosenTheme = QString::fromStdString(*kept);
    applyTheme(application, themeFromName(chosenTheme));
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
    MainWindow window(workspace ? workspace->get() : nullptr);
    if (!workspace)
        window.say(QString::fromStdString(workspace.error().sentence()));
    QObject::connect(&window, &MainWindow::themeRequested, &application,
        [&](const QString& name) { applyTheme(application, themeFromName(name)); });
    if (!parser.positionalArguments().isEmpty()) {
        window.openRuns(parser.positionalArguments());
        window.showPage(QStringLiteral("Charts"));
    }
    if (workspace && !parser.isSet(start))
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
        QTimer::singleShot(0, &window, [&window, chosen = *config] { window.startRun(chosen); });
    }
    return application.exec();
}
