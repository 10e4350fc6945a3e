// Tests the CLAP plugins with what no host should bring: broken states, random events, missing and
// strange buffers, broken sound.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "common/parameters.h"
#include "plugins/clap_fixture.h"
#include "plugins/clap_host.h"
#include "plugins/planar.h"

namespace dfn::test {
namespace {

using Bytes = std::vector<uint8_t>;

// A stream that moves so many bytes a call at most, and fails after `works` calls.
struct MemoryStream {
  Bytes bytes = {};
  size_t most = std::numeric_limits<size_t>::max();
  size_t works = std::numeric_limits<size_t>::max();
  size_t position = 0;
  size_t moved = 0;

  static int64_t Read(const clap::InputStream* stream, void* to, uint64_t size) {
    auto& self = *static_cast<MemoryStream*>(stream->context);
    if (self.works-- == 0) return -1;
    const size_t now =
        std::min({static_cast<size_t>(size), self.most, self.bytes.size() - self.position});
    if (now > 0) std::memcpy(to, self.bytes.data() + self.position, now);
    self.position += now;
    self.moved += now;
    return static_cast<int64_t>(now);
  }
  static int64_t Write(const clap::OutputStream* stream, const void* from, uint64_t size) {
    auto& self = *static_cast<MemoryStream*>(stream->context);
    if (self.works-- == 0) return -1;
    const size_t now = std::min(static_cast<size_t>(size), self.most);
    const auto* bytes = static_cast<const uint8_t*>(from);
    self.bytes.insert(self.bytes.end(), bytes, bytes + now);
    return static_cast<int64_t>(now);
  }
};

class ClapHostileTest : public ClapTest {
 protected:
  static bool Load(ClapInstance& plugin, MemoryStream stream) {
    const clap::InputStream face = {&stream, MemoryStream::Read};
    return plugin.extension<clap::PluginState>(clap::kStateId).load(plugin.plugin(), &face);
  }
  static bool Load(ClapInstance& plugin, const Bytes& bytes) {
    return Load(plugin, MemoryStream{.bytes = bytes});
  }
  static bool Save(const ClapInstance& plugin, MemoryStream& stream) {
    const clap::OutputStream face = {&stream, MemoryStream::Write};
    return plugin.extension<clap::PluginState>(clap::kStateId).save(plugin.plugin(), &face);
  }
  static Bytes Saved(const ClapInstance& plugin) {
    MemoryStream stream;
    EXPECT_TRUE(Save(plugin, stream));
    return stream.bytes;
  }
  static void Set(ClapInstance& plugin, std::vector<clap::ParamEvent> changes) {
    const ClapEvents events(std::move(changes));
    plugin.extension<clap::PluginParams>(clap::kParamsId)
        .flush(plugin.plugin(), events.list(), events.output());
  }
  static std::vector<double> Values(const ClapInstance& plugin) {
    std::vector<double> values;
    for (const auto& [id, parameter] : plugin::kNumberedParameters) {
      values.push_back(std::nan(""));
      plugin.extension<clap::PluginParams>(clap::kParamsId)
          .get_value(plugin.plugin(), id, &values.back());
    }
    return values;
  }
};

TEST_F(ClapHostileTest, StatesComeBackTheSame) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    ClapInstance plugin(library_, 2);
    std::vector<clap::ParamEvent> changes;
    for (const auto& [id, parameter] : plugin::kNumberedParameters) {
      std::uniform_real_distribution<double> any(parameter->minimum, parameter->maximum);
      changes.push_back(ClapEvents::Value(0, id, any(random)));
    }
    Set(plugin, changes);
    MemoryStream stream{.most = static_cast<size_t>(round % 25) + 1};
    ASSERT_TRUE(Save(plugin, stream));
    EXPECT_EQ(stream.bytes, Saved(plugin));

    ClapInstance other(library_, 2);
    ASSERT_TRUE(Load(other, {.bytes = stream.bytes, .most = static_cast<size_t>(round % 17) + 1}));
    EXPECT_EQ(Values(other), Values(plugin));
    EXPECT_EQ(Saved(other), stream.bytes);
    EXPECT_EQ(other.host().rescans, 1);
  }
}

// The layout is a promise to projects that are saved.
TEST_F(ClapHostileTest, StatesOfVersionOneAreRead) {
  const Bytes state = {
      'd', 'f', 'n', '-', 'c', 'l', 'a', 'p', 1, 0, 0,    0,    3,    0,
      0,   0,   1,   0,   0,   0,   0,   0,   0, 0, 0,    0,    0x28, 0x40,  // attenuation limit 12
      4,   0,   0,   0,   0,   0,   0,   0,   0, 0, 0xf0, 0x3f,              // bypass 1
      99,  0,   0,   0,   0,   0,   0,   0,   0, 0, 0xf0, 0x3f};             // of a later version
  ClapInstance plugin(library_, 2);
  Set(plugin, {ClapEvents::Value(0, kBeta, 0.05), ClapEvents::Value(0, kLevel, 0)});
  ASSERT_TRUE(Load(plugin, state));
  EXPECT_EQ(Values(plugin), (std::vector<double>{12, 0, 1, 1, 0}));
  // A mono plugin takes a stereo plugin's.
  ClapInstance stereo(library_, 2);
  Set(stereo, {ClapEvents::Value(0, kStereoMode, 1), ClapEvents::Value(0, kAttenuation, 7)});
  ClapInstance mono(library_, 1);
  ASSERT_TRUE(Load(mono, Saved(stereo)));
  EXPECT_EQ(Values(mono)[0], 7.0);
}

TEST_F(ClapHostileTest, BrokenStatesChangeNothing) {
  ClapInstance plugin(library_, 2);
  Set(plugin, {ClapEvents::Value(0, kAttenuation, 5), ClapEvents::Value(0, kBeta, 0.01)});
  const Bytes good = Saved(plugin);
  const std::vector<double> before = Values(plugin);
  const auto refused = [&](const Bytes& bytes, const std::string& what) {
    EXPECT_FALSE(Load(plugin, bytes)) << what;
    EXPECT_EQ(Values(plugin), before) << what;
  };
  for (size_t length = 0; length < good.size(); ++length) {
    refused({good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length)}, "cut off");
  }
  Bytes longer = good;
  longer.push_back(0);
  refused(longer, "a byte more");
  for (size_t at = 0; at < 16; ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      Bytes changed = good;
      changed[at] = static_cast<uint8_t>(changed[at] ^ (1 << bit));
      refused(changed, "header byte " + std::to_string(at));
    }
  }
  Bytes twice = good;
  twice[16 + 12] = good[16];
  refused(twice, "a parameter twice");
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double value : {-0.5, 100.5, infinity, -infinity, std::nan(""), 1e300}) {
    Bytes changed = good;
    const auto bits = std::bit_cast<uint64_t>(value);
    for (size_t i = 0; i < 8; ++i) changed[20 + i] = static_cast<uint8_t>(bits >> (8 * i));
    refused(changed, "value " + std::to_string(value));
  }
  for (size_t works = 0; works < 3; ++works) {
    EXPECT_FALSE(Load(plugin, {.bytes = good, .most = 9, .works = works}));
    MemoryStream stream{.most = 9, .works = works};
    EXPECT_FALSE(Save(plugin, stream));
  }
  EXPECT_EQ(Values(plugin), before);
  const auto& state = plugin.extension<clap::PluginState>(clap::kStateId);
  EXPECT_FALSE(state.load(plugin.plugin(), nullptr));
  EXPECT_FALSE(state.save(plugin.plugin(), nullptr));
}

TEST_F(ClapHostileTest, RandomBytesAreNoState) {
  std::mt19937 random(3);
  ClapInstance plugin(library_, 2);
  const std::vector<double> before = Values(plugin);
  const Bytes good = Saved(plugin);
  for (int round = 0; round < 300; ++round) {
    Bytes bytes(round < 3 ? 1u << 20 : random() % 200);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
    MemoryStream stream{.bytes = bytes};
    const clap::InputStream face = {&stream, MemoryStream::Read};
    EXPECT_FALSE(plugin.extension<clap::PluginState>(clap::kStateId).load(plugin.plugin(), &face));
    EXPECT_LT(stream.moved, 4096u) << "the plugin reads without an end";
  }
  EXPECT_EQ(Values(plugin), before);
  // States with some wrong bytes are refused, or have values in their ranges.
  for (int round = 0; round < 2000; ++round) {
    Bytes bytes = good;
    for (int i = 0; i < 3; ++i) bytes[random() % bytes.size()] = static_cast<uint8_t>(random());
    Load(plugin, bytes);
    const std::vector<double> values = Values(plugin);
    for (size_t i = 0; i < values.size(); ++i) {
      EXPECT_GE(values[i], plugin::kNumberedParameters[i].parameter->minimum);
      EXPECT_LE(values[i], plugin::kNumberedParameters[i].parameter->maximum);
    }
  }
}

void ExpectSound(const Planar& output) {
  for (const std::vector<float>& channel : output) {
    EXPECT_TRUE(std::all_of(channel.begin(), channel.end(), [](float x) {
      return std::isfinite(x) && std::abs(x) < 100.0f && (x == 0.0f || std::isnormal(x));
    }));
  }
}

// Random values and modulation, at random samples and a few samples apart, in random blocks.
TEST_F(ClapHostileTest, AnyParametersGiveSound) {
  std::mt19937 random(11);
  ClapInstance plugin(library_, 2);
  const auto any_value = [&](const plugin::Parameter& parameter) -> double {
    constexpr double kStrange[] = {1e300, -1e300, std::numeric_limits<double>::quiet_NaN(),
                                   std::numeric_limits<double>::infinity(), 5e-324};
    switch (random() % 5) {
      case 0:
        return parameter.minimum;
      case 1:
        return parameter.maximum;
      case 2:
        return kStrange[random() % std::size(kStrange)];
      default:
        return std::uniform_real_distribution<double>(parameter.minimum, parameter.maximum)(random);
    }
  };
  for (int round = 0; round < 60; ++round) {
    const size_t samples = 5000;
    const uint32_t interval = round % 3 == 0 ? 10 : round % 3 == 1 ? 100 : 1000;
    std::vector<clap::ParamEvent> events;
    for (uint32_t at = 0; at < samples; at += interval) {
      for (const auto& [id, parameter] : plugin::kNumberedParameters) {
        events.push_back(ClapEvents::Value(at, id, any_value(*parameter)));
        if (random() % 2 == 0) {
          events.push_back(ClapEvents::Modulation(at, id, any_value(*parameter)));
        }
      }
    }
    ASSERT_TRUE(plugin.Activate(44100, 2048));
    ExpectSound(plugin.Process(TestSound(2, samples, 44100),
                               {random() % 2048 + 1, random() % 700 + 1, 1}, events));
    plugin.Deactivate();
  }
}

// Of times out of order or beyond the block, each takes effect at the nearest sample that is left.
TEST_F(ClapHostileTest, EventsMayHaveAnyTime) {
  ClapInstance plugin(library_, 1);
  ASSERT_TRUE(plugin.Activate(48000, 512));
  std::vector<float> sound(512, 0.1f);
  float* both[] = {sound.data()};
  const ClapEvents late({ClapEvents::Value(4000000000u, kAttenuation, 3)});
  EXPECT_EQ(plugin.Run(both, both, 512, late), clap::kProcessTail);
  EXPECT_EQ(Values(plugin)[0], 3.0);
  EXPECT_EQ(plugin.Run(both, both, 0, late), clap::kProcessTail);
  struct Unsorted {
    clap::ParamEvent events[3] = {ClapEvents::Value(400, 1, 10), ClapEvents::Value(100, 1, 20),
                                  ClapEvents::Value(0, 1, 30)};
  } unsorted;
  const clap::InputEvents list = {
      &unsorted, [](const clap::InputEvents*) -> uint32_t { return 4; },
      [](const clap::InputEvents* self, uint32_t index) -> const clap::EventHeader* {
        return index < 3 ? &static_cast<Unsorted*>(self->context)->events[index].header : nullptr;
      }};
  clap::AudioBuffer buffer = {.data32 = both, .channel_count = 1};
  clap::Process process = {.frames_count = 512,
                           .audio_inputs = &buffer,
                           .audio_outputs = &buffer,
                           .audio_inputs_count = 1,
                           .audio_outputs_count = 1,
                           .in_events = &list};
  EXPECT_EQ(plugin.plugin()->process(plugin.plugin(), &process), clap::kProcessTail);
  EXPECT_EQ(Values(plugin)[0], 30.0);
  // Lists without functions, and no list.
  const clap::InputEvents empty{};
  for (const clap::InputEvents* none : {&empty, static_cast<const clap::InputEvents*>(nullptr)}) {
    process.in_events = none;
    EXPECT_EQ(plugin.plugin()->process(plugin.plugin(), &process), clap::kProcessTail);
    plugin.extension<clap::PluginParams>(clap::kParamsId).flush(plugin.plugin(), none, nullptr);
  }
}

// Channels and ports that a host does not bring are silence or nothing; what it brings beyond the
// plugin's is silenced, and nothing behind a block's end is touched.
TEST_F(ClapHostileTest, BuffersMayBeMissing) {
  ClapInstance plugin(library_, 2);
  ASSERT_TRUE(plugin.Activate(48000, 1000));
  const Planar input = TestSound(3, 1000, 48000);
  Planar in = input;
  Planar out(3, std::vector<float>(1001));
  std::vector<double> wide(1001);
  float* in32[] = {in[0].data(), in[1].data(), nullptr};
  float* out32[] = {out[0].data(), nullptr, out[2].data()};
  double* out64[] = {wide.data(), nullptr};
  const auto run = [&](clap::AudioBuffer from, clap::AudioBuffer to, uint32_t ports) {
    for (std::vector<float>& channel : out) std::fill(channel.begin(), channel.end(), 5.0f);
    std::fill(wide.begin(), wide.end(), 5.0);
    to.constant_mask = 7;
    const clap::Process process = {.frames_count = 1000,
                                   .audio_inputs = ports ? &from : nullptr,
                                   .audio_outputs = ports ? &to : nullptr,
                                   .audio_inputs_count = ports,
                                   .audio_outputs_count = ports};
    EXPECT_EQ(plugin.plugin()->process(plugin.plugin(), &process), clap::kProcessTail);
    EXPECT_EQ(to.constant_mask, ports ? 0u : 7u);
    EXPECT_TRUE(in == input);
    EXPECT_EQ(wide[1000], 5.0);
    for (const std::vector<float>& channel : out) EXPECT_EQ(channel[1000], 5.0f);
  };
  run({.data32 = in32, .channel_count = 2}, {.data32 = out32, .channel_count = 3}, 1);
  EXPECT_NE(out[0][10], 5.0f);
  EXPECT_EQ(out[2][0], 0.0f);
  EXPECT_EQ(out[2][999], 0.0f);
  run({.data32 = in32, .channel_count = 1}, {.data64 = out64, .channel_count = 2}, 1);
  EXPECT_NE(wide[10], 5.0);
  run({.channel_count = 2}, {.channel_count = 2}, 1);
  run({}, {}, 1);
  run({}, {}, 0);
  EXPECT_EQ(plugin.plugin()->process(plugin.plugin(), nullptr), clap::kProcessError);
}

TEST_F(ClapHostileTest, AnInactivePluginDoesNotProcess) {
  const ClapInstance plugin(library_, 2);
  const clap::Process process{};
  EXPECT_EQ(plugin.plugin()->process(plugin.plugin(), &process), clap::kProcessError);
  plugin.plugin()->reset(plugin.plugin());
}

// Broken samples count as zero, as they do for the library; speech after them is as it was.
TEST_F(ClapHostileTest, BrokenSoundGivesSound) {
  Planar input = TestSound(2, 96000, 48000);
  const float broken[] = {std::numeric_limits<float>::quiet_NaN(),
                          std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity(),
                          3e38f,
                          1e-42f,
                          -1e20f};
  std::mt19937 random(5);
  for (size_t i = 1000; i < 20000; i += random() % 40 + 1) {
    input[random() % 2][i] = broken[random() % std::size(broken)];
  }
  const Planar expected = LibraryOutput(ClapOptions(2, 48000), input);
  ClapInstance plugin(library_, 2);
  ASSERT_TRUE(plugin.Activate(48000, 512));
  // Blocks in place, since NaN is not equal to itself in the host's own check of its input.
  const ClapEvents none;
  for (const bool doubles : {false, true}) {
    Planar sound = input;
    std::vector<std::vector<double>> wide(2);
    for (size_t c = 0; c < 2; ++c) {
      wide[c].assign(input[c].begin(), input[c].end());
      std::replace(wide[c].begin(), wide[c].end(), -static_cast<double>(1e20f), 1e300);
    }
    for (size_t done = 0; done < 96000; done += 500) {
      float* both[] = {sound[0].data() + done, sound[1].data() + done};
      double* both64[] = {wide[0].data() + done, wide[1].data() + done};
      if (doubles) {
        plugin.Run(both64, both64, 500, none);
      } else {
        plugin.Run(both, both, 500, none);
      }
    }
    for (size_t c = 0; doubles && c < 2; ++c) sound[c].assign(wide[c].begin(), wide[c].end());
    ExpectSound(sound);
    EXPECT_TRUE(sound == expected);
    plugin.plugin()->reset(plugin.plugin());
  }
}

// No slower on numbers too small to be normal.
TEST_F(ClapHostileTest, DenormalsAreSilence) {
  Planar input(2, std::vector<float>(9600));
  for (size_t i = 0; i < 9600; ++i) input[0][i] = input[1][i] = i % 2 == 0 ? 1e-40f : -1e-42f;
  ClapInstance plugin(library_, 2);
  ASSERT_TRUE(plugin.Activate(48000, 512));
  ExpectSound(plugin.Process(input, {512}));
}

}  // namespace
}  // namespace dfn::test
