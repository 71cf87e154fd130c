#include "widgets/panels/remoteform.h"

#include "core/base/files.h"
#include "core/protocol/run_folder.h"
#include "core/run/runlauncher.h"
#include "core/run/traincommand.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QVBoxLayout>

namespace aha {

namespace {

constexpr const char *kRemote = "remote.json",
                     *kConfigurations = ".remote"; ///< of runs that start elsewhere; hidden: no run

QStringList wordsOf(const std::vector<std::string>& from)
{
    QStringList list;
    for (const std::string& word : from)
        list << QString::fromStdString(word);
    return list;
}

} // namespace

RemoteForm::RemoteForm(const QString& runsFolder, const QString& engine, QWidget* parent)
    : QWidget(parent)
    , m_runs(runsFolder)
    , m_engine(engine)
    , m_known(new QComboBox(this))
    , m_host(new QLineEdit(this))
    , m_run(new QLineEdit(this))
    , m_program(new QLineEdit(QStringLiteral("ahascope-engine"), this))
    , m_config(new QLineEdit(this))
    , m_command(new QLabel(this))
    , m_message(new QLabel(this))
    , m_attach(new QPushButton(tr("Attach"), this))
    , m_close(new QPushButton(tr("Close"), this))
    , m_pick(new QPushButton(tr("File…"), this))
{
    const auto named = [](QWidget* widget, const char* name, const QString& accessible) {
        widget->setObjectName(QString::fromLatin1(name));
        widget->setAccessibleName(accessible);
    };
    named(m_known, "remoteKnown", tr("A new remote run, or one that was attached before"));
    named(m_host, "remoteHost", tr("Machine, as for ssh"));
    named(m_run, "remoteRun", tr("Folder of the run on that machine"));
    named(m_program, "remoteProgram", tr("Engine program on that machine"));
    named(m_config, "remoteConfig", tr("Configuration to start there; empty to follow a run that is there"));
    named(m_attach, "remoteAttach", tr("Attach to the remote run"));
    named(m_close, "remoteClose", tr("Close this form"));
    named(m_pick, "remotePick", tr("Choose the configuration to start there"));
    m_host->setPlaceholderText(tr("user@machine, or a name of ~/.ssh/config; a key must let you in"));
    m_run->setPlaceholderText(QStringLiteral("runs/my-run"));
    m_config->setPlaceholderText(tr("empty: follow a run that is there; else a file here that is started there"));
    m_command->setObjectName(QStringLiteral("remoteCommand"));
    m_command->setProperty("role", QStringLiteral("hint"));
    m_command->setTextFormat(Qt::PlainText);
    m_command->setWordWrap(true);
    m_command->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_message->setObjectName(QStringLiteral("remoteMessage"));
    m_message->setProperty("role", QStringLiteral("error"));
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    m_message->hide();
    auto* where = new QHBoxLayout;
    where->addWidget(m_run, 1);
    where->addWidget(new QLabel(tr("Program there"), this));
    where->addWidget(m_program);
    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("Remote run"), m_known);
    form->addRow(tr("Machine"), m_host);
    form->addRow(tr("Folder there"), where);
    auto* start = new QHBoxLayout;
    start->addWidget(m_config, 1);
    start->addWidget(m_pick);
    form->addRow(tr("Start with"), start);
    auto* bottom = new QHBoxLayout;
    bottom->addWidget(m_command, 1);
    bottom->addWidget(m_attach);
    bottom->addWidget(m_close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 4, 0, 8);
    layout->addLayout(form);
    layout->addWidget(m_message);
    layout->addLayout(bottom);
    for (QLineEdit* edit : { m_host, m_run, m_program, m_config }) {
        connect(edit, &QLineEdit::textChanged, this, &RemoteForm::check);
        connect(edit, &QLineEdit::returnPressed, this, &RemoteForm::attach);
    }
    connect(m_pick, &QPushButton::clicked, this, [this] {
        if (const QString file = QFileDialog::getOpenFileName(this, tr("Configuration to start there"),
                resourceRootFolder() + QStringLiteral("/experiments"), QStringLiteral("Configurations (*.json)"));
            !file.isEmpty())
            m_config->setText(file);
    });
    connect(m_known, &QComboBox::activated, this, &RemoteForm::choose);
    connect(m_attach, &QPushButton::clicked, this, &RemoteForm::attach);
    connect(m_close, &QPushButton::clicked, this, &RemoteForm::closed);
    fillKnown();
    check();
}

void RemoteForm::focusFirst() { m_host->setFocus(); }

void RemoteForm::startWith(const RunConfig& config)
{
    m_known->setCurrentIndex(0);
    choose(0);
    const std::string name = runFolderName(config.general.name.empty() ? config.general.kind : config.general.name);
    const std::filesystem::path folder = (m_runs + QLatin1Char('/') + QLatin1String(kConfigurations)).toStdString();
    const std::filesystem::path file = folder / (name + ".json");
    Result<void> written = makeFolders(folder);
    if (written)
        written = writeFileAtomically(file, toJsonText(config));
    if (!written)
        return tell(translated(written.error().sentence()));
    m_config->setText(QString::fromStdString(file.string()));
    m_run->setText(QStringLiteral("runs/") + QString::fromStdString(name));
    m_host->setFocus();
}

void RemoteForm::tell(const QString& sentence)
{
    m_message->setText(sentence);
    m_message->show();
}

void RemoteForm::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    fillKnown();
}

void RemoteForm::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        Q_EMIT closed();
    else
        QWidget::keyPressEvent(event);
}

/// Copies that nobody fills at the moment.
void RemoteForm::fillKnown()
{
    const QString chosen = m_known->currentData().toString();
    m_known->clear();
    m_known->addItem(tr("another one"), QString());
    const QDir runs(m_runs);
    for (const QString& name : runs.entryList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::Hidden, QDir::Time)) {
        const QString folder = runs.absoluteFilePath(name);
        if (QFile::exists(folder + QLatin1Char('/') + QLatin1String(kRemote)) && !liveEngine(folder.toStdString()))
            m_known->addItem(tr("again: ") + name, folder);
    }
    m_known->setEnabled(m_known->count() > 1);
    m_known->setCurrentIndex(std::max(0, m_known->findData(chosen)));
    choose(m_known->currentIndex()); // the fields go with what is chosen now
}

void RemoteForm::choose(int index)
{
    const QString folder = m_known->itemData(index).toString();
    const bool again = !folder.isEmpty();
    for (QLineEdit* edit : { m_host, m_run, m_program, m_config })
        edit->setReadOnly(again);
    m_pick->setEnabled(!again);
    m_unknown.reset();
    m_broken.clear();
    if (again) {
        const Result<RemoteRun> remote = readRemote(folder.toStdString());
        const RemoteRun shown = remote ? *remote : RemoteRun { {}, {}, {}, {}, false };
        m_host->setText(QString::fromStdString(shown.host));
        m_run->setText(QString::fromStdString(shown.run));
        m_program->setText(QString::fromStdString(shown.program));
        m_config->setText(shown.start ? folder + QStringLiteral("/start.json") : QString());
        if (!remote)
            m_broken = translated(remote.error().sentence());
        else if (!isTrusted(trustFile(), *remote))
            m_unknown = *remote;
    }
    check();
}

/// The copy's folder: named by the run and the machine.
QString RemoteForm::replica() const
{
    if (const QString known = m_known->currentData().toString(); !known.isEmpty())
        return known;
    QString name = m_run->text().trimmed();
    while (name.endsWith(QLatin1Char('/')))
        name.chop(1);
    std::string folder = runFolderName(name.section(QLatin1Char('/'), -1).toStdString());
    if (const QString host = m_host->text().trimmed().section(QLatin1Char('@'), -1); !host.isEmpty())
        folder += '@' + runFolderName(host.toStdString());
    return QDir(m_runs).absoluteFilePath(QString::fromStdString(folder));
}

QStringList RemoteForm::command() const
{
    if (!m_known->currentData().toString().isEmpty()) {
        if (!m_broken.isEmpty())
            return {};
        QStringList again { m_engine, QStringLiteral("attach"), replica() };
        if (m_unknown) // pressed below the command itself
            again << QStringLiteral("--trust");
        return again;
    }
    const QString host = m_host->text().trimmed(), run = m_run->text().trimmed(), program = m_program->text().trimmed();
    static const QRegularExpression name(QStringLiteral("^[A-Za-z0-9._@:%\\[\\]][A-Za-z0-9._@:%\\[\\]-]*$"));
    if (run.isEmpty() || program.isEmpty() || !name.match(host).hasMatch())
        return {};
    QStringList words { m_engine, QStringLiteral("attach"), replica(), QStringLiteral("--host"), host,
        QStringLiteral("--run"), run };
    if (program != QLatin1String("ahascope-engine"))
        words << QStringLiteral("--program") << program;
    if (const QString config = m_config->text().trimmed(); !config.isEmpty())
        words << QStringLiteral("--start") << config;
    return words;
}

void RemoteForm::check()
{
    const QStringList words = command();
    m_attach->setEnabled(!words.isEmpty());
    m_attach->setText(m_unknown                                              ? tr("Run this command")
            : m_config->text().trimmed().isEmpty() || m_config->isReadOnly() ? tr("Attach")
                                                                             : tr("Start and attach"));
    m_attach->setAccessibleName(m_attach->text());
    if (m_unknown)
        m_command->setText(tr("This copy came with its own way to its run, which nobody on this machine has "
                              "used yet. Attaching runs here: ")
            + visibleLine(shellLine(wordsOf(remoteCommand(*m_unknown, ""))).toStdString()));
    else
        m_command->setText(!m_broken.isEmpty() ? m_broken
                : words.isEmpty()              ? tr("Name the machine and the run's folder there.")
                                               : QStringLiteral("ahascope ") + shellLine(words.mid(1)));
    m_message->hide();
}

void RemoteForm::attach()
{
    const QStringList words = command();
    if (words.isEmpty())
        return;
    const QString folder = replica();
    if (liveEngine(folder.toStdString()))
        return tell(tr("This run is attached already: %1.").arg(folder));
    if (const QString config = m_config->text().trimmed(); !config.isEmpty() && !QFile::exists(config))
        return tell(tr("There is no configuration %1.").arg(config));
    if (m_known->currentData().toString().isEmpty() && QFile::exists(folder + QStringLiteral("/run.db"))
        && !QFile::exists(folder + QLatin1Char('/') + QLatin1String(kRemote)))
        return tell(tr("%1 is a run of its own, so the copy cannot go there. Rename one of them.").arg(folder));
    const Result<qint64> pid = startDetached(words, folder);
    if (!pid)
        return tell(translated(pid.error().sentence()));
    Q_EMIT said(tr("Attaching to %1 on %2.").arg(m_run->text().trimmed(), m_host->text().trimmed()));
    Q_EMIT attached(folder);
    Q_EMIT closed();
}

} // namespace aha
