#include "gstreamer/settings.h"

#include <cstddef>
#include <iterator>

namespace dfn::gst {
namespace {

constexpr GEnumValue kProfiles[] = {
    {DFN_PROFILE_REFERENCE, "As Python's df.enhance", "reference"},
    {DFN_PROFILE_LIBDF, "As the official real-time program", "libdf"},
    {0, nullptr, nullptr}};
constexpr GEnumValue kChannelModes[] = {
    {DFN_CHANNELS_INDEPENDENT, "Each channel as if alone", "independent"},
    {DFN_CHANNELS_LINKED, "All channels get the largest of their gains", "linked"},
    {DFN_CHANNELS_DOWNMIX, "The channels' mean on each of them", "downmix"},
    {DFN_CHANNELS_LINKED_MEAN, "All channels get the mean of their gains (profile libdf)",
     "linked-mean"},
    {0, nullptr, nullptr}};
constexpr GEnumValue kPrecisions[] = {{DFN_PRECISION_MODEL, "That of the model's file", "model"},
                                      {DFN_PRECISION_F32, "Exact", "f32"},
                                      {DFN_PRECISION_F16, "Weights in 16 bits", "f16"},
                                      {DFN_PRECISION_I8, "Weights in 8 bits", "i8"},
                                      {0, nullptr, nullptr}};
constexpr GEnumValue kWorkModes[] = {
    {DFN_WORK_DIRECT, "A hop's work at its end", "direct"},
    {DFN_WORK_SPREAD, "A hop's work over the next hop, with 10 ms more delay", "spread"},
    {0, nullptr, nullptr}};
constexpr GEnumValue kLevels[] = {
    {DFN_LEVEL_DEFAULT, "auto with profile reference, keep with libdf", "default"},
    {DFN_LEVEL_KEEP, "As loud as it is", "keep"},
    {DFN_LEVEL_AUTO, "Speech that is too quiet or too loud as if it were not", "auto"},
    {DFN_LEVEL_FIXED, "Louder by level-gain", "fixed"},
    {0, nullptr, nullptr}};

GType EnumType(const char* name, const GEnumValue* values) {
  const GType known = g_type_from_name(name);
  if (known != 0) return known;
  const GType type = g_enum_register_static(name, values);
  gst_type_mark_as_plugin_api(type, static_cast<GstPluginAPIFlags>(0));
  return type;
}

constexpr auto kPlain =
    static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);
constexpr auto kLive = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                GST_PARAM_MUTABLE_PLAYING | GST_PARAM_CONTROLLABLE);
constexpr auto kSwitch = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                  GST_PARAM_MUTABLE_PLAYING);
constexpr auto kReport = static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

// One kind of property: its member, its specification. The id is the index in a table plus 1.
struct EnumProperty {
  std::atomic<int> Settings::*member;
  const char* name;
  const char* nick;
  const char* blurb;
  const char* type;
  const GEnumValue* values;
  int initial;
  GParamFlags flags;
};
constexpr EnumProperty kEnums[] = {
    {&Settings::profile, "profile", "Profile", "The rules that the sound is enhanced by",
     "GstDeepFilterProfile", kProfiles, DFN_PROFILE_REFERENCE, kPlain},
    {&Settings::channel_mode, "channel-mode", "Channel mode", "How channels belong together",
     "GstDeepFilterChannelMode", kChannelModes, DFN_CHANNELS_LINKED, kPlain},
    {&Settings::precision, "precision", "Precision",
     "How weights are stored; fewer bits are faster and less exact", "GstDeepFilterPrecision",
     kPrecisions, DFN_PRECISION_MODEL, kPlain},
    {&Settings::work_mode, "work-mode", "Work mode",
     "When the work is done; spread is for buffers far shorter than 10 ms", "GstDeepFilterWorkMode",
     kWorkModes, DFN_WORK_DIRECT, kPlain},
    {&Settings::level, "level", "Level", "How loud the network hears the sound",
     "GstDeepFilterLevel", kLevels, DFN_LEVEL_DEFAULT, kSwitch}};

struct FloatProperty {
  std::atomic<float> Settings::*member;
  const char* name;
  const char* nick;
  const char* blurb;
  float minimum, maximum, initial;
  GParamFlags flags;
};
constexpr FloatProperty FromTable(std::atomic<float> Settings::*member, const char* name,
                                  const plugin::Parameter& parameter, GParamFlags flags) {
  return {member,
          name,
          parameter.name,
          parameter.meaning,
          parameter.minimum,
          parameter.maximum,
          parameter.default_value,
          flags};
}
constexpr FloatProperty kFloats[] = {
    FromTable(&Settings::attenuation_limit_db, "attenuation-limit", plugin::kAttenuationLimit,
              kLive),
    FromTable(&Settings::post_filter_beta, "post-filter", plugin::kPostFilterBeta, kLive),
    {&Settings::level_gain_db, "level-gain", "Level Gain",
     "With level=fixed the network hears the sound louder by so many dB", -60.0f, 60.0f, 0.0f,
     kLive},
    FromTable(&Settings::min_db_threshold, "min-threshold", plugin::kMinThreshold, kLive),
    FromTable(&Settings::max_db_erb_threshold, "max-erb-threshold", plugin::kMaxErbThreshold,
              kLive),
    FromTable(&Settings::max_db_df_threshold, "max-df-threshold", plugin::kMaxDfThreshold, kLive),
    FromTable(&Settings::local_snr_db, "local-snr", plugin::kLocalSnr, kReport),
    FromTable(&Settings::heard_gain_db, "heard-gain", plugin::kLevelGain, kReport)};

struct BoolProperty {
  std::atomic<bool> Settings::*member;
  const char* name;
  const char* nick;
  const char* blurb;
  GParamFlags flags;
};
constexpr BoolProperty kBools[] = {
    {&Settings::bypass, "bypass", "Bypass", "Pass the sound on as it is, with the same delay",
     kLive},
    {&Settings::silence_skip, "silence-skip", "Silence skip",
     "Do no work for lasting digital silence; not exact after it", kPlain},
    {&Settings::post_messages, "post-messages", "Post messages",
     "Post an element message with the local SNR every interval", kSwitch}};

struct TimeProperty {
  std::atomic<uint64_t> Settings::*member;
  const char* name;
  const char* nick;
  const char* blurb;
  uint64_t minimum, maximum, initial;
  GParamFlags flags;
};
constexpr TimeProperty kTimes[] = {
    {&Settings::max_gap_ns, "max-gap", "Longest gap",
     "Gaps up to this long, in ns, are filled with silence; the sound begins anew after longer "
     "ones",
     0, 10'000'000'000, 200'000'000, kSwitch},
    {&Settings::interval_ns, "interval", "Interval", "Time between messages in ns", 10'000'000,
     3'600'000'000'000, 100'000'000, kSwitch},
    {&Settings::delay_ns, "delay", "Delay", "Delay in ns; 0 until the format is known", 0,
     UINT64_MAX, 0, kReport}};

constexpr guint kModelId = 1;
constexpr guint kFirstEnum = kModelId + 1;
constexpr guint kFirstFloat = kFirstEnum + std::size(kEnums);
constexpr guint kFirstBool = kFirstFloat + std::size(kFloats);
constexpr guint kFirstTime = kFirstBool + std::size(kBools);
constexpr guint kEnd = kFirstTime + std::size(kTimes);

}  // namespace

void InstallProperties(GObjectClass* object_class) {
  const auto install = [object_class](guint id, GParamSpec* spec) {
    g_object_class_install_property(object_class, id, spec);
  };
  install(kModelId, g_param_spec_string(
                        "model", "Model",
                        "Folder, archive or known name of the model; none is the built-in one",
                        nullptr, kPlain));
  for (guint i = 0; i < std::size(kEnums); ++i) {
    const EnumProperty& p = kEnums[i];
    install(kFirstEnum + i, g_param_spec_enum(p.name, p.nick, p.blurb, EnumType(p.type, p.values),
                                              p.initial, p.flags));
  }
  for (guint i = 0; i < std::size(kFloats); ++i) {
    const FloatProperty& p = kFloats[i];
    install(kFirstFloat + i,
            g_param_spec_float(p.name, p.nick, p.blurb, p.minimum, p.maximum, p.initial, p.flags));
  }
  for (guint i = 0; i < std::size(kBools); ++i) {
    const BoolProperty& p = kBools[i];
    install(kFirstBool + i, g_param_spec_boolean(p.name, p.nick, p.blurb, FALSE, p.flags));
  }
  for (guint i = 0; i < std::size(kTimes); ++i) {
    const TimeProperty& p = kTimes[i];
    install(kFirstTime + i,
            g_param_spec_uint64(p.name, p.nick, p.blurb, p.minimum, p.maximum, p.initial, p.flags));
  }
}

bool SetProperty(Settings& settings, GstObject* object, guint id, const GValue* value) {
  if (id == kModelId) {
    const char* model = g_value_get_string(value);
    GST_OBJECT_LOCK(object);
    settings.model = model == nullptr ? "" : model;
    GST_OBJECT_UNLOCK(object);
  } else if (id >= kFirstEnum && id < kFirstFloat) {
    settings.*kEnums[id - kFirstEnum].member = g_value_get_enum(value);
  } else if (id >= kFirstFloat && id < kFirstBool) {
    settings.*kFloats[id - kFirstFloat].member = g_value_get_float(value);
  } else if (id >= kFirstBool && id < kFirstTime) {
    settings.*kBools[id - kFirstBool].member = g_value_get_boolean(value) != FALSE;
  } else if (id >= kFirstTime && id < kEnd) {
    settings.*kTimes[id - kFirstTime].member = g_value_get_uint64(value);
  } else {
    return false;
  }
  return true;
}

bool GetProperty(Settings& settings, GstObject* object, guint id, GValue* value) {
  if (id == kModelId) {
    GST_OBJECT_LOCK(object);
    g_value_set_string(value, settings.model.empty() ? nullptr : settings.model.c_str());
    GST_OBJECT_UNLOCK(object);
  } else if (id >= kFirstEnum && id < kFirstFloat) {
    g_value_set_enum(value, settings.*kEnums[id - kFirstEnum].member);
  } else if (id >= kFirstFloat && id < kFirstBool) {
    g_value_set_float(value, settings.*kFloats[id - kFirstFloat].member);
  } else if (id >= kFirstBool && id < kFirstTime) {
    g_value_set_boolean(value, settings.*kBools[id - kFirstBool].member);
  } else if (id >= kFirstTime && id < kEnd) {
    g_value_set_uint64(value, settings.*kTimes[id - kFirstTime].member);
  } else {
    return false;
  }
  return true;
}

dfn_stream_options StreamOptions(const Settings& settings) {
  dfn_stream_options options;
  dfn_stream_options_init(&options, sizeof options);
  options.profile = static_cast<dfn_profile>(settings.profile.load());
  options.channel_mode = static_cast<dfn_channel_mode>(settings.channel_mode.load());
  options.precision = static_cast<dfn_precision>(settings.precision.load());
  options.work_mode = static_cast<dfn_work_mode>(settings.work_mode.load());
  options.silence_skip = settings.silence_skip ? 1 : 0;
  options.attenuation_limit_db = settings.attenuation_limit_db;
  options.post_filter_beta = settings.post_filter_beta;
  options.level = static_cast<dfn_level>(settings.level.load());
  options.level_gain_db = settings.level_gain_db;
  options.min_db_threshold = settings.min_db_threshold;
  options.max_db_erb_threshold = settings.max_db_erb_threshold;
  options.max_db_df_threshold = settings.max_db_df_threshold;
  return options;
}

void ControlSender::Begin(const dfn_stream_options& options) noexcept {
  attenuation_limit_db_ = options.attenuation_limit_db;
  post_filter_beta_ = options.post_filter_beta;
  level_ = options.level;
  level_gain_db_ = options.level_gain_db;
  min_db_ = options.min_db_threshold;
  max_erb_db_ = options.max_db_erb_threshold;
  max_df_db_ = options.max_db_df_threshold;
  bypass_ = false;
}

void ControlSender::Send(const Settings& settings, dfn_stream* stream) noexcept {
  // Stores `now` and returns whether it is new.
  const auto changed = [](auto& before, auto now) {
    const bool is_new = before != now;
    before = now;
    return is_new;
  };
  if (changed(attenuation_limit_db_, settings.attenuation_limit_db.load())) {
    dfn_stream_set_attenuation_limit_db(stream, attenuation_limit_db_);
  }
  if (changed(post_filter_beta_, settings.post_filter_beta.load())) {
    dfn_stream_set_post_filter_beta(stream, post_filter_beta_);
  }
  bool level = changed(level_, settings.level.load());
  level = changed(level_gain_db_, settings.level_gain_db.load()) || level;
  if (level) dfn_stream_set_level(stream, static_cast<dfn_level>(level_), level_gain_db_);
  bool thresholds = changed(min_db_, settings.min_db_threshold.load());
  thresholds = changed(max_erb_db_, settings.max_db_erb_threshold.load()) || thresholds;
  thresholds = changed(max_df_db_, settings.max_db_df_threshold.load()) || thresholds;
  if (thresholds) dfn_stream_set_thresholds_db(stream, min_db_, max_erb_db_, max_df_db_);
  if (changed(bypass_, settings.bypass.load())) dfn_stream_set_bypass(stream, bypass_ ? 1 : 0);
}

}  // namespace dfn::gst
