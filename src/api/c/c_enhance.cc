// Whole sounds through the C API: a WholeSound fed and emptied in blocks.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "api/c/c_clip.h"
#include "api/c/c_error.h"
#include "api/c/c_model.h"
#include "api/c/c_options.h"
#include "api/c/c_stream.h"
#include "deepfilter/deepfilter.h"
#include "stream/host/whole_sound.h"

namespace dfn {
namespace {

struct EnhancePlan {
  StreamPlan stream = {};
  SoundEnd end = SoundEnd::kPadded;
  dfn_progress_function progress = nullptr;
  void* progress_data = nullptr;
};

Result<EnhancePlan> PlanEnhance(const dfn_model* model, const dfn_enhance_options* options) {
  if (model == nullptr) return NullArgument("model");
  DFN_TRY(const dfn_enhance_options asked,
          ReadOptions(options, offsetof(dfn_enhance_options, unpadded), DefaultEnhanceOptions(),
                      "dfn_enhance_options"));
  EnhancePlan plan{.end = asked.unpadded != 0 ? SoundEnd::kUnpadded : SoundEnd::kPadded,
                   .progress = asked.progress,
                   .progress_data = asked.progress_data};
  DFN_TRY(plan.stream, PlanStream(*model, asked.stream));
  DFN_CHECK(HostDelaySamples(model->config(), plan.stream.host));
  return plan;
}

template <class Input, class Output>
Status EnhanceBlocks(const dfn_model& model, const EnhancePlan& plan, const Input& input,
                     const Output& output, size_t samples) {
  if (samples == 0) return {};
  DFN_TRY(const auto network, model.NetworkOf(plan.stream.precision));
  HostStreamOptions host = plan.stream.host;
  if (host.controls.auto_level) GiveGains(input, samples, host);
  DFN_TRY(const auto sound, WholeSound::Create(network, host, plan.end));
  const size_t channels = host.channels;
  std::vector<float> block;
  std::vector<float> enhanced;
  size_t written = 0;
  for (size_t begin = 0; begin < samples;) {
    const size_t count = std::min(sound->block_samples(), samples - begin);
    ReadSamples(input, begin, count, channels, block);
    begin += count;
    enhanced.clear();
    sound->Process(block, enhanced);
    if (begin == samples) sound->Finish(enhanced);
    written += WriteSamples(enhanced, output, written, channels);
    if (plan.progress != nullptr && plan.progress(plan.progress_data, written, samples) != 0) {
      return Error{ErrorCode::kCancelled, "cancelled after " + std::to_string(written) + " of " +
                                              std::to_string(samples) + " samples"};
    }
  }
  return {};
}

}  // namespace

dfn_enhance_options DefaultEnhanceOptions() noexcept {
  dfn_enhance_options options = {};
  options.size = sizeof(options);
  return options;
}

}  // namespace dfn

void dfn_enhance_options_init(dfn_enhance_options* options, size_t size) {
  dfn::InitOptions(options, size, dfn::DefaultEnhanceOptions());
}

dfn_result dfn_enhance(const dfn_model* model, const dfn_enhance_options* options,
                       const float* const* input, float* const* output, size_t samples,
                       dfn_error** error) {
  return dfn::Guarded(error, [&]() -> dfn::Status {
    DFN_TRY(const dfn::EnhancePlan plan, dfn::PlanEnhance(model, options));
    const size_t channels = plan.stream.host.channels;
    if (samples > 0 && !dfn::AllPlanes(input, channels)) return dfn::NullArgument("input");
    if (samples > 0 && !dfn::AllPlanes(output, channels)) return dfn::NullArgument("output");
    return dfn::EnhanceBlocks(*model, plan, dfn::Planar<const float>{input},
                              dfn::Planar<float>{output}, samples);
  });
}

dfn_result dfn_enhance_interleaved(const dfn_model* model, const dfn_enhance_options* options,
                                   const float* input, float* output, size_t samples,
                                   dfn_error** error) {
  return dfn::Guarded(error, [&]() -> dfn::Status {
    DFN_TRY(const dfn::EnhancePlan plan, dfn::PlanEnhance(model, options));
    const size_t channels = plan.stream.host.channels;
    if (samples > 0 && input == nullptr) return dfn::NullArgument("input");
    if (samples > 0 && output == nullptr) return dfn::NullArgument("output");
    return dfn::EnhanceBlocks(*model, plan, dfn::Interleaved<const float>{input, channels},
                              dfn::Interleaved<float>{output, channels}, samples);
  });
}
