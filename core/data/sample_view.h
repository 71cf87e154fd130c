#pragma once
// Questions that the layout rules ask about a sample of rows.

#include "core/data/dataset.h"

#include <functional>

namespace aha::data {

class SampleView {
public:
    explicit SampleView(const std::vector<Row>& rows)
        : m_rows(rows)
    {
    }

    const std::vector<Row>& rows() const { return m_rows; }
    /// Some row has the path with a value that is not null.
    bool has(const std::string& path) const;
    bool has(std::initializer_list<const char*> paths) const; ///< all of them
    /// The first of the names that is there, or "".
    std::string firstOf(std::initializer_list<const char*> names) const;
    /// Every value that is not null satisfies the test, and there is at least one.
    bool all(const std::string& path, const std::function<bool(const Row&)>& test) const;
    /// Share of the values that are not null.
    double share(const std::string& path, const std::function<bool(const Row&)>& test) const;

    bool text(const std::string& path) const;
    bool number(const std::string& path) const;
    bool messages(const std::string& path) const; ///< lists of turns
    bool textOrMessages(const std::string& path) const { return text(path) || messages(path); }
    bool listOf(const std::string& path, const std::function<bool(const Row&)>& test) const;
    bool truth(const std::string& path) const; ///< true/false, 0/1, or such text

private:
    const std::vector<Row>& m_rows;
};

} // namespace aha::data
