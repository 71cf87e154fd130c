#pragma once
// What is right in the puzzles of core/tasks/logic, found without their code: by trying everything.

#include <nlohmann/json.hpp>

#include <QRegularExpression>
#include <QSet>
#include <QStringList>

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <optional>
#include <random>
#include <set>

namespace aha::oracle {

using Json = nlohmann::ordered_json;

inline bool truth(const Json& statement, const std::function<bool(const Json&)>& fact)
{
    const std::string op = statement["op"];
    if (op == "is")
        return fact(statement);
    const bool a = truth(statement["a"], fact), b = statement.contains("b") && truth(statement["b"], fact);
    return op == "not" ? !a : op == "and" ? a && b : op == "or" ? a || b : op == "if" ? !a || b : a == b;
}

/// Roles ("knight" or "knave" of each) that fit, all of them.
inline std::vector<QStringList> knightWorlds(const Json& item)
{
    std::vector<QStringList> worlds;
    const size_t people = item["names"].size();
    for (size_t world = 0; world < size_t(1) << people; ++world) {
        const auto isKnight = [&](size_t i) { return bool(world >> i & 1); };
        bool fits = true;
        for (size_t i = 0; i < people; ++i)
            fits = fits && isKnight(i) == truth(item["statements"][i], [&](const Json& is) {
                return isKnight(is["who"].get<size_t>()) == (is["role"] == "knight");
            });
        QStringList roles;
        for (size_t i = 0; i < people; ++i)
            roles << (isKnight(i) ? "knight" : "knave");
        if (fits)
            worlds.push_back(roles);
    }
    return worlds;
}

inline bool knights(const Json& item, QString answer)
{
    const std::vector<QStringList> worlds = knightWorlds(item);
    static const QRegularExpression number("(^|(?<=[\\s,;.]))(\\(\\d{1,2}\\)|\\d{1,2}[.)])"),
        between("[\\n,;]|\\band\\b"),
        entry("^(\\S+)\\s+is\\s+a\\s+(knight|knave)[.\\s]*$", QRegularExpression::CaseInsensitiveOption);
    answer.replace(number, "\n"); // wherever an entry may begin
    QMap<QString, QString> said;
    for (const QString& part : answer.split(between)) {
        if (part.trimmed().isEmpty())
            continue;
        const auto match = entry.match(part.trimmed());
        const QString name = match.captured(1).toLower();
        if (!match.hasMatch() || said.contains(name))
            return false;
        said[name] = match.captured(2).toLower();
    }
    for (size_t i = 0; i < item["names"].size(); ++i)
        if (said.take(QString::fromStdString(item["names"][i]).toLower()) != worlds.at(0).at(int(i)))
            return false;
    return said.isEmpty() && worlds.size() == 1;
}

inline QString follows(const Json& item)
{
    bool yes = false, no = false;
    for (size_t world = 0; world < size_t(1) << item["facts"].size(); ++world) {
        const auto fact = [&](const Json& is) { return bool(world >> is["fact"].get<size_t>() & 1) == is["value"]; };
        bool fits = true;
        for (const Json& premise : item["premises"])
            fits = fits && truth(premise, fact);
        if (fits)
            (truth(item["conclusion"], fact) ? yes : no) = true;
    }
    return yes && no ? "unknown" : yes ? "yes" : no ? "no" : "contradiction";
}

/// A world of things, each a set of terms.
inline bool saidOf(const Json& statement, const std::vector<uint32_t>& things)
{
    const std::string quantity = statement["quantity"];
    const auto has = [](uint32_t thing, const Json& term) { return bool(thing >> term.get<int>() & 1); };
    const bool negative = quantity == "no" || quantity == "some_not",
               some = quantity == "some" || quantity == "some_not";
    for (const uint32_t thing : things)
        if (has(thing, statement["a"]) && (has(thing, statement["b"]) != negative) == some)
            return some;
    return !some;
}

/// Number of the only option that holds in all worlds where the premises do; 0 when there is not exactly one. With
/// `everyTerm` only worlds that have something of each term count. Up to four terms: all worlds; else random ones, in
/// which what follows must hold.
inline int onlyConclusion(const Json& item, bool everyTerm)
{
    const int terms = int(item["terms"].size());
    std::vector<bool> holds(item["options"].size(), true);
    const auto visit = [&](const std::vector<uint32_t>& things) {
        uint32_t seen = 0;
        for (const uint32_t thing : things)
            seen |= thing;
        if (everyTerm && seen != (1u << terms) - 1)
            return;
        for (const Json& premise : item["premises"])
            if (!saidOf(premise, things))
                return;
        for (size_t i = 0; i < holds.size(); ++i)
            holds[i] = holds[i] && saidOf(item["options"][i], things);
    };
    const int kinds = 1 << terms;
    for (uint64_t world = 0; terms <= 4 && world < uint64_t(1) << kinds; ++world) {
        std::vector<uint32_t> things;
        for (int kind = 0; kind < kinds; ++kind)
            if (world >> kind & 1)
                things.push_back(uint32_t(kind));
        visit(things);
    }
    std::mt19937 random(7);
    std::vector<uint32_t> possible; // kinds that no premise of "all" or "no" forbids
    for (uint32_t kind = 0; kind < uint32_t(kinds); ++kind) {
        bool allowed = true;
        for (const Json& premise : item["premises"])
            if (premise["quantity"] == "all" || premise["quantity"] == "no")
                allowed = allowed && saidOf(premise, { kind });
        if (allowed)
            possible.push_back(kind);
    }
    for (int tries = 0; terms > 4 && tries < 3000; ++tries) {
        std::vector<uint32_t> things;
        for (unsigned i = 0, count = 1 + random() % 8; i < count; ++i)
            things.push_back(possible[random() % possible.size()]);
        visit(things);
    }
    if (std::count(holds.begin(), holds.end(), true) != 1)
        return 0;
    return int(std::find(holds.begin(), holds.end(), true) - holds.begin()) + 1;
}

/// Answers of all ways in which the clues hold.
inline std::vector<std::string> zebraAnswers(const Json& item)
{
    const int houses = item["houses"];
    const size_t attributes = item["attributes"].size();
    std::vector<std::vector<std::vector<int>>> orders(attributes); // house of each value
    std::vector<int> order(static_cast<size_t>(houses));
    std::iota(order.begin(), order.end(), 1);
    std::vector<std::vector<int>> all;
    do
        all.push_back(order);
    while (std::next_permutation(order.begin(), order.end()));
    std::vector<std::string> answers;
    std::vector<size_t> pick(attributes, 0);
    for (;;) {
        const auto houseOf = [&](const Json& value) {
            const size_t attribute = value[0];
            const Json& values = item["attributes"][attribute]["values"];
            return all[pick[attribute]][size_t(std::find(values.begin(), values.end(), value[1]) - values.begin())];
        };
        bool fits = true;
        for (const Json& clue : item["clues"]) {
            const std::string kind = clue["kind"];
            const int a = houseOf(clue["a"]), b = clue.contains("b") ? houseOf(clue["b"]) : int(clue["house"]);
            fits = kind == "same" || kind == "at" ? a == b
                : kind == "left"                  ? a + 1 == b
                : kind == "next"                  ? std::abs(a - b) == 1
                                                  : a < b;
            if (!fits)
                break;
        }
        if (fits) {
            const Json& question = item["question"];
            const int house = question.contains("of") ? houseOf(question["of"]) : int(question["house"]);
            const size_t find = question["find"];
            const auto& values = all[pick[find]];
            answers.push_back(item["attributes"][find]["values"]
                                  [size_t(std::find(values.begin(), values.end(), house) - values.begin())]);
        }
        size_t at = 0;
        while (at < attributes && ++pick[at] == all.size())
            pick[at++] = 0;
        if (at == attributes)
            return answers;
    }
}

inline int gridSize(const Json& item) { return int(item["grid"].size()); }

/// Every row, column and box of `cells` (text of digits, row by row) has each digit once, and the givens stand.
inline bool isFilled(const Json& item, const QString& cells)
{
    const int size = gridSize(item), root = size == 4 ? 2 : 3;
    if (cells.size() != size * size)
        return false;
    QSet<QString> seen;
    for (int row = 0; row < size; ++row)
        for (int column = 0; column < size; ++column) {
            const QChar digit = cells[row * size + column];
            const char given = item["grid"][size_t(row)].get<std::string>()[size_t(column)];
            if (digit < QChar('1') || digit > QChar('0' + size) || (given != '_' && digit != QChar(given)))
                return false;
            for (const QString& place : { QString("r%1").arg(row), QString("c%1").arg(column),
                     QString("b%1").arg(row / root * root + column / root) })
                if (seen.contains(place + digit))
                    return false;
                else
                    seen.insert(place + digit);
        }
    return true;
}

inline bool sudoku(const Json& item, QString answer)
{
    return isFilled(item, answer.remove(QRegularExpression("[ \\t\\r\\n]")));
}

/// Fillings of the grid, up to two, from the first cell to the last.
inline int fillings(const Json& item)
{
    const int size = gridSize(item), root = size == 4 ? 2 : 3;
    std::vector<int> cells;
    for (const Json& row : item["grid"])
        for (const char c : row.get<std::string>())
            cells.push_back(c == '_' ? 0 : c - '0');
    const auto fits = [&](int cell, int digit) {
        for (int other = 0; other < size * size; ++other) {
            const bool sees = other / size == cell / size || other % size == cell % size
                || (other / size / root == cell / size / root && other % size / root == cell % size / root);
            if (other != cell && sees && cells[size_t(other)] == digit)
                return false;
        }
        return true;
    };
    int found = 0;
    const std::function<void(int)> fill = [&](int cell) {
        while (cell < size * size && cells[size_t(cell)])
            ++cell;
        if (cell == size * size) {
            ++found;
            return;
        }
        for (int digit = 1; digit <= size && found < 2; ++digit)
            if (fits(cell, digit)) {
                cells[size_t(cell)] = digit;
                fill(cell + 1);
                cells[size_t(cell)] = 0;
            }
    };
    fill(0);
    return found;
}

/// Lengths of all simple ways, the shortest one.
inline int shortest(const Json& item)
{
    int best = 1 << 30;
    std::set<std::string> been;
    const std::function<void(const std::string&, int)> walk = [&](const std::string& at, int length) {
        if (at == item["to"])
            best = std::min(best, length);
        been.insert(at);
        for (const Json& road : item["roads"])
            for (const int side : { 0, 1 })
                if (road[size_t(side)] == at && !been.count(road[size_t(1 - side)]))
                    walk(road[size_t(1 - side)], length + (road.size() == 3 ? int(road[2]) : 1));
        been.erase(at);
    };
    walk(item["from"], 0);
    return best;
}

inline bool path(const Json& item, const QString& answer)
{
    const QStringList places = answer.trimmed().toUpper().split(
        QRegularExpression("\\s*(?:->|-|,)\\s*|\\s+")); // empty where two separators meet
    if (places.size() < 2 || places.first().toStdString() != item["from"] || places.last().toStdString() != item["to"])
        return false;
    int length = 0;
    for (int i = 1; i < places.size(); ++i) {
        int road = 0;
        for (const Json& r : item["roads"])
            for (const int side : { 0, 1 })
                if (r[size_t(side)] == places[i - 1].toStdString() && r[size_t(1 - side)] == places[i].toStdString())
                    road = r.size() == 3 ? int(r[2]) : 1;
        if (!road)
            return false;
        length += road;
    }
    return length == shortest(item);
}

} // namespace aha::oracle
