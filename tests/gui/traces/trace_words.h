#pragma once
// What a layer of a trace marks, as words.

#include "widgets/panels/tracetext.h"

#include <QStringList>

namespace fixture {

inline QStringList wordsOf(const aha::TraceText& trace, aha::TraceSpan::Kind kind)
{
    QStringList words;
    const auto [first, last] = trace.spansIn(kind, 0, int(trace.text.size()));
    for (const aha::TraceSpan* span = first; span != last; ++span)
        words << trace.text.mid(span->begin, span->end - span->begin);
    return words;
}

} // namespace fixture
