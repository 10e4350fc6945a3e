#include "gstreamer/filter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace dfn::gst {
namespace {

// The library keeps the local SNRs of a call's last 32 hops, so a call brings less. A piece is also
// the warm-up: longer than look-ahead and start-up, it touches each page of a stream and runs each
// kind of step before the first buffer comes.
constexpr size_t kPieceHops = 16;

int16_t ToInt16(float sample) noexcept {
  const float scaled = std::clamp(sample * 32768.0f, -32768.0f, 32767.0f);
  return static_cast<int16_t>(std::lrint(scaled));
}

}  // namespace

std::unique_ptr<Filter> Filter::Create(plugin::SharedModel model, const Settings& settings,
                                       const SampleFormat& format, std::string& sentence) {
  std::unique_ptr<Filter> filter(new Filter(std::move(model), format));
  if (!filter->MakeStream(settings, sentence)) return nullptr;
  return filter;
}

Filter::Filter(plugin::SharedModel model, const SampleFormat& format)
    : model_(std::move(model)), format_(format) {}

Filter::~Filter() { dfn_stream_free(stream_); }

bool Filter::MakeStream(const Settings& settings, std::string& sentence) {
  dfn_stream_options options = StreamOptions(settings);
  options.sample_rate_hz = format_.rate_hz;
  options.channels = format_.channels;
  dfn_error* error = nullptr;
  if (dfn_stream_create(model_.get(), &options, &stream_, &error) != DFN_OK) {
    sentence = dfn_error_message(error);
    dfn_error_free(error);
    return false;
  }
  controls_.Begin(options);
  piece_samples_ = kPieceHops * dfn_model_hop_samples(model_.get()) * format_.rate_hz /
                   dfn_model_sample_rate_hz(model_.get());
  planes_.resize(format_.channels * piece_samples_);
  for (size_t c = 0; c < format_.channels; ++c) {
    plane_heads_.push_back(planes_.data() + c * piece_samples_);
  }
  uint32_t noise = 1;  // white, at -20 dB
  for (float& sample : planes_) {
    noise = noise * 1664525u + 1013904223u;
    sample = 0.1f * (static_cast<float>(noise >> 8) / 8388608.0f - 1.0f);
  }
  dfn_stream_process(stream_, plane_heads_.data(), plane_heads_.data(), piece_samples_);
  Reset();
  return true;
}

void Filter::Process(void* data, size_t samples, const Settings& settings) noexcept {
  controls_.Send(settings, stream_);
  for (size_t done = 0; done < samples;) {
    const size_t now = std::min(piece_samples_, samples - done);
    ProcessPiece(static_cast<char*>(data) + done * format_.frame_bytes(), now);
    done += now;
  }
}

void Filter::ProcessPiece(void* data, size_t samples) noexcept {
  if (format_.is_float) {
    auto* block = static_cast<float*>(data);
    dfn_stream_process_interleaved(stream_, block, block, samples);
  } else {
    auto* block = static_cast<int16_t*>(data);
    dfn_stream_process_interleaved_i16(stream_, block, block, samples);
  }
  std::array<float, 2 * kPieceHops> snrs;
  const size_t count = dfn_stream_local_snrs_db(stream_, snrs.data(), snrs.size());
  for (size_t i = 0; i < count; ++i) snr_sum_db_ += snrs[i];
  snr_count_ += count;
}

void Filter::Flush(void* data, const Timeline::Part& rest) noexcept {
  const size_t total = rest.skip + rest.samples;
  auto* out = static_cast<char*>(data);
  for (size_t done = 0; done < total;) {
    const size_t now = std::min(piece_samples_, total - done);
    const size_t skip = done < rest.skip ? std::min(now, rest.skip - done) : 0;
    dfn_stream_flush(stream_, plane_heads_.data(), now);
    FlushPiece(out, skip, now - skip);
    out += (now - skip) * format_.frame_bytes();
    done += now;
  }
  Reset();
}

void Filter::FlushPiece(void* data, size_t skip, size_t samples) noexcept {
  for (size_t c = 0; c < format_.channels; ++c) {
    const float* plane = plane_heads_[c] + skip;
    if (format_.is_float) {
      auto* out = static_cast<float*>(data) + c;
      for (size_t i = 0; i < samples; ++i) out[i * format_.channels] = plane[i];
    } else {
      auto* out = static_cast<int16_t*>(data) + c;
      for (size_t i = 0; i < samples; ++i) out[i * format_.channels] = ToInt16(plane[i]);
    }
  }
}

size_t Filter::TakeMeanSnr(double& mean_db) noexcept {
  const size_t count = std::exchange(snr_count_, 0);
  const double sum_db = std::exchange(snr_sum_db_, 0.0);
  mean_db = count == 0 ? 0.0 : sum_db / static_cast<double>(count);
  return count;
}

}  // namespace dfn::gst
