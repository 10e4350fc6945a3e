// Finds and checks a graph that takes samples and gives samples.
#ifndef DEEPFILTER_CONVERT_PLAN_RUN_AUDIO_H_
#define DEEPFILTER_CONVERT_PLAN_RUN_AUDIO_H_

#include <span>
#include <string>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "convert/plan/run_plan.h"

namespace dfn {

// The file that may be such a graph: audio.onnx, or the only .onnx file if its name is none of a
// network's; null when there is none.
const NamedBytes* FindAudioFile(std::span<const NamedBytes> files);

// The stage of such a file. It has one input of frames, [hop] or [1, hop] of float32; others are
// states and scalars. Errors: kUnsupported (not such a graph), those of onnx::ReadGraph,
// FindRunStates and CheckFiniteWeights.
struct AudioStage {
  RunStage stage;
  size_t hop_size = 0;
};
Result<AudioStage> ReadAudioStage(const NamedBytes& file, const std::string& source,
                                  const Limits& limits);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_PLAN_RUN_AUDIO_H_
