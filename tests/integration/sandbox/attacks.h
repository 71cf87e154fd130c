#pragma once
// The attack programs, and the host that they must leave as it was.

#include "core/tasks/programs/code_judge.h"

#include <QString>
#include <QTemporaryDir>

#include <string>
#include <vector>

namespace attack {

struct Attack {
    const char* name; ///< "A01 fork bomb"
    aha::Language language;
    const char* code;
    const char* mayEnd; ///< the ends that are right, separated by spaces
    const char* mustPrint = ""; ///< what its output holds, where the attack says what it found
    const char* function = ""; ///< called by the tests, where they call one
    const char* expected = ""; ///< of standard output; empty: a secret
};
const std::vector<Attack>& attacks();

/// What a program might want of the host: files with secrets, an open descriptor, a variable, a socket, a lock.
class Host {
public:
    Host();
    ~Host();
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;

    /// The attack's text with $HOST, $FD and $PORT filled in.
    std::string filled(const char* code) const;
    /// Empty: everything is as it was. Else what is not.
    QString changes() const;

    /// Processes that a run left behind, of all runs so far; empty: none. Not while one runs.
    QString survivors() const;

    int bystander() const { return m_bystander; }

    static constexpr const char* kSecret = "S3CR3T-expected-answer-1729";

private:
    QTemporaryDir m_folder;
    int m_leak = -1, m_socket = -1, m_abstract = -1, m_port = 0;
    int m_bystander = -1; ///< a process
};

/// Runs one attack as an answer and says what is wrong with how it went; empty: contained. `tests` has one test, whose
/// right output the attack does not know.
QString failureOf(const Attack& attack, const Host& host, aha::SandboxPool& pool);

/// 1 s of processor time, 2 s of clock.
aha::SandboxLimits limits();

} // namespace attack
