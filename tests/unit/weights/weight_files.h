#pragma once
// Bytes of weight files, made by hand so that they can be wrong.

#include "core/base/files.h"
#include "core/weights/gguf_value.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace aha::test {

template <class T> std::string bytesOf(T value)
{
    return std::string(reinterpret_cast<const char*>(&value), sizeof value);
}

/// safetensors: length, header, data.
inline std::string safetensors(const std::string& header, const std::string& data = {})
{
    return bytesOf(uint64_t(header.size())) + header + data;
}

inline std::string text(std::string_view value) { return bytesOf(uint64_t(value.size())) + std::string(value); }

/// A GGUF file in parts; every number can be set to a lie.
struct GgufBytes {
    std::string magic = "GGUF";
    uint32_t version = 3;
    std::vector<std::string> keys, tensors;
    int64_t tensorCount = -1, keyCount = -1; ///< -1: the truth
    std::string data;
    size_t alignment = 32;

    GgufBytes& key(std::string_view name, GgufType type, const std::string& value)
    {
        keys.push_back(text(name) + bytesOf(uint32_t(type)) + value);
        return *this;
    }
    /// `dimensions` innermost first, as in the file.
    GgufBytes& tensor(std::string_view name, std::vector<uint64_t> dimensions, uint32_t type, uint64_t offset)
    {
        std::string bytes = text(name) + bytesOf(uint32_t(dimensions.size()));
        for (const uint64_t size : dimensions)
            bytes += bytesOf(size);
        tensors.push_back(bytes + bytesOf(type) + bytesOf(offset));
        return *this;
    }
    std::string make() const
    {
        std::string file = magic + bytesOf(version);
        file += bytesOf(tensorCount < 0 ? uint64_t(tensors.size()) : uint64_t(tensorCount));
        file += bytesOf(keyCount < 0 ? uint64_t(keys.size()) : uint64_t(keyCount));
        for (const std::string& part : keys)
            file += part;
        for (const std::string& part : tensors)
            file += part;
        file.resize((file.size() + alignment - 1) / alignment * alignment);
        return file + data;
    }
};

/// A folder that goes when the test ends.
class Folder {
public:
    std::filesystem::path path() const { return m_folder.path().toStdString(); }
    std::filesystem::path write(const std::string& name, std::string_view bytes) const
    {
        orThrow(writeFileAtomically(path() / name, bytes));
        return path() / name;
    }

private:
    QTemporaryDir m_folder;
};

} // namespace aha::test

/// The error must have this code and be a sentence.
#define COMPARE_ERROR(result, expected)                                                                                \
    do {                                                                                                               \
        const auto& made = (result);                                                                                   \
        QVERIFY2(!made.ok(), expected);                                                                                \
        QCOMPARE(QString::fromStdString(made.error().code), QString(expected));                                        \
        QVERIFY2(QString::fromStdString(made.error().message).endsWith('.'), made.error().message.c_str());            \
    } while (false)
