#pragma once
// Scalars of a TensorBoard event file, as far as it is written.
//
//   record   u64 length, u32 masked CRC32C of the length, `length` bytes, u32 masked CRC32C of the bytes (TFRecord)
//   masked   ((crc >> 15) | (crc << 17)) + 0xa282ead8
//   bytes    protobuf Event: 1 wall_time (double), 2 step (int64), 5 summary; Summary: 1 value (repeated); Value: 1
//   tag,
//            2 simple_value (float), 8 tensor (of a scalar: TensorBoard 2's own writers)
//
// Little-endian. Other kinds of values (histograms, texts, images) are counted and left out, and so are values whose
// name is longer than 1024 bytes.

#include "core/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aha::foreign {

struct EventScalar {
    std::string tag; ///< valid UTF-8
    int64_t step = 0;
    double wallTime = 0; ///< seconds since the Unix epoch
    double value = 0;
};

struct EventScan {
    std::vector<EventScalar> scalars;
    uint64_t consumed = 0; ///< bytes of whole records; what follows is a record that is not all there yet
    uint64_t records = 0, otherValues = 0;
    std::optional<Error> damage; ///< event_damaged: a checksum or a length is wrong; nothing behind it can be read
};

/// From the beginning of a record on. Any bytes are safe.
EventScan scanEvents(std::string_view bytes);

uint32_t crc32c(std::string_view bytes);

} // namespace aha::foreign
