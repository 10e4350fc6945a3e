#include "cli/compare/compare_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "audio/sound_file.h"
#include "base/path_text.h"
#include "cli/arguments.h"
#include "cli/compare/compare_report.h"
#include "cli/enhance/open_sound.h"
#include "cli/message.h"
#include "cli/side_file.h"
#include "dsp/snr.h"

namespace dfn {
namespace {

constexpr size_t kBlockFrames = 16384;

struct SoundComparison {
  size_t rate_hz = 0;
  size_t channels = 0;
  uint64_t reference_frames = 0;
  uint64_t signal_frames = 0;
  int64_t delay_samples = 0;
  SnrMeter aligned;
  SnrMeter as_is;
};

// One of the two sounds, read in blocks; zeros follow its end.
class Track {
 public:
  explicit Track(SoundSource source) : source_(std::move(source)) {}

  const SoundInfo& info() const { return source_.reader().info(); }
  uint64_t frames() const { return frames_; }  // read so far

  // Fills `block` [kBlockFrames, channels] and returns the number of frames before the end.
  Result<size_t> Next() {
    block.resize(kBlockFrames * info().channels);
    DFN_TRY(const size_t count, source_.reader().Read(block));
    std::fill(block.begin() + static_cast<std::ptrdiff_t>(count * info().channels), block.end(),
              0.0f);
    frames_ += count;
    return count;
  }

  // At the end. What is wrong with a sound that is whole all the same is said. Errors: those of
  // CheckWhole.
  Status SayFaults() const {
    if (const Status whole = CheckWhole(source_.reader()); !whole.ok()) {
      return Error{whole.error().code, whole.error().message + "; nothing is compared"};
    }
    const SoundFaults faults = source_.reader().faults();
    if (!faults.note.empty()) PrintError("note: " + faults.note);
    return {};
  }

  Status Skip(uint64_t frames) {
    while (frames > 0) {
      block.resize(std::min<uint64_t>(frames, kBlockFrames) * info().channels);
      DFN_TRY(const size_t count, source_.reader().Read(block));
      if (count == 0) break;
      frames -= count;
    }
    return {};
  }

  std::vector<float> block;

 private:
  SoundSource source_;
  uint64_t frames_ = 0;
};

Result<Track> OpenTrack(const std::string& path, std::string* note = nullptr) {
  DFN_TRY(SoundSource source, OpenSoundOrTrack(path, note));
  return Track(std::move(source));
}

// The same, and says what there is to say.
Result<Track> OpenAndSay(const std::string& path) {
  std::string note;
  auto track = OpenTrack(path, &note);
  if (!note.empty()) PrintError("note: " + path + ": " + note);
  return track;
}

// Finds the delay and the lengths. One correlation takes all channels in sequence.
Status FindDelay(const CompareOptions& options, SoundComparison& result) {
  DFN_TRY(Track reference, OpenAndSay(options.reference));
  DFN_TRY(Track signal, OpenAndSay(options.signal));
  const SoundInfo& a = reference.info();
  const SoundInfo& b = signal.info();
  if (a.rate_hz != b.rate_hz || a.channels != b.channels) {
    return Error{ErrorCode::kMismatch,
                 fmt::format("cannot compare {} ({} Hz, {} channels) with {} ({} Hz, {} channels)",
                             options.reference, a.rate_hz, a.channels, options.signal, b.rate_hz,
                             b.channels)};
  }
  result.rate_hz = a.rate_hz;
  result.channels = a.channels;
  // Up to one second in either direction. The sum of the channels has their common delay.
  DelayFinder finder(a.rate_hz);
  const auto sum_channels = [&](std::vector<float>& block) {
    for (size_t i = 0; i < kBlockFrames; ++i) {
      float sum = 0.0f;
      for (size_t c = 0; c < a.channels; ++c) sum += block[i * a.channels + c];
      block[i] = sum;
    }
    block.resize(kBlockFrames);
  };
  for (;;) {
    DFN_TRY(const size_t reference_count, reference.Next());
    DFN_TRY(const size_t signal_count, signal.Next());
    if (reference_count == 0 && signal_count == 0) break;
    sum_channels(reference.block);
    sum_channels(signal.block);
    finder.Add(reference.block, signal.block);
  }
  DFN_CHECK(reference.SayFaults());
  DFN_CHECK(signal.SayFaults());
  result.reference_frames = reference.frames();
  result.signal_frames = signal.frames();
  result.delay_samples = finder.Find();
  return {};
}

// Adds the common part of both sounds, with the signal `delay` samples late.
Status Measure(const CompareOptions& options, int64_t delay, SnrMeter& meter) {
  DFN_TRY(Track reference, OpenTrack(options.reference));
  DFN_TRY(Track signal, OpenTrack(options.signal));
  DFN_CHECK(delay > 0 ? signal.Skip(static_cast<uint64_t>(delay))
                      : reference.Skip(static_cast<uint64_t>(-delay)));
  for (;;) {
    DFN_TRY(const size_t reference_count, reference.Next());
    DFN_TRY(const size_t signal_count, signal.Next());
    const size_t samples = std::min(reference_count, signal_count) * reference.info().channels;
    if (samples == 0) return {};
    meter.Add({reference.block.data(), samples}, {signal.block.data(), samples});
  }
}

Result<SoundComparison> Compare(const CompareOptions& options) {
  SoundComparison result;
  DFN_CHECK(FindDelay(options, result));
  DFN_CHECK(Measure(options, result.delay_samples, result.aligned));
  if (result.delay_samples == 0) {
    result.as_is = result.aligned;
  } else {
    DFN_CHECK(Measure(options, 0, result.as_is));
  }
  return result;
}

std::string SnrText(double snr_db) {
  if (std::isinf(snr_db) && snr_db > 0) return "no difference";
  return fmt::format("{:.2f} dB", snr_db);
}

std::string Describe(const CompareOptions& options, const SoundComparison& result) {
  const double delay_ms =
      1000.0 * static_cast<double>(result.delay_samples) / static_cast<double>(result.rate_hz);
  std::string text = fmt::format("delay      {} samples ({:.2f} ms), B against A\n",
                                 result.delay_samples, delay_ms);
  text += fmt::format("SNR        {}\n", SnrText(result.aligned.snr_db()));
  text += fmt::format("max error  {:.3g}\n", result.aligned.max_error());
  if (result.delay_samples != 0) {
    text += fmt::format("as is      SNR {}, max error {:.3g}\n", SnrText(result.as_is.snr_db()),
                        result.as_is.max_error());
  }
  text += fmt::format("compared   {} samples, {} Hz, {} channel{}\n",
                      result.aligned.samples() / result.channels, result.rate_hz, result.channels,
                      result.channels == 1 ? "" : "s");
  if (result.reference_frames != result.signal_frames) {
    text += fmt::format("lengths    differ: {} has {} samples, {} has {}\n", options.reference,
                        result.reference_frames, options.signal, result.signal_frames);
  }
  return text;
}

// JSON has neither infinities nor NaN; they become null.
nlohmann::ordered_json Number(double value) {
  if (!std::isfinite(value)) return nullptr;
  return value;
}

std::string DescribeJson(const CompareOptions& options, const SoundComparison& result) {
  const nlohmann::ordered_json json = {
      {"a", options.reference},
      {"b", options.signal},
      {"identical",
       result.as_is.max_error() == 0.0 && result.reference_frames == result.signal_frames},
      {"snr_db", Number(result.aligned.snr_db())},
      {"max_error", Number(result.aligned.max_error())},
      {"delay_samples", result.delay_samples},
      {"delay_ms",
       1000.0 * static_cast<double>(result.delay_samples) / static_cast<double>(result.rate_hz)},
      {"as_is",
       {{"snr_db", Number(result.as_is.snr_db())},
        {"max_error", Number(result.as_is.max_error())}}},
      {"compared_samples", result.aligned.samples() / result.channels},
      {"samples_a", result.reference_frames},
      {"samples_b", result.signal_frames},
      {"sample_rate_hz", result.rate_hz},
      {"channels", result.channels}};
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

Status CheckReport(const CompareOptions& options) {
  if (options.report.empty()) return {};
  if (!HasExtension(options.report, "html") && !HasExtension(options.report, "htm")) {
    return Error{ErrorCode::kInvalidArgument,
                 "--report writes a page; its name ends with .html (--json is for programs)"};
  }
  DFN_CHECK(
      CheckSideFile(options.report, {options.reference, options.signal}, "report", options.force));
  return CheckReplacesOwn(options.report, kReportMark, "report");
}

}  // namespace

void DefineCompare(Arguments& command, CompareOptions& options) {
  command.Option("A", &options.reference, {.required = true});
  command.Option("B", &options.signal, {.required = true});
  command.Option("--report", &options.report);
  command.Flag("-f,--force", options.force);
  command.Flag("--json", options.json);
}

ExitCode RunCompare(const CompareOptions& options) {
  if (const Status checked = CheckReport(options); !checked.ok()) return Fail(checked.error());
  const auto result = Compare(options);
  if (!result.ok()) return Fail(result.error());
  if (!options.report.empty()) {
    const Status written = WriteCompareReport(
        {.before = options.reference,
         .after = options.signal,
         .delay_samples = result->delay_samples,
         .facts = {{"Delay",
                    fmt::format("{} samples, B against A; removed here", result->delay_samples)},
                   {"SNR", SnrText(result->aligned.snr_db())},
                   {"Largest error", fmt::format("{:.3g}", result->aligned.max_error())},
                   {"Program", "deepfilter " DEEPFILTER_VERSION}}},
        options.report, options.force);
    if (!written.ok()) return Fail(written.error());
  }
  return PrintResult(options.json ? DescribeJson(options, *result) : Describe(options, *result));
}

}  // namespace dfn
