// Tests that the plugins' run() makes no calls to the system, for all rates, blocks, ports and
// settings in the environment.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "base/noise.h"
#include "common/identity_model.h"
#include "common/model_folder.h"
#include "engine/testing/random_model.h"
#include "plugins/ladspa_host.h"
#include "plugins/lv2_host.h"
#include "rt/system_calls.h"
#include "rt/trap.h"

namespace dfn::test {
namespace {

constexpr size_t kMostSamples = 8192;
constexpr size_t kMostChannels = 2;
constexpr size_t kBlocks[] = {64,  1,   0,   2,   32,   33,   128,  441,  479, 480,
                              481, 512, 960, 999, 1024, 2048, 4097, 8192, 7};

// A LADSPA or LV2 plugin behind one interface. It allocates nothing after its construction.
class Plugin {
 public:
  virtual ~Plugin() = default;
  virtual bool made() const = 0;
  virtual void Activate() = 0;
  virtual void Connect(size_t port, float* data) = 0;
  virtual void Run(size_t samples) = 0;
  // Sets every control to a sequence of values, some of them out of range.
  virtual void Turn(size_t step) = 0;
};

class LadspaPlugin : public Plugin {
 public:
  LadspaPlugin(const LadspaLibrary& library, size_t channels, unsigned long rate_hz)
      : instance_(library.ForChannels(channels), rate_hz) {
    if (!instance_.made()) return;
    for (const char* name :
         {"Attenuation Limit (dB)", "Min processing threshold (dB)",
          "Max ERB processing threshold (dB)", "Max DF processing threshold (dB)",
          "Min Processing Buffer (frames)", "Post Filter Beta"}) {
      controls_.push_back(&instance_.control(name));
    }
  }
  bool made() const override { return instance_.made(); }
  void Activate() override { instance_.Activate(); }
  void Connect(size_t port, float* data) override { instance_.Connect(port, data); }
  void Run(size_t samples) override { instance_.Run(samples); }
  void Turn(size_t step) override {
    constexpr float kValues[] = {
        0.0f, 12.0f, 100.0f, -7.0f, 1e9f, std::numeric_limits<float>::quiet_NaN(), 0.02f};
    for (size_t i = 0; i < controls_.size(); ++i) {
      *controls_[i] = kValues[(step + i) % std::size(kValues)];
    }
  }

 private:
  LadspaInstance instance_;
  std::vector<float*> controls_;
};

class Lv2Plugin : public Plugin {
 public:
  Lv2Plugin(const Lv2Library& library, size_t channels, double rate_hz, int32_t nominal_block)
      : features_({.nominal_block = nominal_block, .max_block = 8192, .log = true}),
        instance_(library.ForChannels(channels), rate_hz, features_.list()) {}
  bool made() const override { return instance_.made(); }
  void Activate() override { instance_.Activate(); }
  void Connect(size_t port, float* data) override { instance_.Connect(port, data); }
  void Run(size_t samples) override { instance_.Run(samples); }
  void Turn(size_t step) override {
    instance_.enabled = step % 3 == 1 ? 0.0f : 1.0f;
    instance_.attenuation_limit = step % 4 == 0 ? 100.0f : 5.0f * static_cast<float>(step);
    instance_.post_filter_beta = step % 2 == 0 ? 0.0f : 0.05f;
  }

 private:
  Lv2Features features_;
  Lv2Instance instance_;
};

struct Case {
  bool lv2;
  size_t channels;
  uint32_t rate_hz;
  const char* work;
  const char* load;
};
std::string Name(const Case& c) {
  return std::string(c.lv2 ? "Lv2" : "Ladspa") + (c.channels == 2 ? "Stereo" : "Mono") +
         std::to_string(c.rate_hz) + c.work + c.load;
}
void PrintTo(const Case& c, std::ostream* out) { *out << Name(c); }

std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (const bool lv2 : {false, true}) {
    for (const size_t channels : {1, 2}) {
      for (const char* work : {"auto", "direct", "spread"}) {
        for (const uint32_t rate_hz : {8000, 44100, 48000, 192000}) {
          cases.push_back({lv2, channels, rate_hz, work, "wait"});
        }
        cases.push_back({lv2, channels, 48000, work, "background"});
      }
    }
  }
  return cases;
}

class PluginRealTimeTest : public ::testing::TestWithParam<Case> {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<ModelFolder>(RandomModel(SmallLiveConfig("dfn3"), 3));
    setenv("DEEPFILTER_PLUGIN_MODEL", folder_->path().c_str(), 1);
  }
  static void TearDownTestSuite() { folder_.reset(); }

  std::unique_ptr<Plugin> Make() {
    const Case& c = GetParam();
    setenv("DEEPFILTER_PLUGIN_WORK", c.work, 1);
    setenv("DEEPFILTER_PLUGIN_LOAD", c.load, 1);
    if (c.lv2) return std::make_unique<Lv2Plugin>(lv2_, c.channels, c.rate_hz, 64);
    return std::make_unique<LadspaPlugin>(ladspa_, c.channels, c.rate_hz);
  }

  // Makes all calls of a host's audio thread, several times.
  void Work(Plugin& plugin) noexcept {
    NoiseGenerator noise;
    for (size_t turn = 0; turn < 3; ++turn) {
      plugin.Activate();
      for (size_t i = 0; i < std::size(kBlocks); ++i) {
        const size_t samples = kBlocks[(i + 5 * turn) % std::size(kBlocks)];
        for (size_t c = 0; c < GetParam().channels; ++c) {
          float* in = &input_[c * kMostSamples];
          for (size_t k = 0; k < samples; ++k) {
            in[k] = static_cast<float>(static_cast<int16_t>(noise.NextBits() >> 16)) * 0x1p-17f;
          }
          if (i == 3 && samples > 0) in[0] = std::numeric_limits<float>::quiet_NaN();
          plugin.Connect(c, in);
          plugin.Connect(GetParam().channels + c, i % 2 == 0 ? in : &output_[c * kMostSamples]);
        }
        plugin.Run(samples);
        plugin.Turn(i);
      }
    }
  }

  static std::unique_ptr<ModelFolder> folder_;
  LadspaLibrary ladspa_;
  Lv2Library lv2_;
  std::vector<float> input_ = std::vector<float>(kMostChannels * kMostSamples);
  std::vector<float> output_ = std::vector<float>(kMostChannels * kMostSamples);
};

std::unique_ptr<ModelFolder> PluginRealTimeTest::folder_;

TEST_P(PluginRealTimeTest, RunCallsNothing) {
  const std::unique_ptr<Plugin> plugin = Make();
  ASSERT_TRUE(plugin->made());
  {
    RealTimeScope scope;
    Work(*plugin);
  }
  EXPECT_EQ(TakeTrapped(), "");

  // A loading thread does not exist in a forked process.
  if (std::string(GetParam().load) == "background") return;
  const SystemCalls calls = RunWithoutSystemCalls([&] { Work(*plugin); });
  if (!calls.not_tested.empty()) GTEST_SKIP() << "NOT TESTED: " << calls.not_tested;
  EXPECT_EQ(calls.failure, "");
  EXPECT_EQ(calls.numbers, std::vector<int>());
}

INSTANTIATE_TEST_SUITE_P(Plugins, PluginRealTimeTest, ::testing::ValuesIn(Cases()),
                         [](const auto& test) { return Name(test.param); });

// Processes blocks of each size from 1 to 8192.
TEST(PluginBlocksTest, RunCallsNothingWhateverTheBlock) {
  const ModelFolder folder(RandomModel(SmallLiveConfig("dfn3"), 3));
  setenv("DEEPFILTER_PLUGIN_MODEL", folder.path().c_str(), 1);
  setenv("DEEPFILTER_PLUGIN_WORK", "spread", 1);
  setenv("DEEPFILTER_PLUGIN_LOAD", "wait", 1);
  const LadspaLibrary library;
  LadspaPlugin plugin(library, 1, 48000);
  ASSERT_TRUE(plugin.made());
  std::vector<float> samples(kMostSamples, 0.1f);
  {
    RealTimeScope scope;
    plugin.Activate();
    plugin.Connect(0, samples.data());
    plugin.Connect(1, samples.data());
    for (size_t block = 1; block <= kMostSamples; ++block) plugin.Run(block);
  }
  EXPECT_EQ(TakeTrapped(), "");
}

}  // namespace
}  // namespace dfn::test
