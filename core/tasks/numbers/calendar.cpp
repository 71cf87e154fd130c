// Days of the week and days between dates, in the Gregorian calendar, carried on before 1582 as after.

#include "core/tasks/item_fields.h"
#include "core/tasks/numbers/number_puzzles.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <iterator>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kFirstYear = 1, kLastYear = 9999, kMostDays = 1'000'000;
constexpr std::string_view kWeekdays[]
    = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" };

struct Date {
    int64_t year, month, day;
    bool operator==(const Date& other) const { return year == other.year && month == other.month && day == other.day; }
    bool operator<(const Date& other) const
    {
        return std::array { year, month, day } < std::array { other.year, other.month, other.day };
    }
    std::string text() const
    {
        const auto two = [](int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); };
        std::string digits = std::to_string(year);
        return std::string(4 - digits.size(), '0') + digits + "-" + two(month) + "-" + two(day);
    }
};

int64_t daysIn(int64_t year, int64_t month)
{
    constexpr int64_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/// Days since 0000-03-01, counted in years that begin in March, so that the leap day is the last.
int64_t dayNumber(const Date& date)
{
    const int64_t year = date.year - (date.month <= 2), month = (date.month + 9) % 12; // March is 0
    return 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + date.day - 1;
}

/// dayNumber() backwards.
Date dateOf(int64_t number)
{
    const int64_t era = number / 146097, dayOfEra = number % 146097;
    const int64_t yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
    const int64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const int64_t month = (5 * dayOfYear + 2) / 153;
    const int64_t year = era * 400 + yearOfEra + (month >= 10);
    return { year, month >= 10 ? month - 9 : month + 3, dayOfYear - (153 * month + 2) / 5 + 1 };
}

size_t weekdayOf(const Date& date) { return size_t((dayNumber(date) + 2) % 7); } // 0000-03-01 was a Wednesday

Date dayAfter(const Date& date)
{
    if (date.day < daysIn(date.year, date.month))
        return { date.year, date.month, date.day + 1 };
    return date.month < 12 ? Date { date.year, date.month + 1, 1 } : Date { date.year + 1, 1, 1 };
}

/// YYYY-MM-DD of a day that there is.
std::optional<Date> dateFrom(std::string_view text)
{
    if (text.size() != 10 || text[4] != '-' || text[7] != '-')
        return std::nullopt;
    for (size_t i = 0; i < text.size(); ++i)
        if (i != 4 && i != 7 && (text[i] < '0' || text[i] > '9'))
            return std::nullopt;
    const Date date { *wholeNumber(text.substr(0, 4)), *wholeNumber(text.substr(5, 2)),
        *wholeNumber(text.substr(8, 2)) };
    const bool exists = date.year >= kFirstYear && date.month >= 1 && date.month <= 12 && date.day >= 1
        && date.day <= daysIn(date.year, date.month);
    return exists ? std::optional(date) : std::nullopt;
}

/// Without case; nullopt: no day's name.
std::optional<size_t> weekdayFrom(std::string_view text)
{
    for (size_t i = 0; i < std::size(kWeekdays); ++i)
        if (text.size() == kWeekdays[i].size()
            && std::equal(text.begin(), text.end(), kWeekdays[i].begin(),
                [](char a, char b) { return (a | 0x20) == (b | 0x20); }))
            return i;
    return std::nullopt;
}

/// ask: weekday_after (weekday, days), weekday (date), between (date, end), plus (date, days).
struct Problem {
    std::string ask;
    size_t weekday = 0;
    Date date { 1, 1, 1 }, end { 1, 1, 1 };
    int64_t days = 0;
};

class Calendar : public Puzzle {
public:
    int levels() const override { return int(std::size(kLevels)); }
    std::string levelText(int level) const override { return kLevels[level - 1].text; }

    std::optional<Drawn> draw(int level, Rng& rng) const override
    {
        const Level& shape = kLevels[level - 1];
        const std::string ask = shape.ask;
        if (ask == "weekday_after") {
            const std::string today(kWeekdays[rng.below(7)]);
            const int64_t days = rng.between(1, shape.mostDays);
            return Drawn { "Today is " + today + ". Which day of the week is it " + daysText(days) + " from now?",
                Json { { "ask", ask }, { "weekday", today }, { "days", days } }.dump(), "" };
        }
        const int64_t year = rng.between(shape.firstYear, shape.lastYear), month = rng.between(1, 12);
        const Date date { year, month, rng.between(1, daysIn(year, month)) };
        if (ask == "weekday")
            return Drawn { "Which day of the week is " + date.text() + "?",
                Json { { "ask", ask }, { "date", date.text() } }.dump(), "" };
        const int64_t days = rng.between(1, shape.mostDays);
        if (ask == "plus")
            return Drawn { "Which date is " + daysText(days) + " after " + date.text() + "? Write it the same way.",
                Json { { "ask", ask }, { "date", date.text() }, { "days", days } }.dump(), "" };
        const Date end = dateOf(dayNumber(date) + days);
        return Drawn { "How many days is it from " + date.text() + " to " + end.text() + "?",
            Json { { "ask", ask }, { "date", date.text() }, { "end", end.text() } }.dump(), "" };
    }

    Result<AnswerCheck> check(const Json& item, std::string_view answer) const override
    {
        const Result<Problem> problem = problemOf(item);
        if (!problem)
            return problem.error();
        if (problem->ask == "between")
            return checkWholeNumber(dayNumber(problem->end) - dayNumber(problem->date), answer);
        if (problem->ask == "plus") {
            const std::optional<Date> given = dateFrom(answer);
            if (!given)
                return AnswerCheck { Verdict::Malformed, "not_a_date", "The answer is not one date like 2024-02-29.",
                    "" };
            return compare(dateOf(dayNumber(problem->date) + problem->days).text(), given->text());
        }
        const std::optional<size_t> given = weekdayFrom(answer);
        if (!given)
            return AnswerCheck { Verdict::Malformed, "not_a_weekday", "The answer is not one day of the week.", "" };
        const size_t wanted = problem->ask == "weekday"
            ? weekdayOf(problem->date)
            : (problem->weekday + size_t(problem->days)) % std::size(kWeekdays);
        return compare(kWeekdays[wanted], kWeekdays[*given]);
    }

    /// By turning the leaves one by one.
    Result<std::string> solve(const Json& item) const override
    {
        const Result<Problem> problem = problemOf(item);
        if (!problem)
            return problem.error();
        const std::string& ask = problem->ask;
        if (ask == "weekday_after") {
            size_t weekday = problem->weekday;
            for (int64_t day = 0; day < problem->days; ++day)
                weekday = weekday == 6 ? 0 : weekday + 1;
            return std::string(kWeekdays[weekday]);
        }
        Date date = problem->date;
        int64_t turned = 0;
        if (ask == "weekday") { // from a Monday at the very beginning, by years, then by days
            for (int64_t year = 1; year < date.year; ++year)
                turned += 337 + daysIn(year, 2);
            for (Date day { date.year, 1, 1 }; !(day == date); day = dayAfter(day))
                ++turned;
            return std::string(kWeekdays[turned % 7]);
        }
        for (; ask == "between" ? !(date == problem->end) : turned < problem->days; date = dayAfter(date))
            ++turned;
        return ask == "between" ? std::to_string(turned) : date.text();
    }

private:
    struct Level {
        const char* text;
        const char* ask;
        int64_t mostDays, firstYear, lastYear;
    };
    static constexpr Level kLevels[] = {
        { "the day of the week after up to 60 days", "weekday_after", 60, 0, 0 },
        { "days between two dates, up to 60", "between", 60, 2000, 2030 },
        { "a date and up to 60 days more", "plus", 60, 2000, 2030 },
        { "days between two dates, up to three years", "between", 1100, 1950, 2050 },
        { "a date and up to three years more", "plus", 1100, 1950, 2050 },
        { "the day of the week of a date, 2000 to 2030", "weekday", 0, 2000, 2030 },
        { "the day of the week of a date, 1600 to 2400", "weekday", 0, 1600, 2400 },
        { "a date and up to 100000 days more", "plus", 100'000, 1600, 2400 },
    };

    static std::string daysText(int64_t days) { return std::to_string(days) + (days == 1 ? " day" : " days"); }

    static AnswerCheck compare(std::string_view wanted, std::string_view given)
    {
        std::string words = "The answer is " + std::string(wanted);
        if (wanted == given)
            return { Verdict::Correct, "ok", words + ".", std::string(given) };
        return { Verdict::Wrong, "wrong_value", words + ", not " + std::string(given) + ".", std::string(given) };
    }

    static Result<Date> dateField(const Json& item, const char* key)
    {
        const Result<std::string> text = textField(item, key, 10);
        const std::optional<Date> date = text ? dateFrom(*text) : std::nullopt;
        if (date)
            return *date;
        return invalidItem("This problem needs \"" + std::string(key) + "\": a date like 2024-02-29.");
    }

    static Result<Problem> problemOf(const Json& item)
    {
        const Result<std::string> ask = textField(item, "ask", 20);
        if (!ask)
            return ask.error();
        Problem problem;
        problem.ask = *ask;
        if (*ask != "weekday_after" && *ask != "weekday" && *ask != "between" && *ask != "plus")
            return invalidItem("\"ask\" is weekday_after, weekday, between or plus.");
        if (*ask == "weekday_after") {
            const Result<std::string> name = textField(item, "weekday", 10);
            const std::optional<size_t> weekday = name ? weekdayFrom(*name) : std::nullopt;
            if (!weekday)
                return invalidItem("This problem needs \"weekday\": the name of a day of the week.");
            problem.weekday = *weekday;
        } else {
            const Result<Date> date = dateField(item, "date");
            if (!date)
                return date.error();
            problem.date = *date;
        }
        if (*ask == "between") {
            const Result<Date> end = dateField(item, "end");
            if (!end)
                return end.error();
            if (*end < problem.date)
                return invalidItem("\"end\" is before \"date\".");
            problem.end = *end;
        } else if (*ask != "weekday") {
            const Result<int64_t> days = wholeField(item, "days", 0, kMostDays);
            if (!days)
                return days.error();
            problem.days = *days;
            if (*ask == "plus" && dayNumber(problem.date) + *days > dayNumber({ kLastYear, 12, 31 }))
                return invalidItem("The date and \"days\" lead beyond the year 9999.");
        }
        return problem;
    }
};

} // namespace

std::unique_ptr<Puzzle> makeCalendar(const TaskConfig&) { return std::make_unique<Calendar>(); }

} // namespace aha
