// The verb render: messages through a chat template.

#include "app/engine/verbs.h"

#include "core/engine/engine_context.h"
#include "core/engine/model_source.h"

namespace aha {

void addRender(CLI::App& app, int& status)
{
    struct Options {
        std::string model, file, input;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("render", "Messages to the text that a chat template makes of them.");
    auto* model = verb->add_option("--model", o->model, "Model folder or GGUF file with a chat template");
    verb->add_option("--template", o->file, "Template file")->excludes(model);
    verb->add_option("input", o->input,
        "JSON Lines of {\"messages\",\"tools\"?,\"add_generation_prompt\"?,\"continue_final_message\"?,\"kwargs\"?}");
    verb->callback([o, &status] {
        status = runVerb([&] {
            if (o->model.empty() && o->file.empty())
                throw Failure({ "usage", "render needs a chat template.", "Give --model FOLDER or --template FILE." });
            const ChatTemplate chatTemplate = orThrow(o->file.empty() ? loadChatTemplate(resolvePath(o->model))
                                                                      : ChatTemplate::fromFile(resolvePath(o->file)));
            return forEachLine(o->input, [&](const nlohmann::ordered_json& line, int64_t) -> nlohmann::ordered_json {
                const RenderedChat chat = orThrow(chatTemplate.render(orThrow(chatRequestFromJson(line))));
                nlohmann::ordered_json out { { "text", chat.text } };
                if (chatTemplate.marksGeneration())
                    out["assistant_spans"] = chat.assistantSpans; // bytes of the text, [begin, end)
                return out;
            });
        });
    });
}

} // namespace aha
