#pragma once
// Errors as values at library edges. Exceptions stay inside a library and are caught once, at a thread or process edge.

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace aha {

/// What a person reads when something fails: a stable `code` for programs, a `message` that says what happened and
/// with which value, and a `hint` that says what to do (may be empty).
struct Error {
    std::string code;
    std::string message;
    std::string hint;

    std::string sentence() const { return hint.empty() ? message : message + " " + hint; }
};

/// A value of type T or an Error. `value()` on an error is a programming mistake and throws std::bad_variant_access.
template <class T> class [[nodiscard]] Result {
public:
    Result(T value)
        : m_state(std::move(value))
    {
    }
    Result(Error error)
        : m_state(std::move(error))
    {
    }

    bool ok() const { return std::holds_alternative<T>(m_state); }
    explicit operator bool() const { return ok(); }
    T& value() & { return std::get<T>(m_state); }
    const T& value() const& { return std::get<T>(m_state); }
    T&& value() && { return std::get<T>(std::move(m_state)); }
    const Error& error() const { return std::get<Error>(m_state); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }

private:
    std::variant<T, Error> m_state;
};

template <> class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error)
        : m_error(std::move(error))
    {
    }

    bool ok() const { return !m_error.has_value(); }
    explicit operator bool() const { return ok(); }
    const Error& error() const { return *m_error; }

private:
    std::optional<Error> m_error;
};

/// Carries an Error through code that cannot return one (constructors, callbacks). Caught at the edges.
class Failure : public std::exception {
public:
    explicit Failure(Error error)
        : m_error(std::move(error))
    {
    }
    const Error& error() const { return m_error; }
    const char* what() const noexcept override { return m_error.message.c_str(); }

private:
    Error m_error;
};

/// The value, or Failure. For code whose caller catches at the edge.
template <class T> T orThrow(Result<T> result)
{
    if (!result)
        throw Failure(result.error());
    return std::move(result).value();
}
inline void orThrow(Result<void> result)
{
    if (!result)
        throw Failure(result.error());
}

} // namespace aha
