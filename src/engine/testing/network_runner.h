// Runs a network over a signal in pieces, for tests.
#ifndef DEEPFILTER_ENGINE_TESTING_NETWORK_RUNNER_H_
#define DEEPFILTER_ENGINE_TESTING_NETWORK_RUNNER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/aligned_buffer.h"
#include "engine/network.h"
#include "kernels/testing/compare.h"

namespace dfn {

// A stream's features and, after running, its outputs, for all frames.
struct TestStream {
  TestStream(const Network& network, size_t frame_count, uint64_t seed)
      : frames(frame_count), state(network.state_layout().size()) {
    const Config& c = network.config();
    RandomFloats random(seed);
    feat_erb = random.Vector(frames * c.erb_bands);
    feat_spec = random.Vector(frames * c.df_bins * 2);
    network.state_layout().Reset(state.data());
  }
  bool SameOutputs(const TestStream& other) const {
    return lsnr_db == other.lsnr_db && gains == other.gains && coefs == other.coefs &&
           std::vector<float>(state.data(), state.data() + state.size()) ==
               std::vector<float>(other.state.data(), other.state.data() + other.state.size());
  }
  // The frames that each decoder runs on, with different gating for the two.
  static bool ErbRuns(size_t frame) { return frame % 5 != 3; }
  static bool DfRuns(size_t frame) { return frame % 4 < 2 || frame % 7 == 0; }
  std::vector<uint32_t> Rows(bool (*runs)(size_t)) const {
    std::vector<uint32_t> rows;
    for (size_t t = 0; t < frames; ++t) {
      if (runs(t)) rows.push_back(static_cast<uint32_t>(t));
    }
    return rows;
  }

  size_t frames;
  size_t done = 0;
  AlignedBuffer<float> state;
  std::vector<float> feat_erb, feat_spec;
  std::vector<float> lsnr_db, gains, coefs;
};

// Runs one call: the next `frames[i]` frames of streams[i], which must have as many.
inline void RunCall(const Network& network, NetworkWorkspace& workspace,
                    const std::vector<TestStream*>& streams, const std::vector<size_t>& frames) {
  const Config& c = network.config();
  const size_t spec = c.df_bins * 2;
  const size_t taps = c.coef_floats();
  std::vector<StreamRows> rows;
  std::vector<float> feat_erb, feat_spec;
  std::vector<uint32_t> erb_rows, df_rows;
  std::vector<size_t> erb_owner, df_owner;
  uint32_t row = 0;
  for (size_t i = 0; i < streams.size(); ++i) {
    TestStream& s = *streams[i];
    rows.push_back({s.state.data(), frames[i]});
    const auto append = [&](std::vector<float>& to, const std::vector<float>& from, size_t width) {
      const auto begin = from.begin() + static_cast<ptrdiff_t>(s.done * width);
      to.insert(to.end(), begin, begin + static_cast<ptrdiff_t>(frames[i] * width));
    };
    append(feat_erb, s.feat_erb, c.erb_bands);
    append(feat_spec, s.feat_spec, spec);
    for (size_t t = s.done; t < s.done + frames[i]; ++t, ++row) {
      if (TestStream::ErbRuns(t)) erb_rows.push_back(row), erb_owner.push_back(i);
      if (TestStream::DfRuns(t)) df_rows.push_back(row), df_owner.push_back(i);
    }
    s.done += frames[i];
  }
  std::vector<float> lsnr(row), gains(erb_rows.size() * c.erb_bands), coefs(df_rows.size() * taps);
  network.Encode(rows, feat_erb.data(), feat_spec.data(), lsnr.data(), workspace);
  network.DecodeErb(rows, erb_rows, gains.data(), workspace);
  if (taps > 0) network.DecodeDf(rows, df_rows, coefs.data(), workspace);

  size_t at = 0;
  for (size_t i = 0; i < streams.size(); ++i) {
    for (size_t t = 0; t < frames[i]; ++t) streams[i]->lsnr_db.push_back(lsnr[at++]);
  }
  const auto scatter = [&](const std::vector<float>& from, size_t width,
                           const std::vector<size_t>& owner, std::vector<float> TestStream::*to) {
    for (size_t r = 0; r < owner.size(); ++r) {
      const auto begin = from.begin() + static_cast<ptrdiff_t>(r * width);
      auto& out = streams[owner[r]]->*to;
      out.insert(out.end(), begin, begin + static_cast<ptrdiff_t>(width));
    }
  };
  scatter(gains, c.erb_bands, erb_owner, &TestStream::gains);
  scatter(coefs, taps, df_owner, &TestStream::coefs);
}

}  // namespace dfn

#endif  // DEEPFILTER_ENGINE_TESTING_NETWORK_RUNNER_H_
