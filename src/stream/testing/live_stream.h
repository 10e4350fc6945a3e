// A stream together with its sound, for tests that process hop by hop.
#ifndef DEEPFILTER_STREAM_TESTING_LIVE_STREAM_H_
#define DEEPFILTER_STREAM_TESTING_LIVE_STREAM_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "engine/network.h"
#include "stream/denoise/denoiser_batch.h"
#include "stream/denoise/live_denoiser.h"
#include "stream/testing/fake_network.h"

namespace dfn {

// The sound is noise with a stretch of digital silence, and is enhanced in place.
class LiveStream {
 public:
  LiveStream(const std::shared_ptr<const Network>& network, const DenoiserOptions& options,
             size_t frames, uint32_t seed = 1)
      : hop_(network->config().hop_size),
        lsnr_min_db_(network->config().lsnr_min_db),
        sound_(frames) {
    auto created = LiveDenoiser::Create(network, options);
    EXPECT_TRUE(created.ok()) << created.error().message;
    denoiser_ = std::move(created).value();
    for (size_t c = 0; c < options.channels; ++c) {
      samples.push_back(TestSignal(frames * hop_, seed + 100 * static_cast<uint32_t>(c)));
      const auto begin = samples[c].begin();
      std::fill(begin + static_cast<ptrdiff_t>(frames / 3 * hop_),
                begin + static_cast<ptrdiff_t>(frames * 2 / 3 * hop_), 0.0f);
    }
    input = samples;
    in_.resize(options.channels);
    out_.resize(options.channels);
  }

  LiveDenoiser& operator*() { return *denoiser_; }
  LiveDenoiser* operator->() { return denoiser_.get(); }
  size_t done() const { return done_; }

  void Process() {
    Take();
    if (flushing_) {
      denoiser_->Flush(out_.data(), 1, lsnr_db_.data());
    } else {
      denoiser_->Process(in_.data(), out_.data(), 1, lsnr_db_.data());
    }
    Keep();
  }
  void ProcessInPieces() {
    Take();
    denoiser_->BeginHop(flushing_ ? nullptr : in_.data(), out_.data(), lsnr_db_.data());
    for (size_t i = 0; i < denoiser_->piece_shares().size(); ++i) denoiser_->RunPiece(i);
    Keep();
  }
  // Returns the next hop for a batch; Keep must follow.
  BatchHop Give() {
    Take();
    return {denoiser_.get(), flushing_ ? nullptr : in_.data(), out_.data(), lsnr_db_.data()};
  }
  void Keep() { lsnr_db.push_back(lsnr_db_[0]); }

  void RunTo(size_t frames) {
    while (done_ < frames) Process();
  }
  // The output samples from hop `first` on.
  std::vector<float> From(size_t first, size_t channel = 0) const {
    return {samples[channel].begin() + static_cast<ptrdiff_t>(first * hop_),
            samples[channel].begin() + static_cast<ptrdiff_t>(done_ * hop_)};
  }
  // Frames within the sound of whose local SNR the stream knows nothing.
  size_t MutedFrames() const {
    const auto begin = lsnr_db.begin() + static_cast<ptrdiff_t>(sound_ / 3);
    return static_cast<size_t>(std::count(begin, lsnr_db.end(), lsnr_min_db_));
  }
  std::vector<float> State() const {
    std::vector<float> state(denoiser_->state_size());
    denoiser_->SaveState(state.data());
    return state;
  }

  std::vector<std::vector<float>> input;    // [channels]
  std::vector<std::vector<float>> samples;  // output so far, then the input still to come
  std::vector<float> lsnr_db;

 private:
  void Take() {
    flushing_ = done_ >= sound_;
    for (size_t c = 0; c < samples.size(); ++c) {
      if (flushing_) samples[c].resize((done_ + 1) * hop_);
      out_[c] = samples[c].data() + done_ * hop_;
      in_[c] = out_[c];
    }
    ++done_;
  }

  size_t hop_;
  float lsnr_min_db_;
  size_t sound_;
  size_t done_ = 0;
  bool flushing_ = false;
  std::unique_ptr<LiveDenoiser> denoiser_;
  std::vector<const float*> in_;
  std::vector<float*> out_;
  std::array<float, 1> lsnr_db_{};
};

// Options with thresholds at quartiles of the local SNR of such streams, so that each decoder runs
// only on some frames.
inline DenoiserOptions GatedOptions(const std::shared_ptr<const Network>& network) {
  DenoiserOptions options;
  options.profile = Profile::kLibdf;
  LiveStream stream(network, options, 60);
  stream.RunTo(60);
  std::vector<float> lsnr_db = stream.lsnr_db;
  std::sort(lsnr_db.begin(), lsnr_db.end());
  options.controls.min_db_thresh = lsnr_db[lsnr_db.size() / 4];
  options.controls.max_db_df_thresh = lsnr_db[lsnr_db.size() / 2];
  options.controls.max_db_erb_thresh = lsnr_db[lsnr_db.size() * 3 / 4];
  return options;
}

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_TESTING_LIVE_STREAM_H_
