// Engine and clients over a real socket: greetings, replies, half lines, garbage, floods, clients that never read.

#include "core/protocol/control_client.h"
#include "core/protocol/control_server.h"
#include "core/protocol/run_folder.h"
#include "core/protocol/socket_address.h"

#include <QtTest>

#include <cerrno>
#include <poll.h>
#include <unistd.h>

using namespace aha;

namespace {

/// A client that says what it likes.
class RawClient {
public:
    explicit RawClient(const std::string& run)
    {
        const sockaddr_un address = socketAddress(locateSocket(run));
        m_fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        m_connected = ::connect(m_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    ~RawClient() { ::close(m_fd); }
    bool connected() const { return m_connected; }
    /// False once the server has closed.
    bool say(const std::string& bytes)
    {
        for (size_t done = 0; done < bytes.size();) {
            const ssize_t n = ::send(m_fd, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
            if (n <= 0)
                return false;
            done += size_t(n);
        }
        return true;
    }
    /// Everything until a line holds `what`, or the connection ends or is silent for long.
    std::string hearUntil(const std::string& what)
    {
        std::string all;
        while (all.find(what) == std::string::npos) {
            pollfd waiting { m_fd, POLLIN, 0 };
            char bytes[4096];
            if (::poll(&waiting, 1, 20'000) != 1)
                return all;
            const ssize_t n = ::recv(m_fd, bytes, sizeof bytes, 0);
            if (n <= 0) {
                m_connected = false;
                return all;
            }
            all.append(bytes, size_t(n));
        }
        return all;
    }

private:
    int m_fd;
    bool m_connected;
};

const std::string kHello = toLine(Hello { kProtocolVersion, "client", "0", "" }) + "\n";

} // namespace

class TestControlSocket : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_server = orThrow(ControlServer::listen(run(), "r1", "0.1.0"));
    }
    void cleanup()
    {
        m_server.reset();
        m_folder.reset();
    }

    void commandsAreAnsweredToTheirSender()
    {
        const auto first = orThrow(ControlClient::connect(run())), second = orThrow(ControlClient::connect(run()));
        std::thread engine([this] {
            for (int i = 0; i < 2; ++i) {
                const std::optional<Command> command = m_server->wait(20'000);
                if (command)
                    m_server->reply(*command, command->kind == Command::Kind::Pause, commandName(command->kind));
            }
        });
        Command pause, stop;
        pause.kind = Command::Kind::Pause;
        stop.kind = Command::Kind::Stop;
        const Result<Event> a = first->request(pause), b = second->request(stop);
        engine.join();
        QVERIFY(a.ok() && a->ok && a->message == "pause");
        QVERIFY(b.ok() && !b->ok && b->message == "stop");
    }

    void statusNeedsNoTrainingLoop()
    {
        Event state;
        state.kind = Event::Kind::State;
        state.state = RunState::Running;
        m_server->broadcast(state);
        const auto client = orThrow(ControlClient::connect(run()));
        const Result<Event> reply = client->request(Command {});
        QVERIFY(reply.ok() && reply->message.find("running") != std::string::npos);
        QVERIFY(!m_server->take());
    }

    void lateClientsHearTheState()
    {
        Event e;
        e.kind = Event::Kind::State;
        e.state = RunState::Paused;
        m_server->broadcast(e);
        e.kind = Event::Kind::Progress;
        e.step = 17;
        m_server->broadcast(e);
        RawClient late(run());
        const std::string heard = late.hearUntil("progress");
        QVERIFY(heard.find("\"protocol\":1") < heard.find("\"state\":\"paused\""));
        QVERIFY(heard.find("\"step\":17") != std::string::npos);
    }

    void halfLinesWait()
    {
        RawClient client(run());
        QVERIFY(client.say(kHello.substr(0, 10)));
        QVERIFY(client.say(kHello.substr(10) + "{\"command\":\"pau"));
        QVERIFY(client.say("se\",\"id\":5}\n"));
        const std::optional<Command> command = m_server->wait(20'000);
        QVERIFY(command && command->kind == Command::Kind::Pause);
        m_server->reply(*command, true, "done");
        QVERIFY(client.hearUntil("done").find("\"id\":5") != std::string::npos); // the client's own number
    }

    void garbageIsRefusedAndTheRestIsServed()
    {
        RawClient client(run());
        QVERIFY(client.say(kHello + std::string("\xFF\x00\x01garbage", 10)
            + "\n\n{}\n{\"command\":\"nothing\"}\n{\"command\":\"resume\",\"id\":9}\n"));
        const std::optional<Command> command = m_server->wait(20'000);
        QVERIFY(command && command->kind == Command::Kind::Resume);
        m_server->reply(*command, true, "served");
        const std::string heard = client.hearUntil("served");
        QCOMPARE(QByteArray::fromStdString(heard).count("\"ok\":false"), qsizetype(4));
    }

    void commandsBeforeTheGreetingAreNotObeyed()
    {
        RawClient client(run());
        QVERIFY(client.say("{\"command\":\"stop\"}\n" + kHello + "{\"command\":\"pause\",\"id\":1}\n"));
        const std::optional<Command> command = m_server->wait(20'000);
        QVERIFY(command && command->kind == Command::Kind::Pause);
    }

    void anEndlessLineIsCutOff()
    {
        RawClient client(run());
        QVERIFY(client.say(kHello));
        bool open = true;
        for (int i = 0; i < 64 && open; ++i)
            open = client.say(std::string(1 << 16, 'x'));
        client.hearUntil("never said");
        QVERIFY(!client.connected());
        QVERIFY(orThrow(ControlClient::connect(run()))->request(Command {}).ok()); // the others are served
    }

    void aFloodIsBounded()
    {
        RawClient flood(run());
        QVERIFY(flood.say(kHello));
        std::string lines; // nobody takes the commands, nobody reads the answers
        for (int i = 0; i < 2000; ++i)
            lines += "{\"command\":\"pause\",\"id\":" + std::to_string(i) + "}\n";
        bool open = true;
        for (int i = 0; i < 200 && open; ++i)
            open = flood.say(lines);
        QVERIFY2(!open, "400,000 commands were kept for a client that reads nothing");
        int waiting = 0;
        while (m_server->take())
            ++waiting;
        QVERIFY2(waiting > 0 && waiting <= 256, qPrintable(QString::number(waiting)));
        QVERIFY(orThrow(ControlClient::connect(run()))->request(Command {}).ok());
    }

    void eventsNeverBlockTheEngine()
    {
        RawClient deaf(run());
        QVERIFY(deaf.connected() && deaf.say(kHello));
        Event e;
        e.kind = Event::Kind::Log;
        e.message = std::string(1000, 'm');
        for (int i = 0; i < 100'000; ++i) // 100 MB for somebody who reads nothing
            m_server->broadcast(e);
        QVERIFY(orThrow(ControlClient::connect(run()))->request(Command {}).ok());
    }

    void clientsComeAndGo()
    {
        for (int i = 0; i < 200; ++i) {
            RawClient client(run());
            QVERIFY(client.connected());
            if (i % 2)
                QVERIFY(client.say(kHello.substr(0, size_t(i) % kHello.size())));
        }
        QVERIFY(orThrow(ControlClient::connect(run()))->request(Command {}).ok());
    }

    void nobodyThere()
    {
        QVERIFY(QFile::exists(m_folder->filePath("control.sock")));
        m_server.reset();
        QVERIFY(!QFile::exists(m_folder->filePath("control.sock")));
        QCOMPARE(ControlClient::connect(run()).error().code, std::string("engine_not_running"));
        QFile stale(m_folder->filePath("control.sock")); // left by a killed engine
        QVERIFY(stale.open(QIODevice::WriteOnly));
        stale.write("nonsense\n");
        stale.close();
        QCOMPARE(ControlClient::connect(run()).error().code, std::string("engine_not_running"));
        m_server = orThrow(ControlServer::listen(run(), "r1", "0.1.0"));
        QVERIFY(ControlClient::connect(run()).ok());
    }

    void longRunFolders()
    {
        const QString deep = m_folder->filePath(QString(60, 'a') + '/' + QString(60, 'b'));
        QVERIFY(QDir().mkpath(deep));
        const std::string path = deep.toStdString();
        const auto server = orThrow(ControlServer::listen(path, "deep", "0.1.0"));
        QVERIFY(socketPathFor(path).string().size() <= kMaxSocketPath);
        QVERIFY(QFileInfo(deep + "/control.sock").isFile()); // holds the path
        QCOMPARE(locateSocket(path), socketPathFor(path));
        QVERIFY(orThrow(ControlClient::connect(path))->request(Command {}).ok());
    }

    void longRunFoldersWithoutARuntimeFolder_data()
    {
        QTest::addColumn<QByteArray>("runtime");
        QTest::newRow("unset") << QByteArray();
        QTest::newRow("gone") << QByteArray("/nowhere/at/all");
        QTest::newRow("too long itself") << QByteArray("/" + QByteArray(120, 'x'));
    }
    void longRunFoldersWithoutARuntimeFolder()
    {
        QFETCH(QByteArray, runtime);
        const QByteArray before = qgetenv("XDG_RUNTIME_DIR");
        qputenv("XDG_RUNTIME_DIR", runtime);
        const QString deep = m_folder->filePath(QString(120, 'c'));
        QVERIFY(QDir().mkpath(deep));
        const auto server = ControlServer::listen(deep.toStdString(), "deep", "0.1.0");
        QVERIFY2(server.ok(), server.ok() ? "" : server.error().message.c_str());
        QVERIFY(ControlClient::connect(deep.toStdString()).ok());
        qputenv("XDG_RUNTIME_DIR", before);
    }

    void newerServer() // a window that meets an engine of another protocol
    {
        m_server.reset();
        const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const sockaddr_un address = socketAddress(socketPathFor(run()));
        QVERIFY(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0
            && ::listen(listener, 1) == 0);
        std::thread newer([listener] {
            const int fd = ::accept(listener, nullptr, nullptr);
            const std::string line = "{\"protocol\":2,\"role\":\"engine\",\"version\":\"9.0\"}\n";
            (void)::send(fd, line.data(), line.size(), MSG_NOSIGNAL);
            ::close(fd);
        });
        const auto client = ControlClient::connect(run());
        newer.join();
        ::close(listener);
        QCOMPARE(client.error().code, std::string("protocol_version"));
        QVERIFY(client.error().message.find("9.0") != std::string::npos);
    }

private:
    std::string run() const { return m_folder->path().toStdString(); }
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ControlServer> m_server;
};

QTEST_GUILESS_MAIN(TestControlSocket)
#include "tst_control_socket.moc"
