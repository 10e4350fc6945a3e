// The parameters of the plugins, told once for all plugin interfaces. A test compares
// lv2/deepfilter.ttl with this table. controls.h says what a parameter's value does, value_text.h
// how people read it.
#ifndef DEEPFILTER_PLUGINS_COMMON_PARAMETERS_H_
#define DEEPFILTER_PLUGINS_COMMON_PARAMETERS_H_

#include <cstdint>

namespace dfn::plugin {

enum class Unit {
  kNone,
  kDb,
  kSamples,
  kHops,    // of 10 ms
  kSwitch,  // 0 is off, 1 is on
  kChoice,  // 0, 1, ... maximum; choices[value] is its text
};

struct Parameter {
  const char* symbol;       // LV2's identifier
  const char* name;         // as LV2 hosts show it
  const char* ladspa_name;  // null if the LADSPA plugins have no such port
  Unit unit;
  float minimum;
  float maximum;
  float default_value;                   // of an output: no meaning
  const char* meaning;                   // a sentence for users; empty if the name is enough
  const char* const* choices = nullptr;  // [maximum + 1] texts, with Unit::kChoice
};

inline constexpr Parameter kAttenuationLimit = {
    .symbol = "attenuation_limit",
    .name = "Attenuation Limit",
    .ladspa_name = "Attenuation Limit (dB)",
    .unit = Unit::kDb,
    .minimum = 0.0f,
    .maximum = 100.0f,
    .default_value = 100.0f,
    .meaning = "Noise is taken down by so much at most; at the greatest value without limit."};

inline constexpr Parameter kPostFilterBeta = {
    .symbol = "post_filter_beta",
    .name = "Post Filter Beta",
    .ladspa_name = "Post Filter Beta",
    .unit = Unit::kNone,
    .minimum = 0.0f,
    .maximum = 0.05f,
    .default_value = 0.0f,
    .meaning = "Takes more of what is mostly noise; 0 is off, 0.02 is usual."};

inline constexpr Parameter kMinThreshold = {
    .symbol = "min_threshold",
    .name = "Min Processing Threshold",
    .ladspa_name = "Min processing threshold (dB)",
    .unit = Unit::kDb,
    .minimum = -15.0f,
    .maximum = 35.0f,
    .default_value = -15.0f,
    .meaning = "Below this local SNR a frame counts as noise only."};

inline constexpr Parameter kMaxErbThreshold = {
    .symbol = "max_erb_threshold",
    .name = "Max ERB Processing Threshold",
    .ladspa_name = "Max ERB processing threshold (dB)",
    .unit = Unit::kDb,
    .minimum = -15.0f,
    .maximum = 35.0f,
    .default_value = 35.0f,
    .meaning = "Above this local SNR a frame stays as it is."};

inline constexpr Parameter kMaxDfThreshold = {
    .symbol = "max_df_threshold",
    .name = "Max DF Processing Threshold",
    .ladspa_name = "Max DF processing threshold (dB)",
    .unit = Unit::kDb,
    .minimum = -15.0f,
    .maximum = 35.0f,
    .default_value = 35.0f,
    .meaning = "Above this local SNR a frame gets gains, but no deep filter."};

inline constexpr Parameter kExtraHops = {.symbol = "extra_hops",
                                         .name = "Min Processing Buffer",
                                         .ladspa_name = "Min Processing Buffer (frames)",
                                         .unit = Unit::kHops,
                                         .minimum = 0.0f,
                                         .maximum = 10.0f,
                                         .default_value = 0.0f,
                                         .meaning = "Further hops of delay."};

inline constexpr Parameter kEnabled = {.symbol = "enabled",
                                       .name = "Enabled",
                                       .ladspa_name = nullptr,
                                       .unit = Unit::kSwitch,
                                       .minimum = 0.0f,
                                       .maximum = 1.0f,
                                       .default_value = 1.0f,
                                       .meaning = ""};

// The opposite of kEnabled, for interfaces in which hosts look for a bypass.
inline constexpr Parameter kBypass = {.symbol = "bypass",
                                      .name = "Bypass",
                                      .ladspa_name = nullptr,
                                      .unit = Unit::kSwitch,
                                      .minimum = 0.0f,
                                      .maximum = 1.0f,
                                      .default_value = 0.0f,
                                      .meaning = "The sound as it came, with the same delay."};

inline constexpr Parameter kAutoLevel = {
    .symbol = "auto_level",
    .name = "Auto Level",
    .ladspa_name = nullptr,
    .unit = Unit::kSwitch,
    .minimum = 0.0f,
    .maximum = 1.0f,
    .default_value = 1.0f,
    .meaning = "Speech that is too quiet or too loud for the network counts as if it were not."};

// How two channels are enhanced. It is an option of an instance, not a control: a host that changes
// it makes a new instance.
inline constexpr const char* kStereoChoices[] = {"Linked", "Independent"};
inline constexpr Parameter kStereo = {
    .symbol = "stereo",
    .name = "Stereo",
    .ladspa_name = nullptr,
    .unit = Unit::kChoice,
    .minimum = 0.0f,
    .maximum = 1.0f,
    .default_value = 0.0f,
    .meaning = "Linked channels have the same gains, so that each voice keeps its place.",
    .choices = kStereoChoices};

// Outputs.
inline constexpr Parameter kLatency = {.symbol = "latency",
                                       .name = "Latency",
                                       .ladspa_name = "latency",
                                       .unit = Unit::kSamples,
                                       .minimum = 0.0f,
                                       .maximum = 192000.0f,
                                       .default_value = 0.0f,
                                       .meaning = ""};

inline constexpr Parameter kLocalSnr = {
    .symbol = "local_snr",
    .name = "Local SNR",
    .ladspa_name = nullptr,
    .unit = Unit::kDb,
    .minimum = -15.0f,
    .maximum = 35.0f,
    .default_value = -15.0f,
    .meaning = "How far speech stands above noise, as the network hears it."};

inline constexpr Parameter kLevelGain = {
    .symbol = "level_gain",
    .name = "Level Gain",
    .ladspa_name = nullptr,
    .unit = Unit::kDb,
    .minimum = -60.0f,
    .maximum = 60.0f,
    .default_value = 0.0f,
    .meaning = "How much louder than it is the network hears the input."};

// Control ports after the audio ports, in order. LADSPA's inputs are those of the official plugin,
// with its names. An output with the name "latency" is where hosts look for the delay; it comes
// last, so that each of the official plugin's ports has its number.
inline constexpr const Parameter* kLadspaControls[] = {
    &kAttenuationLimit, &kMinThreshold,   &kMaxErbThreshold, &kMaxDfThreshold,
    &kExtraHops,        &kPostFilterBeta, &kLatency};
inline constexpr const Parameter* kLv2Controls[] = {
    &kAttenuationLimit, &kPostFilterBeta, &kEnabled,  &kLatency,
    &kLocalSnr,         &kAutoLevel,      &kLevelGain};

// For interfaces in which hosts know parameters by number. Projects keep the numbers, so they never
// change, and a new parameter gets the next one.
struct NumberedParameter {
  uint32_t id;
  const Parameter* parameter;
};
inline constexpr NumberedParameter kNumberedParameters[] = {
    {1, &kAttenuationLimit}, {2, &kPostFilterBeta}, {3, &kAutoLevel}, {4, &kBypass}, {5, &kStereo}};

}  // namespace dfn::plugin

#endif  // DEEPFILTER_PLUGINS_COMMON_PARAMETERS_H_
