#pragma once
// What goes wrong inside a template: thrown where it happens, given a position by whoever knows it, and turned into an
// Error at the library's edge.

#include <string>

namespace aha::jinja {

/// 1-based; line 0 = not known. Columns count bytes of the template with line ends made "\n".
struct Position {
    int line = 0, column = 0;
};

inline constexpr char kSyntax[] = "template_syntax"; ///< not a Jinja template
inline constexpr char kUnsupported[] = "template_unsupported"; ///< Jinja, but not rendered here
inline constexpr char kUndefined[] = "template_undefined"; ///< use of something undefined
inline constexpr char kType[] = "template_type"; ///< Python's TypeError, ValueError, ZeroDivisionError …
inline constexpr char kSecurity[] = "template_security"; ///< refused by the sandbox
inline constexpr char kRaised[] = "template_raised"; ///< the template called raise_exception
inline constexpr char kLimit[] = "template_limit"; ///< too many steps, too much memory, too deep

struct Problem {
    std::string code, message;
    Position position;
};

[[noreturn]] inline void fail(const char* code, std::string message, Position position = {})
{
    throw Problem { code, std::move(message), position };
}

} // namespace aha::jinja
