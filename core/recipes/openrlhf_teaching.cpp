// OpenRLHF's distillation on rows (openrlhf.cli.train_kd, up to 0.9): labels and a teacher at temperature 1,
//   loss = (1 - kd_coef) CE(labels) + kd_coef CE(teacher's distribution)
// whose gradient is that of our classic with alpha = 1 - kd_coef.

#include "core/recipes/openrlhf_rules.h"

#include <algorithm>
#include <cmath>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

/// Updates of the run; 0 when nobody says of how many rows.
int64_t steps(const RecipeImport& r)
{
    const int64_t rows = std::min(r.options().rows, r.whole("max_samples", 1'000'000));
    const int64_t batch = std::max<int64_t>(1, r.whole("train_batch_size", 128));
    return std::max<int64_t>(0, rows / batch * std::clamp<int64_t>(r.whole("max_epochs", 1), 0, 1'000'000));
}

void epochs(RecipeImport& r)
{
    const bool most = r.setting().key == "max_samples";
    if (steps(r) > 0)
        return r.change("general.max_steps", steps(r), "of " + std::to_string(r.options().rows) + " rows");
    most ? r.change("data.max_examples", r.setting().value, "at most so many rows")
         : r.toFix("how many steps an epoch has depends on the data set: say how many rows it has, or set "
                   "general.max_steps");
}

void schedule(RecipeImport& r)
{
    const double ratio = std::clamp(r.number("lr_warmup_ratio", 0.03), 0.0, 1.0);
    if (r.setting().key == "lr_warmup_ratio") {
        const double all = double(steps(r) > 0 ? steps(r) : r.config.general.maxSteps);
        return r.change("optimizer.warmup_steps", std::ceil(ratio * all), "a share of all updates");
    }
    takeSchedule(r, r.text("lr_scheduler", "cosine_with_min_lr"), ratio, 0);
    if (r.text("lr_scheduler", "cosine_with_min_lr") == "cosine_with_min_lr")
        r.change("optimizer.min_rate_ratio", 0.1, "OpenRLHF ends at a tenth");
}

/// Stands for what the trainer is, whose flags do not say it.
void method(RecipeImport& r)
{
    r.change("distill.divergence", "classic", "labels and teacher");
    r.change("distill.on_policy_share", 0, "rows alone");
    r.change("distill.temperature", 1, "the teacher's own distribution");
    r.remark("sft.loss_on", "labels stand on the completion");
}

} // namespace

void addOpenRlhfTeaching(RecipeDialect& d)
{
    d.title = "OpenRLHF's train_kd";
    const auto special = [&](const char* key, std::function<void(RecipeImport&)> handle) {
        d.special.push_back({ key, std::move(handle) });
    };
    special("train_kd", method);
    special("kd_coef", [](RecipeImport& r) {
        r.change("distill.alpha", rounded(1 - r.number("kd_coef", 0.4)), "ours weighs the labels: 1 - kd_coef");
    });
    special("teacher_model", [](RecipeImport& r) { takeModelPath(r, "distill.teacher"); });
    special("pretrain_mode", [](RecipeImport& r) {
        r.flag("pretrain_mode", false) ? r.change("sft.loss_on", "all", "prompts are labels, too")
                                       : r.ignore("not set");
    });
    for (const char* key : { "max_epochs", "max_samples" })
        special(key, epochs);
    for (const char* key : { "lr_scheduler", "lr_warmup_ratio" })
        special(key, schedule);
    special("dataset", [](RecipeImport& r) { takeDataFiles(r, "data.path"); });
    for (const char* key : { "input_key", "output_key" })
        special(key, [](RecipeImport& r) {
            r.change("data.mapping",
                "prompt=" + r.text("input_key", "input") + ", completion=" + r.text("output_key", "output"),
                "both columns");
        });
    special("apply_chat_template",
        [](RecipeImport& r) { r.change("data.as_chat", r.flag(r.setting().key, true), "the model's template"); });
    special("train_batch_size", [](RecipeImport& r) { r.take("sft.batch_size", r.setting().value); });
    d.direct = { { "max_len", "sft.max_length" }, { "learning_rate", "optimizer.learning_rate" },
        { "dataset_split", "data.split" } };
    for (const char* key : { "dataset_probs", "input_template" })
        d.none.push_back({ key, "see data.weights, and the model's chat template" });
    d.ignored.push_back({ "teacher_offload", "memory and speed only" });
    for (const auto& [key, value] :
        std::initializer_list<std::pair<const char*, Json>> { { "train_kd", "labels, teacher" }, { "kd_coef", 0.4 },
            { "train_batch_size", 128 }, { "max_len", 2048 }, { "learning_rate", 5e-6 }, { "input_key", "input" } })
        d.defaults.push_back({ key, value });
}

} // namespace aha
