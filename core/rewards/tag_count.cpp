#include "core/rewards/tag_count.h"

#include "core/rewards/text_words.h"

namespace aha {

double tagCount(std::string_view text)
{
    double share = 0;
    for (const std::string_view tag : { "<think>\n", "\n</think>\n", "\n<answer>\n", "\n</answer>" })
        share += countOf(text, tag) == 1 ? 0.25 : 0;
    return share;
}

} // namespace aha
