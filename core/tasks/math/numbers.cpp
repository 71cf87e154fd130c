#include "core/tasks/math/numbers.h"

#include "core/tasks/math/evaluator.h"

#include <algorithm>
#include <set>

namespace aha::math {

namespace {

constexpr int kPoints = 3; // at which expressions must agree
constexpr int kMaxPoints = 9; // that are tried: a function may have no value at some
constexpr uint64_t kSeed = 0x41686153636f7065ULL;

/// How a number is written: what stands under its signs and its percent sign.
struct Writing {
    bool percent = false;
    bool decimal = false; ///< a decimal and nothing else
    int places = 0;
};

Writing writingOf(Part part)
{
    Writing writing;
    for (;;) {
        const Node& node = part.node();
        if (node.kind == NodeKind::Percent && !writing.percent)
            writing.percent = true;
        else if (node.kind != NodeKind::Negate && node.kind != NodeKind::Degree)
            break;
        part = part.child(0);
    }
    writing.decimal = part.node().kind == NodeKind::Number && part.node().places > 0;
    writing.places = part.node().places;
    return writing;
}

mpq_class tenTo(int n)
{
    mpz_class power;
    mpz_ui_pow_ui(power.get_mpz_t(), 10, static_cast<unsigned long>(std::abs(n)));
    return n >= 0 ? mpq_class(power) : mpq_class(mpz_class(1), power);
}

/// `rounded`, written with `places`, is `exact` to these places; and not all but zero beside it.
bool isRounded(const Scalar& exact, const Scalar& rounded, int places)
{
    const mpq_class tolerance = tenTo(-std::min(places, 14)) / 2;
    if (rounded.kind != ScalarKind::Exact || abs(rounded.exact) < 1000 * tolerance)
        return false;
    return within(exact, rounded, tolerance);
}

/// Two constants, with the decimals that they are written with.
Likeness compareConstants(const Scalar& gold, const Writing& goldWriting, const Scalar& answer,
    const Writing& answerWriting, const MathRules& rules)
{
    const Likeness exact = compare(gold, answer);
    if (exact != Likeness::Different)
        return exact;
    bool close = false;
    if (answerWriting.decimal && goldWriting.decimal) {
        // 0.30000000000000004 for 0.3: the noise of floating-point numbers, and nothing larger
        if (answerWriting.places >= goldWriting.places + 4 && answerWriting.places >= 8)
            close = gold.kind == ScalarKind::Exact && within(gold, answer, abs(gold.exact) * mpq_class(2, 100'000'000));
    } else if (answerWriting.decimal) {
        const bool whole = gold.isWhole();
        close = !whole && answerWriting.places >= rules.places && isRounded(gold, answer, answerWriting.places);
    } else if (goldWriting.decimal) {
        close = !answer.isWhole() && goldWriting.places >= rules.places && isRounded(answer, gold, goldWriting.places);
    }
    return close ? Likeness::Equal : exact;
}

/// Seed and names of the points for two expressions.
Point pointFor(int index) { return { kSeed, index, {} }; }

/// Values at the same points agree. `values(point, a, b)` gives both.
template <class Values> Likeness agree(Values values, Work& work)
{
    int agreed = 0;
    for (int i = 0; i < kMaxPoints && agreed < kPoints; ++i) {
        Scalar a, b;
        values(i, a, b);
        if (work.exhausted())
            return Likeness::Unknown;
        if (a.kind == ScalarKind::Undefined || b.kind == ScalarKind::Undefined)
            continue;
        const Likeness here = compare(a, b);
        if (here != Likeness::Equal)
            return here;
        ++agreed;
    }
    return agreed == kPoints ? Likeness::Equal : Likeness::Different;
}

} // namespace

Likeness compareNumbers(const Part& gold, const Part& answer, const MathRules& rules, Work& work)
{
    const std::vector<std::string> mine = symbolsOf(gold.tree, gold.index);
    const std::vector<std::string> theirs = symbolsOf(answer.tree, answer.index);
    if (!mine.empty() || !theirs.empty()) {
        std::map<std::string, std::string> names;
        if (!rules.strictVariables && mine.size() == theirs.size())
            for (size_t i = 0; i < mine.size(); ++i)
                names[theirs[i]] = mine[i];
        return agree(
            [&](int i, Scalar& a, Scalar& b) {
                Point point = pointFor(i);
                a = evaluate(gold.tree, gold.index, point, work);
                point.names = names;
                b = evaluate(answer.tree, answer.index, point, work);
            },
            work);
    }
    const Point nowhere;
    const Scalar a = evaluate(gold.tree, gold.index, nowhere, work);
    const Scalar b = evaluate(answer.tree, answer.index, nowhere, work);
    if (a.kind == ScalarKind::Undefined || b.kind == ScalarKind::Undefined)
        return Likeness::Different;
    Writing wa = writingOf(gold), wb = writingOf(answer);
    const Scalar hundred = exactly(100);
    if (wa.percent == wb.percent) {
        const Scalar x = wa.percent ? multiply(a, hundred, work) : a, y = wa.percent ? multiply(b, hundred, work) : b;
        return compareConstants(x, wa, y, wb, rules);
    }
    // "25%" answers a gold of 25, and 25 or 0.25 a gold of "25%".
    const Likeness bare = wa.percent ? compareConstants(multiply(a, hundred, work), wa, b, wb, rules)
                                     : compareConstants(a, wa, multiply(b, hundred, work), wb, rules);
    if (bare != Likeness::Different || !wa.percent)
        return bare;
    wa.places += 2;
    return compareConstants(a, wa, b, wb, rules);
}

Likeness compareDifferences(
    const Part& leftA, const Part& rightA, const Part& leftB, const Part& rightB, bool anySign, Work& work)
{
    std::set<std::string> names;
    for (const Part* part : { &leftA, &rightA })
        for (const std::string& name : symbolsOf(part->tree, part->index))
            names.insert(name);
    const auto difference = [&](const Part& left, const Part& right, int i) {
        const Point point = pointFor(i);
        return add(
            evaluate(left.tree, left.index, point, work), negate(evaluate(right.tree, right.index, point, work)), work);
    };
    // The factor is found at one point and must hold at the others.
    Scalar factor = exactly(1);
    const Scalar a = difference(leftA, rightA, kMaxPoints), b = difference(leftB, rightB, kMaxPoints);
    if (names.size() > 1) {
        factor = divide(a, b, work);
        if (!factor.isNumber() || (!anySign && order(factor, exactly(0)) != 1))
            return compare(a, b) == Likeness::Equal ? Likeness::Equal : Likeness::Different;
    } else if (anySign && compare(a, negate(b)) == Likeness::Equal) {
        factor = exactly(-1);
    }
    return agree(
        [&](int i, Scalar& x, Scalar& y) {
            x = difference(leftA, rightA, i);
            y = multiply(factor, difference(leftB, rightB, i), work);
        },
        work);
}

} // namespace aha::math
