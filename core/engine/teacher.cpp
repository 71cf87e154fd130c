#include "core/engine/teacher.h"

#include "core/algo/round_weights.h"
#include "core/base/files.h"
#include "core/base/sha256.h"
#include "core/card/model_parts.h"
#include "core/engine/engine_context.h"
#include "core/engine/model_source.h"
#include "core/engine/same_tokenizer.h"

#include <algorithm>
#include <array>
#include <fstream>

namespace aha {

namespace fs = std::filesystem;

namespace {

/// Same text, same tokens, or the teacher's distributions mean something else.
void checkTokenizers(const Tokenizer& student, const Tokenizer& teacher, const std::string& path)
{
    if (!sameTokenizer(student, teacher))
        throw Failure({ "other_vocabulary",
            "The teacher " + path + " has another tokenizer than the student: " + std::to_string(teacher.vocabSize())
                + " pieces against " + std::to_string(student.vocabSize()) + ", or other tokens for the same text.",
            "Distil its texts instead: sample answers from it and fine-tune on them (sft)." });
}

/// The weights and what says how to read them; not an optimizer's moments or a manifest beside them.
std::vector<fs::path> weightFiles(const fs::path& model)
{
    std::error_code ignored;
    if (!fs::is_directory(model, ignored))
        return { model };
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(model, ignored)) {
        const std::string name = entry.path().filename().string(), ending = entry.path().extension().string();
        if (name == "config.json" || name == "adapter_config.json" || ending == ".gguf"
            || (ending == ".safetensors" && name.find("optimizer") == std::string::npos))
            files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

void addFile(Sha256& digest, const fs::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    std::vector<char> piece(size_t(1) << 20);
    digest.add(file.filename().string() + "\n");
    while (stream) {
        stream.read(piece.data(), std::streamsize(piece.size()));
        digest.add({ piece.data(), size_t(stream.gcount()) });
    }
    if (!stream.eof())
        throw Failure({ "file_unreadable", "The teacher's file " + file.string() + " cannot be read.",
            "Look at its permissions." });
}

} // namespace

Teacher::Teacher(const DistillConfig& config, const ComputeDevice& device, const Tokenizer& student)
    : m_config(config)
    , m_device(device)
    , m_path(orThrow(resolveModel(config.teacher)))
{
    if (std::error_code ignored; !fs::exists(m_path, ignored))
        throw Failure({ "model_config_missing", "There is no teacher at " + config.teacher + ".",
            "Name a model folder, a GGUF file or a run in distill.teacher." });
    checkTokenizers(student, *orThrow(loadModelTokenizer(m_path)), config.teacher);
}

const Transformer& Teacher::model()
{
    if (!m_model) {
        Transformer model = orThrow(loadModel(m_path));
        roundMatrices(model, weightFormatNamed(m_config.teacherWeights).value_or(WeightFormat::Float32));
        m_model.emplace(m_device.place(std::move(model)));
    }
    return *m_model;
}

std::string Teacher::digest() const
{
    Sha256 digest;
    std::vector<fs::path> files = weightFiles(m_path);
    if (const fs::path base = orThrow(baseOfModel(m_path, resourceRoot())); base != m_path)
        for (const fs::path& file : weightFiles(base))
            files.push_back(file);
    for (const fs::path& file : files)
        addFile(digest, file);
    digest.add("weights " + m_config.teacherWeights + "\ndevice " + m_device.name());
    return digest.hex();
}

} // namespace aha
