#pragma once
// What the three text formats share: a buffered ByteSource, the check of a row, and the numbers of line and row.

#include "core/data/byte_source.h"
#include "core/data/json_check.h"
#include "core/data/row_reader.h"

namespace aha::data {

class TextReader : public RowReader {
public:
    std::string_view row() const override { return m_row; }
    const std::vector<std::string_view>& keys() const override { return m_check.keys(); }
    uint64_t bytesTotal() const override { return m_source->diskBytes(); }
    uint64_t bytesRead() const override { return m_source->diskBytesRead(); }
    Result<std::string> sha256() override { return m_source->sha256(); }

protected:
    TextReader(std::unique_ptr<ByteSource> source, const ReadOptions& options);

    /// Appends at least one byte to the unread part of the buffer. False at the end. The first call drops a byte order
    /// mark. Views into the buffer become invalid.
    Result<bool> more();
    std::string_view unread() const { return std::string_view(m_buffer).substr(m_at, m_end - m_at); }
    void consume(size_t bytes) { m_at += bytes; }

    /// Checks `text` as the next row; sets row() or bad(). `line` is where the row starts.
    Step take(std::string_view text, uint64_t line);
    Step reject(uint64_t line, std::string code, std::string message, std::string hint);

    std::unique_ptr<ByteSource> m_source;
    ReadOptions m_options;
    JsonCheck m_check;
    std::string_view m_row;
    uint64_t m_rows = 0; ///< rows met so far, bad ones counted
    uint64_t m_line = 1; ///< of the first unread byte

private:
    std::string m_buffer; ///< [m_at, m_end) is unread; the rest is room
    size_t m_at = 0, m_end = 0;
    bool m_started = false;
};

Result<std::unique_ptr<RowReader>> openJsonl(std::unique_ptr<ByteSource> source, const ReadOptions& options);
Result<std::unique_ptr<RowReader>> openJson(std::unique_ptr<ByteSource> source, const ReadOptions& options);
Result<std::unique_ptr<RowReader>> openCsv(std::unique_ptr<ByteSource> source, const ReadOptions& options);

} // namespace aha::data
