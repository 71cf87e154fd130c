#include "core/protocol/remote_run.h"

#include "core/base/files.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <sstream>

namespace aha {

namespace {

constexpr const char* kFile = "remote.json";

} // namespace

Result<void> validate(const RemoteRun& remote)
{
    const bool plain = std::all_of(remote.host.begin(), remote.host.end(), [](unsigned char c) {
        return std::isalnum(c) || c == '.' || c == '-' || c == '_' || c == '@' || c == ':' || c == '[' || c == ']'
            || c == '%';
    });
    if (!plain || (!remote.host.empty() && remote.host[0] == '-'))
        return Error { "remote_host", "\"" + remote.host + "\" is no name of a machine.",
            "Write it as for ssh: user@machine, or a name from ~/.ssh/config." };
    if (remote.run.empty() || remote.program.empty() || remote.ssh.empty())
        return Error { "remote_run", "The folder of the run there, and the program, must be given.", "" };
    for (const std::string* word : { &remote.run, &remote.program, &remote.ssh })
        if (word->find('\0') != std::string::npos || word->find('\n') != std::string::npos || (*word)[0] == '-')
            return Error { "remote_run", "\"" + *word + "\" is no path: it begins with a dash or has a line break.",
                "" };
    return {};
}

Result<void> writeRemote(const std::filesystem::path& replica, const RemoteRun& remote)
{
    const nlohmann::ordered_json json { { "version", 1 }, { "host", remote.host }, { "ssh", remote.ssh },
        { "program", remote.program }, { "run", remote.run }, { "start", remote.start } };
    return writeFileAtomically(
        replica / kFile, json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

bool isReplica(const std::filesystem::path& run)
{
    std::error_code ignored;
    return std::filesystem::exists(run / kFile, ignored);
}

Result<RemoteRun> readRemote(const std::filesystem::path& replica)
{
    if (!isReplica(replica))
        return Error { "remote_missing", replica.string() + " is no copy of a run elsewhere (no remote.json).",
            "Name the run there: ahascope attach " + replica.string() + " --host MACHINE --run FOLDER" };
    const Result<std::string> text = readFile(replica / kFile, 1 << 20);
    if (!text)
        return text.error();
    const nlohmann::json json = nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false);
    const auto word = [&](const char* key) {
        return json.is_object() && json.contains(key) && json[key].is_string() ? json[key].get<std::string>()
                                                                               : std::string();
    };
    const RemoteRun remote { word("host"), word("ssh"), word("program"), word("run"),
        json.is_object() && json.contains("start") && json["start"] == true };
    if (const Result<void> valid = validate(remote); !valid) // a folder that came from elsewhere is not trusted
        return Error { "remote_corrupt", (replica / kFile).string() + ": " + valid.error().message,
            valid.error().hint };
    return remote;
}

std::string shellQuoted(const std::string& word)
{
    std::string quoted = "'";
    for (const char c : word)
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

std::vector<std::string> remoteCommand(const RemoteRun& remote, const std::string& after)
{
    std::vector<std::string> there { remote.program, "serve", remote.run };
    if (!after.empty())
        there.insert(there.end(), { "--after", after });
    if (remote.start)
        there.push_back("--start");
    if (remote.host.empty())
        return there;
    // No terminal, no questions; a machine that vanished is noticed within a quarter of a minute.
    std::vector<std::string> command { remote.ssh, "-T", "-o", "BatchMode=yes", "-o", "ServerAliveInterval=5", "-o",
        "ServerAliveCountMax=3", "--", remote.host };
    for (const std::string& word : there)
        command.push_back(shellQuoted(word));
    return command;
}

std::filesystem::path trustFile()
{
    const char *state = std::getenv("XDG_STATE_HOME"), *home = std::getenv("HOME");
    if (state && *state == '/')
        return std::filesystem::path(state) / "ahascope/attached.jsonl";
    return home && *home ? std::filesystem::path(home) / ".local/state/ahascope/attached.jsonl"
                         : std::filesystem::path();
}

bool isTrusted(const std::filesystem::path& trustFile, const RemoteRun& remote)
{
    const Result<std::string> text = readFile(trustFile, 16 << 20);
    if (!text)
        return false;
    RemoteRun started = remote; // who let it be started may follow it
    started.start = true;
    const nlohmann::json asked(remoteCommand(remote, "")), wider(remoteCommand(started, ""));
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);)
        if (const nlohmann::json known = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
            known == asked || known == wider)
            return true;
    return false;
}

Result<void> trust(const std::filesystem::path& trustFile, const RemoteRun& remote)
{
    if (trustFile.empty())
        return Error { "remote_trust", "There is no home folder to remember this connection in.", "Set HOME." };
    if (isTrusted(trustFile, remote))
        return {};
    if (Result<void> made = makeFolders(trustFile.parent_path()); !made)
        return made;
    const Result<std::string> before = readFile(trustFile, 16 << 20);
    return writeFileAtomically(trustFile,
        (before ? *before : std::string())
            + nlohmann::json(remoteCommand(remote, "")).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
            + "\n");
}

} // namespace aha
