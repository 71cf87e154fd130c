#include "core/data/sample_view.h"
#include "core/data/mapping.h"
#include "core/data/messages.h"

#include <algorithm>

namespace aha::data {

bool SampleView::has(const std::string& path) const
{
    return all(path, [](const Row&) { return true; });
}

bool SampleView::has(std::initializer_list<const char*> paths) const
{
    return std::all_of(paths.begin(), paths.end(), [&](const char* path) { return has(std::string(path)); });
}

std::string SampleView::firstOf(std::initializer_list<const char*> names) const
{
    for (const char* name : names)
        if (has(std::string(name)))
            return name;
    return "";
}

bool SampleView::all(const std::string& path, const std::function<bool(const Row&)>& test) const
{
    return share(path, test) == 1;
}

double SampleView::share(const std::string& path, const std::function<bool(const Row&)>& test) const
{
    size_t seen = 0, passed = 0;
    for (const Row& row : m_rows)
        if (const Row* value = valueAt(row, path); value && !value->is_null()) {
            ++seen;
            passed += test(*value);
        }
    return seen == 0 ? 0 : double(passed) / double(seen);
}

bool SampleView::text(const std::string& path) const
{
    return all(path, [](const Row& v) { return v.is_string(); });
}

bool SampleView::number(const std::string& path) const
{
    return all(path, [](const Row& v) { return v.is_number(); });
}

bool SampleView::messages(const std::string& path) const { return all(path, looksLikeMessages); }

bool SampleView::listOf(const std::string& path, const std::function<bool(const Row&)>& test) const
{
    return all(path, [&](const Row& v) { return v.is_array() && std::all_of(v.begin(), v.end(), test); });
}

bool SampleView::truth(const std::string& path) const
{
    return all(path, [](const Row& v) {
        if (v.is_boolean() || (v.is_number() && (v == 0 || v == 1)))
            return true;
        return v.is_string() && (v == "true" || v == "false" || v == "True" || v == "False" || v == "0" || v == "1");
    });
}

} // namespace aha::data
