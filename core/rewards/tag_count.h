#pragma once
// open-r1 (src/open_r1/rewards.py, tag_count_reward): a quarter for each of "<think>\n", "\n</think>\n", "\n<answer>\n"
// and "\n</answer>" that occurs exactly once. core/tasks/answer_tags.h has the same without the line breaks.

#include <string_view>

namespace aha {

double tagCount(std::string_view text);

} // namespace aha
