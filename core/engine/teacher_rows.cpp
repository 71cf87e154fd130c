#include "core/engine/teacher_rows.h"

#include "core/algo/distillation_divergence.h"
#include "core/algo/packed_targets.h"
#include "core/base/files.h"
#include "core/engine/engine_context.h"

#include <ATen/core/grad_mode.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace aha {

TeacherRows::TeacherRows(
    Teacher& teacher, Workers& workers, const DistillConfig& config, int64_t vocabulary, TeacherCache::Warn warn)
    : m_teacher(teacher)
    , m_workers(workers)
    , m_config(config)
    , m_k(std::min(config.topK, vocabulary))
    , m_whole(config.topK >= vocabulary)
{
    if (config.cache.empty())
        return;
    const nlohmann::ordered_json question { { "layout", 1 }, { "teacher", teacher.digest() }, { "top_k", m_k },
        { "temperature", config.temperature }, { "logit_clip", config.logitClip } };
    m_cache.emplace(
        orThrow(TeacherCache::open(resolvePath(config.cache), sha256Hex(question.dump()), m_k, std::move(warn))));
}

std::vector<TeacherSupport> TeacherRows::supports(const std::vector<SftSequence>& rows)
{
    std::vector<TeacherSupport> out(rows.size());
    std::vector<std::string> keys(rows.size());
    std::vector<size_t> missing;
    for (size_t i = 0; i < rows.size(); ++i) {
        std::optional<TeacherSupport> known;
        if (m_cache) {
            keys[i] = TeacherCache::keyOf(rows[i]);
            known = m_cache->find(keys[i], rows[i].trainedTokens());
        }
        if (known)
            out[i] = std::move(*known);
        else
            missing.push_back(i);
    }
    if (!missing.empty()) {
        const Transformer& model = m_teacher.model();
        const TransformerWeights weights = model.views(model.flat());
        const size_t team = model.flat().device().is_cpu() ? size_t(m_workers.size()) : 1; // a GPU has one queue
        m_workers.run([&](int worker) {
            const at::NoGradGuard frozen;
            for (size_t m = size_t(worker); size_t(worker) < team && m < missing.size(); m += team) {
                const PackedTargets packed({ &rows[missing[m]] }, model.flat().device());
                const at::Tensor hidden_ME
                    = hiddenStates(model.config(), weights, packed.batch).index_select(0, packed.before_M);
                TeacherSupport& support = out[missing[m]];
                support = teacherTopK(hidden_ME, weights.head_VD, m_k, m_config.temperature, m_config.logitClip);
                support.ids_MS = support.ids_MS.cpu();
                support.logp_MS = support.logp_MS.cpu();
            }
        });
        m_asked += int64_t(missing.size());
        std::vector<std::pair<std::string, TeacherSupport>> fresh;
        for (const size_t i : missing)
            if (m_cache && std::none_of(fresh.begin(), fresh.end(), [&](const auto& f) { return f.first == keys[i]; }))
                fresh.emplace_back(keys[i], out[i]);
        if (m_cache)
            orThrow(m_cache->add(fresh));
    }
    for (TeacherSupport& support : out)
        support.whole = m_whole;
    return out;
}

} // namespace aha
