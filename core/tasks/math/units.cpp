#include "core/tasks/math/units.h"

#include <algorithm>
#include <iterator>

namespace aha::math {

namespace {

struct Measure {
    std::string_view name, words; ///< words: all ways to write it, a blank on both sides of each
};
constexpr Measure kMeasures[] = {
    { "mm", " mm millimeter millimetre " },
    { "cm", " cm centimeter centimetre " },
    { "m", " m meter metre mtr " },
    { "km", " km kilometer kilometre " },
    { "inch", " in inch inche " },
    { "foot", " ft foot feet " },
    { "yard", " yd yard " },
    { "mile", " mi mile " },
    { "mg", " mg milligram " },
    { "g", " g gm gram " },
    { "kg", " kg kilogram kilo " },
    { "ounce", " oz ounce " },
    { "pound", " lb lbs pound " },
    { "ton", " ton tonne " },
    { "second", " s sec second " },
    { "minute", " min minute " },
    { "hour", " h hr hour " },
    { "day", " day " },
    { "week", " week " },
    { "month", " month " },
    { "year", " yr year " },
    { "ml", " ml milliliter millilitre " },
    { "litre", " l liter litre " },
    { "gallon", " gal gallon " },
    { "degree", " deg degree " },
    { "radian", " rad radian " },
    { "dollar", " dollar usd buck " },
    { "cent", " cent penny pennie " },
    { "euro", " euro eur " },
    { "rupee", " rupee rs " },
    { "km/h", " kmh kmph km/h km/hr " },
    { "mph", " mph mi/h mile/hour " },
    { "m/s", " m/s m/sec meter/second " },
    { "joule", " joule " },
    { "newton", " newton " },
    { "watt", " watt " },
    { "volt", " volt " },
    { "ohm", " ohm " },
};
/// Longer words only: what could be a product of variables is not in it.
constexpr std::string_view kCounted
    = " unit square cubic sq cu point people person student men man women woman children child book apple orange coin "
      "ticket car ball marble card page way time edge side vertex vertice digit acre hectare meal tile toy worker step "
      "integer number solution triangle rectangle row column dozen game round piece cup bottle box boxe bag cookie cat "
      "dog tree flower pen pencil ";

std::string singular(std::string_view word)
{
    std::string lower;
    for (const char c : word)
        if (c != ' ' && c != '.' && c != '~' && c != '\\')
            lower += c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
    if (lower.size() > 3 && lower.back() == 's')
        lower.pop_back();
    return lower;
}

bool has(std::string_view words, const std::string& word) { return words.find(" " + word + " ") != std::string::npos; }

} // namespace

bool isUnit(std::string_view word)
{
    if (word.size() < 2 || word.size() > 24)
        return false;
    return has(kCounted, singular(word)) || !measureOf(word).empty();
}

std::string measureOf(std::string_view unit)
{
    if (unit.empty() || unit.size() > 24)
        return {};
    const std::string word = singular(unit);
    const auto found = std::find_if(
        std::begin(kMeasures), std::end(kMeasures), [&](const Measure& measure) { return has(measure.words, word); });
    return found == std::end(kMeasures) ? std::string() : std::string(found->name);
}

unsigned long scaleOf(std::string_view word)
{
    if (word == "thousand")
        return 1'000;
    if (word == "million")
        return 1'000'000;
    if (word == "billion")
        return 1'000'000'000;
    return word == "trillion" ? 1'000'000'000'000 : 0;
}

} // namespace aha::math
