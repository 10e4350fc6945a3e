#include "verify/record_replay.h"

#include <algorithm>
#include <utility>

namespace dfn {
namespace {

void Append(std::vector<float>& to, const float* values, size_t count) {
  to.insert(to.end(), values, values + count);
}

class RecordingNetwork final : public Network {
 public:
  RecordingNetwork(std::shared_ptr<const Network> inner, NetworkTrace& trace)
      : inner_(std::move(inner)), trace_(trace) {}

  const Config& config() const noexcept override { return inner_->config(); }
  const StateLayout& state_layout() const noexcept override { return inner_->state_layout(); }
  std::unique_ptr<NetworkWorkspace> NewWorkspace(size_t max_rows) const override {
    return inner_->NewWorkspace(max_rows);
  }

  void Encode(std::span<const StreamRows> streams, const float* feat_erb, const float* feat_spec,
              float* lsnr_db, NetworkWorkspace& workspace) const noexcept override {
    inner_->Encode(streams, feat_erb, feat_spec, lsnr_db, workspace);
    const size_t rows = streams.front().frames;
    Append(trace_.feat_erb, feat_erb, rows * config().erb_bands);
    Append(trace_.feat_spec, feat_spec, rows * config().df_bins * 2);
    Append(trace_.lsnr_db, lsnr_db, rows);
  }

  void DecodeErb(std::span<const StreamRows> streams, std::span<const uint32_t> rows, float* gains,
                 NetworkWorkspace& workspace) const noexcept override {
    inner_->DecodeErb(streams, rows, gains, workspace);
    Append(trace_.gains, gains, rows.size() * config().erb_bands);
  }

  void DecodeDf(std::span<const StreamRows> streams, std::span<const uint32_t> rows, float* coefs,
                NetworkWorkspace& workspace) const noexcept override {
    inner_->DecodeDf(streams, rows, coefs, workspace);
    Append(trace_.coefs, coefs, rows.size() * config().df_bins * config().df_order * 2);
  }

 private:
  std::shared_ptr<const Network> inner_;
  NetworkTrace& trace_;
};

// The positions up to which each output of a trace has been returned. They are here and not in the
// state block, which is empty, so a workspace replays the trace once.
class ReplayWorkspace final : public NetworkWorkspace {
 public:
  explicit ReplayWorkspace(size_t max_rows) : max_rows_(max_rows) {}
  size_t max_rows() const noexcept override { return max_rows_; }
  size_t lsnr = 0;
  size_t gains = 0;
  size_t coefs = 0;

 private:
  size_t max_rows_;
};

class ReplayingNetwork final : public Network {
 public:
  ReplayingNetwork(const Config& config, NetworkTrace trace)
      : config_(config), trace_(std::move(trace)) {}

  const Config& config() const noexcept override { return config_; }
  const StateLayout& state_layout() const noexcept override { return layout_; }
  std::unique_ptr<NetworkWorkspace> NewWorkspace(size_t max_rows) const override {
    return std::make_unique<ReplayWorkspace>(max_rows);
  }

  void Encode(std::span<const StreamRows> streams, const float*, const float*, float* lsnr_db,
              NetworkWorkspace& workspace) const noexcept override {
    Give(trace_.lsnr_db, static_cast<ReplayWorkspace&>(workspace).lsnr, streams.front().frames,
         lsnr_db);
  }
  void DecodeErb(std::span<const StreamRows>, std::span<const uint32_t> rows, float* gains,
                 NetworkWorkspace& workspace) const noexcept override {
    Give(trace_.gains, static_cast<ReplayWorkspace&>(workspace).gains,
         rows.size() * config_.erb_bands, gains);
  }
  void DecodeDf(std::span<const StreamRows>, std::span<const uint32_t> rows, float* coefs,
                NetworkWorkspace& workspace) const noexcept override {
    Give(trace_.coefs, static_cast<ReplayWorkspace&>(workspace).coefs,
         rows.size() * config_.df_bins * config_.df_order * 2, coefs);
  }

 private:
  static void Give(const std::vector<float>& values, size_t& place, size_t count,
                   float* to) noexcept {
    const size_t held = std::min(count, values.size() - place);
    std::copy_n(values.data() + place, held, to);
    std::fill_n(to + held, count - held, 0.0f);
    place += held;
  }

  Config config_;
  StateLayout layout_;
  NetworkTrace trace_;
};

}  // namespace

std::shared_ptr<const Network> NewRecordingNetwork(std::shared_ptr<const Network> inner,
                                                   NetworkTrace& trace) {
  return std::make_shared<RecordingNetwork>(std::move(inner), trace);
}

std::shared_ptr<const Network> NewReplayingNetwork(const Config& config, NetworkTrace trace) {
  return std::make_shared<ReplayingNetwork>(config, std::move(trace));
}

}  // namespace dfn
