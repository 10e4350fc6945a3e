// Tests that the CLAP plugins keep the rules that hosts and their validators check: descriptors,
// parameters, latency, loading, threads.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "common/parameters.h"
#include "plugins/clap_fixture.h"
#include "plugins/clap_host.h"
#include "plugins/planar.h"

namespace dfn::test {
namespace {

using plugin::kNumberedParameters;
using plugin::Unit;

TEST_F(ClapTest, HasMonoAndStereo) {
  const clap::Factory& factory = library_.factory();
  ASSERT_EQ(factory.count(&factory), 2u);
  EXPECT_EQ(factory.descriptor(&factory, 2), nullptr);
  for (uint32_t i = 0; i < 2; ++i) {
    const clap::Descriptor* descriptor = factory.descriptor(&factory, i);
    ASSERT_NE(descriptor, nullptr);
    EXPECT_EQ(descriptor->clap_version.major, 1u);
    EXPECT_STREQ(descriptor->id, ClapInstance::kIds[i]);
    EXPECT_STREQ(descriptor->version, dfn_version());
    for (const char* text :
         {descriptor->name, descriptor->vendor, descriptor->url, descriptor->manual_url,
          descriptor->support_url, descriptor->description}) {
      EXPECT_NE(text, nullptr);
    }
    std::set<std::string> features;
    for (const char* const* feature = descriptor->features; *feature != nullptr; ++feature) {
      EXPECT_TRUE(features.insert(*feature).second) << *feature;
    }
    EXPECT_EQ(features.count("audio-effect"), 1u);
    EXPECT_EQ(features.count(i == 0 ? "mono" : "stereo"), 1u);
    // The plugin's own descriptor is the factory's.
    const ClapInstance plugin(library_, i + 1);
    EXPECT_EQ(plugin.plugin()->descriptor, descriptor);
  }
}

TEST_F(ClapTest, WhatDoesNotExistIsNull) {
  const clap::Factory& factory = library_.factory();
  const ClapHost host;
  for (const char* id : {"deepfilter.stereox1", "deepfilter", "", "DEEPFILTER.MONO"}) {
    EXPECT_EQ(factory.create(&factory, host.face(), id), nullptr) << id;
  }
  EXPECT_EQ(factory.create(&factory, host.face(), nullptr), nullptr);
  EXPECT_EQ(factory.create(&factory, nullptr, "deepfilter.mono"), nullptr);
  clap::Host old = *host.face();
  old.clap_version = {0, 26, 0};
  EXPECT_EQ(factory.create(&factory, &old, "deepfilter.mono"), nullptr);
  EXPECT_EQ(library_.entry().get_factory("clap.preset-discovery-factory/2"), nullptr);
  EXPECT_EQ(library_.entry().get_factory(nullptr), nullptr);
  const ClapInstance plugin(library_, 1);
  EXPECT_EQ(plugin.plugin()->get_extension(plugin.plugin(), "clap.gui"), nullptr);
  EXPECT_EQ(plugin.plugin()->get_extension(plugin.plugin(), nullptr), nullptr);
}

// A host need have no extension, and may give up a plugin that it has not initialised.
TEST_F(ClapTest, AHostWithoutAnythingWillDo) {
  clap::Host host = *std::make_unique<ClapHost>()->face();
  host.get_extension = nullptr;
  host.request_restart = nullptr;
  const clap::Factory& factory = library_.factory();
  const clap::Plugin* plugin = factory.create(&factory, &host, "deepfilter.stereo");
  plugin->destroy(plugin);
  plugin = factory.create(&factory, &host, "deepfilter.stereo");
  EXPECT_TRUE(plugin->init(plugin));
  EXPECT_TRUE(plugin->activate(plugin, 48000, 1, 512));
  const ClapEvents events({ClapEvents::Value(0, kStereoMode, 1)});
  static_cast<const clap::PluginParams*>(plugin->get_extension(plugin, clap::kParamsId))
      ->flush(plugin, events.list(), events.output());
  testing::internal::CaptureStderr();
  EXPECT_TRUE(plugin->activate(plugin, 1000, 1, 512));
  EXPECT_EQ(testing::internal::GetCapturedStderr().rfind("deepfilter: ", 0), 0u);
  plugin->deactivate(plugin);
  plugin->destroy(plugin);
}

TEST_F(ClapTest, PortsArePairsThatTakeBothPrecisions) {
  for (const size_t channels : {1, 2}) {
    const ClapInstance plugin(library_, channels);
    const auto& ports = plugin.extension<clap::PluginAudioPorts>(clap::kAudioPortsId);
    uint32_t ids[2];
    uint32_t pairs[2];
    for (const bool is_input : {false, true}) {
      ASSERT_EQ(ports.count(plugin.plugin(), is_input), 1u);
      clap::AudioPortInfo info{};
      ASSERT_TRUE(ports.get(plugin.plugin(), 0, is_input, &info));
      EXPECT_EQ(info.flags, clap::kPortIsMain | clap::kPortTakes64Bits);
      EXPECT_EQ(info.channel_count, channels);
      EXPECT_STREQ(info.port_type, channels == 1 ? "mono" : "stereo");
      EXPECT_STREQ(info.name, is_input ? "Input" : "Output");
      ids[is_input] = info.id;
      pairs[is_input] = info.in_place_pair;
      EXPECT_FALSE(ports.get(plugin.plugin(), 1, is_input, &info));
      EXPECT_FALSE(ports.get(plugin.plugin(), 0, is_input, nullptr));
    }
    EXPECT_EQ(pairs[0], ids[1]);
    EXPECT_EQ(pairs[1], ids[0]);
  }
}

TEST_F(ClapTest, ParametersAreThoseOfTheTable) {
  for (const size_t channels : {1, 2}) {
    const ClapInstance plugin(library_, channels);
    const auto& params = plugin.extension<clap::PluginParams>(clap::kParamsId);
    const uint32_t count = params.count(plugin.plugin());
    // The last one chooses what two channels do.
    ASSERT_EQ(count, std::size(kNumberedParameters) - (channels == 1 ? 1 : 0));
    std::set<uint32_t> ids;
    for (uint32_t i = 0; i < count; ++i) {
      const plugin::Parameter& expected = *kNumberedParameters[i].parameter;
      clap::ParamInfo info{};
      ASSERT_TRUE(params.get_info(plugin.plugin(), i, &info));
      EXPECT_EQ(info.id, kNumberedParameters[i].id);
      EXPECT_TRUE(ids.insert(info.id).second);
      EXPECT_STREQ(info.name, expected.name);
      EXPECT_EQ(info.min_value, expected.minimum);
      EXPECT_EQ(info.max_value, expected.maximum);
      EXPECT_EQ(info.default_value, expected.default_value);
      const bool stepped = expected.unit == Unit::kSwitch || expected.unit == Unit::kChoice;
      EXPECT_EQ((info.flags & clap::kParamIsStepped) != 0, stepped);
      EXPECT_EQ((info.flags & clap::kParamIsModulatable) != 0, !stepped);
      EXPECT_EQ((info.flags & clap::kParamIsAutomatable) != 0, expected.unit != Unit::kChoice);
      EXPECT_EQ((info.flags & clap::kParamIsBypass) != 0, &expected == &plugin::kBypass);
      double value = -1.0;
      EXPECT_TRUE(params.get_value(plugin.plugin(), info.id, &value));
      EXPECT_EQ(value, info.default_value);
    }
    clap::ParamInfo info{};
    EXPECT_FALSE(params.get_info(plugin.plugin(), count, &info));
    double value = 0.0;
    EXPECT_FALSE(params.get_value(plugin.plugin(), 4711, &value));
  }
}

TEST_F(ClapTest, TextsAndValuesConvertThereAndBack) {
  const ClapInstance plugin(library_, 2);
  const auto& params = plugin.extension<clap::PluginParams>(clap::kParamsId);
  for (const auto& [id, parameter] : kNumberedParameters) {
    constexpr int kSteps = 800;
    for (int step = 0; step <= kSteps; ++step) {
      const double start =
          parameter->minimum + (parameter->maximum - parameter->minimum) * step / kSteps;
      char text[clap::kNameSize];
      char again[clap::kNameSize];
      double value = 0.0;
      double final_value = 0.0;
      ASSERT_TRUE(params.value_to_text(plugin.plugin(), id, start, text, sizeof text));
      ASSERT_TRUE(params.text_to_value(plugin.plugin(), id, text, &value)) << text;
      ASSERT_TRUE(params.value_to_text(plugin.plugin(), id, value, again, sizeof again));
      EXPECT_STREQ(text, again);
      ASSERT_TRUE(params.text_to_value(plugin.plugin(), id, again, &final_value));
      EXPECT_EQ(value, final_value);
    }
  }
  char small[4];
  EXPECT_FALSE(params.value_to_text(plugin.plugin(), kAttenuation, 12, small, sizeof small));
  EXPECT_STREQ(small, "12.");
  EXPECT_FALSE(params.value_to_text(plugin.plugin(), kAttenuation, 12, small, 0));
  double value = -7.0;
  EXPECT_FALSE(params.text_to_value(plugin.plugin(), kAttenuation, "loud", &value));
  EXPECT_FALSE(params.text_to_value(plugin.plugin(), 4711, "1", &value));
  EXPECT_EQ(value, -7.0);
}

double ValueOf(const ClapInstance& plugin, uint32_t id) {
  double value = std::nan("");
  plugin.extension<clap::PluginParams>(clap::kParamsId).get_value(plugin.plugin(), id, &value);
  return value;
}

// Both ways in set the same values; other spaces' events and other plugins' parameters set none,
// and modulation is no value.
TEST_F(ClapTest, FlushAndProcessSetTheSameValues) {
  const ClapEvents events({ClapEvents::Value(0, kAttenuation, 33.3), ClapEvents::Value(0, kBeta, 9),
                           ClapEvents::Value(0, kLevel, 0.4), ClapEvents::Value(0, kBypassed, 0.6),
                           ClapEvents::Value(0, kStereoMode, -2)});
  ClapInstance flushed(library_, 2);
  flushed.extension<clap::PluginParams>(clap::kParamsId)
      .flush(flushed.plugin(), events.list(), events.output());
  ClapInstance processed(library_, 2);
  ASSERT_TRUE(processed.Activate(48000, 480));
  Planar sound(2, std::vector<float>(480));
  float* both[] = {sound[0].data(), sound[1].data()};
  processed.Run(both, both, 480, events);
  for (const ClapInstance* plugin : {&flushed, &processed}) {
    EXPECT_EQ(ValueOf(*plugin, kAttenuation), 33.3);
    EXPECT_EQ(ValueOf(*plugin, kBeta), static_cast<double>(0.05f));
    EXPECT_EQ(ValueOf(*plugin, kLevel), 0.0);
    EXPECT_EQ(ValueOf(*plugin, kBypassed), 1.0);
    EXPECT_EQ(ValueOf(*plugin, kStereoMode), 0.0);
  }

  clap::ParamEvent foreign = ClapEvents::Value(0, kAttenuation, 1);
  foreign.header.space_id = 0xb33f;
  clap::ParamEvent other_type = ClapEvents::Value(0, kAttenuation, 2);
  other_type.header.type = 9;
  clap::ParamEvent cut_off = ClapEvents::Value(0, kAttenuation, 3);
  cut_off.header.size = sizeof(clap::EventHeader);
  const ClapEvents strange({foreign, other_type, cut_off, ClapEvents::Value(0, 4711, 4),
                            ClapEvents::Modulation(0, kAttenuation, 5)});
  processed.Run(both, both, 480, strange);
  EXPECT_EQ(ValueOf(processed, kAttenuation), 33.3);
  EXPECT_EQ(strange.pushed(), 0u);
}

TEST_F(ClapTest, LatencyIsToldWhenItChanges) {
  ClapInstance plugin(library_, 2);
  EXPECT_EQ(plugin.latency(), 0u);
  ASSERT_TRUE(plugin.Activate(48000, 512));
  const size_t direct = plugin.latency();
  EXPECT_EQ(direct, LibraryDelay(ClapOptions(2, 48000)));
  EXPECT_EQ(plugin.host().latency_changes, 1);
  plugin.Deactivate();
  ASSERT_TRUE(plugin.Activate(48000, 1024));
  EXPECT_EQ(plugin.host().latency_changes, 1);
  plugin.Deactivate();
  ASSERT_TRUE(plugin.Activate(48000, 64));
  EXPECT_EQ(plugin.latency(), direct + 480);
  EXPECT_EQ(plugin.host().latency_changes, 2);
  setenv("DEEPFILTER_PLUGIN_WORK", "direct", 1);
  plugin.Deactivate();
  ASSERT_TRUE(plugin.Activate(48000, 64));
  EXPECT_EQ(plugin.latency(), direct);
  EXPECT_EQ(plugin.host().latency_changes, 3);
}

// A host that says 8192 and brings 64 gets the work spread: after a second of short blocks, once,
// by a restart.
TEST_F(ClapTest, ASecondOfShortBlocksAsksForSpreadWork) {
  const Planar second = TestSound(1, 48000, 48000);
  const dfn_stream_options direct = ClapOptions(1, 48000);
  ClapInstance plugin(library_, 1);
  ASSERT_TRUE(plugin.Activate(48000, 8192));
  plugin.Process(Planar(1, std::vector<float>(47000)), {64});
  EXPECT_EQ(plugin.host().restarts, 0);
  EXPECT_EQ(plugin.latency(), LibraryDelay(direct));
  plugin.Process(second, {64});
  EXPECT_EQ(plugin.host().restarts, 1);
  plugin.Process(second, {64});
  EXPECT_EQ(plugin.host().restarts, 1);
  EXPECT_EQ(plugin.latency(), LibraryDelay(direct)) << "the latency is constant while active";
  plugin.Deactivate();
  ASSERT_TRUE(plugin.Activate(48000, 8192));
  EXPECT_EQ(plugin.latency(), LibraryDelay(Spread(direct)));
  EXPECT_TRUE(plugin.Process(second, {64}) == LibraryOutput(Spread(direct), second));
  EXPECT_EQ(plugin.host().restarts, 1);
  // Other blocks, another presumption.
  plugin.Deactivate();
  ASSERT_TRUE(plugin.Activate(48000, 4096));
  EXPECT_EQ(plugin.latency(), LibraryDelay(direct));
  // One long block among short ones is enough.
  plugin.Process(second, {64, 64, 480});
  plugin.Process(second, {64});
  EXPECT_EQ(plugin.host().restarts, 1);
}

TEST_F(ClapTest, RenderingIsNotTornByARestart) {
  ClapInstance plugin(library_, 1);
  ASSERT_TRUE(plugin.Activate(48000, 8192));
  plugin.extension<clap::PluginRender>(clap::kRenderId).set(plugin.plugin(), clap::kRenderOffline);
  plugin.Process(TestSound(1, 2 * 48000, 48000), {64});
  EXPECT_EQ(plugin.host().restarts, 0);
}

TEST_F(ClapTest, NoModelIsNoActivation) {
  setenv("DEEPFILTER_PLUGIN_MODEL", DFN_SOURCE_DIR "/tests/data/none", 1);
  ClapInstance plugin(library_, 2);
  EXPECT_FALSE(plugin.Activate(48000, 512));
  const std::string said = plugin.host().logged();
  EXPECT_EQ(said.rfind("deepfilter: ", 0), 0u) << said;
  EXPECT_NE(said.find("tests/data/none"), std::string::npos) << said;
  EXPECT_EQ(said.find('\n'), said.size() - 1) << said;
  // It may come later.
  setenv("DEEPFILTER_PLUGIN_MODEL", DFN_SOURCE_DIR "/tests/data/tiny/dfn3", 1);
  EXPECT_TRUE(plugin.Activate(48000, 512));
}

// Offline, the whole sound is enhanced from its first sample on, even with loading in the
// background: activation waits, or the change of the mode does.
TEST_F(ClapTest, OfflineRenderingWaitsForTheModel) {
  setenv("DEEPFILTER_PLUGIN_LOAD", "background", 1);
  const Planar input = TestSound(2, 24000, 48000);
  const Planar expected = LibraryOutput(ClapOptions(2, 48000), input);
  for (const bool before : {true, false}) {
    for (int round = 0; round < 20; ++round) {
      ClapInstance plugin(library_, 2);
      const auto& render = plugin.extension<clap::PluginRender>(clap::kRenderId);
      EXPECT_FALSE(render.has_hard_realtime_requirement(plugin.plugin()));
      EXPECT_FALSE(render.set(plugin.plugin(), 2));
      const auto go_offline = [&] { return render.set(plugin.plugin(), clap::kRenderOffline); };
      ASSERT_TRUE(!before || go_offline());
      ASSERT_TRUE(plugin.Activate(48000, 512));
      ASSERT_TRUE(before || go_offline());
      ASSERT_TRUE(plugin.Process(input, {512}) == expected);
      EXPECT_TRUE(render.set(plugin.plugin(), clap::kRenderRealTime));
    }
  }
}

// In real time the delayed input goes out until the model is there.
TEST_F(ClapTest, RealTimeNeverWaitsForTheModel) {
  setenv("DEEPFILTER_PLUGIN_LOAD", "background", 1);
  const Planar input = TestSound(1, 4800, 48000);
  ClapInstance plugin(library_, 1);
  ASSERT_TRUE(plugin.Activate(48000, 480));
  const size_t latency = plugin.latency();
  EXPECT_EQ(latency, LibraryDelay(ClapOptions(1, 48000)));
  const Planar output = plugin.Process(input, {480});
  const Planar dry = Later(input, latency);
  const Planar wet = LibraryOutput(ClapOptions(1, 48000), input);
  for (size_t i = 0; i < 480 && i < latency; ++i) {
    EXPECT_TRUE(output[0][i] == dry[0][i] || output[0][i] == wet[0][i]) << i;
  }
}

// The threads of CLAP: main for activation, state and values, audio for the sound; and what the
// plugin asks of the host on the way is on the right one.
TEST_F(ClapTest, MainAndAudioThreadsWorkAtOnce) {
  const Planar input = TestSound(2, 48000, 48000);
  ClapInstance plugin(library_, 2);
  ASSERT_TRUE(plugin.Activate(48000, 512));
  std::atomic<bool> done = false;
  std::thread audio([&] {
    std::vector<clap::ParamEvent> events;
    for (uint32_t at = 0; at < 48000; at += 1000) {
      events.push_back(ClapEvents::Value(at, kAttenuation, at % 90));
      events.push_back(ClapEvents::Value(at + 7, kStereoMode, at / 1000 % 2));
      events.push_back(ClapEvents::Modulation(at + 500, kBeta, 0.01));
    }
    plugin.Process(input, {512}, events);
    plugin.plugin()->reset(plugin.plugin());
    done = true;
  });
  const auto& params = plugin.extension<clap::PluginParams>(clap::kParamsId);
  size_t reads = 0;
  while (!done || reads == 0) {
    for (const auto& [id, parameter] : kNumberedParameters) {
      double value = 0.0;
      EXPECT_TRUE(params.get_value(plugin.plugin(), id, &value));
      EXPECT_GE(value, parameter->minimum);
      EXPECT_LE(value, parameter->maximum);
    }
    EXPECT_EQ(plugin.latency(), LibraryDelay(ClapOptions(2, 48000)));
    plugin.extension<clap::PluginTail>(clap::kTailId).get(plugin.plugin());
    ++reads;
  }
  audio.join();
}

// Many plugins on many threads, each with its own main thread.
TEST_F(ClapTest, PluginsAreIndependentOfEachOther) {
  const Planar input = TestSound(2, 9600, 48000);
  const Planar expected = LibraryOutput(ClapOptions(2, 48000), input);
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      ClapInstance plugin(library_, 2);
      if (!plugin.Activate(48000, 480)) return;
      OnAudioThread([&] { right += plugin.Process(input, {480}) == expected ? 1 : 0; });
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 4);
}

TEST(ClapLibraryTest, IsGoneOnceClosed) {
  setenv("DEEPFILTER_PLUGIN_MODEL", DFN_SOURCE_DIR "/tests/data/tiny/dfn3", 1);
  unsetenv("DEEPFILTER_PLUGIN_LOAD");
  for (int round = 0; round < 3; ++round) {
    {
      const ClapLibrary library;
      ClapInstance plugin(library, 2);
      ASSERT_TRUE(plugin.Activate(48000, 480));
      plugin.Process(TestSound(2, 4800, 48000), {480});
    }
    EXPECT_EQ(dlopen(DFN_CLAP_PLUGIN, RTLD_NOW | RTLD_NOLOAD), nullptr);
  }
}

}  // namespace
}  // namespace dfn::test
