#include "core/engine/batch_preview.h"

#include "core/engine/engine_context.h"
#include "core/engine/model_source.h"
#include "core/engine/sft_batches.h"

#include <algorithm>
#include <tuple>

namespace aha {

Result<BatchPreview> previewBatch(const RunConfig& config, int64_t step)
{
    if (config.general.kind != "sft")
        return Error { "config_rule", "The stage is " + config.general.kind + "; only fine-tuning has batches of rows.",
            "Set general.kind to sft." };
    try {
        const std::unique_ptr<Workers> workers = makeWorkers(config.general.threads);
        const SftEncoder encoder
            = orThrow(SftEncoder::open(orThrow(loadModelTokenizer(config.model.path)), config.model.path, config.sft));
        const TrainingData data = orThrow(TrainingData::open(config.data, uint64_t(config.general.seed), kSftKinds));
        SftBatches batches(data, encoder, config, *workers);
        const SftBatches::Batch batch = batches.at(step);
        BatchPreview preview;
        preview.epoch = batch.epoch;
        preview.rows = batches.rows();
        preview.heldOut = batches.heldOut().size();
        preview.cut = batches.cut();
        preview.allDroppedTokens = batches.droppedTokens();
        preview.untrained = batches.untrained();
        preview.unreadable = batches.unreadable();
        preview.stepsInEpoch = batches.stepsInFirstEpoch();
        const bool keepsRest = config.sft.packing == "bfd_split" || config.sft.packing == "wrapped";
        for (const SftBatches::Piece& piece : batch.pieces) {
            const SftSequence& sequence = batch.sequences[piece.sequence];
            BatchPreview::Document document { piece.packedRow, {}, 0, piece.from, piece.to, piece.whole, {}, {} };
            std::tie(document.path, document.row) = data.origin(piece.row);
            const auto begin = piece.begin, end = piece.begin + piece.to - piece.from;
            document.ids.assign(sequence.ids.begin() + begin, sequence.ids.begin() + end);
            document.trained.assign(sequence.trained.begin() + begin, sequence.trained.begin() + end);
            if (begin == 0)
                document.trained.front() = 0; // nothing predicts it
            preview.tokens += int64_t(document.ids.size());
            preview.trainedTokens += std::count(document.trained.begin(), document.trained.end(), 1);
            if (!keepsRest)
                preview.droppedTokens += piece.whole - piece.to;
            preview.documents.push_back(std::move(document));
        }
        return preview;
    } catch (const Failure& failure) {
        return failure.error();
    }
}

} // namespace aha
