// Opens exported files as a foreign program would, to drive them frame by frame.
#ifndef DEEPFILTER_VERIFY_OPEN_EXPORT_H_
#define DEEPFILTER_VERIFY_OPEN_EXPORT_H_

#include <cstddef>
#include <memory>
#include <span>

#include "base/bytes.h"
#include "base/result.h"
#include "ort/graph_chain.h"
#include "ort/library.h"

namespace dfn {

// The graphs among `files`, in the order in which they feed each other: enc, erb_dec, df_dec; or
// one combined graph; or the four streaming files; or an audio graph.
// Nothing but the names that docs/export.md promises to users is followed here: an input X0 with an
// output X1 of the same graph is a state, and emb_out of the streaming files is what the decoders
// call emb. PlanRun would repair files that break the promise, so verification must not use it.
// Errors: those of Session::Create; kNotFound (no layout's files are all there).
Result<ort::GraphChain> OpenExport(const std::shared_ptr<const ort::Library>& library,
                                   std::span<const NamedBytes> files);

// Frames of features that the first graph takes a call; 0: any number.
size_t FramesACall(const ort::GraphChain& graphs);

}  // namespace dfn

#endif  // DEEPFILTER_VERIFY_OPEN_EXPORT_H_
