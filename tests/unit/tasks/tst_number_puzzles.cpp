// Puzzles about numbers against oracles of their own: Qt's numbers and dates, floating point, plain evaluation of the
// question's text.

#include "tests/support/exact_value.h"
#include "tests/support/puzzle_checks.h"

#include <cmath>

using namespace aha;
using namespace aha::support;

namespace {

bool isWhole(const std::string& answer, int64_t value)
{
    return QRegularExpression(QStringLiteral("^[+-]?\\d{1,18}$")).match(QString::fromStdString(answer)).hasMatch()
        && QString::fromStdString(answer).toLongLong() == value;
}

std::string between(const std::string& text, const std::string& before, const std::string& after)
{
    const size_t begin = text.find(before) + before.size();
    return text.substr(begin, text.find(after, begin) - begin);
}

std::string replaced(std::string text, const std::string& what, const std::string& with)
{
    for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
        text.replace(at, what.size(), with);
    return text;
}

std::string anyNumber(const Json&, const std::string& solution, Rng& rng) { return changedNumber(solution, rng); }

// ---- game of 24

bool makes24(const std::string&, const Json& item, const std::string& answer)
{
    std::multiset<int64_t> wanted, used;
    for (const std::string& card : item["cards"].get<std::vector<std::string>>())
        wanted.insert(item["face_cards"] == "ten" && card.find_first_of("JQK") == 0 ? 10
                : card == "J"                                                       ? 11
                : card == "Q"                                                       ? 12
                : card == "K"                                                       ? 13
                                                                                    : std::stoll(card));
    std::string spaced;
    for (const char c : answer)
        spaced += std::isdigit(c) ? std::string(1, c) : " " + std::string(1, c) + " ";
    for (const QString& word : QString::fromStdString(spaced).split(QLatin1Char(' '), Qt::SkipEmptyParts))
        if (word[0].isDigit()) {
            if (word.size() > 1 && word[0] == QLatin1Char('0'))
                return false;
            used.insert(word.toLongLong());
        }
    return used == wanted && exactValue(answer) == std::optional(ExactValue { 24, 1 });
}

std::string near24(const Json&, const std::string& solution, Rng& rng)
{
    std::string answer = solution;
    switch (rng.below(4)) {
    case 0:
        return changedNumber(solution, rng);
    case 1: { // another operator
        const size_t at = answer.find_first_of("+*/", rng.below(answer.size()));
        if (at != std::string::npos)
            answer[at] = "+-*/"[rng.below(4)];
        return answer;
    }
    case 2: // other parentheses
        answer = replaced(replaced(answer, "( ", ""), " )", "");
        return answer;
    default:
        return rng.below(2) ? answer + " = 24" : replaced(answer, "*", "x");
    }
}

// ---- equations

/// Puts the answer into the text of the question.
bool solvesEquations(const std::string& prompt, const Json&, const std::string& answer)
{
    const bool two = prompt.find(" and ") != std::string::npos;
    const QRegularExpression form(two ? QStringLiteral("^(-?\\d+), (-?\\d+)$") : QStringLiteral("^(-?\\d+)$"));
    const QRegularExpressionMatch match = form.match(QString::fromStdString(answer));
    if (!match.hasMatch())
        return false;
    const std::string system = between(prompt, "Solve ", two ? ". Answer" : ". What");
    for (const QString& equation : QString::fromStdString(system).split(QStringLiteral(" and "))) {
        std::vector<ExactValue> sides;
        for (const QString& side : equation.split(QLatin1Char('='))) {
            std::string text = replaced(side.toStdString(), "x", "(0 + " + match.captured(1).toStdString() + ")");
            text = replaced(text, "y", "(0 + " + match.captured(two ? 2 : 1).toStdString() + ")");
            sides.push_back(exactValue(text, true).value());
        }
        if (!(sides[0] == sides[1]))
            return false;
    }
    return true;
}

std::string nearSolution(const Json&, const std::string& solution, Rng& rng)
{
    const size_t comma = solution.find(", ");
    if (comma != std::string::npos && rng.below(3) == 0)
        return solution.substr(comma + 2) + ", " + solution.substr(0, comma); // the other way round
    return rng.below(8) == 0 ? "y = " + solution : changedNumber(solution, rng);
}

// ---- fractions

bool isLowest(const std::string& prompt, const Json&, const std::string& answer)
{
    const ExactValue value = exactValue(between(prompt, "What is ", "?")).value();
    const std::string text = std::to_string(value.over) + (value.under == 1 ? "" : "/" + std::to_string(value.under));
    return answer == text;
}

std::string nearFraction(const Json&, const std::string& solution, Rng& rng)
{
    const size_t slash = solution.find('/');
    const int64_t over = std::stoll(solution),
                  under = slash == std::string::npos ? 1 : std::stoll(solution.substr(slash + 1)),
                  factor = rng.between(2, 6);
    switch (rng.below(5)) {
    case 0: // not in lowest terms
        return std::to_string(over * factor) + "/" + std::to_string(under * factor);
    case 1: // upside down
        return std::to_string(under) + "/" + std::to_string(over);
    case 2:
        return QString::number(double(over) / double(under), 'f', 6).toStdString();
    case 3: // a mixed number
        return std::to_string(over / under) + " " + std::to_string(std::abs(over % under)) + "/"
            + std::to_string(under);
    default:
        return slash == std::string::npos ? solution + "/1" : changedNumber(solution, rng);
    }
}

// ---- geometry

bool isMeasure(const std::string& prompt, const Json& item, const std::string& answer)
{
    std::vector<double> s; // the numbers of the question
    for (auto all = QRegularExpression(QStringLiteral("\\d+")).globalMatch(QString::fromStdString(prompt));
         all.hasNext();)
        s.push_back(all.next().captured().toDouble());
    s.resize(3);
    const double a = s[0], b = s[1], c = s[2];
    const std::map<std::string, double> values { { "rectangle_area", a * b }, { "rectangle_perimeter", (a + b) * 2 },
        { "triangle_angle", 180 - a - b }, { "triangle_area", 0.5 * a * b }, { "box_volume", a * b * c },
        { "square_from_perimeter", std::pow(a / 4, 2) }, { "hypotenuse", std::hypot(a, b) },
        { "leg", std::sqrt(a * a - b * b) }, { "box_surface", 2 * a * b + 2 * b * c + 2 * a * c },
        { "frame", 2 * c * (a + b + 2 * c) }, { "trapezoid_area", (a + b) / 2 * c },
        { "polygon_angles", 180 * a - 360 }, { "isosceles_area", b / 2 * std::sqrt(a * a - b * b / 4) },
        { "rectangle_diagonal", std::hypot(b, a / b) } };
    const double value = values.at(item["shape"].get<std::string>());
    return std::abs(value - std::round(value)) < 1e-6 && isWhole(answer, std::llround(value));
}

// ---- bases

bool isConverted(const std::string& prompt, const Json&, const std::string& answer)
{
    const QRegularExpressionMatch match
        = QRegularExpression(QStringLiteral("^Write (\\w+) \\(base (\\d+)\\) in base (\\d+)\\."))
              .match(QString::fromStdString(prompt));
    const qlonglong value = match.captured(1).toLongLong(nullptr, match.captured(2).toInt());
    const std::string right = QString::number(value, match.captured(3).toInt()).toUpper().toStdString();
    return answer.substr(std::min(answer.find_first_not_of('0'), answer.size())) == right;
}

std::string nearBase(const Json& item, const std::string& solution, Rng& rng)
{
    const qlonglong value = QString::fromStdString(solution).toLongLong(nullptr, item["to"].get<int>());
    switch (rng.below(5)) {
    case 0: // off by a little
        return QString::number(value + rng.between(1, 9), item["to"].get<int>()).toUpper().toStdString();
    case 1: // in the base next to it
        return QString::number(value, std::min(36, item["to"].get<int>() + 1)).toUpper().toStdString();
    case 2:
        return std::string(solution.rbegin(), solution.rend());
    case 3:
        return "0x" + solution;
    default:
        return rng.below(2) ? solution + " (base " + std::to_string(item["to"].get<int>()) + ")" : "0" + solution;
    }
}

// ---- calendar

bool isDay(const std::string& prompt, const Json&, const std::string& answer)
{
    const QString text = QString::fromStdString(prompt);
    std::vector<QDate> dates;
    for (auto all = QRegularExpression(QStringLiteral("\\d{4}-\\d\\d-\\d\\d")).globalMatch(text); all.hasNext();)
        dates.push_back(QDate::fromString(all.next().captured(), Qt::ISODate));
    const auto dayName = [](int day) { return QLocale::c().dayName(day); };
    const int days = QRegularExpression(QStringLiteral("(\\d+) days?\\b")).match(text).captured(1).toInt();
    if (text.startsWith(QLatin1String("How many days")))
        return isWhole(answer, dates[0].daysTo(dates[1]));
    const QString given = QString::fromStdString(answer);
    if (text.startsWith(QLatin1String("Which date")))
        return given == dates[0].addDays(days).toString(Qt::ISODate);
    if (text.startsWith(QLatin1String("Which day")))
        return given == dayName(dates[0].dayOfWeek());
    for (int day = 1; day <= 7; ++day)
        if (text.startsWith(QLatin1String("Today is ") + dayName(day)))
            return given == dayName((day - 1 + days) % 7 + 1);
    return false;
}

std::string nearDay(const Json& item, const std::string& solution, Rng& rng)
{
    const QDate date = QDate::fromString(QString::fromStdString(solution), Qt::ISODate);
    if (date.isValid())
        switch (rng.below(4)) {
        case 0:
            return date.addDays(rng.below(2) ? 1 : -1).toString(Qt::ISODate).toStdString();
        case 1:
            return date.addMonths(1).toString(Qt::ISODate).toStdString();
        case 2:
            return date.toString(QStringLiteral("d.M.yyyy")).toStdString();
        default:
            return date.toString(QStringLiteral("yyyy-M-d ")).toStdString() + "!";
        }
    if (item["ask"] == "between")
        return changedNumber(solution, rng);
    const std::string name = QLocale::c().dayName(int(1 + rng.below(7))).toStdString();
    return rng.below(4) == 0 ? name.substr(0, 3) : name;
}

// ---- primes

bool arePrimes(const std::string&, const Json& item, const std::string& answer)
{
    QStringList primes; // by a sieve
    int64_t rest = item["number"].get<int64_t>();
    std::vector<bool> composite(size_t(rest) + 1);
    for (int64_t p = 2; p <= rest; ++p) {
        for (int64_t multiple = p * p; !composite[size_t(p)] && multiple < int64_t(composite.size()); multiple += p)
            composite[size_t(multiple)] = true;
        while (!composite[size_t(p)] && rest % p == 0) {
            primes << QString::number(p);
            rest /= p;
        }
    }
    QStringList given = QString::fromStdString(answer).split(QStringLiteral(" * "));
    std::sort(given.begin(), given.end());
    std::sort(primes.begin(), primes.end());
    return given == primes;
}

std::string nearPrimes(const Json& item, const std::string& solution, Rng& rng)
{
    QStringList factors = QString::fromStdString(solution).split(QStringLiteral(" * "));
    switch (rng.below(6)) {
    case 0: // not prime
        if (factors.size() > 1) {
            const qlonglong last = factors.takeLast().toLongLong();
            factors.last() = QString::number(factors.last().toLongLong() * last);
        }
        break;
    case 1:
        factors.removeLast();
        break;
    case 2:
        factors << QStringLiteral("1");
        break;
    case 3:
        factors << factors[0];
        break;
    case 4: // the right ones in another order
        std::reverse(factors.begin(), factors.end());
        break;
    default:
        return rng.below(2) ? std::to_string(item["number"].get<int64_t>()) + " = " + solution
                            : changedNumber(solution, rng);
    }
    return factors.isEmpty() ? "1" : factors.join(QStringLiteral(" * ")).toStdString();
}

// ---- sequences

/// In floating point, from the last terms alone.
bool isNext(const std::string&, const Json& item, const std::string& answer)
{
    const std::vector<double> t = item["terms"].get<std::vector<double>>();
    const double a = t[t.size() - 1], b = t[t.size() - 2], c = t[t.size() - 3], d = t[t.size() - 4];
    const double slope = (a - b) / (b - c), det = b * d - c * c; // a = p b + q c, b = p c + q d
    const std::map<std::string, double> values { { "arithmetic", 2 * a - b }, { "geometric", a * (a / b) },
        { "fibonacci", a + b }, { "quadratic", 3 * a - 3 * b + c }, { "cubic", 4 * a - 6 * b + 4 * c - d },
        { "affine", a + (a - b) * slope }, { "recurrence", (a * d - b * c) / det * a + (b * b - a * c) / det * b } };
    return isWhole(answer, std::llround(values.at(item["family"].get<std::string>())));
}

const PuzzleOracle kOracles[] = {
    { "multiplication",
        [](const std::string&, const Json& item, const std::string& answer) {
            return isWhole(answer, item["a"].get<int64_t>() * item["b"].get<int64_t>());
        },
        anyNumber },
    { "game24", makes24, near24 },
    { "game24", makes24, near24, "ten" },
    { "game24", makes24, near24, "shift" },
    { "linear_equations", solvesEquations, nearSolution },
    { "fractions", isLowest, nearFraction },
    { "geometry", isMeasure, anyNumber },
    { "base_conversion", isConverted, nearBase },
    { "calendar", isDay, nearDay },
    { "prime_factors", arePrimes, nearPrimes },
    { "number_sequence", isNext, anyNumber },
};

} // namespace

class TestNumberPuzzles : public QObject {
    Q_OBJECT

    static void rows()
    {
        QTest::addColumn<int>("row");
        for (int i = 0; i < int(std::size(kOracles)); ++i)
            QTest::addRow("%s %s", kOracles[i].name, kOracles[i].faceCards) << i;
    }
    static const PuzzleOracle& oracle()
    {
        QFETCH(int, row);
        return kOracles[row];
    }

    template <class Check> static void workings(const char* name, Check&& check)
    {
        const auto row = std::find_if(std::begin(kOracles), std::end(kOracles),
            [&](const PuzzleOracle& each) { return !strcmp(each.name, name); });
        const std::unique_ptr<Puzzle> puzzle = puzzleOf(*row);
        Rng rng(1, Purpose::Corpus);
        for (int level = 1; level <= puzzle->levels(); ++level) {
            const auto task = orThrow(makeTask(puzzleConfig(*row, level)));
            for (uint64_t i = 0; i < 100; ++i) {
                const TaskItem item = task->trainItem(6, i);
                const Json json = Json::parse(item.itemJson);
                check(item.prompt, puzzle->working(json, rng), orThrow(puzzle->solve(json)));
                if (QTest::currentTestFailed())
                    return;
            }
        }
    }

private Q_SLOTS:
    void everyPuzzleIsHere()
    {
        std::set<std::string> tested;
        for (const PuzzleOracle& each : kOracles)
            tested.insert(each.name);
        for (const PuzzleEntry& entry : numberPuzzles())
            QVERIFY2(tested.count(entry.name), entry.name);
    }

    void solver_data() { rows(); }
    void solver() { exactSolverGetsFullMarks(oracle()); }
    void wrong_data() { rows(); }
    void wrong() { wrongAnswersGetNothing(oracle()); }
    void problems_data() { rows(); }
    void problems() { problemsAreTold(oracle()); }
    void hostile_data() { rows(); }
    void hostile() { hostileTextEndsInAVerdict(oracle()); }
    void everyStepOfFractionsIsEqual()
    {
        workings("fractions", [](const std::string& prompt, const std::string& words, const std::string& solution) {
            const QStringList steps = QString::fromStdString(words).split(QStringLiteral(" = "));
            QCOMPARE(steps[0].toStdString(), between(prompt, "What is ", "?"));
            QCOMPARE(steps.last().toStdString(), solution);
            QVERIFY(steps.size() > 1);
            for (const QString& step : steps)
                QVERIFY2(exactValue(step.toStdString(), true) == exactValue(solution, true), words.c_str());
        });
    }

    void everyStepOfEquationsHolds()
    {
        workings("linear_equations", [](const std::string&, const std::string& words, const std::string& solution) {
            const QStringList steps = QString::fromStdString(words).split(QStringLiteral(" , ")),
                              values = QString::fromStdString(solution).split(QStringLiteral(", "));
            QVERIFY(steps.size() > 1);
            QVERIFY2(steps.contains(QStringLiteral("x = ") + values[0]), words.c_str());
            QCOMPARE(
                steps.last(), (values.size() == 1 ? QStringLiteral("x = ") : QStringLiteral("y = ")) + values.last());
            for (const QString& step : steps) {
                const std::string x = "(0 + " + values[0].toStdString() + ")",
                                  y = "(0 + " + values.last().toStdString() + ")";
                const QStringList sides = QString::fromStdString(replaced(replaced(step.toStdString(), "x", x), "y", y))
                                              .split(QStringLiteral(" = "));
                QCOMPARE(sides.size(), 2);
                QVERIFY2(exactValue(sides[0].toStdString(), true) == exactValue(sides[1].toStdString(), true),
                    words.c_str());
            }
        });
    }

    void readme_data() { rows(); }
    void readme()
    {
        if (std::string_view(oracle().faceCards) == "rank")
            readmeShowsAnExample(oracle(), "numbers");
    }
};

QTEST_GUILESS_MAIN(TestNumberPuzzles)
#include "tst_number_puzzles.moc"
