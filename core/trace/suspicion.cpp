#include "core/trace/suspicion.h"

#include "core/base/ascii.h"
#include "core/trace/structure.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace aha {

namespace {

constexpr int kOtherwise = 16, kNoThought = 4, kNotOneAnswer = 3, kTemplate = 2, kShort = 1;
constexpr size_t kThoughtBytes = 4; ///< less than this, without white space, is no thought
constexpr size_t kSameTexts = 3, kTenth = 10;

/// The text with every number as 0 and white space left out.
std::string skeleton(std::string_view text)
{
    std::string out;
    for (const char c : text)
        if (isDigit(c)) {
            if (out.empty() || out.back() != '0')
                out += '0';
        } else if (!isSpace(c)) {
            out += c;
        }
    return out;
}

struct Shape {
    bool closes = false; ///< has </think>
    size_t thought = 0; ///< bytes of it that are not white space
    int answers = 0;
    std::string skeleton;
};

Shape shapeOf(std::string_view text)
{
    Shape shape;
    for (const TagSpan& tag : findTags(text)) {
        shape.closes |= tag.kind == TagSpan::ThinkClose;
        shape.answers += tag.kind == TagSpan::AnswerOpen;
    }
    const std::string_view thought = reasoningOf(text);
    shape.thought = size_t(std::count_if(thought.begin(), thought.end(), [](char c) { return !isSpace(c); }));
    shape.skeleton = skeleton(text);
    return shape;
}

} // namespace

std::vector<Suspicion> rankSuspects(const std::vector<SuspectText>& texts)
{
    std::vector<Shape> shapes;
    std::unordered_map<std::string_view, size_t> alike;
    std::vector<int> lengths;
    size_t oneAnswer = 0;
    shapes.reserve(texts.size()); // `alike` looks into them
    for (const SuspectText& text : texts) {
        shapes.push_back(shapeOf(text.text));
        ++alike[shapes.back().skeleton];
        oneAnswer += shapes.back().answers == 1;
        lengths.push_back(text.tokens);
    }
    std::sort(lengths.begin(), lengths.end());
    std::vector<Suspicion> ranked;
    for (size_t i = 0; i < texts.size(); ++i) {
        const Shape& shape = shapes[i];
        Suspicion one { i, 0, {} };
        const auto mark = [&](int weight, std::string words) {
            one.weight += weight;
            one.marks.push_back(std::move(words));
        };
        if (!texts[i].otherwise.empty())
            mark(kOtherwise, "judged now: " + texts[i].otherwise);
        if (shape.closes && shape.thought < kThoughtBytes)
            mark(kNoThought, "no thought");
        if (shape.answers != 1 && 2 * oneAnswer >= texts.size())
            mark(kNotOneAnswer,
                shape.answers == 0 ? std::string("no answer tag") : std::to_string(shape.answers) + " answers");
        if (const size_t same = alike[shape.skeleton]; same >= kSameTexts)
            mark(kTemplate, "template of " + std::to_string(same));
        if (2 * texts[i].tokens < lengths[lengths.size() / 2] && texts[i].tokens <= lengths[lengths.size() / kTenth])
            mark(kShort, "short");
        ranked.push_back(std::move(one));
    }
    const auto paid = [&](const Suspicion& one) {
        const double reward = texts[one.index].reward;
        return std::isnan(reward) ? -HUGE_VAL : reward;
    };
    std::stable_sort(ranked.begin(), ranked.end(), [&](const Suspicion& a, const Suspicion& b) {
        return a.weight != b.weight ? a.weight > b.weight : paid(a) > paid(b);
    });
    return ranked;
}

} // namespace aha
