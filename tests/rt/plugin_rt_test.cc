// Tests that the plugins' run() and process() make no calls to the system, for all rates, blocks,
// ports, events and settings in the environment.
#include <gtest/gtest.h>

#include <array>
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
#include "plugins/clap_host.h"
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

// A LADSPA, LV2 or CLAP plugin behind one interface. It allocates nothing after its construction.
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

// Runs the host's floats, and a block of doubles of its own in place after them.
class ClapPlugin : public Plugin {
 public:
  ClapPlugin(const ClapLibrary& library, size_t channels, double rate_hz)
      : instance_(library, channels), channels_(channels) {
    made_ = instance_.Activate(rate_hz, 64);
  }
  bool made() const override { return made_; }
  void Activate() override { instance_.plugin()->reset(instance_.plugin()); }
  void Connect(size_t port, float* data) override {
    (port < channels_ ? inputs_[port] : outputs_[port - channels_]) = data;
  }
  void Run(size_t samples) override {
    const ClapEvents& events = *events_[step_ % events_.size()];
    instance_.Run(inputs_.data(), outputs_.data(), samples, events);
    double* wide[] = {wide_[0].data(), wide_[1].data()};
    instance_.Run(wide, wide, samples, events);
    const auto* tail = static_cast<const clap::PluginTail*>(
        instance_.plugin()->get_extension(instance_.plugin(), clap::kTailId));
    tail->get(instance_.plugin());
    static_cast<const clap::PluginParams*>(
        instance_.plugin()->get_extension(instance_.plugin(), clap::kParamsId))
        ->flush(instance_.plugin(), events.list(), events.output());
  }
  void Turn(size_t step) override { step_ = step; }

 private:
  using Events = std::vector<clap::ParamEvent>;
  static std::unique_ptr<ClapEvents> Make(const Events& events) {
    return std::make_unique<ClapEvents>(events);
  }

  ClapInstance instance_;
  size_t channels_;
  bool made_ = false;
  size_t step_ = 0;
  std::array<float*, kMostChannels> inputs_{};
  std::array<float*, kMostChannels> outputs_{};
  std::array<std::vector<double>, kMostChannels> wide_{std::vector<double>(kMostSamples, 0.1),
                                                       std::vector<double>(kMostSamples, -0.1)};
  const std::array<std::unique_ptr<ClapEvents>, 4> events_{
      Make({}),
      Make({ClapEvents::Value(0, 1, 12), ClapEvents::Value(1, 4, 1), ClapEvents::Value(63, 3, 0)}),
      Make({ClapEvents::Modulation(5, 1, -5), ClapEvents::Value(7, 4, 0),
            ClapEvents::Value(500, 2, 0.02), ClapEvents::Value(501, 5, 1)}),
      Make({ClapEvents::Value(2, 1, std::numeric_limits<double>::quiet_NaN()),
            ClapEvents::Value(3, 5, 0), ClapEvents::Value(9, 4711, 1e300)})};
};

enum class Kind { kLadspa, kLv2, kClap };

struct Case {
  Kind kind;
  size_t channels;
  uint32_t rate_hz;
  const char* work;
  const char* load;
};
std::string Name(const Case& c) {
  constexpr const char* kNames[] = {"Ladspa", "Lv2", "Clap"};
  return std::string(kNames[static_cast<size_t>(c.kind)]) + (c.channels == 2 ? "Stereo" : "Mono") +
         std::to_string(c.rate_hz) + c.work + c.load;
}
void PrintTo(const Case& c, std::ostream* out) { *out << Name(c); }

std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (const Kind kind : {Kind::kLadspa, Kind::kLv2, Kind::kClap}) {
    for (const size_t channels : {1, 2}) {
      for (const char* work : {"auto", "direct", "spread"}) {
        for (const uint32_t rate_hz : {8000, 44100, 48000, 192000}) {
          cases.push_back({kind, channels, rate_hz, work, "wait"});
        }
        cases.push_back({kind, channels, 48000, work, "background"});
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
    switch (c.kind) {
      case Kind::kLadspa:
        return std::make_unique<LadspaPlugin>(ladspa_, c.channels, c.rate_hz);
      case Kind::kLv2:
        return std::make_unique<Lv2Plugin>(lv2_, c.channels, c.rate_hz, 64);
      case Kind::kClap:
        return std::make_unique<ClapPlugin>(clap_, c.channels, c.rate_hz);
    }
    return nullptr;
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
  ClapLibrary clap_;
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
