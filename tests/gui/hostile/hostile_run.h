#pragma once
// The texts of tests/fixtures/hostile, a bait that must not be touched, and a run and a workspace made of the texts.

#include "core/base/files.h"
#include "core/base/utf8.h"
#include "core/config/run_config.h"
#include "core/store/run_writer.h"
#include "core/store/workspace.h"

#include <nlohmann/json.hpp>

#include <QDir>
#include <QFile>
#include <QStringList>
#include <QTemporaryDir>

#include <arpa/inet.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <unistd.h>

namespace hostile {

/// Files of every kind that the texts name, watched; and a port of this machine that listens.
class Bait {
public:
    Bait()
    {
        for (const char* name : { "bait.png", "bait.css", "bait.svg", "bait.html", "bait.ttf", "bait.wav", "bait.txt",
                 "bait.db", "bait.so" }) {
            QFile file(m_folder.filePath(name));
            if (!file.open(QIODevice::WriteOnly))
                qFatal("the bait cannot be written");
            file.write("bait");
        }
        m_watch = inotify_init1(IN_NONBLOCK);
        if (inotify_add_watch(m_watch, folder().c_str(), IN_OPEN | IN_ACCESS) < 0)
            qFatal("the bait cannot be watched");
        m_socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        sockaddr_in address {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (::bind(m_socket, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(m_socket, 8) != 0
            || ::getsockname(m_socket, reinterpret_cast<sockaddr*>(&address), &size) != 0)
            qFatal("no port can be listened on");
        m_port = ntohs(address.sin_port);
    }
    ~Bait()
    {
        ::close(m_watch);
        ::close(m_socket);
    }
    std::string folder() const { return m_folder.path().toStdString(); }
    int port() const { return m_port; }
    /// What was opened or called since the last time.
    QStringList touched()
    {
        QStringList found;
        alignas(inotify_event) char buffer[4096];
        for (ssize_t n; (n = ::read(m_watch, buffer, sizeof buffer)) > 0;)
            for (char* at = buffer; at < buffer + n;) {
                auto* event = reinterpret_cast<inotify_event*>(at);
                found << (event->len ? QString::fromUtf8(event->name) : QStringLiteral("the folder"));
                at += sizeof(inotify_event) + event->len;
            }
        for (int connection; (connection = ::accept(m_socket, nullptr, nullptr)) >= 0; ::close(connection))
            found << QStringLiteral("the port");
        return found;
    }

private:
    QTemporaryDir m_folder { QDir::tempPath() + QStringLiteral("/aha-bait-XXXXXX") };
    int m_watch = -1, m_socket = -1, m_port = 0;
};

/// UTF-8's way of writing a code point, surrogates too.
inline std::string encoded(uint32_t c)
{
    std::string out;
    if (c < 0x80)
        return { char(c) };
    if (c < 0x800)
        out = { char(0xC0 | c >> 6) };
    else if (c < 0x10000)
        out = { char(0xE0 | c >> 12), char(0x80 | (c >> 6 & 0x3F)) };
    else
        out = { char(0xF0 | c >> 18), char(0x80 | (c >> 12 & 0x3F)), char(0x80 | (c >> 6 & 0x3F)) };
    return out + char(0x80 | (c & 0x3F));
}

/// A line of strings.txt up to its end, or to the brace that closes a repetition.
inline std::string unescaped(const std::string& line, size_t& at, bool inner)
{
    std::string out;
    while (at < line.size() && !(inner && line[at] == '}')) {
        if (line[at] != '\\') {
            out += line[at++];
            continue;
        }
        const char c = line.at(++at);
        ++at;
        if (c == 'x') {
            out += char(std::stoi(line.substr(at, 2), nullptr, 16));
            at += 2;
        } else if (c == 'u') {
            const size_t end = line.find('}', at);
            out += encoded(uint32_t(std::stoul(line.substr(at + 1, end - at - 1), nullptr, 16)));
            at = end + 1;
        } else if (c == '*') {
            const size_t open = line.find('{', at);
            const int times = std::stoi(line.substr(at, open - at));
            at = open + 1;
            const std::string part = unescaped(line, at, true);
            ++at;
            for (int i = 0; i < times; ++i)
                out += part;
        } else {
            out += c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c;
        }
    }
    return out;
}

inline std::vector<std::string> strings(const std::string& folder, int port)
{
    QFile file(QStringLiteral(AHASCOPE_TEST_SOURCE_DIR "/tests/fixtures/hostile/strings.txt"));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("strings.txt cannot be read");
    std::vector<std::string> all;
    for (const QByteArray& line : file.readAll().split('\n')) {
        if (line.isEmpty() || line.startsWith("# "))
            continue;
        QByteArray filled = line;
        filled.replace("{BAIT}", folder.c_str()).replace("{PORT}", QByteArray::number(port));
        size_t at = 0;
        all.push_back(unescaped(filled.toStdString(), at, false));
    }
    return all;
}

/// The first text that turns the direction.
inline size_t bidi(const std::vector<std::string>& texts)
{
    return size_t(std::find_if(texts.begin(), texts.end(), [](const std::string& text) {
        return text.find("\xe2\x80\xae") != std::string::npos;
    }) - texts.begin());
}

inline constexpr int kGroup = 8;

/// Every text is a completion's, in order; and every other field that holds text has one of them.
inline void makeRun(const QString& folder, const std::vector<std::string>& texts)
{
    using namespace aha;
    const auto text = [&](size_t i) { return texts[i % texts.size()]; };
    const auto valid = [&](size_t i) { return validUtf8(text(i)); }; // where JSON is written
    QDir().mkpath(folder);
    RunConfig config;
    config.general.name = valid(0) + valid(bidi(texts));
    config.general.maxSteps = 99;
    config.prompt.system = valid(5);
    config.prompt.exampleQuestion = valid(80);
    config.rollout.stop = valid(120);
    orThrow(writeFileAtomically(folder.toStdString() + "/config.json", toJsonText(config)));
    auto writer
        = orThrow(RunWriter::create(folder.toStdString(), "hostile", config.general.name, "grpo", toJsonText(config)));
    const size_t groups = (texts.size() + kGroup - 1) / kGroup, perStep = 4;
    for (size_t g = 0; g < groups;) {
        StepRow row;
        row.step = int64_t(g / perStep) + 1;
        for (size_t m = 0; m < 12; ++m)
            row.metrics.emplace_back(text(m * 19) + std::to_string(m), double(row.step) * 0.1 + double(m));
        row.metrics.emplace_back("reward", 0.1 * double(row.step));
        for (size_t p = 0; p < perStep && g < groups; ++p, ++g) {
            GroupRow group { 0, row.step, int(p),
                { 0, text(g * 7) + "\n" + text(g * 7 + 1) + std::to_string(g), "countdown", valid(g) }, 0.5, 0.5, false,
                {} };
            for (size_t j = 0; j < kGroup; ++j) {
                const size_t i = g * kGroup + j;
                CompletionRow c;
                c.position = int(j);
                c.text = text(i);
                c.tokens = int(c.text.size());
                c.tokenIds = { 1, int32_t(j) };
                TokenDetail detail { { int32_t(c.text.size() / 2), int32_t(c.text.size()) }, { -0.5f, -1 }, { 1, 2 } };
                c.detail = detail;
                c.finishReason = text(i + 1);
                c.extracted = text(i + 2);
                c.reason = text(i + 3);
                c.verdict = text(i + 4);
                c.reward = double(j % 2);
                c.advantage = j % 2 ? 1 : -1;
                c.correct = j % 2;
                c.formatOk = true;
                c.parts = { { valid(g), double(j % 2) }, { valid(g + 40), 0.5 } };
                group.completions.push_back(std::move(c));
            }
            row.groups.push_back(std::move(group));
        }
        orThrow(writer->commitStep(row));
        EvaluationRow evaluation;
        evaluation.step = row.step;
        evaluation.task = "countdown";
        evaluation.problems = 24;
        evaluation.samples = 1;
        evaluation.pass1 = 0.5;
        evaluation.pass1High = 1;
        evaluation.passK = { { 1, 0.5 } };
        evaluation.metrics = { { valid(size_t(row.step)), 1.0 } };
        for (size_t i = 0; i < 24; ++i) // the same problems each time, so that they can be compared
            evaluation.rows.push_back({ { 0, text(i * 9) + std::to_string(i), text(i), valid(i * 5) },
                int(i + size_t(row.step)) % 2, false, text(i * 9 + size_t(row.step)) });
        orThrow(writer->commitEvaluation(evaluation));
        orThrow(writer->addLog(row.step % 2 ? "info" : "error", text(size_t(row.step) * 3)));
        const nlohmann::ordered_json asked { { "prompt", valid(size_t(row.step) * 4) },
            { "answer", valid(size_t(row.step) * 4 + 1) }, { "temperature", valid(2) }, { "seed", 7 } };
        orThrow(writer->addMarker(
            { 0, row.step, row.step % 2 ? "sample" : "set", text(size_t(row.step) * 11), asked.dump(), 0 }));
    }
    orThrow(writer->addMarker({ 0, 99, "failed", text(150), "{}", 0 }));
}

inline void fillWorkspace(aha::Workspace& workspace, const QString& run, const std::vector<std::string>& texts)
{
    for (size_t i = 0; i < texts.size(); ++i) {
        aha::Note note;
        note.kind = i % 3 ? "run" : "step";
        note.folder = run.toStdString();
        note.runId = "hostile";
        note.step = 1;
        note.text = texts[i];
        note.quote = texts[(i + 1) % texts.size()];
        orThrow(workspace.keepNote(note));
    }
    orThrow(workspace.setLabel("hostile",
        { texts[3] + texts[bidi(texts)], texts[8] + texts[bidi(texts) + 1], texts[30] + texts[bidi(texts) + 2] }));
}

} // namespace hostile
