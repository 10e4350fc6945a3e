// Tests what the plugins' parameters do, and how people read and type their values.
#include "common/value_text.h"

#include <gtest/gtest.h>

#include <clocale>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/controls.h"
#include "common/parameters.h"
#include "common/presets.h"

namespace dfn::test {
namespace {

using plugin::Controls;
using plugin::NearestValue;
using plugin::Parameter;
using plugin::ParseValue;
using plugin::SetControl;
using plugin::ValueText;

std::vector<const Parameter*> AllParameters() {
  return {&plugin::kAttenuationLimit, &plugin::kPostFilterBeta,
          &plugin::kMinThreshold,     &plugin::kMaxErbThreshold,
          &plugin::kMaxDfThreshold,   &plugin::kExtraHops,
          &plugin::kEnabled,          &plugin::kBypass,
          &plugin::kAutoLevel,        &plugin::kStereo};
}

TEST(ValueTextTest, SaysWhatPeopleRead) {
  EXPECT_EQ(ValueText(plugin::kAttenuationLimit, 12.0), "12.0 dB");
  EXPECT_EQ(ValueText(plugin::kAttenuationLimit, 99.9), "99.9 dB");
  EXPECT_EQ(ValueText(plugin::kAttenuationLimit, 99.96), "No limit");
  EXPECT_EQ(ValueText(plugin::kAttenuationLimit, 1e9), "No limit");
  EXPECT_EQ(ValueText(plugin::kAttenuationLimit, -3.0), "0.0 dB");
  EXPECT_EQ(ValueText(plugin::kAttenuationLimit, std::nan("")), "No limit");
  EXPECT_EQ(ValueText(plugin::kPostFilterBeta, 0.02), "0.0200");
  EXPECT_EQ(ValueText(plugin::kExtraHops, 3.4), "3 hops");
  EXPECT_EQ(ValueText(plugin::kBypass, 1.0), "On");
  EXPECT_EQ(ValueText(plugin::kStereo, 0.2), "Linked");
  EXPECT_EQ(ValueText(plugin::kStereo, 1.0), "Independent");
}

TEST(ValueTextTest, ReadsWhatPeopleType) {
  EXPECT_EQ(ParseValue(plugin::kAttenuationLimit, "12"), 12.0);
  EXPECT_EQ(ParseValue(plugin::kAttenuationLimit, "  12.5db "), 12.5);
  EXPECT_EQ(ParseValue(plugin::kAttenuationLimit, "no LIMIT"), 100.0);
  EXPECT_EQ(ParseValue(plugin::kAttenuationLimit, "400 dB"), 100.0);
  EXPECT_EQ(ParseValue(plugin::kBypass, "on"), 1.0);
  EXPECT_EQ(ParseValue(plugin::kBypass, "0"), 0.0);
  EXPECT_EQ(ParseValue(plugin::kStereo, "independent"), 1.0);
  for (const char* text : {"", " ", "dB", "12 Hz", "twelve", "nan", "12 dB dB", "linked"}) {
    EXPECT_EQ(ParseValue(plugin::kAttenuationLimit, text), std::nullopt) << text;
  }
  EXPECT_EQ(ParseValue(plugin::kStereo, "Link"), std::nullopt);
}

TEST(ValueTextTest, TextsComeBackTheSameInEveryLocale) {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  for (const char* locale : {"C", "de_DE.UTF-8"}) {
    if (std::setlocale(LC_ALL, locale) == nullptr) continue;  // not installed here
    for (const Parameter* parameter : AllParameters()) {
      for (int step = 0; step <= 400; ++step) {
        const double value =
            parameter->minimum + (parameter->maximum - parameter->minimum) * step / 400.0;
        const std::string text = ValueText(*parameter, value);
        const std::optional<double> read = ParseValue(*parameter, text);
        ASSERT_TRUE(read.has_value()) << parameter->symbol << " " << text;
        EXPECT_GE(*read, parameter->minimum);
        EXPECT_LE(*read, parameter->maximum);
        EXPECT_EQ(ValueText(*parameter, *read), text) << parameter->symbol;
      }
    }
  }
  std::setlocale(LC_ALL, before.c_str());
}

TEST(ValueTextTest, NearestValuesAreInTheRange) {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const Parameter* parameter : AllParameters()) {
    EXPECT_EQ(NearestValue(*parameter, -infinity), parameter->minimum);
    EXPECT_EQ(NearestValue(*parameter, infinity), parameter->maximum);
    EXPECT_EQ(NearestValue(*parameter, std::nan("")), parameter->default_value);
  }
  EXPECT_EQ(NearestValue(plugin::kBypass, 0.6), 1.0);
  EXPECT_EQ(NearestValue(plugin::kPostFilterBeta, 0.013), 0.013);
}

TEST(ControlsTest, EachParameterSetsItsOwn) {
  Controls controls;
  SetControl(controls, plugin::kAttenuationLimit, 1.0f);
  SetControl(controls, plugin::kPostFilterBeta, 0.02f);
  SetControl(controls, plugin::kMinThreshold, 3.0f);
  SetControl(controls, plugin::kMaxErbThreshold, 4.0f);
  SetControl(controls, plugin::kMaxDfThreshold, 5.0f);
  SetControl(controls, plugin::kExtraHops, 6.0f);
  SetControl(controls, plugin::kAutoLevel, 1.0f);
  EXPECT_EQ(controls.attenuation_limit_db, 1.0f);
  EXPECT_EQ(controls.post_filter_beta, 0.02f);
  EXPECT_EQ(controls.min_db_threshold, 3.0f);
  EXPECT_EQ(controls.max_db_erb_threshold, 4.0f);
  EXPECT_EQ(controls.max_db_df_threshold, 5.0f);
  EXPECT_EQ(controls.extra_hops, 6.0f);
  EXPECT_TRUE(controls.auto_level);
  EXPECT_FALSE(controls.bypass);
}

TEST(ControlsTest, EnabledAndBypassAreOpposites) {
  Controls controls;
  SetControl(controls, plugin::kEnabled, 0.0f);
  EXPECT_TRUE(controls.bypass);
  SetControl(controls, plugin::kEnabled, std::nanf(""));
  EXPECT_TRUE(controls.bypass);
  SetControl(controls, plugin::kEnabled, 1.0f);
  EXPECT_FALSE(controls.bypass);
  SetControl(controls, plugin::kBypass, 1.0f);
  EXPECT_TRUE(controls.bypass);
  SetControl(controls, plugin::kStereo, 1.0f);
  SetControl(controls, plugin::kLatency, 0.0f);
  EXPECT_TRUE(controls.bypass);
}

TEST(PresetsTest, AreInTheParametersRanges) {
  std::set<std::string> symbols;
  std::set<std::string> names;
  for (const plugin::Preset& preset : plugin::kPresets) {
    EXPECT_TRUE(symbols.insert(preset.symbol).second) << preset.symbol;
    EXPECT_TRUE(names.insert(preset.name).second) << preset.name;
    const auto in_range = [](const Parameter& parameter, float value) {
      return value >= parameter.minimum && value <= parameter.maximum;
    };
    EXPECT_TRUE(in_range(plugin::kAttenuationLimit, preset.attenuation_limit_db));
    EXPECT_TRUE(in_range(plugin::kPostFilterBeta, preset.post_filter_beta));
  }
}

}  // namespace
}  // namespace dfn::test
