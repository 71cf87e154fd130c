#include "core/run/runfeed.h"

#include "core/base/process.h"
#include "core/config/run_config.h"
#include "core/protocol/run_folder.h"
#include "core/protocol/start_note.h"
#include "core/run/runlauncher.h"
#include "core/store/run_reader.h"

#include <QElapsedTimer>
#include <QLocalSocket>
#include <QTimer>

#include <utility>

namespace aha {

namespace {
constexpr int kPollMs = 1000; // an engine that appears is noticed within a second
constexpr qint64 kSilentMs = 10'000; // heartbeats come every two seconds

bool isLive(RunState state)
{
    return state == RunState::Starting || state == RunState::Running || state == RunState::Paused
        || state == RunState::Stopping;
}
} // namespace

struct RunFeed::Private {
    explicit Private(RunFeed* feed)
        : q(feed)
    {
    }

    RunFeed* q;
    QString folder, name, reason;
    RunState state = RunState::Interrupted;
    Phase phase = Phase::Idle;
    StartPart part = StartPart::None;
    double fraction = 0, eta = -1;
    qint64 lastStep = -1, maxSteps = 0, nextId = 1;
    bool unbegun = false; ///< there is no database, and nobody here has started an engine
    bool greeted = false, refused = false, responding = true, configRead = false;
    std::optional<Command> asked; ///< Stop or Pause that waits for the step's end
    qint64 expected = 0; ///< process that was started and has not been heard of
    QString startFailure; ///< why it ended before it held the run
    QLocalSocket socket;
    QByteArray buffer;
    QTimer poll;
    QElapsedTimer heard;

    std::filesystem::path path() const { return folder.toStdString(); }

    void send(const std::string& line)
    {
        socket.write(QByteArray::fromStdString(line + "\n"));
        socket.flush(); // a command may be the last thing before the window goes
    }

    /// State and newest step as the files say: for runs without a live engine.
    void readFiles()
    {
        readConfig();
        std::string lastMarker;
        QString why;
        bool onItsWay = false;
        unbegun = false;
        if (const auto reader = RunReader::open(path())) {
            if (const auto summary = (*reader)->summary()) {
                lastMarker = summary->lastMarker;
                advanceTo(summary->lastStep);
            }
            if (const auto markers = (*reader)->markers();
                markers && !markers->empty() && markers->back().kind == "failed")
                why = QString::fromStdString(markers->back().text);
        } else if (expected == 0 && reader.error().code == "database_missing") {
            const StartNote start = newestStart(path()); // of an engine that another window, or the queue, started
            unbegun = true;
            onItsWay = start.running;
            if (onItsWay || !start.words.empty() || startFailure != QLatin1String(kEndedUnbegun))
                startFailure = QString::fromStdString(start.words);
        } else if (expected == 0) {
            why = QString::fromStdString(reader.error().sentence());
        }
        RunState next = stateOfRun(path(), lastMarker);
        if (expected != 0 && !isLive(next)) {
            if (processRuns(expected)) {
                next = RunState::Starting; // on its way to the lease, whatever became of the engine before it
            } else {
                expected = 0;
                if (next == RunState::Interrupted)
                    startFailure = lastWordsIn(folder);
                if (next == RunState::Interrupted && startFailure.isEmpty())
                    startFailure = QString::fromLatin1(kEndedUnbegun);
            }
        }
        if (next == RunState::Interrupted && onItsWay) {
            next = RunState::Starting;
        } else if (next == RunState::Interrupted && !startFailure.isEmpty()) {
            next = RunState::Failed;
            why = startFailure;
        } else if (next == RunState::Interrupted && why.isEmpty()) {
            why = QStringLiteral("The engine ended without a last word: it was killed or crashed. Everything committed "
                                 "is safe; Resume goes on from the newest checkpoint.");
        }
        const bool told = !refused && why != reason;
        if (told)
            reason = why;
        if (next != state)
            setState(next);
        else if (told)
            Q_EMIT q->stateChanged();
    }

    /// Name and length of the run; one that is just starting has only what it is started with.
    void readConfig()
    {
        if (configRead)
            return;
        std::error_code ignored;
        const bool final = std::filesystem::exists(path() / run_folder::kConfig, ignored);
        if (const Result<std::string> text = readConfigText(path()))
            if (const Result<RunConfig> config = runConfigFromJson(*text)) {
                maxSteps = config->general.maxSteps;
                name = QString::fromStdString(config->general.name);
                configRead = final;
            }
    }

    void advanceTo(qint64 step)
    {
        if (step <= lastStep)
            return;
        lastStep = step;
        Q_EMIT q->stepsCommitted(step);
    }

    void setState(RunState next)
    {
        if (next == state)
            return;
        state = next;
        if (state != RunState::Starting)
            part = StartPart::None;
        Q_EMIT q->stateChanged();
    }

    void tick()
    {
        if (greeted) {
            const bool alive = heard.elapsed() < kSilentMs;
            if (alive != responding) {
                responding = alive;
                if (alive)
                    reason.clear();
                else if (reason.isEmpty()) // a copy of a run elsewhere says itself what is wrong
                    reason = QStringLiteral("The engine has not answered for ten seconds: it hangs or was halted. "
                                            "Wait, or end it and resume from the newest checkpoint.");
                Q_EMIT q->stateChanged();
            }
            return;
        }
        if (!refused && socket.state() == QLocalSocket::UnconnectedState && liveEngine(path()))
            socket.connectToServer(QString::fromStdString(locateSocket(path()).string()));
        else if (expected != 0 || isLive(state) || unbegun) // one that did not begin may be started again elsewhere
            readFiles();
    }

    void received()
    {
        buffer += socket.readAll();
        for (qsizetype end; (end = buffer.indexOf('\n')) >= 0;) {
            const std::string line = buffer.left(end).toStdString();
            buffer.remove(0, end + 1);
            handle(line);
        }
        if (buffer.size() > qsizetype(kMaxLineBytes))
            socket.abort();
    }

    void handle(const std::string& line)
    {
        heard.restart();
        if (!greeted) {
            const Result<Hello> hello = parseHello(line);
            if (!hello) {
                refused = hello.error().code == "protocol_version"; // the data can still be read
                reason = QString::fromStdString(hello.error().sentence());
                socket.abort();
                Q_EMIT q->stateChanged();
                return;
            }
            greeted = true;
            readConfig(); // the engine writes it before it answers
            expected = 0;
            startFailure.clear();
            reason.clear();
            return;
        }
        const Result<Event> event = parseEvent(line);
        if (!event)
            return; // unknown or damaged lines are skipped; the data is in run.db anyway
        if (event->maxSteps > 0)
            maxSteps = event->maxSteps;
        switch (event->kind) {
        case Event::Kind::State:
            if (const QString said = QString::fromStdString(event->message); said != reason) {
                reason = said;
                if (event->state == state)
                    Q_EMIT q->stateChanged();
            }
            setState(event->state);
            break;
        case Event::Kind::Committed:
            // An evaluation commits without a new step: tell it all the same.
            lastStep = qMax<qint64>(lastStep, event->step);
            Q_EMIT q->stepsCommitted(event->step);
            break;
        case Event::Kind::Progress:
            phase = event->phase;
            fraction = event->fraction;
            eta = event->etaSeconds;
            setState(event->state);
            if (state == RunState::Starting && std::exchange(part, event->part) != event->part)
                Q_EMIT q->stateChanged(); // the table of runs shows it, too
            Q_EMIT q->progressChanged();
            break;
        case Event::Kind::Heartbeat:
            setState(event->state);
            break;
        case Event::Kind::Log:
            Q_EMIT q->logged(QString::fromStdString(event->level), QString::fromStdString(event->message));
            break;
        case Event::Kind::Reply:
            if (asked && asked->id == event->id) {
                asked.reset(); // done (its state was told before), or refused
                Q_EMIT q->progressChanged();
            }
            Q_EMIT q->replied(event->id, event->ok, QString::fromStdString(event->message));
            break;
        }
    }
};

RunFeed::RunFeed(const QString& folder, QObject* parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this))
{
    d->folder = folder;
    d->name = folder.section(QLatin1Char('/'), -1);
    connect(&d->socket, &QLocalSocket::connected, this, [this] {
        d->heard.start();
        d->send(toLine(Hello { kProtocolVersion, "client", AHASCOPE_VERSION, "" }));
    });
    connect(&d->socket, &QLocalSocket::readyRead, this, [this] { d->received(); });
    connect(&d->socket, &QLocalSocket::disconnected, this, [this] {
        d->greeted = false;
        d->responding = true;
        d->buffer.clear();
        d->phase = Phase::Idle;
        d->part = StartPart::None;
        d->asked.reset();
        d->readFiles();
        Q_EMIT progressChanged();
    });
    connect(&d->poll, &QTimer::timeout, this, [this] { d->tick(); });
    d->poll.start(kPollMs);
    d->readFiles();
    d->tick();
}

void RunFeed::expectEngine(qint64 pid)
{
    d->expected = pid;
    d->startFailure.clear();
    d->readFiles();
}

RunFeed::~RunFeed()
{
    d->socket.disconnect(this);
    d->socket.abort();
}

QString RunFeed::folder() const { return d->folder; }
QString RunFeed::name() const { return d->name; }
RunState RunFeed::state() const { return d->state; }
Phase RunFeed::phase() const { return d->phase; }
StartPart RunFeed::startPart() const { return d->part; }
double RunFeed::phaseFraction() const { return d->fraction; }
double RunFeed::etaSeconds() const { return d->eta; }
qint64 RunFeed::lastStep() const { return d->lastStep; }
qint64 RunFeed::maxSteps() const { return d->maxSteps; }
bool RunFeed::attached() const { return d->greeted; }
QString RunFeed::stateReason() const { return d->reason; }
bool RunFeed::responding() const { return d->responding; }

std::optional<Command::Kind> RunFeed::asked() const { return d->asked ? std::optional(d->asked->kind) : std::nullopt; }

qint64 RunFeed::send(Command command)
{
    if (!d->greeted)
        return -1;
    command.id = d->nextId++;
    d->send(toLine(command));
    const bool stops = command.kind == Command::Kind::Stop;
    if (stops || (command.kind == Command::Kind::Pause && asked() != Command::Kind::Stop)) {
        d->asked = command;
        Q_EMIT progressChanged();
    }
    return command.id;
}

} // namespace aha
