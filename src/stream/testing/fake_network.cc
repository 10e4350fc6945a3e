#include "stream/testing/fake_network.h"

#include <cmath>
#include <utility>

namespace dfn {
namespace {

// A restored state may hold any number, and a negative one has no value as size_t.
size_t CountOf(float steps) { return steps > 0.0f ? static_cast<size_t>(steps) : 0; }

uint32_t Hash(uint32_t x) {
  x ^= x >> 16;
  x *= 0x7feb352du;
  x ^= x >> 15;
  x *= 0x846ca68bu;
  return x ^ (x >> 16);
}

float Uniform(uint32_t a, uint32_t b, uint32_t salt) {
  return static_cast<float>(Hash(Hash(a + 1) ^ (b * 2654435761u) ^ salt) >> 8) / 16777216.0f;
}

class FakeWorkspace final : public NetworkWorkspace {
 public:
  FakeWorkspace(size_t max_rows, size_t width) : max_rows_(max_rows), maps(max_rows * width) {}
  size_t max_rows() const noexcept override { return max_rows_; }

 private:
  size_t max_rows_;

 public:
  std::vector<float> maps;  // [rows, width], from the encoder to the decoders
};

size_t StreamOf(std::span<const StreamRows> streams, size_t row) {
  size_t stream = 0;
  while (row >= streams[stream].frames) row -= streams[stream++].frames;
  return stream;
}

}  // namespace

float ScriptedGain(size_t run, size_t band) {
  return Uniform(static_cast<uint32_t>(run), static_cast<uint32_t>(band), 17);
}

float ScriptedCoef(size_t run, size_t value) {
  return 2.0f * Uniform(static_cast<uint32_t>(run), static_cast<uint32_t>(value), 99) - 1.0f;
}

FakeNetwork::FakeNetwork(const Config& config, FakeKind kind, std::vector<float> lsnr_db)
    : config_(config), kind_(kind), lsnr_db_(std::move(lsnr_db)) {
  layout_.Add("enc.steps", {1});
  layout_.Add("enc.sum", {config.erb_bands});
  layout_.Add("erb_dec.steps", {1});
  layout_.Add("erb_dec.sum", {config.erb_bands});
  layout_.Add("df_dec.steps", {1});
  layout_.Add("df_dec.sum", {config.erb_bands});
}

std::unique_ptr<NetworkWorkspace> FakeNetwork::NewWorkspace(size_t max_rows) const {
  return std::make_unique<FakeWorkspace>(max_rows, config_.erb_bands);
}

void FakeNetwork::Encode(std::span<const StreamRows> streams, const float* feat_erb,
                         const float* feat_spec, float* lsnr_db,
                         NetworkWorkspace& workspace) const noexcept {
  const size_t bands = config_.erb_bands;
  float* map = static_cast<FakeWorkspace&>(workspace).maps.data();
  for (size_t s = 0; s < streams.size(); ++s) {
    float* steps = streams[s].state + layout_.Find("enc.steps")->offset;
    float* sum = streams[s].state + layout_.Find("enc.sum")->offset;
    for (size_t i = 0; i < streams[s].frames; ++i) {
      *lsnr_db++ = lsnr_db_[CountOf(*steps) % lsnr_db_.size()] + 7.0f * static_cast<float>(s);
      *steps += 1.0f;
      for (size_t b = 0; b < bands; ++b) {
        sum[b] = 0.9f * sum[b] + feat_erb[b] + feat_spec[b % (2 * config_.df_bins)];
        *map++ = sum[b];
      }
      if (recording_ && s + 1 == streams.size()) {
        recorded_erb_.insert(recorded_erb_.end(), feat_erb, feat_erb + bands);
        recorded_spec_.insert(recorded_spec_.end(), feat_spec, feat_spec + 2 * config_.df_bins);
      }
      feat_erb += bands;
      feat_spec += 2 * config_.df_bins;
    }
  }
}

void FakeNetwork::DecodeErb(std::span<const StreamRows> streams, std::span<const uint32_t> rows,
                            float* gains, NetworkWorkspace& workspace) const noexcept {
  const size_t bands = config_.erb_bands;
  for (uint32_t row : rows) {
    const float* map = static_cast<FakeWorkspace&>(workspace).maps.data() + row * bands;
    const size_t stream = StreamOf(streams, row);
    float* state = streams[stream].state;
    float* steps = state + layout_.Find("erb_dec.steps")->offset;
    float* sum = state + layout_.Find("erb_dec.sum")->offset;
    for (size_t b = 0; b < bands; ++b, ++gains) {
      sum[b] = 0.8f * sum[b] + map[b];
      *gains = kind_ == FakeKind::kIdentity   ? 1.0f
               : kind_ == FakeKind::kScripted ? ScriptedGain(CountOf(*steps), stream * bands + b)
                                              : 0.5f + 0.5f * std::sin(sum[b]);
    }
    *steps += 1.0f;
  }
}

void FakeNetwork::DecodeDf(std::span<const StreamRows> streams, std::span<const uint32_t> rows,
                           float* coefs, NetworkWorkspace& workspace) const noexcept {
  const size_t bands = config_.erb_bands;
  const size_t width = config_.df_bins * config_.df_order * 2;
  for (uint32_t row : rows) {
    const float* map = static_cast<FakeWorkspace&>(workspace).maps.data() + row * bands;
    const size_t stream = StreamOf(streams, row);
    float* state = streams[stream].state;
    float* steps = state + layout_.Find("df_dec.steps")->offset;
    float* sum = state + layout_.Find("df_dec.sum")->offset;
    for (size_t b = 0; b < bands; ++b) sum[b] = 0.7f * sum[b] + map[b];
    for (size_t i = 0; i < width; ++i, ++coefs) {
      const bool itself = i % (2 * config_.df_order) == 2 * config_.df_past_frames();
      *coefs = kind_ == FakeKind::kIdentity   ? (itself ? 1.0f : 0.0f)
               : kind_ == FakeKind::kScripted ? ScriptedCoef(CountOf(*steps), stream * width + i)
                                              : std::sin(sum[i % bands] + static_cast<float>(i));
    }
    *steps += 1.0f;
  }
}

Config SmallConfig(Family family, size_t conv_lookahead, size_t df_lookahead, size_t df_bins) {
  Config config;
  config.family = family;
  config.sample_rate_hz = 2000;
  config.fft_size = 40;
  config.hop_size = 20;
  config.erb_bands = 8;
  config.min_erb_band_bins = 1;
  config.df_bins = df_bins;
  config.conv_lookahead_frames = conv_lookahead;
  config.df_lookahead_frames = df_lookahead;
  return config;
}

std::vector<float> TestSignal(size_t samples, uint32_t seed) {
  std::vector<float> signal(samples);
  for (size_t i = 0; i < samples; ++i)
    signal[i] = Uniform(static_cast<uint32_t>(i), seed, 5) - 0.5f;
  return signal;
}

}  // namespace dfn
