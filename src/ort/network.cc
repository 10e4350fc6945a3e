#include "ort/network.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/noise.h"
#include "base/printable.h"
#include "ort/feature_tensors.h"
#include "ort/first_failure.h"
#include "ort/frame_graph.h"
#include "ort/network_outputs.h"

namespace dfn::ort {
namespace {

// Frames that are run before a network is handed out: the library prepares memory on first runs.
constexpr size_t kWarmUpFrames = 3;

struct Workspace final : NetworkWorkspace {
  Workspace(const ValueTable& table, size_t rows, size_t deferred_floats)
      : values(table, rows), deferred(rows * deferred_floats), failed(rows, 0), max_rows_(rows) {}
  size_t max_rows() const noexcept override { return max_rows_; }

  std::vector<FrameGraph::Bound> encoder, erb_decoder, df_decoder;
  RowValues values;
  AlignedBuffer<float> deferred;  // [rows, deferred_floats]: decoders' states, not yet committed
  std::vector<uint8_t> failed;    // [rows]: 1 where the encoder did not run

 private:
  size_t max_rows_;
};

// Calls f(i, row, state) for each of the ascending rows, the i-th of them.
template <class F>
void ForEachRow(std::span<const StreamRows> streams, std::span<const uint32_t> rows, F f) {
  size_t stream = 0;
  size_t end = streams.empty() ? 0 : streams[0].frames;
  for (size_t i = 0; i < rows.size(); ++i) {
    while (rows[i] >= end) end += streams[++stream].frames;
    f(i, rows[i], streams[stream].state);
  }
}

class OrtNetwork final : public Network {
 public:
  Status Load(const std::shared_ptr<const Library>& library, const RunPlan& plan,
              const SessionOptions& options);

  const Config& config() const noexcept override { return config_; }
  const StateLayout& state_layout() const noexcept override { return layout_; }
  size_t max_frames_a_stream() const noexcept override { return combined_ ? 1 : SIZE_MAX; }
  Status status() const override { return failure_.status(); }
  std::unique_ptr<NetworkWorkspace> NewWorkspace(size_t max_rows) const override;
  void Encode(std::span<const StreamRows> streams, const float* feat_erb, const float* feat_spec,
              float* lsnr_db, NetworkWorkspace& workspace) const noexcept override;
  void DecodeErb(std::span<const StreamRows> streams, std::span<const uint32_t> rows, float* gains,
                 NetworkWorkspace& workspace) const noexcept override;
  void DecodeDf(std::span<const StreamRows> streams, std::span<const uint32_t> rows, float* coefs,
                NetworkWorkspace& workspace) const noexcept override;

 private:
  using Graphs = std::vector<FrameGraph>;
  using Bounds = std::vector<FrameGraph::Bound>;

  void NoteReaders();
  Status FindOutputs(const RunPlan& plan, const ValueNames& erb_names, const ValueNames& df_names);
  Status WarmUp() const;
  Status RunEncoder(size_t row, const float* feat_erb, const float* feat_spec, float* state,
                    Workspace& workspace, bool check_numbers) const;
  Status RunGraphs(const Graphs& stages, Bounds& bounds, size_t row, float* state,
                   Workspace& workspace, bool check_numbers) const;

  Config config_;
  StateLayout layout_;
  ValueTable values_;
  Graphs encoder_, erb_decoder_, df_decoder_;
  bool combined_ = false;      // the encoder's one graph is the whole network
  size_t encoder_values_ = 0;  // number of table entries that the decoders do not make
  size_t deferred_floats_ = 0;
  size_t feat_erb_ = 0, feat_spec_ = 0, lsnr_ = 0, gains_ = 0;  // values
  size_t coefs_ = 0;  // likewise; the gains' if the config leaves the deep filter out
  CoefsOrder coefs_order_ = CoefsOrder::kBinsFirst;
  mutable FirstFailure failure_;
};

Status OrtNetwork::Load(const std::shared_ptr<const Library>& library, const RunPlan& plan,
                        const SessionOptions& options) {
  config_ = plan.config;
  if (plan.encoder.empty()) {
    return Error{ErrorCode::kInvalidArgument, Printable(plan.files) + ": no network to run"};
  }
  if (!config_.mask_only && plan.erb_decoder.empty() != plan.df_decoder.empty()) {
    return Error{ErrorCode::kMismatch, Printable(plan.files) + ": one of the decoders is missing"};
  }
  combined_ = plan.erb_decoder.empty();
  const int64_t bands = static_cast<int64_t>(config_.erb_bands);
  const int64_t bins = static_cast<int64_t>(config_.df_bins);
  feat_erb_ = values_.Add("feat_erb", ValueShape::Make({1, 1, 1, bands}, 2));
  feat_spec_ = values_.Add("feat_spec", ValueShape::Make({1, 2, 1, bins}, 2));
  ValueNames names = {{"feat_erb", feat_erb_}, {"feat_spec", feat_spec_}};
  const auto load = [&](const std::vector<RunStage>& from, Graphs& to,
                        ValueNames& known) -> Status {
    for (const RunStage& stage : from) {
      DFN_TRY(FrameGraph loaded,
              FrameGraph::Load(library, stage, options, combined_, values_, known, layout_));
      to.push_back(std::move(loaded));
    }
    return {};
  };
  DFN_CHECK(load(plan.encoder, encoder_, names));
  encoder_values_ = values_.entries.size();
  ValueNames erb_names = names;
  DFN_CHECK(load(plan.erb_decoder, erb_decoder_, erb_names));
  ValueNames df_names = names;
  DFN_CHECK(load(plan.df_decoder, df_decoder_, df_names));
  DFN_TRY(lsnr_, FindOutput(names, "lsnr", Printable(plan.files)));
  DFN_CHECK(FindOutputs(plan, erb_names, df_names));
  NoteReaders();
  return WarmUp();
}

Status OrtNetwork::FindOutputs(const RunPlan& plan, const ValueNames& erb_names,
                               const ValueNames& df_names) {
  const std::string files = Printable(plan.files);
  const auto shape_of = [this](size_t value) -> const ValueShape& {
    return values_.entries[value].shape;
  };
  DFN_TRY(gains_, FindOutput(erb_names, "m", files));
  DFN_CHECK(CheckFloats(files, "lsnr", shape_of(lsnr_), 1));
  DFN_CHECK(CheckFloats(files, "m", shape_of(gains_), config_.erb_bands));
  coefs_ = gains_;
  if (config_.mask_only) return {};
  DFN_TRY(coefs_, FindOutput(df_names, "coefs", files));
  DFN_TRY(coefs_order_, FindCoefsOrder(files, shape_of(coefs_), config_));
  return {};
}

// Values that nothing reads are not fetched; values that decoders read are kept for every row.
void OrtNetwork::NoteReaders() {
  const auto note = [this](const Graphs& stages, bool decoder) {
    for (const FrameGraph& stage : stages) {
      for (const size_t value : stage.values_read()) {
        values_.entries[value].read = true;
        values_.entries[value].kept |= decoder && value < encoder_values_;
      }
    }
  };
  note(encoder_, false);
  note(erb_decoder_, true);
  note(df_decoder_, true);
  for (const size_t value : {lsnr_, gains_, coefs_, feat_erb_, feat_spec_}) {
    values_.entries[value].read = true;
  }
  values_.entries[gains_].kept |= combined_;
  values_.entries[coefs_].kept |= combined_;
  for (const FrameGraph& stage : encoder_) deferred_floats_ += stage.deferred_floats();
}

Status OrtNetwork::WarmUp() const {
  const std::unique_ptr<NetworkWorkspace> made = NewWorkspace(1);
  auto& workspace = static_cast<Workspace&>(*made);
  AlignedBuffer<float> state(layout_.size());
  std::vector<float> features(config_.erb_bands + 2 * config_.df_bins);
  NoiseGenerator noise;
  for (size_t frame = 0; frame < kWarmUpFrames; ++frame) {
    for (float& value : features) value = 0.5f * noise.Next();
    DFN_CHECK(RunEncoder(0, features.data(), features.data() + config_.erb_bands, state.data(),
                         workspace, true));
    DFN_CHECK(RunGraphs(erb_decoder_, workspace.erb_decoder, 0, state.data(), workspace, true));
    DFN_CHECK(RunGraphs(df_decoder_, workspace.df_decoder, 0, state.data(), workspace, true));
  }
  return {};
}

std::unique_ptr<NetworkWorkspace> OrtNetwork::NewWorkspace(size_t max_rows) const {
  auto workspace = std::make_unique<Workspace>(values_, max_rows, deferred_floats_);
  for (const FrameGraph& stage : encoder_) workspace->encoder.push_back(stage.Bind(values_));
  for (const FrameGraph& stage : erb_decoder_)
    workspace->erb_decoder.push_back(stage.Bind(values_));
  for (const FrameGraph& stage : df_decoder_) workspace->df_decoder.push_back(stage.Bind(values_));
  return workspace;
}

Status OrtNetwork::RunGraphs(const Graphs& stages, Bounds& bounds, size_t row, float* state,
                             Workspace& workspace, bool check_numbers) const {
  float* deferred = workspace.deferred.data() + row * deferred_floats_;
  for (size_t i = 0; i < stages.size(); ++i) {
    DFN_CHECK(stages[i].Run(bounds[i], row, state, deferred, workspace.values, check_numbers));
  }
  return {};
}

Status OrtNetwork::RunEncoder(size_t row, const float* feat_erb, const float* feat_spec,
                              float* state, Workspace& workspace, bool check_numbers) const {
  const size_t bins = config_.df_bins;
  std::copy_n(feat_erb, config_.erb_bands, workspace.values.Frame(feat_erb_, row));
  SplitComplex(bins, feat_spec, workspace.values.Frame(feat_spec_, row), bins);
  return RunGraphs(encoder_, workspace.encoder, row, state, workspace, check_numbers);
}

void OrtNetwork::Encode(std::span<const StreamRows> streams, const float* feat_erb,
                        const float* feat_spec, float* lsnr_db,
                        NetworkWorkspace& workspace) const noexcept {
  auto& work = static_cast<Workspace&>(workspace);
  size_t row = 0;
  for (const StreamRows& stream : streams) {
    for (size_t frame = 0; frame < stream.frames; ++frame, ++row) {
      const bool succeeded = failure_.Succeeded(RunEncoder(row, feat_erb + row * config_.erb_bands,
                                                           feat_spec + row * 2 * config_.df_bins,
                                                           stream.state, work, false));
      work.failed[row] = !succeeded;
      lsnr_db[row] = succeeded ? std::clamp(*work.values.Frame(lsnr_, row), config_.lsnr_min_db,
                                            config_.lsnr_max_db)
                               : config_.lsnr_max_db;
    }
  }
}

void OrtNetwork::DecodeErb(std::span<const StreamRows> streams, std::span<const uint32_t> rows,
                           float* gains, NetworkWorkspace& workspace) const noexcept {
  auto& work = static_cast<Workspace&>(workspace);
  const size_t bands = config_.erb_bands;
  ForEachRow(streams, rows, [&](size_t i, size_t row, float* state) {
    float* to = gains + i * bands;
    if (work.failed[row] ||
        !failure_.Succeeded(RunGraphs(erb_decoder_, work.erb_decoder, row, state, work, false))) {
      std::fill_n(to, bands, 1.0f);
      return;
    }
    const float* from = work.values.Frame(gains_, row);
    for (size_t band = 0; band < bands; ++band) to[band] = std::clamp(from[band], 0.0f, 1.0f);
    if (!combined_) return;
    encoder_[0].Commit(RunPart::kErbDecoder, work.deferred.data() + row * deferred_floats_, state);
  });
}

void OrtNetwork::DecodeDf(std::span<const StreamRows> streams, std::span<const uint32_t> rows,
                          float* coefs, NetworkWorkspace& workspace) const noexcept {
  auto& work = static_cast<Workspace&>(workspace);
  const size_t size = config_.df_bins * config_.df_order * 2;
  ForEachRow(streams, rows, [&](size_t i, size_t row, float* state) {
    float* to = coefs + i * size;
    if (work.failed[row] ||
        !failure_.Succeeded(RunGraphs(df_decoder_, work.df_decoder, row, state, work, false))) {
      FillIdentity(config_, to);
      return;
    }
    OrderCoefs(coefs_order_, config_, work.values.Frame(coefs_, row), to);
    if (!combined_) return;
    encoder_[0].Commit(RunPart::kDfDecoder, work.deferred.data() + row * deferred_floats_, state);
  });
}

}  // namespace

Result<std::shared_ptr<const Network>> NewNetwork(std::shared_ptr<const Library> library,
                                                  const RunPlan& plan,
                                                  const SessionOptions& options) {
  auto network = std::make_shared<OrtNetwork>();
  DFN_CHECK(network->Load(library, plan, options));
  return std::shared_ptr<const Network>(std::move(network));
}

}  // namespace dfn::ort
