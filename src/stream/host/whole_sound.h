// A whole sound as hosts have it: any rate, aligned, with the samples of a HostStream.
#ifndef DEEPFILTER_STREAM_HOST_WHOLE_SOUND_H_
#define DEEPFILTER_STREAM_HOST_WHOLE_SOUND_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/network.h"
#include "stream/denoise/denoiser.h"
#include "stream/host/host_options.h"
#include "stream/host/whole_resampler.h"
#include "stream/host/whole_stream.h"

namespace dfn {

// What is behind a sound's end.
enum class SoundEnd {
  kPadded,    // fft_size zeros, as df.enhance(pad=True): output sample i is input sample i
  kUnpadded,  // nothing, as df.enhance(pad=False): fft_size - hop_size samples of delay stay in;
              // samples that fill no hop are not heard
};

// Enhances one sound from start to end, in pieces of any length. The bits are those of a HostStream
// of the same options whose delay is removed; many hops go through the network a call, which is
// faster. Not for real time. Used by one thread at a time.
class WholeSound {
 public:
  // work_mode and block_multiple have no effect. Errors: those of HostStream::Create;
  // kInvalidArgument for kUnpadded at another rate than the network's, or with Profile::kLibdf.
  static Result<std::unique_ptr<WholeSound>> Create(std::shared_ptr<const Network> network,
                                                    const HostStreamOptions& options,
                                                    SoundEnd end = SoundEnd::kPadded);

  // Samples of input (a channel) that make about one call of the network.
  size_t block_samples() const;

  // Takes interleaved samples [n, channels] and appends the enhanced ones that are complete to
  // `output`, likewise interleaved. A sample that is NaN, infinite or beyond 1e10 counts as 0.
  void Process(std::span<const float> interleaved, std::vector<float>& output);

  // Ends the input; appends the remaining output, so that output and input have the same length.
  // Call once, last.
  void Finish(std::vector<float>& output);

 private:
  WholeSound(std::unique_ptr<Denoiser> denoiser, const HostStreamOptions& options,
             const WholeStreamOptions& stream, size_t delay_samples);
  void TakeIn(std::span<const float> interleaved);
  void PutOut(std::vector<float>& output);

  std::unique_ptr<Denoiser> denoiser_;
  size_t channels_;  // of the sound; the Denoiser has one of them for kDownmix
  size_t rate_hz_;
  size_t hops_per_call_;
  size_t delay_samples_;  // that are left out, at the network's rate
  WholeResampler to_model_;
  WholeStream stream_;
  WholeResampler from_model_;
  uint64_t received_ = 0;
  // Interleaved samples on their way.
  std::vector<float> input_;
  std::vector<float> at_model_rate_;
  std::vector<float> enhanced_;
  std::vector<float> output_;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_HOST_WHOLE_SOUND_H_
