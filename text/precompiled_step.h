// The normalizer step that applies a character map of SentencePiece.
#ifndef OCTET_TEXT_PRECOMPILED_STEP_H_
#define OCTET_TEXT_PRECOMPILED_STEP_H_

#include <memory>

#include "text/normalizer.h"
#include "text/precompiled_map.h"

namespace octet::text {

// Replaces grapheme clusters below 6 bytes and, where that finds nothing, single characters, as the
// reference does. A text of the map that is a part of a cluster stands for all of it: the rest is
// lost.
std::shared_ptr<const NormalizerStep> Precompiled(PrecompiledMap map);

}  // namespace octet::text

#endif  // OCTET_TEXT_PRECOMPILED_STEP_H_
