#ifdef AHASCOPE_HAS_ARROW

#include "core/data/arrow_json.h"
#include "core/data/json_check.h"

#include <arrow/api.h>

#include <charconv>
#include <cmath>
#include <cstdio>

namespace aha::data {

namespace {

void appendInteger(std::string& out, auto value)
{
    char text[24];
    const auto end = std::to_chars(text, text + sizeof text, value);
    out.append(text, end.ptr);
}

void appendDouble(std::string& out, double value)
{
    if (std::isnan(value)) {
        out += "\"nan\"";
    } else if (std::isinf(value)) {
        out += value > 0 ? "\"inf\"" : "\"-inf\"";
    } else {
        char text[40];
        const auto end = std::to_chars(text, text + sizeof text, value);
        const std::string_view shown(text, size_t(end.ptr - text));
        out += shown;
        if (shown.find_first_of(".e") == std::string_view::npos)
            out += ".0"; // stays a float for whoever parses it
    }
}

void appendText(std::string& out, std::string_view text)
{
    if (firstInvalidUtf8(text) != std::string_view::npos)
        throw Failure({ "row_encoding", "a text value is not UTF-8.", "Write the file again with valid text." });
    appendJsonString(out, text);
}

void appendHex(std::string& out, std::string_view bytes)
{
    static constexpr char kHex[] = "0123456789abcdef";
    out += '"';
    for (const char c : bytes) {
        out += kHex[static_cast<unsigned char>(c) >> 4];
        out += kHex[static_cast<unsigned char>(c) & 15];
    }
    out += '"';
}

/// Days since 1970-01-01 as year, month, day (Howard Hinnant's civil_from_days).
void appendDate(std::string& out, int64_t days)
{
    days += 719468;
    const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const unsigned doe = unsigned(days - era * 146097), yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365,
                   doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    const unsigned day = doy - (153 * mp + 2) / 5 + 1, month = mp < 10 ? mp + 3 : mp - 9;
    const int64_t year = int64_t(yoe) + era * 400 + (month <= 2);
    char text[48];
    std::snprintf(text, sizeof text, "%04lld-%02u-%02u", static_cast<long long>(year), month, day);
    out += text;
}

int64_t unitsPerSecond(arrow::TimeUnit::type unit)
{
    switch (unit) {
    case arrow::TimeUnit::SECOND:
        return 1;
    case arrow::TimeUnit::MILLI:
        return 1000;
    case arrow::TimeUnit::MICRO:
        return 1000000;
    default:
        return 1000000000;
    }
}

/// `value` units since midnight; a fraction has six digits (nine where the unit is nanoseconds), none when it is zero.
void appendTime(std::string& out, int64_t value, arrow::TimeUnit::type unit)
{
    const int64_t per = unitsPerSecond(unit), seconds = value / per;
    int64_t fraction = value % per;
    char text[64];
    std::snprintf(text, sizeof text, "%02d:%02d:%02d", int(seconds / 3600), int(seconds / 60 % 60), int(seconds % 60));
    out += text;
    if (fraction == 0)
        return;
    if (unit == arrow::TimeUnit::NANO)
        std::snprintf(text, sizeof text, ".%09lld", static_cast<long long>(fraction));
    else
        std::snprintf(text, sizeof text, ".%06lld", static_cast<long long>(fraction * (1000000 / per)));
    out += text;
}

void appendTimestamp(std::string& out, int64_t value, const arrow::TimestampType& type)
{
    const int64_t perDay = unitsPerSecond(type.unit()) * 86400;
    const int64_t days = value / perDay - (value % perDay < 0 ? 1 : 0);
    out += '"';
    appendDate(out, days);
    out += 'T';
    appendTime(out, value - days * perDay, type.unit());
    if (!type.timezone().empty())
        out += "+00:00"; // Arrow stores UTC; the zone's name is not looked up
    out += '"';
}

template <class List> void appendList(std::string& out, const List& list, int64_t index, int depth)
{
    const arrow::Array& values = *list.values();
    const int64_t begin = list.value_offset(index), count = list.value_length(index);
    out += '[';
    for (int64_t i = 0; i < count; ++i) {
        if (i > 0)
            out += ',';
        appendArrowJson(out, values, begin + i, depth + 1);
    }
    out += ']';
}

void appendStruct(std::string& out, const arrow::StructArray& array, int64_t index, int depth)
{
    out += '{';
    for (int i = 0; i < array.num_fields(); ++i) {
        if (i > 0)
            out += ',';
        appendText(out, array.struct_type()->field(i)->name());
        out += ':';
        appendArrowJson(out, *array.field(i), index, depth + 1); // field() applies the struct's own offset
    }
    out += '}';
}

void appendMap(std::string& out, const arrow::MapArray& map, int64_t index, int depth)
{
    const int64_t begin = map.value_offset(index), count = map.value_length(index);
    out += '[';
    for (int64_t i = 0; i < count; ++i) {
        out += i > 0 ? ",[" : "[";
        appendArrowJson(out, *map.keys(), begin + i, depth + 2);
        out += ',';
        appendArrowJson(out, *map.items(), begin + i, depth + 2);
        out += ']';
    }
    out += ']';
}

template <class Array> const Array& as(const arrow::Array& array) { return static_cast<const Array&>(array); }

} // namespace

void appendArrowJson(std::string& out, const arrow::Array& array, int64_t index, int depth)
{
    if (depth > kMaxJsonDepth)
        throw Failure({ "row_too_deep", "it is nested deeper than " + std::to_string(kMaxJsonDepth) + " levels.", "" });
    if (index < 0 || index >= array.length())
        throw Failure({ "row_damaged", "a list points outside of its values.", "Write the file again." });
    if (array.IsNull(index)) {
        out += "null";
        return;
    }
    using arrow::Type;
    switch (array.type_id()) {
    case Type::NA:
        out += "null";
        break;
    case Type::BOOL:
        out += as<arrow::BooleanArray>(array).Value(index) ? "true" : "false";
        break;
    case Type::INT8:
        appendInteger(out, int(as<arrow::Int8Array>(array).Value(index)));
        break;
    case Type::INT16:
        appendInteger(out, as<arrow::Int16Array>(array).Value(index));
        break;
    case Type::INT32:
        appendInteger(out, as<arrow::Int32Array>(array).Value(index));
        break;
    case Type::INT64:
        appendInteger(out, as<arrow::Int64Array>(array).Value(index));
        break;
    case Type::UINT8:
        appendInteger(out, int(as<arrow::UInt8Array>(array).Value(index)));
        break;
    case Type::UINT16:
        appendInteger(out, as<arrow::UInt16Array>(array).Value(index));
        break;
    case Type::UINT32:
        appendInteger(out, as<arrow::UInt32Array>(array).Value(index));
        break;
    case Type::UINT64:
        appendInteger(out, as<arrow::UInt64Array>(array).Value(index));
        break;
    case Type::FLOAT:
        appendDouble(out, double(as<arrow::FloatArray>(array).Value(index)));
        break;
    case Type::DOUBLE:
        appendDouble(out, as<arrow::DoubleArray>(array).Value(index));
        break;
    case Type::STRING:
        appendText(out, as<arrow::StringArray>(array).GetView(index));
        break;
    case Type::LARGE_STRING:
        appendText(out, as<arrow::LargeStringArray>(array).GetView(index));
        break;
    case Type::STRING_VIEW:
        appendText(out, as<arrow::StringViewArray>(array).GetView(index));
        break;
    case Type::BINARY:
        appendHex(out, as<arrow::BinaryArray>(array).GetView(index));
        break;
    case Type::LARGE_BINARY:
        appendHex(out, as<arrow::LargeBinaryArray>(array).GetView(index));
        break;
    case Type::BINARY_VIEW:
        appendHex(out, as<arrow::BinaryViewArray>(array).GetView(index));
        break;
    case Type::FIXED_SIZE_BINARY:
        appendHex(out, as<arrow::FixedSizeBinaryArray>(array).GetView(index));
        break;
    case Type::LIST:
        appendList(out, as<arrow::ListArray>(array), index, depth);
        break;
    case Type::LARGE_LIST:
        appendList(out, as<arrow::LargeListArray>(array), index, depth);
        break;
    case Type::LIST_VIEW:
        appendList(out, as<arrow::ListViewArray>(array), index, depth);
        break;
    case Type::FIXED_SIZE_LIST:
        appendList(out, as<arrow::FixedSizeListArray>(array), index, depth);
        break;
    case Type::STRUCT:
        appendStruct(out, as<arrow::StructArray>(array), index, depth);
        break;
    case Type::MAP:
        appendMap(out, as<arrow::MapArray>(array), index, depth);
        break;
    case Type::DICTIONARY: {
        const auto& dictionary = as<arrow::DictionaryArray>(array);
        appendArrowJson(out, *dictionary.dictionary(), dictionary.GetValueIndex(index), depth);
        break;
    }
    case Type::EXTENSION:
        appendArrowJson(out, *as<arrow::ExtensionArray>(array).storage(), index, depth);
        break;
    case Type::DATE32:
        out += '"';
        appendDate(out, as<arrow::Date32Array>(array).Value(index));
        out += '"';
        break;
    case Type::TIMESTAMP:
        appendTimestamp(out, as<arrow::TimestampArray>(array).Value(index),
            static_cast<const arrow::TimestampType&>(*array.type()));
        break;
    case Type::TIME32:
        out += '"';
        appendTime(out, as<arrow::Time32Array>(array).Value(index),
            static_cast<const arrow::Time32Type&>(*array.type()).unit());
        out += '"';
        break;
    case Type::TIME64:
        out += '"';
        appendTime(out, as<arrow::Time64Array>(array).Value(index),
            static_cast<const arrow::Time64Type&>(*array.type()).unit());
        out += '"';
        break;
    case Type::DURATION:
        appendInteger(out, as<arrow::DurationArray>(array).Value(index));
        break;
    case Type::DECIMAL32:
        appendText(out, as<arrow::Decimal32Array>(array).FormatValue(index));
        break;
    case Type::DECIMAL64:
        appendText(out, as<arrow::Decimal64Array>(array).FormatValue(index));
        break;
    case Type::DECIMAL128:
        appendText(out, as<arrow::Decimal128Array>(array).FormatValue(index));
        break;
    case Type::DECIMAL256:
        appendText(out, as<arrow::Decimal256Array>(array).FormatValue(index));
        break;
    case Type::HALF_FLOAT: {
        // IEEE half: 1 sign, 5 exponent, 10 fraction bits.
        const uint16_t bits = as<arrow::HalfFloatArray>(array).Value(index);
        const int exponent = bits >> 10 & 31, fraction = bits & 1023;
        const double size = exponent == 31 ? (fraction ? std::nan("") : HUGE_VAL)
            : exponent == 0                ? std::ldexp(fraction, -24)
                                           : std::ldexp(fraction + 1024, exponent - 25);
        appendDouble(out, bits & 0x8000 ? -size : size);
        break;
    }
    default:
        throw Failure({ "row_type", "values of type " + array.type()->ToString() + " are not supported.",
            "Leave the column out of the file." });
    }
}

} // namespace aha::data

#endif
