#pragma once
// What goes into a sandbox and what comes out.

#include <memory>
#include <string>

namespace aha {

class MemoryFile;

enum class Language { Python, Cpp };

struct SandboxProgram {
    Language language = Language::Python;
    std::string source;
};

/// How a run ended.
enum class SandboxEnd {
    Exited, ///< by itself, with `status`
    Signal, ///< by the signal `status`
    Cpu, ///< its processor time was used up
    Wall, ///< its wall clock was used up
    Memory, ///< its processes together held more memory than they may
    Output, ///< it wrote more than it may
    NotStarted, ///< the sandbox failed, not the program: `error` says why
};
const char* sandboxEndName(SandboxEnd end);

struct SandboxRun {
    SandboxEnd end = SandboxEnd::NotStarted;
    int status = 0; ///< exit status, or number of the signal
    std::string output {}, errors {}; ///< bytes as they came, cut where its limit is
    double seconds = 0; ///< wall clock, the sandbox's own start included
    double cpuSeconds = 0; ///< of all its processes
    std::string error {}; ///< NotStarted: a sentence

    /// The program came to its own end and says that all is well.
    bool ok() const { return end == SandboxEnd::Exited && status == 0; }
    /// "It was ended after 4 s of processor time."
    std::string sentence() const;
};

/// A program that can be run many times: Python's source, or what the compiler made of C++. Cheap to copy.
struct PreparedProgram {
    Language language = Language::Python;
    std::shared_ptr<const MemoryFile> content {}; ///< null: there is nothing to run
    SandboxRun compilation { SandboxEnd::Exited }; ///< C++: the compiler's run; why there is nothing to run

    bool ok() const { return content != nullptr; }
};

} // namespace aha
