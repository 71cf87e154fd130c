#pragma once
// What keeps a user's program to its job: no network, no writing of files. What of it the machine allows is tried once,
// in a child that ends, and said in a sentence.

#include <cstdint>
#include <string>
#include <vector>

namespace aha {

struct Confinement {
    std::string bubblewrap; ///< path of bwrap, where it is installed and works: it does both of the below
    bool network = false; ///< without it: a network namespace of its own, with nothing in it
    bool files = false; ///< without it: Landlock refuses writing, making and removing of files
    uint64_t memoryBytes = uint64_t(4) << 30; ///< of address space

    /// For the run's log: which of it is in force.
    std::string sentence() const;
    /// Program and arguments that run `shellCommand`.
    std::vector<std::string> arguments(const std::string& shellCommand) const;
};

/// The best that this machine allows. Starts up to two short-lived processes.
Confinement findConfinement();

/// Prepared before fork(), applied after it: apply() is made of system calls alone. Everything that `confinement`
/// promises is in force when it returns true.
class ConfinementInChild {
public:
    explicit ConfinementInChild(const Confinement& confinement);
    bool apply() const;

private:
    Confinement m_confinement;
    std::string m_userMap, m_groupMap;
};

} // namespace aha
