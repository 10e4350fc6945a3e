#include "cli/enhance/settings_json.h"

#include <nlohmann/json.hpp>

#include "audio/sound_format.h"
#include "base/decimal.h"
#include "base/precision_name.h"

namespace dfn {
namespace {

using Json = nlohmann::ordered_json;

template <class Value>
Json OrNull(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json LevelChoiceJson(const DenoiserControls& controls) {
  if (controls.auto_level) return "auto";
  if (controls.level_gain_db == 0.0f) return "keep";
  return Decimal(controls.level_gain_db);
}

Json EngineFlagsJson(const EngineFlags& flags, Precision own_precision) {
  return {{"backend", BackendName(flags.backend.value_or(Backend::kAuto))},
          {"precision",
           flags.precision.empty() ? PrecisionName(own_precision) : flags.precision.c_str()},
          {"mode", flags.mode ? Json(RunModeName(*flags.mode)) : Json(nullptr)},
          {"window", OrNull(flags.window_frames)},
          {"model_rate_hz", OrNull(flags.model_rate_hz)}};
}

}  // namespace

std::string SettingsJson(const EnhanceOptions& options, const JobSettings& settings,
                         Precision own_precision) {
  const DenoiserControls& controls = settings.denoiser.controls;
  Json json = {{"profile", ProfileName(options.profile)},
               {"atten_lim_db", Decimal(controls.atten_lim_db)},
               {"post_filter", controls.post_filter},
               {"post_filter_beta", Decimal(controls.post_filter_beta)},
               {"reduce_mask", static_cast<int>(settings.denoiser.reduce_mask)},
               {"level", LevelChoiceJson(controls)},
               {"band", settings.fills_band ? "auto" : "keep"},
               {"min_db_thresh", Decimal(controls.min_db_thresh)},
               {"max_db_erb_thresh", Decimal(controls.max_db_erb_thresh)},
               {"max_db_df_thresh", Decimal(controls.max_db_df_thresh)},
               {"silence_skip", settings.denoiser.silence_skip},
               {"compensate_delay", settings.compensate_delay},
               {"one_frame_calls", settings.one_hop_calls},
               {"downmix", settings.downmix},
               {"sample_format", SampleFormatName(options.sample_format)}};
  // What only media have.
  if (!options.audio_codec.empty()) json["audio_codec"] = options.audio_codec;
  if (options.bit_rate_kbps) json["bit_rate_kbps"] = *options.bit_rate_kbps;
  if (options.track) json["track"] = *options.track;
  json.update(EngineFlagsJson(options.engine, own_precision));
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace dfn
