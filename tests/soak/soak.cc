// Many hours of sound through one stream, as fast as it goes.
//
//   soak HOURS MODEL PROGRAM [PART]...     parts: api, ladspa, lv2, pipe; default: all
//
// The sound repeats itself every ten seconds. So, once the stream has forgotten its start, its output
// must repeat itself too: a sample that is lost, doubled or late, or a state that drifts, would show
// in every period after it. Each period is compared with one of the same stream, after half of the run
// or two hours, for dfn3 forgets slowly: one period differs from the one before by -64 dB after seven
// minutes, by -100 after half an hour, by -121 after an hour. The tiny models of the tests have forgotten
// all within a minute. At 48 kHz a count of samples passes 2^31 after 12.5 hours and 2^32
// after 24.9. Exit status: 0 all held, 1 something did not, 2 usage.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/noise.h"
#include "deepfilter/deepfilter.h"
#include "plugins/ladspa_host.h"
#include "plugins/lv2_host.h"

extern char** environ;

namespace dfn::test {
namespace {

constexpr size_t kRate = 48000;
constexpr size_t kPeriod = 10 * kRate;
// The period that others are compared with, from 0: the feature norms, which forget with a time constant
// of a second, have lost the start after a minute.
constexpr uint64_t kLeastReference = 6;
constexpr uint64_t kMostReference = 2 * 3600 / 10;
// Of no relation to hops of 480 samples, nor to the period.
constexpr size_t kBlock = 448;
constexpr double kLeastSnrDb = 100.0;
constexpr size_t kMostGrowthBytes = 512 * 1024;

size_t ResidentBytes(pid_t process) {
  std::ifstream statm("/proc/" + std::to_string(process) + "/statm");
  size_t total = 0;
  size_t resident = 0;
  statm >> total >> resident;
  return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

// Three voices' worth of tones that come and go, in noise.
std::vector<float> MakePeriod() {
  std::vector<float> sound(kPeriod);
  NoiseGenerator noise;
  for (size_t i = 0; i < kPeriod; ++i) {
    const double t = static_cast<double>(i) / kRate;
    double tones = 0.0;
    for (const double hz : {140.0, 280.0, 1260.0}) tones += std::sin(6.283185307179586 * hz * t);
    const double gate = std::sin(6.283185307179586 * 0.7 * t) > 0.0 ? 0.03 : 0.0;
    const double hiss = static_cast<double>(static_cast<int32_t>(noise.NextBits())) * 0x1p-31;
    sound[i] = static_cast<float>(gate * tones + 0.01 * hiss);
  }
  return sound;
}

// Compares each period of an output with the reference.
class Sink {
 public:
  Sink(pid_t process, uint64_t samples)
      : process_(process),
        reference_period_(std::clamp(samples / kPeriod / 2, kLeastReference, kMostReference)) {}

  void Take(const float* samples, size_t count) {
    for (size_t i = 0; i < count; ++i) Take(samples[i]);
  }

  uint64_t samples() const { return samples_; }
  double worst_db() const { return worst_db_; }
  uint64_t same() const { return same_; }
  uint64_t compared() const { return compared_; }
  size_t first_bytes() const { return first_bytes_; }
  size_t most_bytes() const { return most_bytes_; }

 private:
  void Take(float sample) {
    const size_t at = static_cast<size_t>(samples_ % kPeriod);
    if (samples_ / kPeriod == reference_period_) {
      reference_[at] = sample;
      signal_ += double{sample} * double{sample};
    } else if (samples_ / kPeriod > reference_period_) {
      const double error = double{sample} - double{reference_[at]};
      error_ += error * error;
    }
    ++samples_;
    if (at + 1 == kPeriod && samples_ / kPeriod > reference_period_) EndPeriod();
  }

  void EndPeriod() {
    most_bytes_ = std::max(most_bytes_, ResidentBytes(process_));
    if (first_bytes_ == 0) {
      first_bytes_ = most_bytes_;
      return;
    }
    ++compared_;
    if (error_ == 0.0) {
      ++same_;
    } else if (!(error_ < signal_)) {
      worst_db_ = -1000.0;  // NaN too
    } else {
      worst_db_ = std::min(worst_db_, 10.0 * std::log10(signal_ / error_));
    }
    error_ = 0.0;
  }

  pid_t process_;
  uint64_t reference_period_;
  std::vector<float> reference_ = std::vector<float>(kPeriod);
  uint64_t samples_ = 0;
  double signal_ = 0.0;
  double error_ = 0.0;
  double worst_db_ = 300.0;
  uint64_t same_ = 0;
  uint64_t compared_ = 0;
  size_t first_bytes_ = 0;
  size_t most_bytes_ = 0;
};

bool Judge(const char* part, const Sink& sink, uint64_t samples, double seconds) {
  const double hours = static_cast<double>(sink.samples()) / kRate / 3600.0;
  const size_t growth = sink.most_bytes() - sink.first_bytes();
  const bool held = sink.samples() == samples && sink.compared() > 0 &&
                    sink.worst_db() >= kLeastSnrDb && growth <= kMostGrowthBytes;
  std::printf(
      "%-7s %s  %.2f h, %llu samples (%s), %.0f s, %.0fx real time; %llu of %llu periods have the "
      "reference's bits, worst %s dB; resident %.1f MB + %zu KB\n",
      part, held ? "held  " : "FAILED", hours, static_cast<unsigned long long>(sink.samples()),
      sink.samples() == samples ? "all" : "not all", seconds, hours * 3600.0 / seconds,
      static_cast<unsigned long long>(sink.same()),
      static_cast<unsigned long long>(sink.compared()),
      sink.same() == sink.compared() ? "-" : std::to_string(sink.worst_db()).c_str(),
      static_cast<double>(sink.first_bytes()) / 1e6, growth / 1024);
  std::fflush(stdout);
  return held;
}

using ProcessBlock = std::function<void(const float* in, float* out)>;

// Feeds whole blocks until so many samples have gone through.
void Feed(const std::vector<float>& period, uint64_t samples, Sink& sink,
          const ProcessBlock& process) {
  std::vector<float> in(kBlock);
  std::vector<float> out(kBlock);
  size_t at = 0;
  for (uint64_t done = 0; done < samples; done += kBlock) {
    for (float& sample : in) {
      sample = period[at];
      at = at + 1 == kPeriod ? 0 : at + 1;
    }
    process(in.data(), out.data());
    sink.Take(out.data(), kBlock);
  }
}

bool RunApi(const std::string& model, const std::vector<float>& period, uint64_t samples,
            Sink& sink) {
  dfn_model* opened = nullptr;
  dfn_stream* stream = nullptr;
  if (dfn_model_open(model.c_str(), nullptr, &opened, nullptr) != DFN_OK) return false;
  bool held = dfn_stream_create(opened, nullptr, &stream, nullptr) == DFN_OK;
  const size_t delay = dfn_stream_delay_samples(stream);
  Feed(period, samples, sink, [&](const float* in, float* out) {
    held &= dfn_stream_process(stream, &in, &out, kBlock) == DFN_OK;
  });
  held &= dfn_stream_delay_samples(stream) == delay;
  dfn_stream_free(stream);
  dfn_model_free(opened);
  return held;
}

bool RunLadspa(const std::vector<float>& period, uint64_t samples, Sink& sink) {
  const LadspaLibrary library;
  LadspaInstance plugin(library.ForChannels(1), kRate);
  if (!plugin.made()) return false;
  plugin.Activate();
  std::vector<float> in(kBlock);
  plugin.Connect(0, in.data());
  Feed(period, samples, sink, [&](const float* from, float* out) {
    std::copy_n(from, kBlock, in.begin());
    plugin.Connect(1, out);
    plugin.Run(kBlock);
  });
  return true;
}

bool RunLv2(const std::vector<float>& period, uint64_t samples, Sink& sink) {
  const Lv2Library library;
  const Lv2Features features({.nominal_block = kBlock, .max_block = kBlock});
  Lv2Instance plugin(library.ForChannels(1), kRate, features.list());
  if (!plugin.made()) return false;
  plugin.Activate();
  std::vector<float> in(kBlock);
  plugin.Connect(0, in.data());
  float latency = -1.0f;
  bool constant = true;
  Feed(period, samples, sink, [&](const float* from, float* out) {
    std::copy_n(from, kBlock, in.begin());
    plugin.Connect(1, out);
    plugin.Run(kBlock);
    if (latency < 0.0f) latency = plugin.latency;
    constant &= plugin.latency == latency;
  });
  return constant;
}

// The program, between two pipes of raw floats.
class Child {
 public:
  Child(const std::string& program, const std::string& model) {
    int in[2];
    int out[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) return;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    const char* arguments[] = {
        program.c_str(), "enhance", "-m",     model.c_str(), "-",    "-o", "-",
        "--raw-format",  "f32",     "--rate", "48000",       nullptr};
    if (posix_spawn(&process_, program.c_str(), &actions, nullptr,
                    const_cast<char* const*>(arguments), environ) != 0) {
      process_ = -1;
    }
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    input_ = in[1];
    output_ = out[0];
  }
  ~Child() { close(output_); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t process() const { return process_; }

  void Write(const std::vector<float>& period, uint64_t samples) {
    while (samples > 0) {
      const size_t count = static_cast<size_t>(std::min<uint64_t>(samples, kPeriod));
      const char* bytes = reinterpret_cast<const char*>(period.data());
      for (size_t left = count * sizeof(float); left > 0;) {
        const ssize_t wrote = write(input_, bytes, left);
        if (wrote <= 0) return;
        bytes += wrote;
        left -= static_cast<size_t>(wrote);
      }
      samples -= count;
    }
    close(input_);
  }

  void Read(Sink& sink) const {
    std::vector<char> bytes(sizeof(float) << 14);
    size_t held = 0;
    for (;;) {
      const ssize_t got = read(output_, bytes.data() + held, bytes.size() - held);
      if (got <= 0) return;
      held += static_cast<size_t>(got);
      const size_t whole = held / sizeof(float);
      sink.Take(reinterpret_cast<const float*>(bytes.data()), whole);
      std::copy(bytes.begin() + static_cast<ptrdiff_t>(whole * sizeof(float)),
                bytes.begin() + static_cast<ptrdiff_t>(held), bytes.begin());
      held -= whole * sizeof(float);
    }
  }

  bool EndsWell() const {
    int status = -1;
    return waitpid(process_, &status, 0) == process_ && status == 0;
  }

 private:
  pid_t process_ = -1;
  int input_ = -1;
  int output_ = -1;
};

bool RunPart(const std::string& part, const std::string& model, const std::string& program,
             uint64_t samples) {
  const std::vector<float> period = MakePeriod();
  const auto begin = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  if (part == "pipe") {
    Child child(program, model);
    if (child.process() < 0) return false;
    Sink sink(child.process(), samples);
    std::thread writer([&] { child.Write(period, samples); });
    child.Read(sink);
    writer.join();
    const bool ended = child.EndsWell();
    return Judge("pipe", sink, samples, seconds()) && ended;
  }
  Sink sink(getpid(), samples);
  bool held = false;
  if (part == "api") held = RunApi(model, period, samples, sink);
  if (part == "ladspa") held = RunLadspa(period, samples, sink);
  if (part == "lv2") held = RunLv2(period, samples, sink);
  return Judge(part.c_str(), sink, samples, seconds()) && held;
}

}  // namespace
}  // namespace dfn::test

int main(int count, char** values) {
  if (count < 4) {
    std::fputs("usage: soak HOURS MODEL PROGRAM [PART]...\n", stderr);
    return 2;
  }
  setenv("DEEPFILTER_PLUGIN_MODEL", values[2], 1);
  setenv("DEEPFILTER_PLUGIN_LOAD", "wait", 1);
  signal(SIGPIPE, SIG_IGN);
  std::vector<std::string> parts(values + 4, values + count);
  if (parts.empty()) parts = {"api", "ladspa", "lv2", "pipe"};
  // Whole blocks.
  const double wanted = std::atof(values[1]) * 3600.0 * dfn::test::kRate;
  const uint64_t samples = static_cast<uint64_t>(wanted) / dfn::test::kBlock * dfn::test::kBlock;
  bool held = true;
  for (const std::string& part : parts) {
    held &= dfn::test::RunPart(part, values[2], values[3], samples);
  }
  return held ? 0 : 1;
}
