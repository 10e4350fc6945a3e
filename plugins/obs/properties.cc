// The filter's settings as OBS shows them.
#include <cstdio>
#include <cstring>
#include <string>

#include "common/parameters.h"
#include "common/presets.h"
#include "obs/filter.h"

namespace dfn::obs {
namespace {

constexpr char kOwnValues[] = "own";
constexpr char kStateKey[] = "state";  // no setting: a line of text

const char* Text(const char* key) { return obs_module_text(key); }

std::string Key(const char* first, const char* second) { return std::string(first) + "." + second; }

const plugin::Preset* FindPreset(const char* symbol) {
  for (const plugin::Preset& preset : plugin::kPresets) {
    if (std::strcmp(preset.symbol, symbol) == 0) return &preset;
  }
  return nullptr;
}

// Values come from sliders, whose steps are not exact.
bool IsNear(double a, double b) { return a - b < 1e-4 && b - a < 1e-4; }

// A preset that is chosen sets the values.
bool PresetChosen(obs_properties_t*, obs_property_t*, obs_data_t* settings) {
  const plugin::Preset* preset = FindPreset(obs_data_get_string(settings, kPresetKey));
  if (preset == nullptr) return false;
  obs_data_set_double(settings, kAttenuationLimitKey, preset->attenuation_limit_db);
  obs_data_set_double(settings, kPostFilterKey, preset->post_filter_beta);
  return true;
}

// A value that is changed leaves its preset, or comes to another one.
bool ValueChanged(obs_properties_t*, obs_property_t*, obs_data_t* settings) {
  const char* symbol = kOwnValues;
  for (const plugin::Preset& preset : plugin::kPresets) {
    if (IsNear(obs_data_get_double(settings, kAttenuationLimitKey), preset.attenuation_limit_db) &&
        IsNear(obs_data_get_double(settings, kPostFilterKey), preset.post_filter_beta)) {
      symbol = preset.symbol;
    }
  }
  if (std::strcmp(obs_data_get_string(settings, kPresetKey), symbol) == 0) return false;
  obs_data_set_string(settings, kPresetKey, symbol);
  return true;
}

void AddPresets(obs_properties_t* properties) {
  obs_property_t* list = obs_properties_add_list(properties, kPresetKey, Text("Preset"),
                                                 OBS_COMBO_TYPE_LIST, OBS_COMBO_FORMAT_STRING);
  std::string help;
  for (const plugin::Preset& preset : plugin::kPresets) {
    const char* name = Text(Key("Preset", preset.symbol).c_str());
    obs_property_list_add_string(list, name, preset.symbol);
    help += std::string(name) + ": " + Text(Key("PresetHelp", preset.symbol).c_str()) + "\n";
  }
  obs_property_list_add_string(list, Text("Preset.own"), kOwnValues);
  obs_property_set_long_description(list, help.c_str());
  obs_property_set_modified_callback(list, PresetChosen);
}

void AddSlider(obs_properties_t* properties, const char* key, const char* text,
               const plugin::Parameter& parameter, double step, const char* suffix) {
  obs_property_t* slider = obs_properties_add_float_slider(
      properties, key, Text(text), parameter.minimum, parameter.maximum, step);
  obs_property_float_set_suffix(slider, suffix);
  obs_property_set_long_description(slider, Text(Key(text, "Help").c_str()));
  obs_property_set_modified_callback(slider, ValueChanged);
}

void AddSwitch(obs_properties_t* properties, const char* key, const char* text) {
  obs_property_t* box = obs_properties_add_bool(properties, key, Text(text));
  obs_property_set_long_description(box, Text(Key(text, "Help").c_str()));
}

void AddModes(obs_properties_t* properties) {
  obs_property_t* list = obs_properties_add_list(properties, kChannelModeKey, Text("ChannelMode"),
                                                 OBS_COMBO_TYPE_LIST, OBS_COMBO_FORMAT_STRING);
  for (const char* mode : {"linked", "independent", "downmix"}) {
    obs_property_list_add_string(list, Text(Key("ChannelMode", mode).c_str()), mode);
  }
  obs_property_set_long_description(list, Text("ChannelMode.Help"));
}

void AddModel(obs_properties_t* properties) {
  obs_property_t* list = obs_properties_add_list(properties, kModelKey, Text("Model"),
                                                 OBS_COMBO_TYPE_EDITABLE, OBS_COMBO_FORMAT_STRING);
  // OBS takes the text of an editable list for its value.
  for (const char* name : {"", "dfn3", "dfn3_ll", "dfn2", "dfn2_ll"}) {
    obs_property_list_add_string(list, name, name);
  }
  obs_property_set_long_description(list, Text("Model.Help"));
}

// Sets what the filter has to tell: its delay, or why it does nothing.
void ShowState(obs_property_t* line, const Filter& filter) {
  const std::string problem = filter.problem();
  char delay[32];
  std::snprintf(delay, sizeof delay, "%.1f ms", filter.delay_ms());
  const std::string text = problem.empty() ? std::string(Text("State.Delay")) + " " + delay
                                           : std::string(Text("State.Problem")) + " " + problem;
  obs_property_set_description(line, text.c_str());
  obs_property_text_set_info_type(line,
                                  problem.empty() ? OBS_TEXT_INFO_NORMAL : OBS_TEXT_INFO_ERROR);
}

// OBS has the filter take a setting over before it calls this.
bool StateChanged(void* filter, obs_properties_t* properties, obs_property_t*, obs_data_t*) {
  ShowState(obs_properties_get(properties, kStateKey), *static_cast<const Filter*>(filter));
  return true;
}

void AddState(obs_properties_t* properties, Filter* filter) {
  obs_property_t* line = obs_properties_add_text(properties, kStateKey, "", OBS_TEXT_INFO);
  obs_property_text_set_info_word_wrap(line, true);
  ShowState(line, *filter);
  for (const char* key : {kChannelModeKey, kModelKey}) {
    obs_property_set_modified_callback2(obs_properties_get(properties, key), StateChanged, filter);
  }
}

}  // namespace

obs_properties_t* Properties(Filter* filter) {
  obs_properties_t* properties = obs_properties_create();
  AddPresets(properties);
  AddSlider(properties, kAttenuationLimitKey, "AttenuationLimit", plugin::kAttenuationLimit, 0.5,
            " dB");
  AddSlider(properties, kPostFilterKey, "PostFilter", plugin::kPostFilterBeta, 0.001, "");
  AddSwitch(properties, kAutoLevelKey, "AutoLevel");
  AddSwitch(properties, kBypassKey, "Bypass");
  AddModes(properties);
  AddModel(properties);
  if (filter != nullptr) AddState(properties, filter);
  return properties;
}

void SetDefaults(obs_data_t* settings) {
  obs_data_set_default_string(settings, kPresetKey, plugin::kPresets[0].symbol);
  obs_data_set_default_double(settings, kAttenuationLimitKey,
                              plugin::kAttenuationLimit.default_value);
  obs_data_set_default_double(settings, kPostFilterKey, plugin::kPostFilterBeta.default_value);
  obs_data_set_default_bool(settings, kAutoLevelKey, plugin::kAutoLevel.default_value > 0.0f);
  obs_data_set_default_bool(settings, kBypassKey, false);
  obs_data_set_default_string(settings, kChannelModeKey, "linked");
  obs_data_set_default_string(settings, kModelKey, "");
}

}  // namespace dfn::obs
