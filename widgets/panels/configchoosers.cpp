#include "widgets/panels/configchoosers.h"

#include "core/run/runlauncher.h"
#include "widgets/language/translation.h"
#include "widgets/models/cardsections.h"
#include "widgets/models/pathfacts.h"
#include "widgets/models/recentmodels.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/configform.h"
#include "widgets/panels/modelchooser.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QPointer>
#include <QToolButton>

#include <algorithm>

namespace aha {

namespace {

constexpr int kWaitMs = 250;

/// As the configuration names it: without the folder of AhaScope.
QString shortPath(const QString& path)
{
    const QString root = resourceRootFolder() + QLatin1Char('/');
    return path.startsWith(root) ? path.mid(root.size()) : path;
}

/// Fields beside model.path and data.path that name a model or rows, with their values.
std::vector<std::pair<const char*, std::string>> otherModels(const RunConfig& config)
{
    return { { "distill.teacher", config.distill.teacher }, { "rewards.model_path", config.rewards.modelPath },
        { "process.model", config.process.model } };
}

} // namespace

ConfigChoosers::ConfigChoosers(ConfigForm* form, const QString& engine)
    : QObject(form)
    , m_form(form)
    , m_facts(new PathFacts(engine, this))
{
    for (const char* path : { "model.path", "distill.teacher", "rewards.model_path", "process.model" })
        addModelChooser(QString::fromLatin1(path));
    for (const char* path : { "data.path", "data.eval_path" })
        addDataChooser(QString::fromLatin1(path));
    m_wait.setSingleShot(true);
    m_wait.setInterval(kWaitMs);
    connect(&m_wait, &QTimer::timeout, this, &ConfigChoosers::askForFacts);
    connect(m_facts, &PathFacts::modelKnown, this,
        [this](const QString& line) { m_form->setFact(QStringLiteral("model.path"), line); });
    connect(m_facts, &PathFacts::dataKnown, this, [this](const QString& line, qint64 rows, const QString& verifier) {
        m_form->setFact(QStringLiteral("data.path"), line);
        m_rows = rows;
        m_verifier = verifier.toStdString();
        Q_EMIT rowsKnown();
    });
}

void ConfigChoosers::addModelChooser(const QString& path)
{
    m_form->addChooser(path, tr("Choose a model"), [this, path](QToolButton* button) {
        const auto chosen = [this, path](const QString& model) {
            m_form->setField(path, shortPath(m_recent ? m_recent->add(model) : QFileInfo(model).absoluteFilePath()));
        };
        QMenu* menu = openModelMenu(
            button, [this] { return m_runs; }, chosen);
        offerKnown(menu, &knownModels, chosen);
        button->setMenu(menu);
    });
}

void ConfigChoosers::addDataChooser(const QString& path)
{
    m_form->addChooser(path, tr("Choose rows"), [this, path](QToolButton* button) {
        auto* menu = new QMenu(button);
        const auto chosen = [this, path](const QString& rows) {
            m_form->setField(path, shortPath(rows));
            Q_EMIT dataChosen(rows);
        };
        menu->addAction(tr("File…"), this, [chosen, button] {
            if (const QString file = QFileDialog::getOpenFileName(button, tr("Choose a file with rows"), QString(),
                    QStringLiteral("Rows (*.jsonl *.json *.csv *.parquet);;All files (*)"));
                !file.isEmpty())
                chosen(file);
        });
        menu->addAction(tr("Folder…"), this, [chosen, button] {
            if (const QString folder = QFileDialog::getExistingDirectory(button, tr("Choose a folder with rows"));
                !folder.isEmpty())
                chosen(folder);
        });
        offerKnown(menu, &knownData, chosen);
        button->setMenu(menu);
    });
}

KnownSources ConfigChoosers::sources(Known known) const
{
    KnownSources made;
    made.root = resourceRootFolder();
    if (known == &knownModels && m_recent)
        made.recent = m_recent->paths();
    if (known == &knownData && recentData)
        made.recent = recentData();
    for (const OpenRun& run : m_runs)
        made.runs << run.feed->folder();
    for (const QString& run : m_earlier)
        if (!made.runs.contains(run))
            made.runs << run;
    return made;
}

void ConfigChoosers::offerKnown(QMenu* menu, Known known, const std::function<void(const QString&)>& chosen)
{
    menu->setToolTipsVisible(true);
    connect(menu, &QMenu::aboutToShow, this, [this, menu = QPointer(menu), known, chosen] {
        m_worker.post([this, menu, known, chosen, from = sources(known)] {
            QMetaObject::invokeMethod(
                this,
                [this, menu, chosen, paths = known(from)] {
                    if (menu)
                        fillKnown(menu, paths, chosen);
                },
                Qt::QueuedConnection);
        });
    });
}

void ConfigChoosers::fillKnown(
    QMenu* menu, const std::vector<KnownPath>& paths, const std::function<void(const QString&)>& chosen)
{
    constexpr const char* kMark = "known";
    for (QAction* action : menu->actions())
        if (action->property(kMark).toBool()) {
            menu->removeAction(action);
            action->deleteLater();
        }
    QAction* first = menu->actions().value(0);
    const auto insert = [&](QAction* action) {
        action->setProperty(kMark, true);
        menu->insertAction(first, action);
    };
    for (const KnownPath& known : paths) {
        const QString text = known.fact.isEmpty() ? known.name : known.name + QStringLiteral(" – ") + known.fact;
        auto* action = new QAction(QString(text).replace(QLatin1Char('&'), QLatin1String("&&")), menu);
        action->setToolTip(plainToolTip(known.path));
        connect(action, &QAction::triggered, this, [chosen, path = known.path] { chosen(path); });
        insert(action);
    }
    if (paths.empty())
        return;
    auto* line = new QAction(menu);
    line->setSeparator(true);
    insert(line);
}

void ConfigChoosers::setConfig(const RunConfig& config)
{
    const bool otherModel = !m_asked || config.model.path != m_modelPath, otherData = config.data.path != m_dataPath;
    m_config = config;
    if (otherModel) {
        m_modelPath = config.model.path;
        m_model.reset();
        const QString path = QString::fromStdString(m_modelPath);
        const QString whole = QDir::isAbsolutePath(path) ? path : resourceRootFolder() + QLatin1Char('/') + path;
        QString line;
        if (!path.isEmpty() && QFileInfo(whole).isDir()) {
            const Result<ModelConfig> model = readModelConfig(whole.toStdString());
            if (model)
                m_model = *model;
            line = model ? modelLine(*model) : translated(visibleText(model.error().sentence()));
        } else if (!path.isEmpty() && !QFileInfo::exists(whole)) {
            line = tr("There is nothing at this path.");
        }
        m_form->setFact(QStringLiteral("model.path"), line);
    }
    if (otherData) {
        m_dataPath = config.data.path;
        m_rows = 0;
        m_verifier.clear();
        m_form->setFact(QStringLiteral("data.path"), QString());
    }
    std::map<QString, std::string> others;
    for (const auto& [field, path] : otherModels(config))
        others[QString::fromLatin1(field)] = path;
    others[QStringLiteral("data.eval_path")] = config.data.evalPath;
    const bool other = others != m_others;
    for (const auto& [field, path] : others)
        if (m_others.count(field) == 0 || m_others[field] != path)
            m_form->setFact(field, QString());
    m_others = std::move(others);
    if (otherModel || otherData || other)
        m_wait.start();
    m_asked = true;
}

void ConfigChoosers::askForFacts()
{
    const QString path = QString::fromStdString(m_modelPath), root = resourceRootFolder();
    const QString whole = QDir::isAbsolutePath(path) ? path : root + QLatin1Char('/') + path;
    if (!path.isEmpty() && QFileInfo(whole).isFile()) // a file may be anything: a child looks into it
        m_facts->askModel(path, root);
    if (!m_dataPath.empty())
        m_facts->askData(QString::fromStdString(m_dataPath), root);
    askForOtherFacts();
}

void ConfigChoosers::askForOtherFacts()
{
    for (const auto& [field, path] : m_others) {
        if (path.empty())
            continue;
        m_worker.post([this, field = field, path = path, root = resourceRootFolder()] {
            const QString named = QString::fromStdString(path);
            const QString whole = QDir::isAbsolutePath(named) ? named : root + QLatin1Char('/') + named;
            const QString line = field == QLatin1String("data.eval_path") ? dataFact(whole).line : modelFact(whole);
            QMetaObject::invokeMethod(
                this,
                [this, field, path, line] {
                    if (m_others[field] == path)
                        m_form->setFact(field, line);
                },
                Qt::QueuedConnection);
        });
    }
}

qint64 ConfigChoosers::trainingRows() const
{
    const DataConfig& d = m_config.data;
    if (m_rows == 0 || !d.slice.empty() || d.passRateMin > 0 || d.passRateMax < 1)
        return 0;
    double rows = double(m_rows);
    if (d.evalPath.empty() && d.evalSplit.empty())
        rows *= 1 - double(d.evalPercent) / 100;
    return d.maxExamples > 0 ? std::min<qint64>(d.maxExamples, qint64(rows)) : qint64(rows);
}

} // namespace aha
