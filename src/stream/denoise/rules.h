// What a denoiser's options mean for its parts.
#ifndef DEEPFILTER_STREAM_DENOISE_RULES_H_
#define DEEPFILTER_STREAM_DENOISE_RULES_H_

#include "model/config.h"
#include "stream/denoise/denoiser.h"
#include "stream/denoise/gating.h"
#include "stream/denoise/live_denoiser.h"
#include "stream/denoise/signal_path.h"

namespace dfn {

// All are real-time safe.

// Whether the input goes out as it came in, undelayed.
bool PassesThrough(const DenoiserOptions& options) noexcept;
SignalRules RulesOf(const Config& config, const DenoiserOptions& options) noexcept;
GatingRule GatingOf(const Config& config, const DenoiserOptions& options) noexcept;
// How the channels share their gains.
ReduceMask LinkOf(const DenoiserOptions& options) noexcept;
void Take(const DenoiserControls& controls, DenoiserOptions& options) noexcept;

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_RULES_H_
