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
#include "stream/denoise/denoiser_batch.h"
#include "stream/denoise/live_denoiser.h"
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
  // work_mode and block_multiple have no effect.
  //   most_hops: the most that go through the network a call, 1 or more; 0 chooses. Each costs
  //              memory
  // Errors: those of HostStream::Create; kInvalidArgument for kUnpadded at another rate than the
  // network's, or with Profile::kLibdf.
  static Result<std::unique_ptr<WholeSound>> Create(std::shared_ptr<const Network> network,
                                                    const HostStreamOptions& options,
                                                    SoundEnd end = SoundEnd::kPadded,
                                                    size_t most_hops = 0);

  // Samples of input (a channel) that make about one call of the network.
  size_t block_samples() const;

  // Takes interleaved samples [n, channels] and appends the enhanced ones that are complete to
  // `output`, likewise interleaved. A sample that is NaN, infinite or beyond 1e10 counts as 0.
  void Process(std::span<const float> interleaved, std::vector<float>& output);

  // Ends the input; appends the remaining output, so that output and input have the same length.
  // Call once, last.
  void Finish(std::vector<float>& output);

  // The same in steps, for callers that take several sounds through a network together (WholeBatch).
  // Give takes any number of samples, and End ends the input. Prepare then returns the hops that
  // wait for the network, at most `hops` (1 .. most_hops; never less than in the call before); none
  // if samples are missing or, after End, if the output is complete. They wait until Done, which
  // appends what is complete then.
  void Give(std::span<const float> interleaved);
  void End();
  size_t Prepare(size_t hops);
  void Done(std::vector<float>& output);
  // The hops that wait, with the stream that they belong to.
  BatchHop waiting() const;
  // Takes them through the network alone.
  void Denoise();

 private:
  WholeSound(std::unique_ptr<LiveDenoiser> denoiser, const HostStreamOptions& options,
             const WholeStreamOptions& stream, size_t delay_samples);
  void TakeIn(std::span<const float> interleaved);
  void RunAll(std::vector<float>& output);
  void PutOut(std::vector<float>& output);

  std::unique_ptr<LiveDenoiser> denoiser_;
  size_t channels_;  // of the sound; the Denoiser has one of them for kDownmix
  size_t rate_hz_;
  size_t hops_per_call_;
  size_t delay_samples_;  // that are left out, at the network's rate
  WholeResampler to_model_;
  WholeStream stream_;
  WholeResampler from_model_;
  uint64_t received_ = 0;
  uint64_t given_out_ = 0;
  bool ended_ = false;       // the input
  bool tail_taken_ = false;  // what the filter outputs after the input's end is in `stream_`
  size_t next_ = 0;          // value of `at_model_rate_` that is not in `stream_` yet
  WholeStream::Waiting waiting_;
  // Interleaved samples on their way.
  std::vector<float> input_;
  std::vector<float> at_model_rate_;
  std::vector<float> enhanced_;
  std::vector<float> output_;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_HOST_WHOLE_SOUND_H_
