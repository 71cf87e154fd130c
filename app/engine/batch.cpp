#include "app/engine/verbs.h"

#include "core/engine/batch_preview.h"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace aha {

void addBatch(CLI::App& app, int& status)
{
    struct Options {
        std::string config;
        std::vector<std::string> settings;
        int64_t step = 1;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("batch",
        "Shows a batch of a fine-tuning run as the model gets it: token ids, which of them are trained, where they "
        "come "
        "from. Loads no weights.");
    verb->add_option("config", o->config, "Configuration file; - or none: from stdin");
    verb->add_option("--set", o->settings, "group.key=value over the file");
    verb->add_option("--step", o->step, "Which batch, from 1")->check(CLI::Range(int64_t(1), int64_t(1) << 40));
    verb->callback([o, &status] {
        status = runVerb([&] {
            const RunConfig config = givenConfig(o->config, o->settings);
            const BatchPreview p = orThrow(previewBatch(config, o->step));
            using Json = nlohmann::ordered_json;
            Json documents = Json::array();
            for (const BatchPreview::Document& d : p.documents)
                documents.push_back(
                    { { "packed_row", d.packedRow }, { "path", d.path }, { "row", d.row }, { "from", d.from },
                        { "to", d.to }, { "whole", d.whole }, { "ids", d.ids }, { "trained", d.trained } });
            const Json json { { "step", o->step }, { "epoch", p.epoch }, { "tokens", p.tokens },
                { "trained_tokens", p.trainedTokens }, { "dropped_tokens", p.droppedTokens },
                { "settings",
                    { { "model", config.model.path }, { "seed", config.general.seed },
                        { "packing", config.sft.packing }, { "max_length", config.sft.maxLength },
                        { "batch_size", config.sft.batchSize }, { "loss_on", config.sft.lossOn } } },
                { "all",
                    { { "rows", p.rows }, { "held_out", p.heldOut }, { "cut", p.cut },
                        { "dropped_tokens", p.allDroppedTokens }, { "untrained", p.untrained },
                        { "unreadable", p.unreadable }, { "steps_in_epoch", p.stepsInEpoch } } },
                { "documents", std::move(documents) } };
            std::printf("%s\n", json.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
            return 0;
        });
    });
}

} // namespace aha
