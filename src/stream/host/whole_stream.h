// A whole sound through a Denoiser: cuts hops, removes the delay, and ends the stream as its
// profile prescribes.
#ifndef DEEPFILTER_STREAM_HOST_WHOLE_STREAM_H_
#define DEEPFILTER_STREAM_HOST_WHOLE_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "stream/denoise/denoiser.h"

namespace dfn {

struct WholeStreamOptions {
  Profile profile = Profile::kReference;
  size_t fft_size = 960;
  // Samples that are left out at the start of the output; the default is the Denoiser's delay, so
  // that output sample i is input sample i.
  std::optional<size_t> skip_samples = std::nullopt;
  // The Denoiser gets up to this many hops a call; 1 is what a live stream does.
  size_t hops_per_call = 32;
};

// One signal from start to end, in pieces of any length. The output's bits do not depend on how the
// input is cut. Not for real time: the output vectors grow. Used by one thread at a time.
class WholeStream {
 public:
  // `denoiser` is in its start state and outlives this object. Done leaves it alone.
  WholeStream(Denoiser& denoiser, const WholeStreamOptions& options);

  // Takes interleaved samples [n, channels] and appends the enhanced ones that are complete to
  // `output`, likewise interleaved.
  void Process(std::span<const float> interleaved, std::vector<float>& output);

  // Ends the input of N samples; appends samples until the output has N + `more` of them. Behind
  // the input comes `tail` (interleaved), then zeros, as df.enhance(pad=True) and libDF have it:
  //   kReference: up to floor((N + fft_size) / hop) hops, and nothing after them (Denoiser::Flush);
  //   kLibdf: as long as output is missing.
  // Without input there is no output. Call either this or Cut, once, last.
  void Finish(std::vector<float>& output, std::span<const float> tail = {}, uint64_t more = 0);

  // Ends the input as the official `deep-filter` does: samples that fill no hop become zeros, and
  // the output is shorter than the input by skip_samples.
  void Cut(std::vector<float>& output);

  // The same in steps, for callers that take several sounds through a network together. Take takes
  // samples until `hops` wait or the samples end, and returns how many it took of a channel. End
  // takes the place of Finish. Next returns the hops that wait then, at most `hops` (never less than
  // in the call before), or none when the output is complete. The caller takes `planes` [channels,
  // hops * hop_size] through the Denoiser in place (Flush if they are past the end), and Done appends
  // them to `output`.
  struct Waiting {
    size_t hops = 0;
    bool past_the_end = false;
  };
  size_t Take(std::span<const float> interleaved, size_t hops);
  bool HasTaken(size_t hops) const { return filled_ == hops * hop_size_; }
  void End(std::span<const float> tail, uint64_t more);
  Waiting Next(size_t hops);
  float* const* planes() const { return pointers_.data(); }
  void Done(const Waiting& waiting, std::vector<float>& output);

  // Hops that went through the Denoiser.
  uint64_t hops() const { return hops_; }

  // The mean of the local SNRs (Denoiser::Process) of the hops that hold input; those before the
  // network's first step are left out, and those that the caller takes through the Denoiser. Empty
  // if there are none.
  std::optional<double> mean_local_snr_db() const;

  // Sets a function that is called with each of these, in order: the first is that of the sound's first
  // hop.
  void ListenToLocalSnr(std::function<void(float snr_db)> function) {
    local_snr_listener_ = std::move(function);
  }

  // Sets a function that is called each time the Denoiser's samples have been appended.
  void AfterEachCall(std::function<void()> function) { after_call_ = std::move(function); }

 private:
  size_t Fill(std::span<const float> interleaved, size_t hops);
  void Run(const Waiting& waiting, std::vector<float>& output);
  void Emit(size_t samples, std::vector<float>& output);
  void HearLocalSnr(size_t hops);

  Denoiser& denoiser_;
  WholeStreamOptions options_;
  size_t hop_size_;
  size_t channels_;
  std::vector<std::vector<float>> planes_;  // [channels][hops_per_call * hop_size], in and out
  std::vector<float*> pointers_;            // to `planes_`
  size_t filled_ = 0;                       // samples in `planes_`
  uint64_t received_ = 0;                   // samples of input so far
  uint64_t to_skip_;                        // samples of delay still to be left out
  uint64_t emitted_ = 0;                    // samples of output so far
  uint64_t wanted_ = 0;                     // samples of output that the input so far allows
  uint64_t hops_ = 0;
  std::vector<float> tail_;     // End's
  size_t tail_taken_ = 0;       // values of it that are in hops
  uint64_t silent_hops_;        // at the start; the network knows no local SNR of them
  std::vector<float> lsnr_db_;  // [hops_per_call]
  double lsnr_sum_db_ = 0.0;
  uint64_t lsnr_hops_ = 0;
  std::function<void(float)> local_snr_listener_;
  std::function<void()> after_call_;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_HOST_WHOLE_STREAM_H_
