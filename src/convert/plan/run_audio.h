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

// The plan of such a file, which must be there. Its graph has one input of samples, [hop], [1, hop] or
// [1, 1, hop] of float32; its other inputs are states, and at most one number, the attenuation limit
// in dB ("atten" is a part of its name). Errors: kUnsupported (not such a graph; its only form has
// failed), kCorrupt (metadata that is no number), kInvalidArgument (the files tell another rate than
// the options), those of onnx::ReadGraph, FindRunStates, CheckFiniteWeights and ReadConfigFile.
Result<RunPlan> PlanAudio(std::span<const NamedBytes> files, const std::string& source,
                          const RunPlanOptions& options, const Limits& limits);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_PLAN_RUN_AUDIO_H_
