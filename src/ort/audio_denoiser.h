// The denoiser that an audio graph's runs make.
#ifndef DEEPFILTER_ORT_AUDIO_DENOISER_H_
#define DEEPFILTER_ORT_AUDIO_DENOISER_H_

#include <cstddef>
#include <memory>

#include "base/result.h"
#include "ort/audio_graph.h"
#include "stream/denoise/denoiser.h"

namespace dfn::ort {

// Graphs with an input for an attenuation limit take 0 for no limit and else the magnitude in dB, so
// a limit of 0 dB, which leaves the sound as it is, becomes the least one above it.
inline constexpr float kLeastLimitDb = 1e-6f;

// limit_db: what the graph takes for its attenuation limit, if it has such an input. Errors:
// kUnsupported.
Result<std::unique_ptr<Denoiser>> NewAudioDenoiser(std::shared_ptr<const AudioGraph> graph,
                                                   size_t channels, float limit_db);

}  // namespace dfn::ort

#endif  // DEEPFILTER_ORT_AUDIO_DENOISER_H_
