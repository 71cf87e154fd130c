#pragma once
// What a screen reader hears of a trace: its text, the caret, the marks under it. Hidden characters are read as their
// chips.

namespace aha {

class TraceView;

/// Every TraceView answers from now on. Once is enough; again does nothing.
void installTraceViewAccess();
/// The caret stands elsewhere than at `caret`, or the selection does not reach from `anchor` to it any more.
void tellCaret(TraceView* view, int anchor, int caret);
/// There is another text.
void tellTextChanged(TraceView* view);

} // namespace aha
