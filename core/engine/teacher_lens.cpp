#include "core/engine/teacher_lens.h"

#include "core/engine/engine_context.h"
#include "core/engine/model_source.h"
#include "core/engine/teacher.h"
#include "core/rollout/scoring.h"
#include "core/store/run_reader.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace aha {

namespace {

/// teacher_logits.h, on a row of plain numbers.
void cutLogits(float* row, size_t vocabulary, double clip)
{
    const auto mean = float(std::accumulate(row, row + vocabulary, 0.0) / double(vocabulary));
    for (size_t v = 0; v < vocabulary; ++v)
        row[v] = std::clamp(row[v] - mean, float(-clip), float(clip));
}

void addOpinion(TokenOpinion& opinion, const float* logProbs, size_t vocabulary, size_t token, size_t alternatives,
    const Tokenizer& tokenizer)
{
    opinion.logprob.push_back(logProbs[token]);
    opinion.entropy.push_back(float(entropyOf(logProbs, vocabulary)));
    opinion.alternatives.push_back(likeliest(logProbs, vocabulary, alternatives, tokenizer));
}

void checkHasTeacher(const RunConfig& config)
{
    const bool rows = config.general.kind == "sft"; // a teacher's, where it names one
    if (!rows && stageOf(config.general.kind) != Stage::Distillation)
        throw Failure(
            { "teacher_none", "The run learns from no teacher model: its kind is " + config.general.kind + ".",
                "Only runs of the kinds distill and sft have one." });
    if (config.distill.teacher.empty())
        throw Failure({ "teacher_none", "The run's configuration names no teacher model.",
            "Name the one that wrote the rows in distill.teacher." });
    if (config.distill.teacher.find("://") != std::string::npos)
        throw Failure({ "teacher_remote",
            "The teacher " + config.distill.teacher
                + " is asked over the network, and a service does not say the probability of every word.",
            "Name a model on this machine in distill.teacher." });
}

} // namespace

TeacherLensReport teacherLens(const TeacherLensRequest& request)
{
    const auto reader = orThrow(RunReader::open(request.run));
    const LensText text = request.evaluationId > 0
        ? lensOfAnswer(request.run, *reader, request.evaluationId, request.position, request.policyStep, request.answer)
        : lensOfCompletion(
            request.run, *reader, orThrow(reader->completionText(request.completionId)), request.policyStep);
    const DistillConfig& distill = text.config.distill;
    checkHasTeacher(text.config);
    TeacherLensReport report;
    report.step = text.step;
    report.policyStep = text.checkpoint.step;
    report.teacher = distill.teacher;
    report.temperature = distill.temperature;
    const ComputeDevice cpu = orThrow(ComputeDevice::open("cpu", CudaPlugin::For::Sampling));
    Teacher teacher(distill, cpu, *text.tokenizer);
    const Transformer student = orThrow(loadModel(text.source));
    const auto vocabulary = size_t(student.config().vocabSize);
    if (size_t(teacher.model().config().vocabSize) != vocabulary)
        throw Failure({ "other_vocabulary",
            "The teacher " + distill.teacher + " has a vocabulary of "
                + std::to_string(teacher.model().config().vocabSize) + ", the student one of "
                + std::to_string(vocabulary) + ": token for token they cannot be compared.",
            "Name a teacher of the same family in distill.teacher." });
    if (text.textIds.empty())
        return report;
    checkLensSize(text.ids.size(), vocabulary);
    text.tokenizer->decode(text.textIds, report.ends);

    const auto workers = makeWorkers(0);
    ScoredSequence s = scoreSequences(decoderWeights(student), { text.ids }, 1, *workers, true)[0],
                   t = scoreSequences(decoderWeights(teacher.model()), { text.ids }, 1, *workers, true)[0];
    const auto shown = size_t(std::max(1, request.alternatives)); // the first says whether the two agree
    for (size_t i = 0; i < text.textIds.size(); ++i) {
        const size_t row = (text.promptTokens - 1 + i) * vocabulary;
        float *a = s.logits.data() + row, *b = t.logits.data() + row;
        if (distill.logitClip > 0)
            cutLogits(b, vocabulary, distill.logitClip);
        toLogProbs(a, vocabulary, distill.temperature);
        toLogProbs(b, vocabulary, distill.temperature);
        const auto token = size_t(text.textIds[i]);
        addOpinion(report.byStudent, a, vocabulary, token, shown, *text.tokenizer);
        addOpinion(report.byTeacher, b, vocabulary, token, shown, *text.tokenizer);
        report.kl.push_back(float(klOf(b, a, vocabulary)));
        report.agrees.push_back(
            report.byStudent.alternatives.back()[0].id == report.byTeacher.alternatives.back()[0].id);
        report.meanKl += double(report.kl.back()) / double(text.textIds.size());
        report.agreeing += report.agrees.back();
    }
    return report;
}

} // namespace aha
