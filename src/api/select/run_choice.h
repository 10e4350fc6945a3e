// How ONNX Runtime would run a model's files, told without running them.
#ifndef DEEPFILTER_API_SELECT_RUN_CHOICE_H_
#define DEEPFILTER_API_SELECT_RUN_CHOICE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "convert/plan/run_plan.h"

namespace dfn {

// How ONNX Runtime runs a model's files.
struct RunChoice {
  RunMode mode = RunMode::kStateless;
  RunForm form = RunForm::kAsGiven;
  std::string files;               // "enc.onnx, erb_dec.onnx, df_dec.onnx"
  size_t window_frames = 1;        // the longest that a call takes
  std::string inexact;             // RunPlan::inexact
  std::vector<std::string> notes;  // RunPlan::notes
  // Of an audio graph; nothing where nobody tells it.
  std::optional<size_t> sample_rate_hz;
};

RunChoice ChoiceOf(const RunPlan& plan);

// Whether ONNX Runtime may be able to run a model that OpenModel refused: one of another kind, not
// one that is damaged or absent.
bool MayRunElsewhere(const std::string& source, const Error& refusal);

// The modes that a source's files allow, first choice first. Needs no library. Errors: those of
// OpenFiles and FindRunModes.
Result<std::vector<RunMode>> FindModes(const std::string& source);

// What ONNX Runtime would run of a source. Needs no library. Errors: those of OpenFiles and
// PlanRun.
Result<RunChoice> ChooseRun(const std::string& source, const RunPlanOptions& options = {});

}  // namespace dfn

#endif  // DEEPFILTER_API_SELECT_RUN_CHOICE_H_
