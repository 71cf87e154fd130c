#pragma once
// What the teacher's k likeliest tokens are on rows of a data set: from the cache, or from the teacher itself.

#include "core/base/workers.h"
#include "core/engine/teacher.h"
#include "core/engine/teacher_cache.h"

namespace aha {

/// The teacher is asked about each row alone, so that its numbers do not depend on what else is in a batch: a run comes
/// out the same bit for bit with a cache, without, and with one that another run filled.
class TeacherRows {
public:
    /// Teacher and workers are borrowed. Opens the configuration's cache, if it names one. Throws Failure.
    TeacherRows(
        Teacher& teacher, Workers& workers, const DistillConfig& config, int64_t vocabulary, TeacherCache::Warn warn);

    /// Of each row. Rows that the cache lacks are asked for and kept. Throws Failure.
    std::vector<TeacherSupport> supports(const std::vector<SftSequence>& rows);

    size_t cachedRows() const { return m_cache ? m_cache->rows() : 0; } ///< of all runs that asked the same
    int64_t asked() const { return m_asked; } ///< rows that the teacher itself was asked about

private:
    Teacher& m_teacher;
    Workers& m_workers;
    DistillConfig m_config;
    int64_t m_k;
    bool m_whole;
    std::optional<TeacherCache> m_cache;
    int64_t m_asked = 0;
};

} // namespace aha
