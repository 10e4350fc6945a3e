// libobs without a window: the plugin, sources with the filter, and the sound that leaves them.
#ifndef DEEPFILTER_TESTS_OBS_HOST_H_
#define DEEPFILTER_TESTS_OBS_HOST_H_

#include <gtest/gtest.h>
#include <obs.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "plugins/planar.h"

namespace dfn::test {

inline constexpr char kTinyModel[] = DFN_SOURCE_DIR "/tests/data/tiny/dfn3";
inline constexpr char kTinyLateModel[] = DFN_SOURCE_DIR "/tests/data/tiny/dfn2";
inline constexpr char kFilterId[] = "deepfilter_noise_suppression";

// Why libobs could not be started, or "". It needs an X server, for hotkeys, and starts Xvfb.
const std::string& ObsMissing();
// The warnings and errors that were logged since the last call, one a line.
std::string TakeWarnings();
// Sets OBS's rate and channels.
void SetAudio(uint32_t rate_hz, size_t channels);
obs_module_t* PluginModule();

struct Release {
  void operator()(obs_data_t* data) const { obs_data_release(data); }
  void operator()(obs_source_t* source) const { obs_source_release(source); }
};
using Settings = std::unique_ptr<obs_data_t, Release>;
using Source = std::unique_ptr<obs_source_t, Release>;
// Settings from JSON; the model is the small one unless they say another.
Settings MakeSettings(const std::string& json);

// A source with the filter on it.
class FilteredSource {
 public:
  FilteredSource(uint32_t rate_hz, size_t channels, const std::string& json = "{}");
  ~FilteredSource();
  FilteredSource(const FilteredSource&) = delete;
  FilteredSource& operator=(const FilteredSource&) = delete;

  obs_source_t* filter() { return filter_.get(); }
  void Update(const std::string& json);
  // Puts the sound out in blocks of these lengths, with exact times from `start_ns` on.
  void Put(const Planar& sound, uint64_t start_ns, const std::vector<size_t>& lengths);
  // Puts one block out.
  void PutBlock(const Planar& sound, size_t begin, size_t samples, uint64_t time_ns);

  // What has come out since the last call, [channels][samples]. Checks that each packet's time
  // follows from the one before it, and the first one's is `start_ns`.
  Planar TakeFrom(uint64_t start_ns);
  // The packets' times and lengths since the last Take.
  struct Packet {
    uint64_t time_ns;
    size_t samples;
  };
  const std::vector<Packet>& packets() const { return packets_; }
  const Planar& heard() const { return heard_; }
  // Keeps nothing of what comes out, for long runs.
  void Forget() { keep_ = false; }
  uint64_t count() const { return count_; }
  bool finite() const { return finite_; }

 private:
  static void Hear(void* self, obs_source_t*, const audio_data* audio, bool muted);

  const uint32_t rate_hz_;
  const size_t channels_;
  Source source_;
  Source filter_;
  Planar heard_;
  std::vector<Packet> packets_;
  bool keep_ = true, finite_ = true;
  uint64_t count_ = 0;
};

uint64_t NsOf(uint64_t samples, uint32_t rate_hz);

}  // namespace dfn::test

// Ends the test as skipped, or as failed under CI, if libobs could not be started.
#define DFN_OBS_OR_SKIP()                                                       \
  do {                                                                          \
    if (::dfn::test::ObsMissing().empty()) break;                               \
    const std::string dfn_missing = "NOT TESTED: " + ::dfn::test::ObsMissing(); \
    if (::dfn::test::ProgramsMayBeMissing()) GTEST_SKIP() << dfn_missing;       \
    FAIL() << dfn_missing;                                                      \
  } while (false)

#endif  // DEEPFILTER_TESTS_OBS_HOST_H_
