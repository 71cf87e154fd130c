#include "core/tasks/programs/program_problem.h"

namespace aha {

std::vector<ProgramFamily> programFamilies()
{
    std::vector<ProgramFamily> all = numberPrograms();
    for (const auto& more : { listPrograms(), textPrograms(), searchPrograms() })
        all.insert(all.end(), more.begin(), more.end());
    return all;
}

std::string filled(std::string text, std::initializer_list<std::pair<const char*, std::string>> values)
{
    for (const auto& [name, value] : values) {
        const std::string key = "$" + std::string(name);
        for (size_t at = text.find(key); at != std::string::npos; at = text.find(key, at + value.size()))
            text.replace(at, key.size(), value);
    }
    return text;
}

std::string spaced(const Numbers& numbers)
{
    std::string text;
    for (const int64_t number : numbers)
        text += (text.empty() ? "" : " ") + std::to_string(number);
    return text;
}

Numbers randomNumbers(Rng& rng, int64_t count, int64_t low, int64_t high)
{
    Numbers numbers;
    for (int64_t i = 0; i < count; ++i)
        numbers.push_back(rng.between(low, high));
    return numbers;
}

std::string listInput(const Numbers& numbers) { return std::to_string(numbers.size()) + "\n" + spaced(numbers) + "\n"; }

Numbers readList(std::istream& input)
{
    size_t count = 0;
    input >> count;
    Numbers numbers;
    for (int64_t number = 0; numbers.size() < count && input >> number;)
        numbers.push_back(number);
    return numbers;
}

std::string randomWord(Rng& rng, int64_t length, int letters)
{
    std::string word;
    for (int64_t i = 0; i < length; ++i)
        word += char('a' + rng.below(uint64_t(letters)));
    return word;
}

int64_t lengthOf(Rng& rng, int size) { return rng.between(3 + 3 * size, 4 + 6 * size); }

} // namespace aha
