#include "widgets/panels/queuepage.h"

#include "core/base/files.h"
#include "core/config/data_sources.h"
#include "core/config/sweep.h"
#include "core/run/runfeed.h"
#include "core/run/runlauncher.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/queuedetail.h"
#include "widgets/panels/remoteform.h"
#include "widgets/panels/sessionpart.h"
#include "widgets/plots/emptyhint.h"
#include "widgets/plots/labelrole.h"
#include "widgets/plots/placeaction.h"

#include <QDateTime>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <QVBoxLayout>

#include <utility>

namespace aha {

namespace {

constexpr int kPollMs = 500; // a look at the file's time; it is read only when that changed
constexpr qint64 kRestartMs = 5000; // a worker that cannot start is not tried without pause

QPushButton* button(QWidget* parent, const char* name, const QString& text, const QString& tip)
{
    auto* made = new QPushButton(text, parent);
    made->setObjectName(QString::fromLatin1(name));
    made->setAccessibleName(tip);
    made->setToolTip(tip);
    made->setFocusPolicy(Qt::TabFocus); // a click leaves it to the page: a space in a text typed on presses nothing
    return made;
}

} // namespace

QueuePage::QueuePage(const QString& runsFolder, const QString& engine, QWidget* parent)
    : QWidget(parent)
    , m_runs(runsFolder)
    , m_engine(engine)
    , m_model(new QueueModel(this))
{
    build();
    m_poll.setInterval(kPollMs);
    connect(&m_poll, &QTimer::timeout, this, &QueuePage::refresh);
    m_poll.start();
    refresh();
    showActions();
}

QueuePage::~QueuePage() = default;

void QueuePage::build()
{
    setFocusPolicy(Qt::ClickFocus);
    m_hold = button(this, "queueHold", tr("Hold the queue"), tr("Start nothing new; what runs goes on"));
    m_hold->setCheckable(true);
    m_jobs = new QSpinBox(this);
    m_jobs->setObjectName(QStringLiteral("queueJobs"));
    m_jobs->setAccessibleName(tr("Runs at a time"));
    m_jobs->setRange(1, 64);
    m_jobs->setPrefix(tr("at a time: "));
    m_jobs->setToolTip(tr("Every run that trains here counts, also one that was started by hand"));
    for (QWidget* ofFile : { static_cast<QWidget*>(m_hold), static_cast<QWidget*>(m_jobs) })
        setKeptElsewhere(ofFile); // queue.json
    m_summary = new QLabel(this);
    m_summary->setObjectName(QStringLiteral("queueSummary"));
    m_summary->setProperty("role", QStringLiteral("hint"));
    m_add = button(this, "queueAdd", tr("Add a configuration…"), tr("Queue the run of a configuration file"));
    m_clear = button(
        this, "queueClear", tr("Clear ended"), tr("Take what has ended out of the list; the runs' folders stay"));
    m_attach = button(
        this, "queueAttach", tr("Attach to a remote run…"), tr("Follow or start a run on another machine over SSH"));
    m_attach->setCheckable(true);
    m_message = new QLabel(this);
    m_message->setObjectName(QStringLiteral("queueMessage"));
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    m_message->hide();
    m_remote = new RemoteForm(m_runs, m_engine, this);
    m_remote->hide();

    m_table = new QTableView(this);
    m_table->setObjectName(QStringLiteral("queueTable"));
    m_table->setAccessibleName(tr("Queue of runs"));
    m_table->setModel(m_model);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setAlternatingRowColors(true);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 12);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setStretchLastSection(true);
    const int widths[] = { 34, 230, 140, 250 };
    for (int c = 0; c < int(std::size(widths)); ++c)
        m_table->setColumnWidth(c, widths[c]);
    m_table->setToolTip(tr("Alt+Up, Alt+Down: order · Enter: open · R: retry · Del: take out"));
    m_table->installEventFilter(this);
    auto* empty = new EmptyHint(m_table, "queueEmpty",
        tr("Runs that wait for their turn stand here; the first starts when there is room.\nAdd a configuration, queue "
           "a sweep, or in a terminal: ahascope queue add CONFIG"));
    empty->addButton("queueEmptyAdd", m_add->text(), [this] { m_add->click(); });

    m_note = new QLabel(this);
    m_note->setObjectName(QStringLiteral("queueNote"));
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);
    m_note->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_note->hide();

    m_detail = new QueueDetail(this);

    m_up = button(this, "queueUp", tr("▲ Earlier"), tr("Start the selected run earlier"));
    m_down = button(this, "queueDown", tr("▼ Later"), tr("Start the selected run later"));
    m_pause = button(this, "queuePause", tr("Pause"), tr("Pause the selected run after the step in flight"));
    m_resume = button(this, "queueResume", tr("Go on"), tr("Let the paused run go on"));
    m_stop
        = button(this, "queueStop", tr("Stop"), tr("End the selected run after the step in flight, with a checkpoint"));
    m_retry = button(this, "queueRetry", tr("Retry"), tr("Queue it again; it goes on from its newest checkpoint"));
    m_remove = button(this, "queueRemove", tr("Take out"), tr("Take it out of the list; the run's folder stays"));
    m_open = button(this, "queueOpen", tr("Open"), tr("Open the selected run (Enter)"));

    const auto add = [](QWidget* place, const char* id, QPushButton* pressed, const QList<QKeySequence>& keys) {
        new PlaceAction(
            place, id, pressed->accessibleName(), keys, [pressed] { pressed->click(); },
            [pressed] { return pressed->isEnabled() && !pressed->isHidden(); });
    };
    add(m_table, "queue.earlier", m_up, keyList({ Qt::ALT | Qt::Key_Up }));
    add(m_table, "queue.later", m_down, keyList({ Qt::ALT | Qt::Key_Down }));
    add(m_table, "queue.pause", m_pause, {});
    add(m_table, "queue.resume", m_resume, {});
    add(m_table, "queue.stop", m_stop, {});
    add(m_table, "queue.retry", m_retry, keyList({ Qt::Key_R }));
    add(m_table, "queue.remove", m_remove, keyList({ Qt::Key_Delete }));
    add(m_table, "queue.open", m_open, {});
    add(m_table, "queue.settings", m_detail->foldButton(), {});
    add(m_table, "queue.edit", m_detail->editButton(), keyList({ Qt::Key_E }));
    add(this, "queue.hold", m_hold, {});
    add(this, "queue.add", m_add, {});
    add(this, "queue.clear", m_clear, {});
    add(this, "queue.attach", m_attach, {});
    auto* top = new QHBoxLayout;
    for (QWidget* widget : std::initializer_list<QWidget*> { m_hold, m_jobs, m_summary })
        top->addWidget(widget);
    top->addStretch(1);
    for (QWidget* widget : { m_add, m_attach })
        top->addWidget(widget);
    auto* bottom = new QHBoxLayout;
    for (QPushButton* one : { m_up, m_down })
        bottom->addWidget(one);
    bottom->addSpacing(16);
    for (QPushButton* one : { m_pause, m_resume, m_stop })
        bottom->addWidget(one);
    bottom->addSpacing(16);
    for (QPushButton* one : { m_retry, m_remove, m_open })
        bottom->addWidget(one);
    bottom->addStretch(1);
    bottom->addWidget(m_clear);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->setSpacing(8);
    layout->addLayout(top);
    layout->addWidget(m_remote);
    layout->addWidget(m_message);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_note);
    layout->addWidget(m_detail);
    layout->addLayout(bottom);

    connect(m_hold, &QPushButton::clicked, this,
        [this](bool held) { change([held](RunQueue& q) { return q.setPaused(held); }); });
    connect(m_jobs, &QSpinBox::valueChanged, this, [this](int jobs) {
        if (!m_filling)
            change([jobs](RunQueue& q) { return q.setJobs(jobs); });
    });
    connect(m_add, &QPushButton::clicked, this, [this] {
        const QString file = QFileDialog::getOpenFileName(this, tr("Queue a configuration"),
            resourceRootFolder() + QStringLiteral("/experiments"), QStringLiteral("Configurations (*.json)"));
        if (!file.isEmpty())
            enqueueFile(file);
    });
    connect(m_clear, &QPushButton::clicked, this, [this] {
        change([](RunQueue& q) -> Result<void> {
            const auto cleared = q.clearEnded();
            return cleared ? Result<void>() : Result<void>(cleared.error());
        });
    });
    connect(m_attach, &QPushButton::toggled, this, [this](bool shown) {
        m_remote->setVisible(shown);
        if (shown)
            m_remote->focusFirst();
    });
    connect(m_remote, &RemoteForm::closed, this, [this] { m_attach->setChecked(false); });
    connect(m_remote, &RemoteForm::attached, this, &QueuePage::openRequested);
    connect(m_remote, &RemoteForm::said, this, &QueuePage::said);
    connect(m_up, &QPushButton::clicked, this, [this] { moveRow(QueueMove::Up); });
    connect(m_down, &QPushButton::clicked, this, [this] { moveRow(QueueMove::Down); });
    connect(m_pause, &QPushButton::clicked, this, [this] {
        m_swapKeepsFocus = m_pause->hasFocus();
        command(Command::Kind::Pause);
    });
    connect(m_resume, &QPushButton::clicked, this, [this] {
        m_swapKeepsFocus = m_resume->hasFocus();
        command(Command::Kind::Resume);
    });
    connect(m_stop, &QPushButton::clicked, this, [this] { command(Command::Kind::Stop); });
    connect(m_retry, &QPushButton::clicked, this,
        [this] { change([id = selectedId()](RunQueue& q) { return q.retry(id); }); });
    connect(m_remove, &QPushButton::clicked, this,
        [this] { change([id = selectedId()](RunQueue& q) { return q.remove(id); }); });
    connect(m_open, &QPushButton::clicked, this, &QueuePage::openRow);
    connect(m_detail->foldButton(), &QPushButton::toggled, this,
        [this, layout](bool open) { layout->setStretchFactor(m_detail, open ? 1 : 0); });
    connect(m_detail->editButton(), &QPushButton::clicked, this, &QueuePage::editRow);
    connect(m_table, &QTableView::doubleClicked, this, &QueuePage::openRow);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        showActions();
        showDetail();
    });
}

void QueuePage::enqueue(const std::vector<RunConfig>& configs, const QString& sweep)
{
    const auto plan = std::make_shared<SweepPlan>();
    for (const RunConfig& config : configs)
        plan->points.push_back({ config, {} });
    enqueuePlan(plan, sweep);
}

void QueuePage::enqueuePlan(const std::shared_ptr<const SweepPlan>& plan, const QString& sweep)
{
    change([plan, sweep = sweep.toStdString()](RunQueue& q) -> Result<void> {
        std::vector<RunQueue::Addition> additions;
        for (const auto& [config, settings] : plan->points) {
            if (const Result<void> valid = validate(config); !valid)
                return Error { valid.error().code, // a name is a person's, the rule is not
                    config.general.name + ": " + translated(valid.error().sentence()).toStdString(), "" };
            additions.push_back({ config.general.name, toJsonText(config), sweep, "" });
        }
        const auto ids = q.add(additions);
        return ids ? Result<void>() : Result<void>(ids.error());
    });
}

void QueuePage::replace(const QString& folder, const RunConfig& config)
{
    m_select = folder;
    change([folder = folder.toStdString(), config](RunQueue& q) -> Result<void> {
        if (const Result<void> valid = validate(config); !valid)
            return valid;
        return q.replace(folder, config.general.name, toJsonText(config));
    });
}

void QueuePage::readSelected(std::function<void(const QueueItem&, const Result<RunConfig>&)> then)
{
    const int row = m_model->rowOf(selectedId());
    if (row < 0)
        return;
    m_worker.post([this, item = m_model->item(row), runs = m_runs.toStdString(), then = std::move(then)] {
        const Result<std::string> text = readFile(RunQueue(runs).configFile(item.id), 1 << 20);
        const auto config
            = std::make_shared<Result<RunConfig>>(text ? runConfigFromJson(*text) : Result<RunConfig>(text.error()));
        QMetaObject::invokeMethod(
            this,
            [this, item, config, then] {
                if (item.id == selectedId()) // a person went on meanwhile
                    then(item, *config);
            },
            Qt::QueuedConnection);
    });
}

void QueuePage::showDetail()
{
    if (m_model->rowOf(selectedId()) < 0)
        return m_detail->clear();
    readSelected([this](const QueueItem& item, const Result<RunConfig>& config) {
        m_detail->setRun(visibleLine(item.name), config, item.untouched(),
            item.untouched() ? QString()
                : item.state == QueueItem::State::Queued
                ? tr("It was started before and goes on from its checkpoint, with these settings.")
                : tr("It was started with these settings; only a run that waits can be edited."));
    });
}

void QueuePage::editRow()
{
    readSelected([this](const QueueItem& item, const Result<RunConfig>& config) {
        config ? Q_EMIT editRequested(*config, QString::fromStdString(item.folder))
               : tell(translated(config.error().sentence()), true);
    });
}

void QueuePage::startElsewhere(const RunConfig& config)
{
    m_attach->setChecked(true);
    m_remote->startWith(config);
}

void QueuePage::enqueueFile(const QString& file)
{
    const Result<std::string> text = readFile(file.toStdString(), 1 << 20);
    const Result<RunConfig> config = text ? runConfigFromJson(*text) : Result<RunConfig>(text.error());
    if (!config)
        return tell(translated(config.error().sentence()), true);
    enqueue({ withPathsFrom(*config, QFileInfo(file).absolutePath().toStdString()) }, {});
}

void QueuePage::change(std::function<Result<void>(RunQueue&)> change)
{
    m_worker.post([this, change = std::move(change), runs = m_runs.toStdString()] {
        RunQueue queue(runs);
        const Result<void> done = change(queue);
        const QString sentence = done ? QString() : translated(done.error().sentence());
        QMetaObject::invokeMethod(
            this,
            [this, sentence] {
                tell(sentence, true);
                m_stamp.clear();
                refresh();
            },
            Qt::QueuedConnection);
    });
}

void QueuePage::refresh()
{
    const QFileInfo file(m_runs + QStringLiteral("/.queue/queue.json"));
    const QString stamp = file.exists()
        ? QStringLiteral("%1 %2").arg(file.lastModified().toMSecsSinceEpoch()).arg(file.size())
        : QStringLiteral("none");
    if (stamp == m_stamp) {
        if (m_model->contents().wantsWorker())
            startWorker();
        return;
    }
    m_stamp = stamp;
    m_worker.post([this, runs = m_runs.toStdString()] {
        const auto contents = std::make_shared<Result<QueueContents>>(RunQueue(runs).read());
        QMetaObject::invokeMethod(
            this,
            [this, contents] {
                if (*contents)
                    showContents(**contents);
                else
                    tell(translated(contents->error().sentence()), true);
            },
            Qt::QueuedConnection);
    });
}

void QueuePage::showContents(const QueueContents& contents)
{
    const qint64 selected = selectedId();
    m_model->setContents(contents);
    if (const int row = m_model->rowOf(selected); row >= 0)
        m_table->setCurrentIndex(m_model->index(row, QueueModel::Name));
    QStringList waiting;
    for (const QueueItem& item : contents.items) {
        const QString folder = QString::fromStdString(item.folder);
        if (item.untouched())
            waiting << folder;
        if (folder == m_select)
            m_table->setCurrentIndex(m_model->index(m_model->rowOf(item.id), QueueModel::Name));
    }
    m_select.clear();
    Q_EMIT waitingChanged(waiting);
    m_filling = true;
    m_jobs->setValue(contents.jobs);
    m_hold->setChecked(contents.paused);
    m_filling = false;
    m_hold->setText(contents.paused ? tr("Let the queue go on") : tr("Hold the queue"));
    m_summary->setText((contents.paused ? tr("on hold · ") : QString()) + m_model->summary());
    m_clear->setEnabled(contents.count(QueueItem::State::Ended) > 0);
    follow();
    showActions();
    showDetail(); // it may have been replaced, or started
    if (contents.wantsWorker())
        startWorker();
}

void QueuePage::follow()
{
    for (auto at = m_feeds.begin(); at != m_feeds.end();) {
        const int row = m_model->rowOf(at->first);
        at = row >= 0 && m_model->item(row).state == QueueItem::State::Started ? std::next(at) : m_feeds.erase(at);
    }
    for (const QueueItem& item : m_model->contents().items) {
        if (item.state != QueueItem::State::Started || m_feeds.count(item.id))
            continue;
        auto feed = std::make_unique<RunFeed>(QString::fromStdString(item.folder));
        if (item.pid > 1)
            feed->expectEngine(item.pid);
        const qint64 id = item.id;
        for (const auto changed : { &RunFeed::stateChanged, &RunFeed::progressChanged })
            connect(feed.get(), changed, this, [this, id] { updateRow(id); });
        connect(feed.get(), &RunFeed::stepsCommitted, this, [this, id] { updateRow(id); });
        connect(feed.get(), &RunFeed::replied, this,
            [this](qint64, bool ok, const QString& message) { tell(translated(message), !ok); });
        m_feeds[id] = std::move(feed);
        updateRow(id);
    }
}

void QueuePage::updateRow(qint64 id)
{
    const auto found = m_feeds.find(id);
    if (found == m_feeds.end())
        return;
    const RunFeed& feed = *found->second;
    m_model->setLive(id,
        { feed.state(), feed.phase(), feed.phaseFraction(), feed.lastStep(), feed.maxSteps(), feed.etaSeconds(),
            feed.responding(), feed.stateReason(), feed.startPart() });
    showActions();
}

void QueuePage::startWorker()
{
    if ((m_started.isValid() && m_started.elapsed() < kRestartMs) || RunQueue(m_runs.toStdString()).worked())
        return;
    m_started.start();
    const Result<qint64> pid
        = startDetached({ m_engine, QStringLiteral("queue"), QStringLiteral("work"), QStringLiteral("--runs"), m_runs },
            m_runs + QStringLiteral("/.queue"));
    if (!pid)
        tell(translated(pid.error().sentence()), true);
}

qint64 QueuePage::selectedId() const
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    return rows.isEmpty() ? -1 : rows[0].data(QueueModel::IdRole).toLongLong();
}

void QueuePage::showActions()
{
    const int row = m_model->rowOf(selectedId());
    const QueueStatus status = row >= 0 ? m_model->status(row) : QueueStatus::Queued;
    const bool waiting = row >= 0 && status == QueueStatus::Queued;
    const bool ended = row >= 0 && m_model->item(row).state == QueueItem::State::Ended;
    const auto feed = m_feeds.find(selectedId());
    const bool attached = feed != m_feeds.end() && feed->second->attached();
    const bool mayPause = attached && status == QueueStatus::Running,
               mayResume = attached && status == QueueStatus::Paused;
    const int told = row >= 0 ? row : m_model->nextRow(); // it may wait for something
    const QString note = told >= 0 ? m_model->index(told, QueueModel::Note).data().toString() : QString();
    m_note->setText(note); // the table shows its beginning
    m_note->setVisible(!note.isEmpty());
    m_up->setEnabled(waiting);
    m_down->setEnabled(waiting);
    // Before the one goes: its focus passes on to the other only for who pressed it by key, and expects the opposite of
    // the next space.
    const auto setOneOf = [this](QPushButton* comes, QPushButton* goes) {
        comes->setEnabled(true);
        if (goes->isEnabled() && std::exchange(m_swapKeepsFocus, false) && goes->hasFocus())
            comes->setFocus();
    };
    if (mayPause)
        setOneOf(m_pause, m_resume);
    if (mayResume)
        setOneOf(m_resume, m_pause);
    const bool mayStop = (mayPause || mayResume) && feed->second->asked() != Command::Kind::Stop;
    for (const auto& [one, on] :
        { std::pair(m_pause, mayPause), std::pair(m_resume, mayResume), std::pair(m_stop, mayStop) }) {
        if (one->hasFocus() && !on)
            setFocus();
        one->setEnabled(on);
    }
    m_retry->setEnabled(ended && status != QueueStatus::Completed);
    m_remove->setEnabled(waiting || ended);
    m_open->setEnabled(row >= 0 && m_model->item(row).startedAt > 0);
}

void QueuePage::tell(const QString& sentence, bool error)
{
    setRole(m_message, error ? "error" : "hint");
    m_message->setText(sentence);
    m_message->setVisible(!sentence.isEmpty());
    if (!sentence.isEmpty())
        Q_EMIT said(sentence);
}

void QueuePage::command(Command::Kind kind)
{
    const auto feed = m_feeds.find(selectedId());
    Command command;
    command.kind = kind;
    if (feed == m_feeds.end() || feed->second->send(command) < 0)
        tell(tr("The run's engine is not there to be told; wait until it has started."), true);
}

void QueuePage::moveRow(QueueMove where)
{
    if (const qint64 id = selectedId(); id > 0)
        change([id, where](RunQueue& q) { return q.move(id, where); });
}

void QueuePage::openRow()
{
    const int row = m_model->rowOf(selectedId());
    if (row < 0)
        return;
    if (m_model->item(row).startedAt <= 0) { // there is no run yet, but what it will be
        m_detail->foldButton()->setChecked(true);
        return m_detail->text()->setFocus();
    }
    Q_EMIT openRequested(QString::fromStdString(m_model->item(row).folder));
}

bool QueuePage::eventFilter(QObject* object, QEvent* event)
{
    if (object != m_table || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(object, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    if (triggerPlaceAction(m_table, *key))
        return true;
    if (key->key() != Qt::Key_Return && key->key() != Qt::Key_Enter)
        return QWidget::eventFilter(object, event);
    openRow();
    return true;
}

} // namespace aha
