// Lets every allocation fail once that a CLAP plugin makes on the main thread: the call that needed
// it fails, nothing is thrown at the host, and the next try succeeds.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <string>

#include "common/replace_new.h"
#include "plugins/clap_fixture.h"

namespace {

// Allocations until the one that fails; none fails while this is below 0.
long left = -1;
bool failed = false;

}  // namespace

void dfn::test::CountAllocation() {
  if (left >= 0 && left-- == 0) {
    failed = true;
    throw std::bad_alloc();
  }
}

void dfn::test::CountRelease() noexcept {}

namespace dfn::test {
namespace {

// A host without extensions, which allocates nothing itself.
const clap::Host kBareHost = {.clap_version = clap::kVersion,
                              .data = nullptr,
                              .name = "test",
                              .vendor = "",
                              .url = "",
                              .version = "1",
                              .get_extension = nullptr,
                              .request_restart = nullptr,
                              .request_process = nullptr,
                              .request_callback = nullptr};

// Calls `work` with the first allocation failing, then the second, and so on until none fails.
// Returns how many did. Each time one fails, `work` must return false.
template <typename Work>
size_t FailEach(const Work& work) {
  size_t failures = 0;
  for (long nth = 0;; ++nth) {
    failed = false;
    left = nth;
    const bool done = work();
    left = -1;
    if (!failed) {
      EXPECT_TRUE(done);
      return failures;
    }
    ++failures;
    EXPECT_FALSE(done) << "allocation " << nth << " failed unnoticed";
  }
}

TEST_F(ClapTest, NoMemoryIsAFailureOfTheCall) {
  // Another plugin has the model open, since what reads files is not the subject here.
  ClapInstance other(library_, 2);
  ASSERT_TRUE(other.Activate(44100, 512));
  const clap::Factory& factory = library_.factory();
  const clap::Plugin* plugin = nullptr;
  EXPECT_EQ(FailEach([&] {
              plugin = factory.create(&factory, &kBareHost, "deepfilter.stereo");
              return plugin != nullptr;
            }),
            1u);
  ASSERT_TRUE(plugin->init(plugin));
  testing::internal::CaptureStderr();
  const size_t failures = FailEach([&] {
    const bool active = plugin->activate(plugin, 44100, 1, 512);
    if (active) plugin->deactivate(plugin);
    return active;
  });
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_GT(failures, 20u);
  EXPECT_EQ(said.rfind("deepfilter: ", 0), 0u) << said;

  const auto& state =
      *static_cast<const clap::PluginState*>(plugin->get_extension(plugin, clap::kStateId));
  const clap::OutputStream out = {
      nullptr, [](const clap::OutputStream*, const void*, uint64_t size) -> int64_t {
        return static_cast<int64_t>(size);
      }};
  EXPECT_GT(FailEach([&] { return state.save(plugin, &out); }), 0u);
  const auto& params =
      *static_cast<const clap::PluginParams*>(plugin->get_extension(plugin, clap::kParamsId));
  char text[clap::kNameSize];
  double value = 0.0;
  FailEach([&] { return params.value_to_text(plugin, kAttenuation, 12.5, text, sizeof text); });
  FailEach([&] { return params.text_to_value(plugin, kAttenuation, "12.5 dB", &value); });
  EXPECT_STREQ(text, "12.5 dB");
  EXPECT_EQ(value, 12.5);
  plugin->destroy(plugin);
}

}  // namespace
}  // namespace dfn::test
