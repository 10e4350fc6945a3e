#include "api/select/run_choice.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "api/open/open.h"
#include "base/path_text.h"

namespace dfn {

RunChoice ChoiceOf(const RunPlan& plan) {
  RunChoice choice = {.mode = plan.mode,
                      .form = plan.form,
                      .files = plan.files,
                      .window_frames = 1,
                      .inexact = plan.inexact,
                      .notes = plan.notes,
                      .sample_rate_hz = plan.sample_rate_hz};
  for (const auto* stages : {&plan.encoder, &plan.erb_decoder, &plan.df_decoder}) {
    for (const RunStage& stage : *stages) {
      choice.window_frames = std::max(choice.window_frames, stage.window_frames);
    }
  }
  return choice;
}

bool MayRunElsewhere(const std::string& source, const Error& refusal) {
  std::error_code ignored;
  if (!std::filesystem::exists(PathOf(source), ignored) || IsCheckpoint(source)) return false;
  return refusal.code == ErrorCode::kUnsupported || refusal.code == ErrorCode::kMismatch ||
         refusal.code == ErrorCode::kNotFound;
}

Result<std::vector<RunMode>> FindModes(const std::string& source) {
  DFN_TRY(const SourceFiles found, OpenFiles(source));
  return FindRunModes(found.files, found.name);
}

Result<RunChoice> ChooseRun(const std::string& source, const RunPlanOptions& options) {
  DFN_TRY(const SourceFiles found, OpenFiles(source));
  DFN_TRY(const RunPlan plan, PlanRun(found.files, found.name, options));
  return ChoiceOf(plan);
}

}  // namespace dfn
