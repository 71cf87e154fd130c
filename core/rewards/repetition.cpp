#include "core/rewards/repetition.h"

#include "core/rewards/text_words.h"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace aha {

namespace {

/// n-grams of `ids` in order of their content, without copies.
class Ngrams {
public:
    Ngrams(const std::vector<int32_t>& ids, int64_t n)
        : m_seen(Before { ids.data(), size_t(n) })
    {
    }
    /// Is the one at `start` new?
    bool insert(size_t start) { return m_seen.insert(start).second; }
    size_t different() const { return m_seen.size(); }

private:
    struct Before {
        const int32_t* ids;
        size_t n;
        bool operator()(size_t a, size_t b) const
        {
            return std::lexicographical_compare(ids + a, ids + a + n, ids + b, ids + b + n);
        }
    };
    std::set<size_t, Before> m_seen;
};

} // namespace

double repetitionOfTokens(const std::vector<int32_t>& ids, int64_t n, double penalty)
{
    if (n < 1 || ids.size() < size_t(n))
        return 0;
    Ngrams seen(ids, n);
    const size_t all = ids.size() - size_t(n) + 1;
    for (size_t start = 0; start < all; ++start)
        seen.insert(start);
    const double repeated = 1 - double(seen.different()) / double(all);
    return repeated == 0 ? 0 : repeated * penalty;
}

double repetitionOfWords(std::string_view text, int64_t n, double penalty)
{
    const std::string lower = lowerCase(text);
    std::unordered_map<std::string_view, int32_t> numbers;
    std::vector<int32_t> ids;
    for (const std::string_view word : splitWords(lower))
        ids.push_back(numbers.try_emplace(word, int32_t(numbers.size())).first->second);
    return repetitionOfTokens(ids, n, penalty);
}

std::vector<double> denseRepetition(const std::vector<int32_t>& ids, int64_t n, double penalty, bool onlyStart)
{
    std::vector<double> rewards(ids.size(), 0.0);
    if (n < 1)
        return rewards;
    Ngrams seen(ids, n);
    size_t end = 0; // of the repeated n-gram before; an n-gram that begins there continues it
    bool any = false;
    for (size_t start = 0; start + size_t(n) <= ids.size(); ++start) {
        if (seen.insert(start))
            continue;
        if (!onlyStart || !any || start > end)
            std::fill_n(rewards.begin() + long(start), n, penalty);
        end = start + size_t(n);
        any = true;
    }
    return rewards;
}

} // namespace aha
