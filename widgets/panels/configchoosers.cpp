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
#include <QToolButton>

#include <algorithm>

namespace aha {

namespace {

constexpr int kWaitMs = 250, kMostRecent = 10;

/// As the configuration names it: without the folder of AhaScope.
QString shortPath(const QString& path)
{
    const QString root = resourceRootFolder() + QLatin1Char('/');
    return path.startsWith(root) ? path.mid(root.size()) : path;
}

QString modelLine(const ModelConfig& model)
{
    const char* names[] = { "Llama", "Mistral", "Qwen2", "Qwen3", "DeepSeek-V3" };
    return tr("%1, %2 parameters, %3 tokens")
        .arg(QLatin1String(names[std::clamp(int(model.architecture), 0, 4)]), countText(double(model.parameterCount())),
            countText(double(model.maxPositionEmbeddings)));
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
    connect(m_facts, &PathFacts::dataKnown, this, [this](const QString& line, qint64 rows) {
        m_form->setFact(QStringLiteral("data.path"), line);
        m_rows = rows;
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
        const QList<QAction*> fixed = menu->actions();
        connect(menu, &QMenu::aboutToShow, menu, [this, menu, fixed, chosen] {
            for (QAction* action : menu->actions())
                if (!fixed.contains(action)) {
                    menu->removeAction(action);
                    action->deleteLater();
                }
            if (!m_recent || m_recent->paths().isEmpty())
                return;
            for (const QString& model : m_recent->paths().mid(0, kMostRecent)) {
                QString text = visibleLine(shortModelName(model).toStdString());
                auto* action = new QAction(text.replace(QLatin1Char('&'), QLatin1String("&&")), menu);
                action->setToolTip(plainToolTip(model));
                connect(action, &QAction::triggered, this, [chosen, model] { chosen(model); });
                menu->insertAction(fixed.front(), action);
            }
            menu->insertSeparator(fixed.front());
        });
        button->setMenu(menu);
    });
}

void ConfigChoosers::addDataChooser(const QString& path)
{
    m_form->addChooser(path, tr("Choose rows"), [this, path](QToolButton* button) {
        auto* menu = new QMenu(button);
        menu->addAction(tr("File…"), this, [this, path, button] {
            if (const QString file = QFileDialog::getOpenFileName(button, tr("Choose a file with rows"), QString(),
                    QStringLiteral("Rows (*.jsonl *.json *.csv *.parquet);;All files (*)"));
                !file.isEmpty())
                m_form->setField(path, shortPath(file));
        });
        menu->addAction(tr("Folder…"), this, [this, path, button] {
            if (const QString folder = QFileDialog::getExistingDirectory(button, tr("Choose a folder with rows"));
                !folder.isEmpty())
                m_form->setField(path, shortPath(folder));
        });
        button->setMenu(menu);
    });
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
        m_form->setFact(QStringLiteral("data.path"), QString());
    }
    if (otherModel || otherData)
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
