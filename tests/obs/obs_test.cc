// Tests the OBS filter in libobs: samples, times, settings, hotkeys, properties, many sources.
#include <gtest/gtest.h>
#include <obs-module.h>
#include <obs.h>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "common/parameters.h"
#include "common/presets.h"
#include "obs/host.h"
#include "plugins/host_programs.h"
#include "plugins/planar.h"

namespace dfn::test {
namespace {

constexpr uint64_t kStartNs = 10'000'000'000;

// The library's options that match the filter's defaults.
dfn_stream_options ObsOptions(size_t channels, uint32_t rate_hz) {
  dfn_stream_options options = DefaultOptions();
  options.sample_rate_hz = rate_hz;
  options.channels = static_cast<uint32_t>(channels);
  options.channel_mode = DFN_CHANNELS_LINKED;
  options.level = DFN_LEVEL_AUTO;
  return options;
}

// The library's output in line with the input, as far as the filter has put it out.
Planar Aligned(const dfn_stream_options& options, const Planar& sound,
               const std::vector<Change>& changes = {}) {
  Planar output = LibraryOutput(options, sound, changes);
  for (std::vector<float>& channel : output) {
    channel.erase(channel.begin(),
                  channel.begin() + static_cast<std::ptrdiff_t>(LibraryDelay(options)));
  }
  return output;
}

void ExpectSame(const Planar& expected, const Planar& found) {
  ASSERT_EQ(found.size(), expected.size());
  for (size_t c = 0; c < expected.size(); ++c) {
    ASSERT_EQ(found[c].size(), expected[c].size());
    for (size_t i = 0; i < expected[c].size(); ++i) {
      ASSERT_EQ(found[c][i], expected[c][i]) << "channel " << c << ", sample " << i;
    }
  }
}

class ObsTest : public testing::Test {
 protected:
  void SetUp() override {
    DFN_OBS_OR_SKIP();
    SetAudio(48000, 2);
    TakeWarnings();
  }
};

class ObsSamplesTest : public testing::TestWithParam<std::tuple<uint32_t, size_t>> {};

TEST_P(ObsSamplesTest, EqualTheLibrarysInLineWithTheInput) {
  DFN_OBS_OR_SKIP();
  const auto [rate_hz, channels] = GetParam();
  SetAudio(rate_hz, channels);
  FilteredSource source(rate_hz, channels);
  const Planar sound = TestSound(channels, rate_hz, rate_hz);
  source.Put(sound, kStartNs, {1024, 441, 480, 3000, 7, 960});
  ExpectSame(Aligned(ObsOptions(channels, rate_hz), sound), source.TakeFrom(kStartNs));
}

INSTANTIATE_TEST_SUITE_P(Rates, ObsSamplesTest,
                         testing::Combine(testing::Values(16000, 32000, 44100, 48000, 96000),
                                          testing::Values(1, 2, 8)));

TEST_F(ObsTest, SettingsChangeWithTheNextBlock) {
  const Planar sound = TestSound(2, 96000, 48000);
  FilteredSource source(48000, 2);
  const auto put = [&](size_t begin, size_t end) {
    Planar part;
    for (const std::vector<float>& channel : sound) {
      part.emplace_back(channel.begin() + static_cast<std::ptrdiff_t>(begin),
                        channel.begin() + static_cast<std::ptrdiff_t>(end));
    }
    source.Put(part, kStartNs + NsOf(begin, 48000), {1024});
  };
  put(0, 20000);
  source.Update(R"({"attenuation_limit": 12.0, "post_filter_beta": 0.02})");
  put(20000, 50000);
  source.Update(R"({"bypass": true})");
  put(50000, 60000);
  source.Update(R"({"bypass": false, "auto_level": false})");
  put(60000, 96000);
  const Planar expected = Aligned(ObsOptions(2, 48000), sound,
                                  {{20000,
                                    [](dfn_stream* s) {
                                      dfn_stream_set_attenuation_limit_db(s, 12.0f);
                                      dfn_stream_set_post_filter_beta(s, 0.02f);
                                    }},
                                   {50000, [](dfn_stream* s) { dfn_stream_set_bypass(s, 1); }},
                                   {60000, [](dfn_stream* s) {
                                      dfn_stream_set_bypass(s, 0);
                                      dfn_stream_set_level(s, DFN_LEVEL_KEEP, 0.0f);
                                    }}});
  ExpectSame(expected, source.TakeFrom(kStartNs));
}

// Another stream takes over without a hole, and from then on it is what it would be alone.
TEST_F(ObsTest, AnotherChannelModeIsFadedIn) {
  const Planar sound = TestSound(2, 96000, 48000);
  FilteredSource source(48000, 2);
  source.Put(sound, kStartNs, {1024});
  source.Update(R"({"channel_mode": "independent"})");
  source.Put(sound, kStartNs + NsOf(96000, 48000), {1024});
  const Planar found = source.TakeFrom(kStartNs);
  dfn_stream_options options = ObsOptions(2, 48000);
  const size_t delay = LibraryDelay(options);
  const Planar before = Aligned(options, sound);
  options.channel_mode = DFN_CHANNELS_INDEPENDENT;
  const Planar after = Aligned(options, sound);
  for (size_t c = 0; c < 2; ++c) {
    ASSERT_EQ(found[c].size(), 2 * 96000 - delay);
    for (size_t i = 0; i < before[c].size(); ++i) ASSERT_EQ(found[c][i], before[c][i]) << i;
    // The fade of 10 ms and the block that it ends in are left out.
    for (size_t i = 480; i < after[c].size(); ++i) ASSERT_EQ(found[c][96000 + i], after[c][i]) << i;
  }
}

// A model with another delay keeps every sample at its time.
TEST_F(ObsTest, AnotherDelayLeavesNoHoleInTime) {
  const Planar sound = TestSound(2, 48000, 48000);
  FilteredSource source(48000, 2);
  uint64_t time = kStartNs;
  for (const char* model : {kTinyModel, kTinyLateModel, kTinyModel}) {
    source.Update(std::string(R"({"model": ")") + model + R"("})");
    source.Put(sound, time, {1024});
    time += NsOf(48000, 48000);
  }
  setenv("DEEPFILTER_PLUGIN_MODEL", kTinyLateModel, 1);
  const Planar found = source.TakeFrom(kStartNs);
  setenv("DEEPFILTER_PLUGIN_MODEL", kTinyModel, 1);
  EXPECT_EQ(source.packets().size(), 0u);
  // The faster model at the end is as late as the slower one before it.
  ASSERT_GT(found[0].size(), 3 * 48000u - 5000);
  dfn_stream_options options = ObsOptions(2, 48000);
  const Planar last = Aligned(options, sound);
  for (size_t i = 480; i < last[0].size() - 1000; ++i) {
    ASSERT_EQ(found[0][96000 + i], last[0][i]) << i;
    if (i + 96000 + 1 == found[0].size()) break;
  }
}

TEST_F(ObsTest, ALeapInTimeBeginsAnew) {
  const Planar sound = TestSound(2, 48000, 48000);
  FilteredSource source(48000, 2);
  source.Put(sound, kStartNs, {1024});
  source.TakeFrom(kStartNs);
  source.Put(sound, 3 * kStartNs, {1024});
  ExpectSame(Aligned(ObsOptions(2, 48000), sound), source.TakeFrom(3 * kStartNs));
}

TEST_F(ObsTest, TwentySourcesAtOnce) {
  constexpr size_t kSources = 20;
  std::vector<std::unique_ptr<FilteredSource>> sources;
  for (size_t i = 0; i < kSources; ++i) {
    sources.push_back(std::make_unique<FilteredSource>(48000, 2));
  }
  const Planar sound = TestSound(2, 24000, 48000);
  std::vector<std::thread> threads;
  for (const auto& source : sources) {
    threads.emplace_back([&source, &sound] { source->Put(sound, kStartNs, {480, 1024}); });
  }
  for (std::thread& thread : threads) thread.join();
  const Planar expected = Aligned(ObsOptions(2, 48000), sound);
  for (const auto& source : sources) ExpectSame(expected, source->TakeFrom(kStartNs));
  EXPECT_EQ(TakeWarnings(), "");
}

// Settings of every kind change on one thread while the sound runs on another.
TEST_F(ObsTest, SettingsMayChangeAtAnyTime) {
  const Planar sound = TestSound(2, 5 * 48000, 48000);
  FilteredSource source(48000, 2);
  std::thread player([&] { source.Put(sound, kStartNs, {480}); });
  const char* const changes[] = {R"({"attenuation_limit": 6.0})",
                                 R"({"channel_mode": "downmix"})",
                                 R"({"bypass": true})",
                                 R"({"channel_mode": "independent", "post_filter_beta": 0.05})",
                                 R"({"auto_level": false, "bypass": false})",
                                 R"({"channel_mode": "linked"})"};
  for (size_t i = 0; i < 60; ++i) source.Update(changes[i % std::size(changes)]);
  player.join();
  EXPECT_TRUE(source.finite());
  const Planar found = source.TakeFrom(kStartNs);
  EXPECT_EQ(found[0].size(), 5 * 48000 - LibraryDelay(ObsOptions(2, 48000)));
  EXPECT_EQ(TakeWarnings(), "");
}

TEST_F(ObsTest, WithoutAModelTheSoundPasses) {
  const Planar sound = TestSound(2, 24000, 48000);
  FilteredSource source(48000, 2, R"({"model": "/no/such/model"})");
  EXPECT_NE(TakeWarnings().find("/no/such/model"), std::string::npos);
  source.Put(sound, kStartNs, {1024});
  ExpectSame(sound, source.TakeFrom(kStartNs));
  obs_properties_t* properties = obs_source_properties(source.filter());
  obs_property_t* state = obs_properties_get(properties, "state");
  EXPECT_NE(std::string(obs_property_description(state)).find("/no/such/model"), std::string::npos);
  EXPECT_EQ(obs_property_text_info_type(state), OBS_TEXT_INFO_ERROR);
  source.Update(std::string(R"({"model": ")") + kTinyModel + R"("})");
  // As OBS does when the field is changed.
  const Settings settings(obs_source_get_settings(source.filter()));
  EXPECT_TRUE(obs_property_modified(obs_properties_get(properties, "model"), settings.get()));
  EXPECT_EQ(std::string(obs_property_description(state)).find("/no/such/model"), std::string::npos);
  EXPECT_EQ(obs_property_text_info_type(state), OBS_TEXT_INFO_NORMAL);
  obs_properties_destroy(properties);
  source.Put(sound, kStartNs + NsOf(24000, 48000), {1024});
  ExpectSame(Aligned(ObsOptions(2, 48000), sound), source.TakeFrom(kStartNs + NsOf(24000, 48000)));
}

struct HotkeyIds {
  obs_hotkey_id bypass = OBS_INVALID_HOTKEY_ID, enhance = OBS_INVALID_HOTKEY_ID;
};

TEST_F(ObsTest, HotkeysSwitchTheBypass) {
  FilteredSource source(48000, 2);
  HotkeyIds ids;
  obs_enum_hotkeys(
      [](void* data, obs_hotkey_id id, obs_hotkey_t* hotkey) {
        auto& found = *static_cast<HotkeyIds*>(data);
        const std::string name = obs_hotkey_get_name(hotkey);
        if (name == "deepfilter.bypass") found.bypass = id;
        if (name == "deepfilter.enhance") found.enhance = id;
        return true;
      },
      &ids);
  ASSERT_NE(ids.bypass, OBS_INVALID_HOTKEY_ID);
  ASSERT_NE(ids.enhance, OBS_INVALID_HOTKEY_ID);
  const auto bypassed = [&source] {
    const Settings settings(obs_source_get_settings(source.filter()));
    return obs_data_get_bool(settings.get(), "bypass");
  };
  const auto press = [](obs_hotkey_id id) {
    obs_hotkey_trigger_routed_callback(id, true);
    obs_hotkey_trigger_routed_callback(id, false);
  };
  obs_hotkey_enable_callback_rerouting(true);
  EXPECT_FALSE(bypassed());
  press(ids.bypass);
  EXPECT_TRUE(bypassed());
  const Planar sound = TestSound(2, 24000, 48000);
  source.Put(sound, kStartNs, {1024});
  // Bypass fades in over the first hop.
  const Planar found = source.TakeFrom(kStartNs);
  for (size_t i = 1000; i < found[0].size(); ++i) ASSERT_EQ(found[0][i], sound[0][i]) << i;
  press(ids.enhance);
  EXPECT_FALSE(bypassed());
}

TEST_F(ObsTest, PropertiesHaveHelpAndTheParametersOfAllPlugins) {
  FilteredSource source(48000, 2);
  obs_properties_t* properties = obs_source_properties(source.filter());
  size_t count = 0;
  for (obs_property_t* p = obs_properties_first(properties); p != nullptr; obs_property_next(&p)) {
    const std::string name = obs_property_name(p);
    ++count;
    if (name == "state") {
      EXPECT_EQ(std::string(obs_property_description(p)).find("State."), std::string::npos);
      EXPECT_NE(std::string(obs_property_description(p)).find("40.0 ms"), std::string::npos)
          << obs_property_description(p);
      continue;
    }
    const char* help = obs_property_long_description(p);
    ASSERT_NE(help, nullptr) << name;
    // A text that the file of translations lacks would be its key.
    EXPECT_NE(std::string(help).find(' '), std::string::npos) << name;
    EXPECT_EQ(std::string(help).find("Help."), std::string::npos) << name;
    EXPECT_EQ(std::string(obs_property_description(p)).find('.'), std::string::npos) << name;
  }
  EXPECT_EQ(count, 8u);
  const auto expect = [properties](const char* name, const plugin::Parameter& parameter) {
    obs_property_t* p = obs_properties_get(properties, name);
    ASSERT_NE(p, nullptr) << name;
    EXPECT_EQ(static_cast<float>(obs_property_float_min(p)), parameter.minimum);
    EXPECT_EQ(static_cast<float>(obs_property_float_max(p)), parameter.maximum);
    EXPECT_STREQ(obs_property_long_description(p), parameter.meaning);
  };
  expect("attenuation_limit", plugin::kAttenuationLimit);
  expect("post_filter_beta", plugin::kPostFilterBeta);
  EXPECT_STREQ(obs_property_long_description(obs_properties_get(properties, "auto_level")),
               plugin::kAutoLevel.meaning);
  obs_properties_destroy(properties);
}

TEST_F(ObsTest, PresetsSetTheValues) {
  FilteredSource source(48000, 2);
  obs_properties_t* properties = obs_source_properties(source.filter());
  const Settings settings(obs_source_get_settings(source.filter()));
  obs_property_t* preset = obs_properties_get(properties, "preset");
  for (size_t i = 0; i < std::size(plugin::kPresets); ++i) {
    const plugin::Preset& expected = plugin::kPresets[i];
    EXPECT_STREQ(obs_property_list_item_string(preset, i), expected.symbol);
    EXPECT_STREQ(obs_property_list_item_name(preset, i), expected.name);
    EXPECT_NE(std::string(obs_property_long_description(preset)).find(expected.meaning),
              std::string::npos);
    obs_data_set_string(settings.get(), "preset", expected.symbol);
    obs_property_modified(preset, settings.get());
    EXPECT_EQ(obs_data_get_double(settings.get(), "attenuation_limit"),
              expected.attenuation_limit_db);
    EXPECT_EQ(obs_data_get_double(settings.get(), "post_filter_beta"), expected.post_filter_beta);
  }
  // A value of one's own leaves the preset.
  obs_data_set_double(settings.get(), "attenuation_limit", 17.0);
  EXPECT_TRUE(
      obs_property_modified(obs_properties_get(properties, "attenuation_limit"), settings.get()));
  EXPECT_STREQ(obs_data_get_string(settings.get(), "preset"), "own");
  obs_properties_destroy(properties);
}

TEST_F(ObsTest, DefaultsAreTheParameters) {
  const Settings defaults(obs_get_source_defaults(kFilterId));
  EXPECT_EQ(obs_data_get_double(defaults.get(), "attenuation_limit"),
            plugin::kAttenuationLimit.default_value);
  EXPECT_EQ(obs_data_get_double(defaults.get(), "post_filter_beta"),
            plugin::kPostFilterBeta.default_value);
  EXPECT_TRUE(obs_data_get_bool(defaults.get(), "auto_level"));
  EXPECT_FALSE(obs_data_get_bool(defaults.get(), "bypass"));
  EXPECT_STREQ(obs_source_get_display_name(kFilterId), "DeepFilter Noise Suppression");
  EXPECT_STREQ(obs_get_module_name(PluginModule()), "deepfilter");
}

}  // namespace
}  // namespace dfn::test
