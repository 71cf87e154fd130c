#pragma once
// Unicode normal forms (UAX #15) with the record of what became of each character, as the reference tokenizers keep it.

#include "core/text/text_slice.h"

namespace aha {

enum class NormalForm { Nfc, Nfd, Nfkc, Nfkd };

/// `from` in the given form. A composed character takes the span of its first code point alone, and after a reordering
/// spans stay in order: that is what Hugging Face's tokenizers report (crate unicode-normalization-alignments). The
/// slice itself when it is in the form already.
TextSlice toNormalForm(NormalForm form, TextSlice from, TextBuffers& buffers);

} // namespace aha
