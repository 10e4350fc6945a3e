#include "convert/packed/config_entries.h"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace dfn {
namespace {

// Every setting with the name of its entry, in the order of the file.
template <class AnyConfig, class Visit>
Status VisitSettings(AnyConfig& c, Visit&& visit) {
  DFN_CHECK(visit("config.family", c.family));
  DFN_CHECK(visit("config.sample_rate_hz", c.sample_rate_hz));
  DFN_CHECK(visit("config.fft_size", c.fft_size));
  DFN_CHECK(visit("config.hop_size", c.hop_size));
  DFN_CHECK(visit("config.erb_bands", c.erb_bands));
  DFN_CHECK(visit("config.df_bins", c.df_bins));
  DFN_CHECK(visit("config.min_erb_band_bins", c.min_erb_band_bins));
  DFN_CHECK(visit("config.norm_alpha", c.norm_alpha));
  DFN_CHECK(visit("config.lsnr_min_db", c.lsnr_min_db));
  DFN_CHECK(visit("config.lsnr_max_db", c.lsnr_max_db));
  DFN_CHECK(visit("config.df_order", c.df_order));
  DFN_CHECK(visit("config.df_lookahead_frames", c.df_lookahead_frames));
  DFN_CHECK(visit("config.conv_lookahead_frames", c.conv_lookahead_frames));
  DFN_CHECK(visit("config.conv_channels", c.conv_channels));
  DFN_CHECK(visit("config.conv_kernel_inp.t", c.conv_kernel_inp.t));
  DFN_CHECK(visit("config.conv_kernel_inp.f", c.conv_kernel_inp.f));
  DFN_CHECK(visit("config.conv_kernel.t", c.conv_kernel.t));
  DFN_CHECK(visit("config.conv_kernel.f", c.conv_kernel.f));
  DFN_CHECK(visit("config.convt_kernel.t", c.convt_kernel.t));
  DFN_CHECK(visit("config.convt_kernel.f", c.convt_kernel.f));
  DFN_CHECK(visit("config.emb_hidden", c.emb_hidden));
  DFN_CHECK(visit("config.erb_gru_layers", c.erb_gru_layers));
  DFN_CHECK(visit("config.df_hidden", c.df_hidden));
  DFN_CHECK(visit("config.df_gru_layers", c.df_gru_layers));
  DFN_CHECK(visit("config.df_pathway_kernel_t", c.df_pathway_kernel_t));
  DFN_CHECK(visit("config.linear_groups", c.linear_groups));
  DFN_CHECK(visit("config.enc_linear_groups", c.enc_linear_groups));
  DFN_CHECK(visit("config.enc_concat", c.enc_concat));
  DFN_CHECK(visit("config.enc_skip", c.enc_skip));
  DFN_CHECK(visit("config.erb_skip", c.erb_skip));
  DFN_CHECK(visit("config.df_skip", c.df_skip));
  DFN_CHECK(visit("config.mask_only", c.mask_only));
  DFN_CHECK(visit("config.post_filter", c.post_filter));
  return visit("config.post_filter_beta", c.post_filter_beta);
}

class SettingWriter {
 public:
  explicit SettingWriter(PackedWriter& writer) : writer_(writer) {}

  Status operator()(std::string_view name, size_t value) {
    writer_.Integer(name, value);
    return {};
  }
  Status operator()(std::string_view name, bool value) {
    writer_.Integer(name, value ? 1 : 0);
    return {};
  }
  Status operator()(std::string_view name, float value) {
    writer_.Float(name, value);
    return {};
  }
  Status operator()(std::string_view name, Family value) {
    writer_.Text(name, FamilyName(value));
    return {};
  }
  Status operator()(std::string_view name, Skip value) {
    writer_.Text(name, SkipName(value));
    return {};
  }

 private:
  PackedWriter& writer_;
};

class SettingReader {
 public:
  explicit SettingReader(EntryCursor& entries) : entries_(entries) {}

  Status operator()(std::string_view name, size_t& value) {
    DFN_TRY(const uint64_t found, entries_.TakeInteger(name));
    if (found > std::numeric_limits<uint32_t>::max()) {
      return entries_.Fail(name, "is " + std::to_string(found) + ", more than a size can be");
    }
    value = static_cast<size_t>(found);
    return {};
  }
  Status operator()(std::string_view name, bool& value) {
    DFN_TRY(const uint64_t found, entries_.TakeInteger(name));
    if (found > 1) return entries_.Fail(name, "is " + std::to_string(found) + ", expected 0 or 1");
    value = found == 1;
    return {};
  }
  Status operator()(std::string_view name, float& value) {
    DFN_TRY(value, entries_.TakeFloat(name));
    return {};
  }
  Status operator()(std::string_view name, Family& value) {
    return TakeName(name, {Family::kDeepFilterNet2, Family::kDeepFilterNet3}, FamilyName, value);
  }
  Status operator()(std::string_view name, Skip& value) {
    return TakeName(name, {Skip::kNone, Skip::kIdentity, Skip::kGroupedLinear}, SkipName, value);
  }

 private:
  template <class Value>
  Status TakeName(std::string_view name, std::initializer_list<Value> values,
                  const char* (*name_of)(Value), Value& value) {
    DFN_TRY(const std::string found, entries_.TakeText(name));
    std::string known;
    for (const Value candidate : values) {
      if (found == name_of(candidate)) {
        value = candidate;
        return {};
      }
      known += (known.empty() ? "" : " or ") + std::string(name_of(candidate));
    }
    return entries_.Fail(name, "is none of " + known, ErrorCode::kUnsupported);
  }

  EntryCursor& entries_;
};

}  // namespace

void PackConfig(const Config& config, PackedWriter& writer) {
  // Writing cannot fail.
  (void)VisitSettings(config, SettingWriter(writer)).ok();
}

Result<Config> ReadPackedConfig(EntryCursor& entries, const std::string& where,
                                const Limits& limits) {
  Config config;
  DFN_CHECK(VisitSettings(config, SettingReader(entries)));
  if (Status status = ValidateConfig(config, limits); !status.ok()) {
    return Error{status.error().code, where + ": " + status.error().message};
  }
  return config;
}

}  // namespace dfn
