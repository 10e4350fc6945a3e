// Measures the delay of an audio graph that does not tell it.
#ifndef DEEPFILTER_ORT_AUDIO_DELAY_H_
#define DEEPFILTER_ORT_AUDIO_DELAY_H_

#include <cstddef>
#include <memory>
#include <optional>

#include "base/result.h"
#include "ort/audio_graph.h"

namespace dfn::ort {

// The delay in samples, found by cross-correlation of a trial sound of one second with what the
// graph makes of it: tones like those of a voice, which a denoiser lets through. If it does not, and
// the graph has an attenuation limit, the limit is set to leave the sound as it is, and noise is
// used. (Only then, since there are published graphs whose limit mixes in the sound with another
// delay.) Nothing when input and output are not alike enough to be sure.
// Delays of up to half a second or two hops are found. Errors: those of NewAudioDenoiser and of
// runs.
Result<std::optional<size_t>> MeasureDelay(const std::shared_ptr<const AudioGraph>& graph);

}  // namespace dfn::ort

#endif  // DEEPFILTER_ORT_AUDIO_DELAY_H_
