#include "engine/native_network.h"

#include "engine/df_decoder.h"
#include "engine/encoder.h"
#include "engine/erb_decoder.h"
#include "engine/workspace.h"
#include "kernels/targets.h"

namespace dfn {
namespace {

class NativeNetwork final : public Network {
 public:
  NativeNetwork(const Model& model, const NativeOptions& options)
      : config_(model.config),
        layout_(NetworkStateLayout(model.config)),
        encoder_(model.encoder, model.config, layout_, options.precision),
        erb_decoder_(model.erb_decoder, model.config, layout_, options.precision),
        df_decoder_(model.df_decoder, model.config, layout_, options.precision) {}

  const Config& config() const noexcept override { return config_; }
  const StateLayout& state_layout() const noexcept override { return layout_; }
  bool parts_run_side_by_side() const noexcept override { return true; }

  std::unique_ptr<NetworkWorkspace> NewWorkspace(size_t max_rows) const override {
    auto workspace = std::make_unique<Workspace>(max_rows);
    encoder_.Fit(max_rows, *workspace);
    erb_decoder_.Fit(max_rows, *workspace);
    df_decoder_.Fit(max_rows, *workspace);
    return workspace;
  }

  void Encode(std::span<const StreamRows> streams, const float* feat_erb, const float* feat_spec,
              float* lsnr_db, NetworkWorkspace& workspace) const noexcept override {
    encoder_.Run(streams, feat_erb, feat_spec, lsnr_db, static_cast<Workspace&>(workspace));
  }

  void DecodeErb(std::span<const StreamRows> streams, std::span<const uint32_t> rows, float* gains,
                 NetworkWorkspace& workspace) const noexcept override {
    if (rows.empty()) return;
    erb_decoder_.Run(streams, {rows.data(), rows.size()}, gains,
                     static_cast<Workspace&>(workspace));
  }

  void DecodeDf(std::span<const StreamRows> streams, std::span<const uint32_t> rows, float* coefs,
                NetworkWorkspace& workspace) const noexcept override {
    if (rows.empty()) return;
    df_decoder_.Run(streams, {rows.data(), rows.size()}, coefs, static_cast<Workspace&>(workspace));
  }

 private:
  Config config_;
  StateLayout layout_;
  Encoder encoder_;
  ErbDecoder erb_decoder_;
  DfDecoder df_decoder_;
};

}  // namespace

std::unique_ptr<Network> NewNativeNetwork(const Model& model, const NativeOptions& options) {
  ChooseKernelTarget();
  return std::make_unique<NativeNetwork>(model, options);
}

}  // namespace dfn
