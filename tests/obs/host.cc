#include "obs/host.h"

#include <obs-module.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <util/base.h>

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "plugins/host_programs.h"

namespace dfn::test {
namespace {

std::string g_missing;
std::mutex g_log_mutex;
std::string g_warnings;
obs_module_t* g_module = nullptr;

void Log(int level, const char* format, va_list values, void*) {
  if (level > LOG_WARNING) return;
  char line[2000];
  std::vsnprintf(line, sizeof line, format, values);
  const std::lock_guard<std::mutex> lock(g_log_mutex);
  g_warnings += line;
  g_warnings += '\n';
}

// Starts Xvfb on a free display; its process, or -1.
pid_t StartXvfb() {
  if (FindProgram("Xvfb").empty()) return -1;
  int ends[2];
  if (pipe(ends) != 0) return -1;
  const std::string number = std::to_string(ends[1]);
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    freopen("/dev/null", "w", stderr);
    execlp("Xvfb", "Xvfb", "-displayfd", number.c_str(), "-screen", "0", "64x64x8", nullptr);
    _exit(127);
  }
  close(ends[1]);
  std::string display;
  for (char c; read(ends[0], &c, 1) == 1 && c != '\n';) display += c;
  close(ends[0]);
  if (display.empty()) return -1;
  setenv("DISPLAY", (":" + display).c_str(), 1);
  return child;
}

const char* SourceName(void*) { return "source"; }
void* CreateSource(obs_data_t*, obs_source_t* source) { return source; }
void DestroySource(void*) {}

class Obs : public testing::Environment {
 public:
  void SetUp() override {
    setenv("DEEPFILTER_PLUGIN_MODEL", kTinyModel, 1);
    xvfb_ = StartXvfb();
    if (xvfb_ < 0) {
      g_missing = "the program Xvfb is not here; tools/setup.sh test installs it";
      return;
    }
    base_set_log_handler(Log, nullptr);
    ASSERT_TRUE(obs_startup("en-US", nullptr, nullptr)) << TakeWarnings();
    started_ = true;
    SetAudio(48000, 2);
    obs_source_info info{};
    info.id = "test_source";
    info.type = OBS_SOURCE_TYPE_INPUT;
    info.output_flags = OBS_SOURCE_AUDIO;
    info.get_name = SourceName;
    info.create = CreateSource;
    info.destroy = DestroySource;
    obs_register_source(&info);
    ASSERT_EQ(obs_open_module(&g_module, DFN_OBS_PLUGIN, DFN_OBS_DATA), MODULE_SUCCESS);
    ASSERT_TRUE(obs_init_module(g_module));
  }
  void TearDown() override {
    if (started_) {
      obs_shutdown();
      // OBS counts what is allocated through it: sources, settings, properties.
      EXPECT_EQ(bnum_allocs(), 0);
    }
    if (xvfb_ > 0) {
      kill(xvfb_, SIGTERM);
      waitpid(xvfb_, nullptr, 0);
    }
  }

 private:
  pid_t xvfb_ = -1;
  bool started_ = false;
};
[[maybe_unused]] testing::Environment* const kObs = testing::AddGlobalTestEnvironment(new Obs);

speaker_layout Speakers(size_t channels) {
  return channels == 1 ? SPEAKERS_MONO : channels == 2 ? SPEAKERS_STEREO : SPEAKERS_7POINT1;
}

}  // namespace

const std::string& ObsMissing() { return g_missing; }

std::string TakeWarnings() {
  const std::lock_guard<std::mutex> lock(g_log_mutex);
  return std::exchange(g_warnings, "");
}

void SetAudio(uint32_t rate_hz, size_t channels) {
  obs_audio_info info{};
  info.samples_per_sec = rate_hz;
  info.speakers = Speakers(channels);
  ASSERT_TRUE(obs_reset_audio(&info));
}

obs_module_t* PluginModule() { return g_module; }

uint64_t NsOf(uint64_t samples, uint32_t rate_hz) { return samples * 1'000'000'000 / rate_hz; }

Settings MakeSettings(const std::string& json) {
  Settings settings(obs_data_create_from_json(json.c_str()));
  EXPECT_NE(settings, nullptr) << json;
  if (!obs_data_has_user_value(settings.get(), "model")) {
    obs_data_set_string(settings.get(), "model", kTinyModel);
  }
  return settings;
}

FilteredSource::FilteredSource(uint32_t rate_hz, size_t channels, const std::string& json)
    : rate_hz_(rate_hz),
      channels_(channels),
      source_(obs_source_create_private("test_source", "voice", nullptr)),
      filter_(obs_source_create_private(kFilterId, "filter", MakeSettings(json).get())),
      heard_(channels) {
  obs_source_filter_add(source_.get(), filter_.get());
  obs_source_add_audio_capture_callback(source_.get(), Hear, this);
}

FilteredSource::~FilteredSource() {
  obs_source_remove_audio_capture_callback(source_.get(), Hear, this);
  obs_source_filter_remove(source_.get(), filter_.get());
}

void FilteredSource::Update(const std::string& json) {
  const Settings settings(obs_data_create_from_json(json.c_str()));
  ASSERT_NE(settings, nullptr) << json;
  obs_source_update(filter_.get(), settings.get());
}

void FilteredSource::Put(const Planar& sound, uint64_t start_ns,
                         const std::vector<size_t>& lengths) {
  size_t turn = 0;
  for (size_t done = 0; done < sound[0].size();) {
    const size_t now = std::min(lengths[turn++ % lengths.size()], sound[0].size() - done);
    PutBlock(sound, done, now, start_ns + NsOf(done, rate_hz_));
    done += now;
  }
}

void FilteredSource::PutBlock(const Planar& sound, size_t begin, size_t samples, uint64_t time_ns) {
  obs_source_audio audio{};
  for (size_t c = 0; c < channels_; ++c) {
    audio.data[c] = reinterpret_cast<const uint8_t*>(sound[c].data() + begin);
  }
  audio.frames = static_cast<uint32_t>(samples);
  audio.speakers = Speakers(channels_);
  audio.format = AUDIO_FORMAT_FLOAT_PLANAR;
  audio.samples_per_sec = rate_hz_;
  audio.timestamp = time_ns;
  obs_source_output_audio(source_.get(), &audio);
}

void FilteredSource::Hear(void* self, obs_source_t*, const audio_data* audio, bool) {
  auto& source = *static_cast<FilteredSource*>(self);
  for (size_t c = 0; c < source.channels_; ++c) {
    const auto* samples = reinterpret_cast<const float*>(audio->data[c]);
    for (size_t i = 0; i < audio->frames; ++i) {
      source.finite_ = source.finite_ && std::isfinite(samples[i]);
    }
    if (source.keep_) {
      source.heard_[c].insert(source.heard_[c].end(), samples, samples + audio->frames);
    }
  }
  if (source.keep_) source.packets_.push_back({audio->timestamp, audio->frames});
  source.count_ += audio->frames;
}

Planar FilteredSource::TakeFrom(uint64_t start_ns) {
  uint64_t samples = 0;
  for (const Packet& packet : packets_) {
    // Times are rounded twice on their way.
    EXPECT_NEAR(static_cast<double>(packet.time_ns),
                static_cast<double>(start_ns + NsOf(samples, rate_hz_)), 3.0)
        << samples;
    samples += packet.samples;
  }
  packets_.clear();
  return std::exchange(heard_, Planar(channels_));
}

}  // namespace dfn::test
