// Fuzzes PlanRun: graphs of any kind, for ONNX Runtime. One input is a whole folder (split_files.h).
#include <cstddef>
#include <cstdint>

#include "convert/plan/run_plan.h"
#include "expect.h"
#include "split_files.h"

namespace {

void ExpectStage(const dfn::RunStage& stage) {
  dfn::Expect(!stage.model.empty() && stage.window_frames > 0, "a stage has a graph and a window");
  for (const dfn::RunState& state : stage.states) {
    dfn::Expect(!state.input.empty() && !state.output.empty(), "a state has names");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dfn;
  constexpr const char* kNames[] = {"config.ini",
                                    "audio.onnx",
                                    "combined.onnx",
                                    "enc.onnx",
                                    "erb_dec.onnx",
                                    "df_dec.onnx",
                                    "enc_conv_streaming.onnx",
                                    "enc_gru_streaming.onnx",
                                    "erb_dec_streaming.onnx",
                                    "df_dec_streaming.onnx",
                                    "combined_streaming.onnx"};
  const auto plan = PlanRun(SplitFiles({data, size}, kNames), "fuzz", {}, FolderLimits());
  if (!plan.ok()) {
    ExpectSentence(plan.error());
    return 0;
  }
  Expect(!plan->encoder.empty() || plan->audio, "a plan runs something");
  for (const auto* stages : {&plan->encoder, &plan->erb_decoder, &plan->df_decoder}) {
    for (const RunStage& stage : *stages) ExpectStage(stage);
  }
  if (plan->audio) ExpectStage(*plan->audio);
  return 0;
}
