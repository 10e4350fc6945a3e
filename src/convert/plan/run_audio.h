// Finds and checks a graph from samples to samples.
#ifndef DEEPFILTER_CONVERT_PLAN_RUN_AUDIO_H_
#define DEEPFILTER_CONVERT_PLAN_RUN_AUDIO_H_

#include <span>
#include <string>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "convert/plan/run_plan.h"

namespace dfn {

// The file that may be such a graph: audio.onnx, else the only .onnx file if it does not have the
// name of a network's file; else null.
const NamedBytes* FindAudioFile(std::span<const NamedBytes> files);

// The stage of such a file. Its graph has one input of samples, [hop] or [1, hop] of float32; its
// other inputs are states and scalars. Errors: kUnsupported (not such a graph), those of
// onnx::ReadGraph, FindRunStates and CheckFiniteWeights.
struct AudioStage {
  RunStage stage;
  size_t hop_size = 0;
};
Result<AudioStage> ReadAudioStage(const NamedBytes& file, const std::string& source,
                                  const Limits& limits);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_PLAN_RUN_AUDIO_H_
