#include "ort/audio_denoiser.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "base/aligned_buffer.h"

namespace dfn::ort {
namespace {

// The bound of Denoiser: a larger sample is taken as 0.
constexpr float kMaxSample = 1e10f;
// The local SNR of a hop for which the graph gives none, and of a hop that failed.
constexpr float kUnknownLsnrDb = 35.0f;

// One channel: its input and output frames, and its states twice. A run reads one half and writes
// the other, and the next run goes back, so that no state is ever copied.
class AudioChannel {
 public:
  AudioChannel(const AudioPorts& ports, float limit_db)
      : ports_(&ports), io_(ports.io_floats), states_(2 * ports.state_floats) {
    if (ports.limit) io_[ports.limit->place] = limit_db;
  }

  Status Bind(const Session& session) {
    for (size_t way = 0; way < bindings_.size(); ++way) {
      DFN_TRY(bindings_[way], session.NewBinding());
      Binding& binding = *bindings_[way];
      float* from = states_.data() + way * ports_->state_floats;
      float* to = states_.data() + (1 - way) * ports_->state_floats;
      for (const AudioPorts::State& state : ports_->states) {
        DFN_CHECK(binding.BindInput(state.input, state.dims, from + state.place));
        DFN_CHECK(binding.BindOutput(state.output, state.dims, to + state.place));
      }
      const auto at = [this](const AudioPorts::Port& tensor) { return io_.data() + tensor.place; };
      DFN_CHECK(binding.BindInput(ports_->frame.name, ports_->frame.dims, at(ports_->frame)));
      DFN_CHECK(
          binding.BindOutput(ports_->enhanced.name, ports_->enhanced.dims, at(ports_->enhanced)));
      if (const auto& limit = ports_->limit) {
        DFN_CHECK(binding.BindInput(limit->name, limit->dims, at(*limit)));
      }
      if (const auto& lsnr = ports_->lsnr) {
        DFN_CHECK(binding.BindOutput(lsnr->name, lsnr->dims, at(*lsnr)));
      }
    }
    return {};
  }

  float* frame() noexcept { return io_.data() + ports_->frame.place; }
  const float* enhanced() const noexcept { return io_.data() + ports_->enhanced.place; }
  float lsnr_db() const noexcept {
    return ports_->lsnr ? io_[ports_->lsnr->place] : kUnknownLsnrDb;
  }

  Status Run() {
    DFN_CHECK(bindings_[way_]->Run());
    way_ = 1 - way_;
    return {};
  }
  void Reset() noexcept {
    std::fill_n(states_.data(), states_.size(), 0.0f);
    way_ = 0;
  }

 private:
  const AudioPorts* ports_;
  AlignedBuffer<float> io_;
  AlignedBuffer<float> states_;
  std::array<std::unique_ptr<Binding>, 2> bindings_;
  size_t way_ = 0;
};

class AudioDenoiser final : public Denoiser {
 public:
  AudioDenoiser(std::shared_ptr<const AudioGraph> graph, std::vector<AudioChannel> channels)
      : graph_(std::move(graph)), channels_(std::move(channels)) {}

  size_t channels() const noexcept override { return channels_.size(); }
  size_t hop_size() const noexcept override { return graph_->hop_size(); }
  size_t sample_rate_hz() const noexcept override { return graph_->sample_rate_hz(); }
  size_t delay_samples() const noexcept override { return graph_->delay_samples(); }
  size_t state_size() const noexcept override {
    return channels_.size() * 2 * graph_->ports().state_floats;
  }
  void Reset() noexcept override {
    for (AudioChannel& channel : channels_) channel.Reset();
  }
  void Flush(float* const* output, size_t frames, float* lsnr_db) noexcept override {
    Process(nullptr, output, frames, lsnr_db);
  }
  void Process(const float* const* input, float* const* output, size_t frames,
               float* lsnr_db) noexcept override;

 private:
  std::shared_ptr<const AudioGraph> graph_;
  std::vector<AudioChannel> channels_;
};

void AudioDenoiser::Process(const float* const* input, float* const* output, size_t frames,
                            float* lsnr_db) noexcept {
  const size_t hop = graph_->hop_size();
  // All channels of a hop are read before any is written: their memory may overlap crosswise.
  for (size_t frame = 0; frame < frames; ++frame) {
    for (size_t c = 0; c < channels_.size(); ++c) {
      float* to = channels_[c].frame();
      for (size_t i = 0; i < hop; ++i) {
        const float sample = input == nullptr ? 0.0f : input[c][frame * hop + i];
        to[i] = std::fabs(sample) <= kMaxSample ? sample : 0.0f;
      }
    }
    for (size_t c = 0; c < channels_.size(); ++c) {
      float lsnr = kUnknownLsnrDb;
      float* to = output[c] + frame * hop;
      Status run = channels_[c].Run();
      if (run.ok()) run = graph_->CheckEnhanced({channels_[c].enhanced(), hop});
      if (graph_->Succeeded(std::move(run))) {
        std::copy_n(channels_[c].enhanced(), hop, to);
        lsnr = channels_[c].lsnr_db();
      } else {
        std::fill_n(to, hop, 0.0f);
      }
      if (c == 0 && lsnr_db != nullptr) lsnr_db[frame] = lsnr;
    }
  }
}

}  // namespace

Result<std::unique_ptr<Denoiser>> NewAudioDenoiser(std::shared_ptr<const AudioGraph> graph,
                                                   size_t channels, float limit_db) {
  std::vector<AudioChannel> made;
  for (size_t c = 0; c < channels; ++c) {
    made.emplace_back(graph->ports(), limit_db);
    DFN_CHECK(made.back().Bind(graph->session()));
  }
  return std::unique_ptr<Denoiser>(
      std::make_unique<AudioDenoiser>(std::move(graph), std::move(made)));
}

}  // namespace dfn::ort
