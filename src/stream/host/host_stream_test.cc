// A host's stream at the model's own rate, and the options that it refuses.
#include "stream/host/host_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "stream/testing/fake_network.h"
#include "stream/testing/host.h"

namespace dfn {
namespace {

using testing::HasSubstr;

// At the model's rate the output has the denoiser's bits, delayed.
TEST(HostStreamTest, AtTheModelsRateIsTheDenoiserLater) {
  for (Profile profile : {Profile::kReference, Profile::kLibdf}) {
    for (ChannelMode mode : {ChannelMode::kIndependent, ChannelMode::kLinked}) {
      const auto network = SmallRecurrent({10, -14, 34, 25, 12, 8});
      HostStreamOptions made;
      made.profile = profile;
      made.channels = 2;
      made.channel_mode = mode;
      const size_t hop = network->config().hop_size;
      const size_t hops = 30;
      const HostSignal input = Noise(2, hops * hop);
      DenoiserOptions plain;
      plain.profile = profile;
      plain.channels = 2;
      const bool linked = mode == ChannelMode::kLinked;
      plain.link_gains = linked && profile == Profile::kReference;
      plain.reduce_mask = linked ? ReduceMask::kMax : ReduceMask::kNone;
      plain.gate_channels_alone = !linked && profile == Profile::kLibdf;
      auto denoiser = Denoiser::Create(network, plain);
      ASSERT_TRUE(denoiser.ok());
      HostSignal expected = input;
      const float* in[] = {input[0].data(), input[1].data()};
      float* out[] = {expected[0].data(), expected[1].data()};
      std::vector<float> lsnrs_db(hops);
      (*denoiser)->Process(in, out, hops, lsnrs_db.data());

      auto host = MakeHost(network, made);
      const HostSignal got = Enhance(*host, input, {input[0].size()});
      EXPECT_EQ(host->delay_samples(), network->config().delay_samples() + hop - 1);
      for (size_t c = 0; c < 2; ++c) {
        for (size_t i = 0; i + hop - 1 < got[c].size(); ++i) {
          ASSERT_EQ(got[c][i + hop - 1], expected[c][i]) << i;
        }
      }
      EXPECT_EQ(host->local_snr_db(), lsnrs_db.back());
      EXPECT_THAT(host->call_local_snrs_db(), testing::ElementsAreArray(lsnrs_db));
    }
  }
}

// The end is treated as in files: zeros while a hop of the padding fits, then no input.
TEST(HostStreamTest, FlushPadsAsTheReferenceDoes) {
  const auto network = SmallRecurrent();
  const size_t hop = network->config().hop_size;
  for (size_t samples : {10 * hop, 10 * hop + 1, 10 * hop + hop / 2, 11 * hop - 1}) {
    const HostSignal input = Noise(1, samples);
    std::vector<float> padded = input[0];
    const size_t padded_hops = (samples + network->config().fft_size) / hop;
    const size_t flushed_hops = 4;
    padded.resize((padded_hops + flushed_hops) * hop);
    auto denoiser = Denoiser::Create(network, {});
    ASSERT_TRUE(denoiser.ok());
    const float* in = padded.data();
    float* out = padded.data();
    (*denoiser)->Process(&in, &out, padded_hops, nullptr);
    out = padded.data() + padded_hops * hop;
    (*denoiser)->Flush(&out, flushed_hops, nullptr);

    auto host = MakeHost(network, {});
    HostSignal got = Enhance(*host, input, {100});
    std::vector<float> rest(padded.size() + hop - 1 - samples);
    out = rest.data();
    host->Flush(&out, rest.size());
    got[0].insert(got[0].end(), rest.begin(), rest.end());
    for (size_t i = 0; i < padded.size(); ++i) {
      ASSERT_EQ(got[0][i + hop - 1], padded[i]) << samples << " samples: " << i;
    }
  }
}

TEST(HostStreamTest, DownmixPutsTheMeanOnEveryChannel) {
  HostStreamOptions made;
  made.channels = 3;
  made.channel_mode = ChannelMode::kDownmix;
  const HostSignal input = Noise(3, 9600);
  const HostSignal output = Enhance(*MakeHost(SmallRecurrent(), made), input, {256});
  HostSignal mean = {input[0]};
  for (size_t i = 0; i < mean[0].size(); ++i) {
    mean[0][i] = (input[0][i] + input[1][i] + input[2][i]) / 3.0f;
  }
  const HostSignal mono = Enhance(*MakeHost(SmallRecurrent(), {}), mean, {256});
  for (size_t c = 0; c < 3; ++c) EXPECT_EQ(output[c], mono[0]) << c;
}

TEST(HostStreamTest, ControlsHoldFromTheNextHopOn) {
  HostStreamOptions made;
  const HostSignal input = Noise(1, 9600);
  made.controls.atten_lim_db = 6.0f;
  const HostSignal limited = Enhance(*MakeHost(SmallRecurrent(), made), input, {480});
  auto host = MakeHost(SmallRecurrent(), {});
  DenoiserControls controls;
  controls.atten_lim_db = 6.0f;
  host->controls().Set(controls);
  EXPECT_EQ(Enhance(*host, input, {480}), limited);
  EXPECT_NE(Enhance(*MakeHost(SmallRecurrent(), {}), input, {480}), limited);
  // A NaN leaves a control as it is.
  controls.atten_lim_db = controls.post_filter_beta = controls.min_db_thresh =
      std::numeric_limits<float>::quiet_NaN();
  host->controls().Set(controls);
  host->Reset();
  EXPECT_EQ(Enhance(*host, input, {480}), limited);
}

// A control that is set in the middle of a hop acts from the same hop on in both work modes.
TEST(HostStreamTest, ControlsReachSpreadWorkWithTheSameHop) {
  const HostSignal input = Noise(1, 9600);
  HostSignal outputs[2];
  for (size_t i = 0; i < 2; ++i) {
    HostStreamOptions made;
    made.work_mode = i == 0 ? WorkMode::kDirect : WorkMode::kSpread;
    auto host = MakeHost(SmallRecurrent(), made);
    outputs[i] = EnhancePart(*host, input, {60}, 0, 5000);
    host->controls().Set({.atten_lim_db = 6.0f});
    Append(outputs[i], EnhancePart(*host, input, {60}, 5000, 9600));
  }
  for (size_t at = 480; at < 9600; ++at) ASSERT_EQ(outputs[1][0][at], outputs[0][0][at - 480]);
}

TEST(HostStreamTest, DelayIsConstantWithoutReductionToo) {
  HostStreamOptions made;
  made.profile = Profile::kLibdf;
  made.controls.atten_lim_db = 0.0f;
  const HostSignal input = Noise(1, 24000);
  auto host = MakeHost(SmallRecurrent(), made);
  const HostSignal output = Enhance(*host, input, {480});
  EXPECT_GT(SnrDb(input[0], output[0], host->delay_samples()), 110.0);
}

TEST(HostStreamTest, BrokenSamplesCountAsZero) {
  for (size_t host_hz : {44100u, 48000u}) {
    HostStreamOptions made;
    made.sample_rate_hz = host_hz;
    HostSignal broken = Noise(1, 9600);
    HostSignal repaired = broken;
    size_t i = 100;
    for (float bad :
         {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
          -std::numeric_limits<float>::infinity(), std::numeric_limits<float>::max()}) {
      broken[0][i] = bad;
      repaired[0][i] = 0.0f;
      i += 371;
    }
    EXPECT_EQ(Enhance(*MakeHost(SmallRecurrent(), made), broken, {480}),
              Enhance(*MakeHost(SmallRecurrent(), made), repaired, {480}));
    auto host = MakeHost(SmallRecurrent(), made);
    host->SetBypass(true);
    host->Reset();
    const HostSignal passed = Enhance(*host, broken, {480});
    for (float sample : passed[0]) ASSERT_TRUE(std::isfinite(sample));
  }
}

TEST(HostStreamTest, KeepsTheLast32LocalSnrsOfACall) {
  std::vector<float> script(100);
  for (size_t i = 0; i < script.size(); ++i) script[i] = static_cast<float>(i) / 10.0f;
  HostStreamOptions made;
  made.profile = Profile::kLibdf;  // no start-up
  auto host = MakeHost(SmallRecurrent(script), made);
  EXPECT_EQ(host->local_snr_db(), -15.0f);
  const HostSignal input = Noise(1, 50 * 480);
  Enhance(*host, input, {50 * 480});
  ASSERT_EQ(host->call_local_snrs_db().size(), 32u);
  EXPECT_EQ(host->call_local_snrs_db().front(), script[18]);
  EXPECT_EQ(host->call_local_snrs_db().back(), script[49]);
  EXPECT_EQ(host->local_snr_db(), script[49]);
  EnhancePart(*host, input, {1}, 0, 1);
  EXPECT_TRUE(host->call_local_snrs_db().empty());
}

TEST(HostStreamTest, RefusesOptionsOutOfRange) {
  const auto expect_refused = [&](auto change, const std::string& name) {
    HostStreamOptions made;
    change(made);
    const auto host = HostStream::Create(SmallRecurrent(), made);
    ASSERT_FALSE(host.ok()) << name;
    EXPECT_EQ(host.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(host.error().message, HasSubstr(name));
    EXPECT_FALSE(HostDelaySamples(SmallRecurrent()->config(), made).ok()) << name;
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  expect_refused([](auto& o) { o.sample_rate_hz = 7999; }, "sample_rate_hz is 7999");
  expect_refused([](auto& o) { o.sample_rate_hz = 192001; }, "sample_rate_hz is 192001");
  expect_refused([](auto& o) { o.channels = 0; }, "channels is 0");
  expect_refused([](auto& o) { o.channels = 17; }, "channels is 17");
  expect_refused([](auto& o) { o.block_multiple = 0; }, "block_multiple is 0");
  expect_refused([](auto& o) { o.block_multiple = 1920001; }, "block_multiple is 1920001");
  expect_refused([](auto& o) { o.channel_mode = ChannelMode::kLinkedMean; }, "mean of their gains");
  expect_refused([&](auto& o) { o.controls.atten_lim_db = nan; }, "atten_lim_db");
  expect_refused([&](auto& o) { o.controls.min_db_thresh = nan; }, "min_db_thresh");
  expect_refused([&](auto& o) { o.controls.max_db_erb_thresh = nan; }, "max_db_erb_thresh");
  expect_refused([&](auto& o) { o.controls.max_db_df_thresh = nan; }, "max_db_df_thresh");
  expect_refused([](auto& o) { o.controls.post_filter_beta = -1.0f; }, "post_filter_beta");
  EXPECT_FALSE(HostStream::Create(nullptr, {}).ok());
}

}  // namespace
}  // namespace dfn
