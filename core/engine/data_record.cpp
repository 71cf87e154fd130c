#include "core/engine/data_record.h"

namespace aha {

void recordData(RunWriter& writer, const TrainingData& data, bool resuming)
{
    const std::string now = data.fingerprint(),
                      what = std::to_string(data.rows()) + " rows to train on and " + std::to_string(data.heldOutRows())
        + " held out, digest " + data.sources().front().digest.substr(0, 12);
    const std::vector<MarkerRow> before = orThrow(writer.markers("data"));
    if (resuming && !before.empty() && before.back().dataJson != now)
        throw Failure({ "source_changed",
            "The data set is not the one that the run began with (" + before.back().text + "). Now it has " + what
                + ".",
            "Put the files back as they were, where they were, or start a new run." });
    for (const TrainingData::Source& source : data.sources())
        orThrow(writer.addSource("file", source.path, "", source.digest,
            std::to_string(source.rows) + " rows train, " + std::to_string(source.heldOut) + " are held out, "
                + source.layout));
    if (before.empty())
        orThrow(writer.addMarker({ 0, 0, "data", what, now, 0 }));
}

} // namespace aha
