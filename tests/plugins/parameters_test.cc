// Tests that the parameters of plugins/common/parameters.h are those of the LADSPA library and of
// deepfilter.ttl, which describes the LV2 plugins to hosts, and the presets those of presets.ttl.
#include "common/parameters.h"
#include "base/testing/file_content.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "common/presets.h"
#include "plugins/ladspa_host.h"

namespace dfn::test {
namespace {

using plugin::Parameter;
using plugin::Unit;
using testing::HasSubstr;

// Returns a number as deepfilter.ttl writes it: "100.0", "0.05".
std::string Number(float value) {
  std::ostringstream text;
  text << value;
  return text.str().find('.') == std::string::npos ? text.str() + ".0" : text.str();
}

// Returns the description of a control port in deepfilter.ttl.
std::string PortText(size_t index, const Parameter& parameter) {
  const bool output = &parameter == &plugin::kLatency || &parameter == &plugin::kLocalSnr ||
                      &parameter == &plugin::kLevelGain;
  std::string text = "\t\ta lv2:ControlPort , lv2:" + std::string(output ? "Out" : "In") +
                     "putPort ;\n\t\tlv2:index " + std::to_string(index) + " ;\n\t\tlv2:symbol \"" +
                     parameter.symbol + "\" ;\n\t\tlv2:name \"" + parameter.name + "\" ;\n";
  if (*parameter.meaning != '\0') {
    text += "\t\trdfs:comment \"" + std::string(parameter.meaning) + "\" ;\n";
  }
  if (&parameter == &plugin::kEnabled) text += "\t\tlv2:designation lv2:enabled ;\n";
  if (&parameter == &plugin::kLatency) {
    text +=
        "\t\tlv2:designation lv2:latency ;\n"
        "\t\tlv2:portProperty lv2:reportsLatency , lv2:integer ;\n";
  }
  if (parameter.unit == Unit::kSwitch) text += "\t\tlv2:portProperty lv2:toggled ;\n";
  if (!output) text += "\t\tlv2:default " + Number(parameter.default_value) + " ;\n";
  text += "\t\tlv2:minimum " + Number(parameter.minimum) + " ;\n\t\tlv2:maximum " +
          Number(parameter.maximum);
  if (parameter.unit == Unit::kDb) text += " ;\n\t\tunits:unit units:db";
  if (parameter.unit == Unit::kSamples) text += " ;\n\t\tunits:unit units:frame";
  return text + "\n\t]";
}

size_t Count(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(ParametersTest, TheLv2DescriptionSaysTheSame) {
  const std::string text = FileContent(DFN_SOURCE_DIR "/plugins/lv2/deepfilter.ttl");
  const size_t stereo = text.find("<urn:deepfilter:stereo>\n");
  ASSERT_NE(stereo, std::string::npos);
  for (const size_t channels : {1, 2}) {
    const std::string description = channels == 1 ? text.substr(0, stereo) : text.substr(stereo);
    size_t index = 2 * channels;
    for (const Parameter* parameter : plugin::kLv2Controls) {
      EXPECT_THAT(description, HasSubstr(PortText(index++, *parameter)));
    }
    EXPECT_EQ(Count(description, "lv2:ControlPort"), std::size(plugin::kLv2Controls));
  }
}

// Returns the description of a preset in presets.ttl, or its announcement in manifest.ttl.
std::string PresetText(const std::string& plugin_uri, const plugin::Preset& preset, bool whole) {
  const std::string beginning = "\n<" + plugin_uri + "#" + preset.symbol +
                                ">\n\ta pset:Preset ;\n\tlv2:appliesTo <" + plugin_uri + "> ;\n";
  if (!whole) return beginning + "\trdfs:seeAlso <presets.ttl> .\n";
  const auto value = [](const Parameter& parameter, float number) {
    return "[\n\t\tlv2:symbol \"" + std::string(parameter.symbol) + "\" ;\n\t\tpset:value " +
           Number(number) + "\n\t]";
  };
  return beginning + "\trdfs:label \"" + preset.name + "\" ;\n\trdfs:comment \"" + preset.meaning +
         "\" ;\n\tlv2:port " + value(plugin::kAttenuationLimit, preset.attenuation_limit_db) +
         " , " + value(plugin::kPostFilterBeta, preset.post_filter_beta) + " .\n";
}

TEST(ParametersTest, TheLv2PresetsSayTheSame) {
  const std::string presets = FileContent(DFN_SOURCE_DIR "/plugins/lv2/presets.ttl");
  const std::string manifest = FileContent(DFN_SOURCE_DIR "/plugins/lv2/manifest.ttl");
  for (const char* uri : {"urn:deepfilter:mono", "urn:deepfilter:stereo"}) {
    for (const plugin::Preset& preset : plugin::kPresets) {
      EXPECT_THAT(presets, HasSubstr(PresetText(uri, preset, true)));
      EXPECT_THAT(manifest, HasSubstr(PresetText(uri, preset, false)));
    }
  }
  EXPECT_EQ(Count(presets, "pset:Preset"), 2 * std::size(plugin::kPresets));
  EXPECT_EQ(Count(manifest, "pset:Preset"), 2 * std::size(plugin::kPresets));
}

TEST(ParametersTest, TheLadspaPortsSayTheSame) {
  const LadspaLibrary library;
  for (const size_t channels : {1, 2}) {
    const LADSPA_Descriptor* descriptor = library.ForChannels(channels);
    ASSERT_NE(descriptor, nullptr);
    size_t port = 2 * channels;
    ASSERT_EQ(descriptor->PortCount, port + std::size(plugin::kLadspaControls));
    for (const Parameter* parameter : plugin::kLadspaControls) {
      const LADSPA_PortRangeHint& hint = descriptor->PortRangeHints[port];
      EXPECT_EQ(descriptor->PortDescriptors[port],
                LADSPA_PORT_CONTROL |
                    (parameter == &plugin::kLatency ? LADSPA_PORT_OUTPUT : LADSPA_PORT_INPUT));
      EXPECT_STREQ(descriptor->PortNames[port++], parameter->ladspa_name);
      EXPECT_TRUE(LADSPA_IS_HINT_BOUNDED_BELOW(hint.HintDescriptor) &&
                  LADSPA_IS_HINT_BOUNDED_ABOVE(hint.HintDescriptor));
      EXPECT_EQ(hint.LowerBound, parameter->minimum);
      EXPECT_EQ(hint.UpperBound, parameter->maximum);
      EXPECT_EQ(
          LADSPA_IS_HINT_DEFAULT_MAXIMUM(hint.HintDescriptor) ? hint.UpperBound : hint.LowerBound,
          parameter->default_value);
    }
  }
}

TEST(ParametersTest, EveryDefaultIsInItsRange) {
  for (const auto& list :
       {std::vector(std::begin(plugin::kLadspaControls), std::end(plugin::kLadspaControls)),
        std::vector(std::begin(plugin::kLv2Controls), std::end(plugin::kLv2Controls))}) {
    for (const Parameter* parameter : list) {
      EXPECT_LE(parameter->minimum, parameter->default_value) << parameter->symbol;
      EXPECT_GE(parameter->maximum, parameter->default_value) << parameter->symbol;
    }
  }
}

}  // namespace
}  // namespace dfn::test
