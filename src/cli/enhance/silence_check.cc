#include "cli/enhance/silence_check.h"

#include <utility>

namespace dfn {

Result<std::unique_ptr<SilenceCheck>> SilenceCheck::Create(const Engine& engine,
                                                           DenoiserOptions options,
                                                           const WholeStreamOptions& stream) {
  options.silence_skip = false;
  DFN_TRY(auto denoiser, engine.NewDenoiser(options));
  return std::unique_ptr<SilenceCheck>(new SilenceCheck(std::move(denoiser), stream));
}

void SilenceCheck::Process(std::span<const float> input, std::span<const float> output) {
  exact_.clear();
  stream_.Process(input, exact_);
  meter_.Add(exact_, output);
}

void SilenceCheck::Finish(std::span<const float> input, std::span<const float> output) {
  exact_.clear();
  stream_.Process(input, exact_);
  stream_.Finish(exact_);
  meter_.Add(exact_, output);
}

}  // namespace dfn
