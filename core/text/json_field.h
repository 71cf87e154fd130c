#pragma once
// Checked access to parsed JSON whose errors say where in the file something is wrong. Throws Failure
// (tokenizer_invalid); caught where the file is opened.

#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <functional>

namespace aha {

/// A value and its place, "model.merges[3]". Cheap to copy; the JSON outlives it.
class JsonField {
public:
    using Json = nlohmann::json;
    JsonField(const Json& json, std::string place)
        : m_json(&json)
        , m_place(std::move(place))
    {
    }

    const Json& json() const { return *m_json; }
    const std::string& place() const { return m_place; }

    [[noreturn]] void invalid(const std::string& rule) const
    {
        throw Failure({ "tokenizer_invalid", m_place + " " + rule + ".", "" });
    }
    [[noreturn]] void unsupported(const std::string& what) const
    {
        throw Failure({ "tokenizer_unsupported", m_place + ": " + what + " is not supported.", "" });
    }

    bool isNull() const { return m_json->is_null(); }
    /// Absent and null are the same.
    bool has(const char* key) const
    {
        object();
        const auto found = m_json->find(key);
        return found != m_json->end() && !found->is_null();
    }
    JsonField at(const std::string& key) const // whole, whatever bytes it has
    {
        object();
        const auto found = m_json->find(key);
        if (found == m_json->end())
            invalid("has no \"" + key + "\"");
        return { *found, m_place.empty() ? key : m_place + "." + key };
    }
    const Json& object() const { return expect(m_json->is_object(), "an object"); }
    const Json& array() const { return expect(m_json->is_array(), "a list"); }
    const std::string& text() const { return expect(m_json->is_string(), "a text").get_ref<const std::string&>(); }
    bool flag() const { return expect(m_json->is_boolean(), "true or false").get<bool>(); }
    int64_t integer() const
    {
        expect(m_json->is_number_integer()
                && !(m_json->is_number_unsigned() && m_json->get<uint64_t>() > uint64_t(INT64_MAX)),
            "a whole number");
        return m_json->get<int64_t>();
    }
    double number() const { return expect(m_json->is_number(), "a number").get<double>(); }

    std::string textOr(const char* key, const std::string& otherwise) const
    {
        return has(key) ? at(key).text() : otherwise;
    }
    bool flagOr(const char* key, bool otherwise) const { return has(key) ? at(key).flag() : otherwise; }
    int64_t integerOr(const char* key, int64_t otherwise) const { return has(key) ? at(key).integer() : otherwise; }

    void forEach(const std::function<void(const JsonField&)>& visit) const
    {
        size_t index = 0;
        for (const Json& element : array())
            visit({ element, m_place + "[" + std::to_string(index++) + "]" });
    }

private:
    const Json& expect(bool is, const char* what) const
    {
        if (!is)
            invalid(std::string("must be ") + what + ", not " + m_json->type_name());
        return *m_json;
    }

    const Json* m_json;
    std::string m_place;
};

} // namespace aha
