#pragma once
// SHA-256 of bytes that come in pieces. For bytes at hand: sha256Hex() in files.h.

#include <memory>
#include <string>
#include <string_view>

namespace aha {

/// Not thread-safe.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void add(std::string_view bytes);
    /// Lower-case hexadecimal digest of what was added; more may follow.
    std::string hex() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace aha
