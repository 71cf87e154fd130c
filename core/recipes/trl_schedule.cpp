#include "core/recipes/trl_rules.h"

#include <algorithm>
#include <cmath>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

std::string n(int64_t value) { return std::to_string(value); }

int64_t positive(const RecipeImport& r, const char* key, int64_t otherwise)
{
    const int64_t value = r.whole(key, otherwise);
    if (value < 1 || value > 1'000'000)
        throw Failure({ "recipe_value", std::string(key) + " is " + n(value) + ".", "It must be at least 1." });
    return value;
}

int64_t processes(const RecipeImport& r)
{
    return r.options().processes > 0 ? r.options().processes : positive(r, "num_processes", 1);
}

/// Optimizer updates of one of our steps.
int64_t updatesPerStep(const RecipeImport& r)
{
    return r.stage() == Stage::Online ? trlBatch(r).updates * positive(r, "num_iterations", 1) : 1;
}

int64_t upwards(double value) { return int64_t(std::ceil(std::clamp(value, 0.0, 1e12) - 1e-9)); }

/// Steps of ours; 0 when the recipe counts epochs and nobody says of how many rows.
int64_t steps(const RecipeImport& r)
{
    if (const int64_t updates = r.whole("max_steps", -1); updates > 0)
        return upwards(double(updates) / double(updatesPerStep(r)));
    const double epochs = r.number("num_train_epochs", 3);
    const double rows = double(r.options().rows)
        * (r.stage() == Stage::Distillation ? r.number("num_generations", 1) : 1); // completions of the rows
    if (rows <= 0 || epochs <= 0 || (r.stage() == Stage::FineTuning && r.flag("packing", false)))
        return 0;
    const TrlBatch batch = trlBatch(r);
    return r.stage() == Stage::Online // TRL drops the last, incomplete batch of prompts
        ? std::max<int64_t>(1, upwards(epochs * std::floor(rows / double(batch.prompts))))
        : std::max<int64_t>(1, upwards(epochs * std::ceil(rows / double(batch.rows))));
}

int64_t allUpdates(const RecipeImport& r)
{
    const int64_t known = steps(r);
    const double all = double(known > 0 ? known : r.config.general.maxSteps) * double(updatesPerStep(r));
    return int64_t(std::min(all, 1e15));
}

const char* batchField(const RecipeImport& r)
{
    return r.stage() == Stage::Online    ? "rollout.prompts_per_step"
        : r.stage() == Stage::FineTuning ? "sft.batch_size"
                                         : "preference.batch_size";
}

void batchSize(RecipeImport& r)
{
    const TrlBatch batch = trlBatch(r);
    const bool online = r.stage() == Stage::Online;
    std::string how = n(positive(r, "per_device_train_batch_size", 8)) + " rows x "
        + n(positive(r, "gradient_accumulation_steps", 1)) + " accumulated x " + n(processes(r)) + " processes";
    if (online)
        how += ": " + n(batch.prompts) + " prompts x " + n(positive(r, "num_generations", 8)) + " completions in "
            + n(batch.updates) + " updates";
    if (r.options().processes == 0 && !r.says("num_processes"))
        how += "; one process, as the recipe names no number (--processes N)";
    r.change(batchField(r), online ? batch.prompts : batch.rows, how);
}

/// Every how many updates something happens, in our steps.
void every(RecipeImport& r, const char* field)
{
    const double given = r.number(r.setting().key, 0), perStep = double(updatesPerStep(r));
    if (given > 0 && given < 1)
        return r.change(
            field, std::max<int64_t>(1, upwards(given * double(allUpdates(r)) / perStep)), "a share of all steps");
    const int64_t count = upwards(given / perStep);
    perStep == 1 ? r.take(field, count) : r.change(field, count, n(int64_t(perStep)) + " updates are one step");
}

bool saysNo(const RecipeImport& r, const char* key) // YAML's bare "no" may come as false
{
    const std::string word = r.text(key, "");
    return word == "no" || word == "false" || word == "IntervalStrategy.NO";
}

void warmup(RecipeImport& r)
{
    if (r.text("lr_scheduler_type", "linear") == "constant")
        return r.ignore("the schedule constant has no warm-up");
    if (r.setting().key == "warmup_ratio" && r.number("warmup_steps", 0) > 0 && r.says("warmup_steps"))
        return r.ignore("warmup_steps counts");
    if (r.setting().key == "warmup_steps" && !r.says("warmup_steps") && r.says("warmup_ratio"))
        return;
    const double given = r.number(r.setting().key, 0);
    if (given >= 1 || given == 0)
        return r.take("optimizer.warmup_steps", given);
    r.change("optimizer.warmup_steps", upwards(given * double(allUpdates(r))),
        "a share of " + n(allUpdates(r)) + " updates");
}

void scheduleName(RecipeImport& r)
{
    std::string name = r.text("lr_scheduler_type", "linear");
    if (name.rfind("SchedulerType.", 0) == 0) {
        name = name.substr(14);
        std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    }
    name == r.text("lr_scheduler_type", "linear") ? r.take("optimizer.schedule", name)
                                                  : r.change("optimizer.schedule", name, "by its value");
    if (name == "polynomial" && !r.value("lr_scheduler_kwargs").contains("lr_end"))
        if (const double rate = r.number("learning_rate", 1e-6); rate > 0)
            r.change("optimizer.min_rate_ratio", rounded(1e-7 / rate), "transformers ends at 1e-7");
}

void scheduleArguments(RecipeImport& r)
{
    const Json& all = r.setting().value;
    if (all.is_null())
        return r.ignore("not set");
    if (!all.is_object())
        r.refuse("it is no group of settings.", "Write {\"min_lr_rate\": 0.1}, for example.");
    const std::string schedule = r.text("lr_scheduler_type", "linear");
    const double rate = r.number("learning_rate", r.kind() == "sft" ? 2e-5 : 1e-6);
    for (const auto& [key, value] : all.items()) {
        const double number = value.is_number() ? value.get<double>() : 0;
        if (key == "min_lr_rate" || key == "min_lr_ratio")
            r.change("optimizer.min_rate_ratio", value, key);
        else if ((key == "min_lr" || key == "lr_end") && rate > 0)
            r.change("optimizer.min_rate_ratio", rounded(number / rate), key + " as a share of the peak");
        else if (key == "num_cycles" && schedule == "cosine_with_restarts")
            r.change("optimizer.cycles", value, key);
        else if (key == "power")
            r.change("optimizer.power", value, key);
        else if (key == "num_decay_steps")
            r.change("optimizer.decay_steps", value, key);
        else if (key == "warmup_type")
            r.change("optimizer.warmup_shape", value, key);
        else if (key == "decay_type")
            r.change("optimizer.decay_shape", value, key);
        else if ((key == "num_cycles" && number == 0.5) || key == "num_stable_steps")
            r.ignore(key + ": what ours does");
        else
            r.none(key + ": the schedule has no such setting here");
    }
    if (all.empty())
        r.ignore("empty");
}

} // namespace

TrlBatch trlBatch(const RecipeImport& r)
{
    TrlBatch batch;
    const int64_t accumulation = positive(r, "gradient_accumulation_steps", 1);
    const int64_t micro = positive(r, "per_device_train_batch_size", 8) * processes(r);
    batch.rows = micro * accumulation;
    if (r.stage() != Stage::Online)
        return batch;
    int64_t passes = positive(r, "steps_per_generation", accumulation);
    if (r.has("generation_batch_size")) {
        const int64_t whole = positive(r, "generation_batch_size", 1);
        if (whole % micro != 0)
            throw Failure({ "recipe_value",
                "generation_batch_size is " + n(whole) + ", which is no multiple of " + n(micro)
                    + " (per_device_train_batch_size x processes).",
                "Give the number of processes with --processes, or correct it." });
        passes = whole / micro;
    }
    if (passes % accumulation == 0)
        batch.updates = passes / accumulation;
    else if (accumulation % passes == 0)
        passes = accumulation; // several generation batches make one update
    else
        throw Failure({ "recipe_value",
            "steps_per_generation is " + n(passes) + " and gradient_accumulation_steps " + n(accumulation)
                + ": an update would mix parts of two rollout batches.",
            "Make one a multiple of the other." });
    const int64_t completions = micro * passes, group = positive(r, "num_generations", r.kind() == "rloo" ? 2 : 8);
    if (completions % group != 0)
        throw Failure({ "recipe_value",
            "per_device_train_batch_size: " + n(completions)
                + " completions of a rollout batch are not whole groups of " + n(group) + " (num_generations).",
            "Give the number of processes with --processes, or correct the batch." });
    batch.prompts = completions / group;
    return batch;
}

void addTrlSchedule(RecipeDialect& d)
{
    const auto special = [&](const char* key, std::function<void(RecipeImport&)> handle) {
        d.special.push_back({ key, std::move(handle) });
    };
    special("per_device_train_batch_size", batchSize);
    special("gradient_accumulation_steps", batchSize);
    special("num_processes", batchSize);
    special("generation_batch_size",
        [](RecipeImport& r) { r.has("generation_batch_size") ? batchSize(r) : r.ignore("not set"); });
    special("steps_per_generation", [](RecipeImport& r) {
        r.change("algorithm.steps_per_generation", trlBatch(r).updates, "optimizer updates of a rollout batch");
    });
    special("max_steps", [](RecipeImport& r) {
        if (r.whole("max_steps", -1) <= 0)
            return r.ignore("the epochs count");
        const int64_t perStep = updatesPerStep(r);
        perStep == 1 ? r.take("general.max_steps", steps(r))
                     : r.change("general.max_steps", steps(r), n(perStep) + " updates are one step");
    });
    special("num_train_epochs", [](RecipeImport& r) {
        if (r.whole("max_steps", -1) > 0)
            return r.ignore("max_steps counts");
        if (const int64_t known = steps(r); known > 0)
            return r.change("general.max_steps", known, "of " + n(r.options().rows) + " rows");
        r.toFix(r.options().rows > 0
                ? "packed rows cannot be counted beforehand: set general.max_steps"
                : "how many steps an epoch has depends on the data set: say how many rows it has, or set "
                  "general.max_steps");
    });
    special("warmup_steps", warmup);
    special("warmup_ratio", warmup);
    special("lr_scheduler_type", scheduleName);
    special("lr_scheduler_kwargs", scheduleArguments);
    special("save_strategy", [](RecipeImport& r) {
        r.text("save_strategy", "steps") == "steps" ? r.ignore("save_steps counts")
                                                    : r.none("checkpoints come every checkpoint.every_steps steps");
    });
    special("save_steps", [](RecipeImport& r) {
        r.text("save_strategy", "steps") == "steps" ? every(r, "checkpoint.every_steps")
                                                    : r.ignore("save_strategy is " + r.text("save_strategy", ""));
    });
    special("save_total_limit", [](RecipeImport& r) {
        if (!r.has("save_total_limit"))
            return r.none("checkpoint.keep newest checkpoints stay");
        const int64_t kept = r.whole("save_total_limit", 2);
        kept >= 2 ? r.take("checkpoint.keep", kept) : r.change("checkpoint.keep", 2, "at least 2 are kept");
    });
    special("eval_strategy", [](RecipeImport& r) {
        if (saysNo(r, "eval_strategy"))
            return r.change("eval.every_steps", 0, "only the first and the last evaluation remain");
        if (r.text("eval_strategy", "") != "steps")
            return r.none("evaluations come every eval.every_steps steps");
        r.has("eval_steps") ? r.ignore("eval_steps counts") : r.none("eval_steps is not given: eval.every_steps stays");
    });
    special("eval_steps", [](RecipeImport& r) {
        !r.has("eval_steps") || saysNo(r, "eval_strategy") ? r.ignore("not set") : every(r, "eval.every_steps");
    });
    special("ref_model_sync_steps", [](RecipeImport& r) {
        r.flag("sync_ref_model", false) ? every(r, "algorithm.ref_model_sync_steps")
                                        : r.ignore("sync_ref_model is off");
    });
    for (const auto& [key, value] : std::initializer_list<std::pair<const char*, Json>> {
             { "per_device_train_batch_size", 8 }, { "gradient_accumulation_steps", 1 },
             { "steps_per_generation", nullptr }, { "max_steps", -1 }, { "num_train_epochs", 3.0 },
             { "lr_scheduler_type", "linear" }, { "warmup_steps", 0 }, { "ref_model_sync_steps", 512 } })
        d.defaults.push_back({ key, value });
}

} // namespace aha
