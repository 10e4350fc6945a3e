// For tests of the network under ONNX Runtime: drives any network and records its outputs.
#ifndef DEEPFILTER_ORT_TESTING_NETWORKS_H_
#define DEEPFILTER_ORT_TESTING_NETWORKS_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/aligned_buffer.h"
#include "convert/testing/plans.h"
#include "engine/network.h"
#include "ort/network.h"

namespace dfn::test {

// The library of the environment that the build found; without it these tests are not built.
inline std::shared_ptr<const ort::Library> OpenLibrary() {
  auto library = ort::Library::Open();
  EXPECT_TRUE(library.ok()) << library.error().message;
  return library.ok() ? std::move(library).value() : nullptr;
}

inline std::shared_ptr<const Network> OpenNetwork(const RunPlan& plan) {
  auto network = ort::NewNetwork(OpenLibrary(), plan, {});
  EXPECT_TRUE(network.ok()) << network.error().message;
  return network.ok() ? std::move(network).value() : nullptr;
}

// Returns the error of a plan that must be refused.
inline Error Refused(const RunPlan& plan, const ort::SessionOptions& options = {}) {
  const auto network = ort::NewNetwork(OpenLibrary(), plan, options);
  EXPECT_FALSE(network.ok());
  return network.ok() ? Error{ErrorCode::kExists, "not refused"} : network.error();
}

// Random features of some frames, [T, E] and [T, D, 2].
struct Features {
  std::vector<float> erb;
  std::vector<float> spec;

  Features(const Config& config, size_t frames, uint32_t seed) {
    std::mt19937 random(seed);
    FillRandom(erb, frames * config.erb_bands, random);
    FillRandom(spec, frames * config.df_bins * 2, random);
    for (std::vector<float>* values : {&erb, &spec}) {
      for (float& value : *values) value *= 10.0f;
    }
  }
};

struct Trace {
  std::vector<float> lsnr_db;
  std::vector<float> gains;
  std::vector<float> coefs;
  bool operator==(const Trace&) const = default;
};

// One stream with a workspace.
class TracedStream {
 public:
  TracedStream(const Network& network, size_t max_rows)
      : network_(&network),
        workspace_(network.NewWorkspace(max_rows)),
        state_(network.state_layout().size()) {
    network.state_layout().Reset(state_.data());
  }

  // Runs frames [first, first + frames) in one call, in the workspace of `host` if there is one.
  // The decoders skip every frame whose number is a multiple of `skip`; with 0 they skip none.
  void Call(const Features& features, size_t first, size_t frames, size_t skip = 0,
            TracedStream* host = nullptr) {
    const Config& config = network_->config();
    NetworkWorkspace& workspace = host == nullptr ? *workspace_ : *host->workspace_;
    const StreamRows stream = {.state = state_.data(), .frames = frames};
    std::vector<float> lsnr_db(frames);
    network_->Encode({&stream, 1}, features.erb.data() + first * config.erb_bands,
                     features.spec.data() + first * config.df_bins * 2, lsnr_db.data(), workspace);
    std::vector<uint32_t> rows;
    for (size_t r = 0; r < frames; ++r) {
      if (skip == 0 || (first + r) % skip != 0) rows.push_back(static_cast<uint32_t>(r));
    }
    std::vector<float> gains(rows.size() * config.erb_bands);
    std::vector<float> coefs(rows.size() * config.coef_floats());
    network_->DecodeErb({&stream, 1}, rows, gains.data(), workspace);
    if (!config.mask_only) network_->DecodeDf({&stream, 1}, rows, coefs.data(), workspace);
    trace_.lsnr_db.insert(trace_.lsnr_db.end(), lsnr_db.begin(), lsnr_db.end());
    trace_.gains.insert(trace_.gains.end(), gains.begin(), gains.end());
    trace_.coefs.insert(trace_.coefs.end(), coefs.begin(), coefs.end());
  }
  void Reset() {
    network_->state_layout().Reset(state_.data());
    trace_ = {};
  }
  const Trace& trace() const { return trace_; }

 private:
  const Network* network_;
  std::unique_ptr<NetworkWorkspace> workspace_;
  AlignedBuffer<float> state_;
  Trace trace_;
};

// Runs all frames, `cut` frames a call.
inline Trace RunNetwork(const Network& network, const Features& features, size_t frames, size_t cut,
                        size_t skip = 0) {
  cut = std::min(cut, network.max_frames_a_stream());
  TracedStream stream(network, cut);
  for (size_t first = 0; first < frames; first += cut) {
    stream.Call(features, first, std::min(cut, frames - first), skip);
  }
  const Status status = network.status();
  EXPECT_TRUE(status.ok()) << status.error().message;
  return stream.trace();
}

inline double MaxDifference(std::span<const float> a, std::span<const float> b) {
  EXPECT_EQ(a.size(), b.size());
  double most = 0.0;
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    most = std::max(most, std::abs(static_cast<double>(a[i]) - b[i]));
  }
  return most;
}

}  // namespace dfn::test

#endif  // DEEPFILTER_ORT_TESTING_NETWORKS_H_
