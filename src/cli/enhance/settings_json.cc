#include "cli/enhance/settings_json.h"

#include <optional>

#include "audio/sound_format.h"
#include "base/decimal.h"
#include "base/precision_name.h"
#include "cli/enhance/json_text.h"

namespace dfn {
namespace {

void AddLevelChoice(const DenoiserControls& controls, JsonText& json) {
  if (controls.auto_level) {
    json.Add("level", "auto");
  } else if (controls.level_gain_db == 0.0f) {
    json.Add("level", "keep");
  } else {
    json.Add("level", Decimal(controls.level_gain_db));
  }
}

std::optional<uint64_t> Number(const std::optional<size_t>& value) { return value; }

void AddEngineFlags(const EngineFlags& flags, Precision own_precision, JsonText& json) {
  json.Add("backend", BackendName(flags.backend.value_or(Backend::kAuto)));
  json.Add("precision",
           flags.precision.empty() ? PrecisionName(own_precision) : flags.precision.c_str());
  json.AddTextOrNull("mode", flags.mode ? RunModeName(*flags.mode) : "");
  json.Add("window", Number(flags.window_frames));
  json.Add("model_rate_hz", Number(flags.model_rate_hz));
}

}  // namespace

std::string SettingsJson(const EnhanceOptions& options, const JobSettings& settings,
                         Precision own_precision) {
  const DenoiserControls& controls = settings.denoiser.controls;
  JsonText json;
  json.BeginObject();
  json.Add("profile", ProfileName(options.profile));
  json.Add("atten_lim_db", Decimal(controls.atten_lim_db));
  json.Add("post_filter", controls.post_filter);
  json.Add("post_filter_beta", Decimal(controls.post_filter_beta));
  json.Add("reduce_mask", static_cast<int>(settings.denoiser.reduce_mask));
  AddLevelChoice(controls, json);
  json.Add("band", settings.fills_band ? "auto" : "keep");
  json.Add("min_db_thresh", Decimal(controls.min_db_thresh));
  json.Add("max_db_erb_thresh", Decimal(controls.max_db_erb_thresh));
  json.Add("max_db_df_thresh", Decimal(controls.max_db_df_thresh));
  json.Add("silence_skip", settings.denoiser.silence_skip);
  json.Add("compensate_delay", settings.compensate_delay);
  json.Add("one_frame_calls", settings.one_hop_calls);
  json.Add("downmix", settings.downmix);
  json.Add("sample_format", SampleFormatName(options.sample_format));
  // What only media have.
  if (!options.audio_codec.empty()) json.Add("audio_codec", options.audio_codec);
  if (options.bit_rate_kbps) json.Add("bit_rate_kbps", Number(options.bit_rate_kbps));
  if (options.track) json.Add("track", Number(options.track));
  AddEngineFlags(options.engine, own_precision, json);
  json.EndObject();
  return json.text();
}

}  // namespace dfn
