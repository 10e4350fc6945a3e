// Signals of several channels and a host that processes them in blocks, for tests.
#ifndef DEEPFILTER_STREAM_TESTING_HOST_H_
#define DEEPFILTER_STREAM_TESTING_HOST_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numbers>
#include <utility>
#include <vector>

#include "dsp/snr.h"
#include "stream/host/host_stream.h"
#include "stream/testing/fake_network.h"

namespace dfn {

using HostSignal = std::vector<std::vector<float>>;  // [channels][samples]

// 48 kHz, hops of 480, the look-ahead of the official dfn3; few bands for speed.
inline Config HostTestConfig() {
  Config config;
  config.conv_lookahead_frames = config.df_lookahead_frames = 2;
  return config;
}
inline std::shared_ptr<const Network> Identity() {
  return std::make_shared<FakeNetwork>(HostTestConfig(), FakeKind::kIdentity);
}
inline std::shared_ptr<const Network> SmallRecurrent(std::vector<float> lsnr_db = {10.0f}) {
  return std::make_shared<FakeNetwork>(HostTestConfig(), FakeKind::kRecurrent, std::move(lsnr_db));
}

inline std::unique_ptr<HostStream> MakeHost(std::shared_ptr<const Network> network,
                                            const HostStreamOptions& options) {
  auto host = HostStream::Create(std::move(network), options);
  EXPECT_TRUE(host.ok()) << host.error().message;
  return std::move(host).value();
}

inline HostSignal Noise(size_t channels, size_t samples) {
  HostSignal signal;
  for (size_t c = 0; c < channels; ++c) {
    signal.push_back(TestSignal(samples, static_cast<uint32_t>(c) + 1));
  }
  return signal;
}

// Tones up to 0.88 of the lower Nyquist frequency, with phases that never coincide, faded in and
// out.
inline std::vector<float> BandLimited(size_t samples, size_t rate_hz) {
  const double top_hz = 0.44 * static_cast<double>(std::min<size_t>(rate_hz, 48000));
  std::vector<float> signal(samples);
  for (size_t i = 0; i < samples; ++i) {
    const double edge =
        std::sin(std::numbers::pi * (static_cast<double>(i) + 0.5) / static_cast<double>(samples));
    double sum = 0.0;
    for (int tone = 1; tone <= 12; ++tone) {
      const double hz = top_hz * std::sqrt(tone / 12.0) * tone / 12.0;
      const double angle =
          2.0 * std::numbers::pi * hz * static_cast<double>(i) / static_cast<double>(rate_hz);
      sum += std::sin(angle + tone * tone);
    }
    signal[i] = static_cast<float>(0.08 * edge * edge * sum);
  }
  return signal;
}

// Processes samples `begin` to `end` of the input, in blocks of these sizes, repeated.
inline HostSignal EnhancePart(HostStream& host, const HostSignal& input,
                              const std::vector<size_t>& blocks, size_t begin, size_t end) {
  HostSignal output(input.size(), std::vector<float>(end - begin));
  std::vector<const float*> in(input.size());
  std::vector<float*> out(input.size());
  for (size_t at = begin, call = 0; at < end; ++call) {
    const size_t count = std::min(blocks[call % blocks.size()], end - at);
    for (size_t c = 0; c < input.size(); ++c) {
      in[c] = input[c].data() + at;
      out[c] = output[c].data() + (at - begin);
    }
    host.Process(in.data(), out.data(), count);
    at += count;
  }
  return output;
}
inline HostSignal Enhance(HostStream& host, const HostSignal& input,
                          const std::vector<size_t>& blocks) {
  return EnhancePart(host, input, blocks, 0, input.front().size());
}

inline void Append(HostSignal& signal, const HostSignal& more) {
  for (size_t c = 0; c < signal.size(); ++c) {
    signal[c].insert(signal[c].end(), more[c].begin(), more[c].end());
  }
}

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_TESTING_HOST_H_
