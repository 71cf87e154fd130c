#pragma once
// A stored text of a run that learns from a teacher, token by token under student and teacher: what each thought of the
// token that was drawn, what each would have drawn, and how far apart their distributions are.

#include "core/engine/lens_text.h"

namespace aha {

struct TeacherLensRequest {
    std::filesystem::path run;
    int64_t completionId = 0; ///< or a held-out problem's answer:
    int64_t evaluationId = 0, position = 0;
    std::optional<std::string> answer; ///< another answer to the problem than the stored one
    std::optional<int64_t> policyStep; ///< the student; none: the newest checkpoint before the text was written
    int alternatives = 5;
};

/// What one of the two says; one entry per token.
struct TokenOpinion {
    std::vector<float> logprob; ///< nats, of the token
    std::vector<float> entropy; ///< nats
    std::vector<std::vector<LensAlternative>> alternatives; ///< most likely first
};

/// Both models as the run compares them: at distill.temperature, the teacher's weights rounded and its logits cut as
/// the run does it. Over the whole vocabulary, whatever distill.top_k is.
struct TeacherLensReport {
    int64_t step = 0, policyStep = 0;
    std::string teacher; ///< as the configuration names it
    double temperature = 1;
    std::vector<int32_t> ends; ///< of each token in the text, in bytes, exclusive
    TokenOpinion byStudent, byTeacher;
    std::vector<float> kl; ///< nats: KL(teacher || student)
    std::vector<bool> agrees; ///< both have the same most likely token
    double meanKl = 0; ///< nats per token; 0 without tokens
    int64_t agreeing = 0; ///< tokens
};

/// Two forward passes over one sequence, on the CPU. Throws Failure: those of lens_text.h and of loading; teacher_none
/// for a run that names no teacher or does not learn from one, teacher_remote for a teacher that is asked over the
/// network; those of Teacher (model_config_missing, other_vocabulary).
TeacherLensReport teacherLens(const TeacherLensRequest& request);

} // namespace aha
