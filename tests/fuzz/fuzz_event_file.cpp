// A TensorBoard event file: any bytes are safe, as they are and as the contents of records whose checksums are right.
// What is read of the beginning and then of the rest is what is read of the whole, and names are text.

#include "core/base/utf8.h"
#include "core/foreign/metric_mapping.h"
#include "core/foreign/tensorboard_events.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

using namespace aha;
using namespace aha::foreign;

namespace {

void require(bool ok)
{
    if (!ok)
        std::abort();
}

void number(std::string& out, uint64_t value, size_t bytes)
{
    out.append(reinterpret_cast<const char*>(&value), bytes);
}

uint32_t masked(uint32_t crc) { return ((crc >> 15) | (crc << 17)) + 0xa282ead8u; }

std::string record(std::string_view body)
{
    std::string out;
    number(out, body.size(), 8);
    number(out, masked(crc32c(out)), 4);
    out += body;
    number(out, masked(crc32c(body)), 4);
    return out;
}

EventScan checked(std::string_view bytes)
{
    EventScan scan = scanEvents(bytes);
    require(scan.consumed <= bytes.size() && scan.records * 16 <= scan.consumed);
    require(!scan.damage || !scan.damage->message.empty());
    for (const EventScalar& scalar : scan.scalars) {
        const std::string name = metricName(scalar.tag);
        require(!scalar.tag.empty() && !name.empty() && validUtf8(name) == name);
    }
    return scan;
}

bool same(const EventScalar& a, const EventScalar& b)
{
    return a.tag == b.tag && a.step == b.step && std::memcmp(&a.value, &b.value, sizeof a.value) == 0
        && std::memcmp(&a.wallTime, &b.wallTime, sizeof a.wallTime) == 0;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    std::string_view input(reinterpret_cast<const char*>(data), size);
    checked(input);
    if (size < 3)
        return 0;
    const size_t where = data[0] | size_t(data[1]) << 8; // at which the file is cut
    input.remove_prefix(2);
    std::string file;
    while (!input.empty()) { // a byte says how long the next record is
        const size_t length = std::min<size_t>(uint8_t(input[0]), input.size() - 1);
        file += record(input.substr(1, length));
        input.remove_prefix(1 + length);
    }
    const EventScan whole = checked(file);
    require(
        whole.damage ? whole.damage->message.find("is no event") != std::string::npos : whole.consumed == file.size());
    const EventScan first = checked(std::string_view(file).substr(0, where % (file.size() + 1)));
    if (first.damage)
        return 0;
    const EventScan rest = checked(std::string_view(file).substr(first.consumed));
    require(first.scalars.size() + rest.scalars.size() == whole.scalars.size());
    for (size_t i = 0; i < whole.scalars.size(); ++i)
        require(same(
            whole.scalars[i], i < first.scalars.size() ? first.scalars[i] : rest.scalars[i - first.scalars.size()]));
    return 0;
}
