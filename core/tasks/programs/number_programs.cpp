// Problems about whole numbers.

#include "core/tasks/programs/program_problem.h"

#include <algorithm>
#include <numeric>

namespace aha {

namespace {

std::string text(int64_t value) { return std::to_string(value); }
int64_t one(const std::string& input) { return std::stoll(input); }

ProgramProblem multiples(Rng& rng)
{
    const int64_t a = rng.between(2, 12), b = rng.between(2, 12);
    return { filled("Read one whole number n. Print how many of the numbers from 1 to n are divisible by $A or by $B.",
                 { { "A", text(a) }, { "B", text(b) } }),
        [](Rng& r, int size) { return text(r.between(1, 20 + 200 * size)) + "\n"; },
        [a, b](const std::string& input) {
            int64_t count = 0;
            for (int64_t i = 1; i <= one(input); ++i)
                count += i % a == 0 || i % b == 0;
            return text(count) + "\n";
        },
        filled("n = int(input())\nprint(sum(1 for i in range(1, n + 1) if i % $A == 0 or i % $B == 0))\n",
            { { "A", text(a) }, { "B", text(b) } }) };
}

ProgramProblem digitSums(Rng& rng)
{
    const int64_t base = rng.between(2, 10), factor = rng.between(1, 9);
    return { filled("Read one whole number n >= 0. Print $F times the sum of its digits in base $B.",
                 { { "B", text(base) }, { "F", text(factor) } }),
        [](Rng& r, int size) {
            int64_t top = 99;
            for (int i = 0; i < size; ++i)
                top *= 10;
            return text(r.between(0, top)) + "\n";
        },
        [base, factor](const std::string& input) {
            int64_t sum = 0;
            for (int64_t n = one(input); n > 0; n /= base)
                sum += n % base;
            return text(factor * sum) + "\n";
        },
        filled("n = int(input())\ns = 0\nwhile n:\n    s += n % $B\n    n //= $B\nprint($F * s)\n",
            { { "B", text(base) }, { "F", text(factor) } }) };
}

ProgramProblem commonDivisor(Rng& rng)
{
    const int64_t extra = rng.between(2, 60);
    return {
        filled("The first line has a number n, the second n positive whole numbers. Print the greatest common divisor "
               "of these numbers, each multiplied by $K before.",
            { { "K", text(extra) } }),
        [](Rng& r, int size) {
            Numbers numbers = randomNumbers(r, r.between(2, 3 + size), 1, 40);
            const int64_t common = r.between(1, 12);
            for (int64_t& number : numbers)
                number *= common;
            return listInput(numbers);
        },
        [extra](const std::string& input) {
            std::istringstream in(input);
            int64_t all = 0;
            for (const int64_t number : readList(in))
                all = std::gcd(all, number * extra);
            return text(all) + "\n";
        },
        filled("from math import gcd\ninput()\ng = 0\nfor x in map(int, input().split()):\n    g = gcd(g, x)\n"
               "print(g * $K)\n",
            { { "K", text(extra) } })
    };
}

ProgramProblem fibonacci(Rng& rng)
{
    const int64_t first = rng.between(0, 9), second = rng.between(1, 9), modulus = rng.between(100, 9999);
    return {
        filled("A sequence begins with $A and $B; each further number is the sum of the two before it. Read n >= 1 and "
               "print the n-th number of the sequence, modulo $M.",
            { { "A", text(first) }, { "B", text(second) }, { "M", text(modulus) } }),
        [](Rng& r, int size) { return text(r.between(1, 10 + 40 * size)) + "\n"; },
        [=](const std::string& input) {
            int64_t a = first, b = second;
            for (int64_t i = 1; i < one(input); ++i)
                a = std::exchange(b, (a + b) % modulus);
            return text(a % modulus) + "\n";
        },
        filled("n = int(input())\na, b = $A, $B\nfor _ in range(n - 1):\n    a, b = b, a + b\nprint(a % $M)\n",
            { { "A", text(first) }, { "B", text(second) }, { "M", text(modulus) } })
    };
}

ProgramProblem primes(Rng& rng)
{
    const int64_t start = rng.between(2, 60);
    return { filled("Read one whole number n >= 1. Print how many prime numbers p there are with $S <= p < $S + n.",
                 { { "S", text(start) } }),
        [](Rng& r, int size) { return text(r.between(1, 20 + 60 * size)) + "\n"; },
        [start](const std::string& input) {
            int64_t count = 0;
            for (int64_t p = start, end = start + one(input); p < end; ++p) {
                bool prime = p > 1;
                for (int64_t d = 2; d * d <= p && prime; ++d)
                    prime = p % d != 0;
                count += prime;
            }
            return text(count) + "\n";
        },
        filled("n = int(input())\nhi = $S + n\nsieve = [True] * max(hi, 2)\nsieve[0] = sieve[1] = False\n"
               "for i in range(2, hi):\n    for j in range(i * i, hi, i):\n        sieve[j] = False\n"
               "print(sum(sieve[p] for p in range($S, hi)))\n",
            { { "S", text(start) } }) };
}

ProgramProblem otherBase(Rng& rng)
{
    const int64_t base = rng.between(2, 16), shift = rng.between(0, 99);
    return { filled("Read one whole number n >= 0. Print n + $S in base $B, with the digits 0-9 and a-f.",
                 { { "B", text(base) }, { "S", text(shift) } }),
        [](Rng& r, int size) { return text(r.between(0, int64_t(30) << (3 * size))) + "\n"; },
        [=](const std::string& input) {
            std::string digits;
            int64_t n = one(input) + shift;
            do
                digits += "0123456789abcdef"[n % base];
            while ((n /= base) > 0);
            std::reverse(digits.begin(), digits.end());
            return digits + "\n";
        },
        filled(
            "n = int(input()) + $S\nout = ''\nwhile True:\n    out = '0123456789abcdef'[n % $B] + out\n    n //= $B\n"
            "    if n == 0:\n        break\nprint(out)\n",
            { { "B", text(base) }, { "S", text(shift) } }) };
}

ProgramProblem collatz(Rng& rng)
{
    const int64_t add = 2 * rng.between(0, 6) + 1, most = rng.between(40, 90);
    return {
        filled("Start with a whole number n >= 1. A step halves an even number and turns an odd number x into 3x + $A. "
               "Read n and print the largest number that occurs in the first $M steps, n itself included.",
            { { "A", text(add) }, { "M", text(most) } }),
        [](Rng& r, int size) { return text(r.between(1, 30 + 300 * size)) + "\n"; },
        [=](const std::string& input) {
            int64_t n = one(input), largest = n;
            for (int64_t i = 0; i < most; ++i) {
                n = n % 2 == 0 ? n / 2 : 3 * n + add;
                largest = std::max(largest, n);
            }
            return text(largest) + "\n";
        },
        filled("n = int(input())\nbest = n\nfor _ in range($M):\n    n = n // 2 if n % 2 == 0 else 3 * n + $A\n"
               "    best = max(best, n)\nprint(best)\n",
            { { "A", text(add) }, { "M", text(most) } })
    };
}

} // namespace

std::vector<ProgramFamily> numberPrograms()
{
    return { { "multiples", 1, multiples }, { "digit_sums", 2, digitSums }, { "common_divisor", 2, commonDivisor },
        { "fibonacci", 2, fibonacci }, { "collatz", 2, collatz }, { "primes", 3, primes },
        { "other_base", 3, otherBase } };
}

} // namespace aha
