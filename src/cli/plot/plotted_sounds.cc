#include "cli/plot/plotted_sounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <span>

#include "audio/sound_file.h"
#include "cli/enhance/open_sound.h"
#include "cli/message.h"
#include "os/process/interrupt.h"

namespace dfn {
namespace {

constexpr size_t kPlotBlock = 16384;
// The lowest frequency of a logarithmic axis: below every voice.
constexpr double kLogLowHz = 50.0;
// Windows this close show what is to be seen in a window's length.
constexpr double kHopsPerWindow = 64.0;

// Averages the channels: [n, channels] -> [n]. Samples that are no numbers count as 0.
void Average(std::span<const float> interleaved, size_t channels, std::vector<float>& mono) {
  mono.resize(interleaved.size() / channels);
  for (size_t i = 0; i < mono.size(); ++i) {
    double sum = 0.0;
    for (size_t c = 0; c < channels; ++c) {
      const float sample = interleaved[i * channels + c];
      sum += std::isfinite(sample) ? sample : 0.0f;
    }
    mono[i] = static_cast<float>(sum / static_cast<double>(channels));
  }
}

// One of the sounds, read block by block between the part's ends.
class PlottedSound {
 public:
  static Result<PlottedSound> Open(const std::string& path, const PlottedPart& part) {
    std::string note;
    DFN_TRY(SoundSource source, OpenSoundOrTrack(path, &note));
    if (!note.empty()) PrintError("note: " + path + ": " + note);
    PlottedSound sound(std::move(source));
    const auto rate = static_cast<double>(sound.rate_hz());
    if (part.length_seconds) {
      sound.left_ = static_cast<uint64_t>(std::llround(*part.length_seconds * rate));
    }
    DFN_CHECK(sound.Skip(static_cast<uint64_t>(std::llround(part.start_seconds * rate))));
    return sound;
  }

  size_t rate_hz() const { return source_.reader().info().rate_hz; }
  uint64_t frames() const { return frames_; }
  std::span<const float> block() const { return mono_; }

  // Samples to come, as the file declares them.
  std::optional<uint64_t> expected() const {
    const auto& frames = source_.reader().info().frames;
    if (!frames) return std::nullopt;
    return std::min<uint64_t>(left_, *frames - std::min(*frames, skipped_));
  }

  // Reads the next block, which is empty at the end.
  Status Next() {
    if (Interrupted()) return Error{ErrorCode::kCancelled, "interrupted"};
    const size_t channels = source_.reader().info().channels;
    interleaved_.resize(std::min<uint64_t>(left_, kPlotBlock) * channels);
    size_t count = 0;
    if (!interleaved_.empty()) {
      DFN_TRY(count, source_.reader().Read(interleaved_));
    }
    Average({interleaved_.data(), count * channels}, channels, mono_);
    left_ -= count;
    frames_ += count;
    return {};
  }

  Status SayFaults() const {
    if (const Status whole = CheckWhole(source_.reader()); !whole.ok()) {
      return Error{whole.error().code, whole.error().message + "; nothing is drawn"};
    }
    const SoundFaults faults = source_.reader().faults();
    if (!faults.note.empty()) PrintError("note: " + faults.note);
    if (frames_ > 0) return {};
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("{}: holds no samples to plot{}", source_.reader().name(),
                             skipped_ > 0 ? fmt::format("; it is {:g} s long",
                                                        static_cast<double>(skipped_) /
                                                            static_cast<double>(rate_hz()))
                                          : "")};
  }

 private:
  explicit PlottedSound(SoundSource source) : source_(std::move(source)) {}

  Status Skip(uint64_t frames) {
    while (skipped_ < frames) {
      if (Interrupted()) return Error{ErrorCode::kCancelled, "interrupted"};
      interleaved_.resize(std::min<uint64_t>(frames - skipped_, kPlotBlock) *
                          source_.reader().info().channels);
      DFN_TRY(const size_t count, source_.reader().Read(interleaved_));
      if (count == 0) break;
      skipped_ += count;
    }
    return {};
  }

  SoundSource source_;
  uint64_t left_ = std::numeric_limits<uint64_t>::max();
  uint64_t skipped_ = 0;
  uint64_t frames_ = 0;
  std::vector<float> interleaved_;
  std::vector<float> mono_;
};

SpectrogramOptions OptionsOf(const PlottedSound& sound, const PlottedPart& part, double high_hz) {
  const size_t window = PictureWindow(sound.rate_hz());
  // About a column for each pixel, where the length is known.
  const double frames = static_cast<double>(sound.expected().value_or(sound.rate_hz() * 10));
  const double hop =
      std::clamp(frames / static_cast<double>(part.width),
                 static_cast<double>(window) / kHopsPerWindow, static_cast<double>(window) / 4.0);
  return {.rate_hz = sound.rate_hz(),
          .window_samples = window,
          .hop_samples = std::max<size_t>(static_cast<size_t>(hop), 1),
          .axis = {.rows = part.height,
                   .low_hz = part.logarithmic ? std::min(kLogLowHz, high_hz / 4.0) : 0.0,
                   .high_hz = high_hz,
                   .logarithmic = part.logarithmic}};
}

// What the first sound has and the second does not, as long as both go on.
void HearDifference(const std::vector<PlottedSound>& readers,
                    std::optional<Spectrogram>& difference, std::vector<float>& block) {
  const auto first = readers[0].block();
  const auto second = readers[1].block();
  if (!difference) return;
  if (first.size() != second.size()) {
    difference.reset();
    return;
  }
  block.resize(first.size());
  for (size_t i = 0; i < block.size(); ++i) block[i] = first[i] - second[i];
  difference->Hear(block);
}

}  // namespace

Result<PlottedSounds> ReadPlottedSounds(const std::vector<std::string>& paths,
                                        const PlottedPart& part) {
  std::vector<PlottedSound> readers;
  double high_hz = 0.0;
  for (const std::string& path : paths) {
    DFN_TRY(PlottedSound sound, PlottedSound::Open(path, part));
    high_hz = std::max(high_hz, 0.5 * static_cast<double>(sound.rate_hz()));
    readers.push_back(std::move(sound));
  }
  high_hz = std::min(part.max_hz.value_or(high_hz), high_hz);
  PlottedSounds plotted;
  for (const PlottedSound& reader : readers) {
    plotted.sounds.emplace_back(OptionsOf(reader, part, high_hz));
  }
  if (readers.size() == 2 && readers[0].rate_hz() == readers[1].rate_hz()) {
    plotted.difference.emplace(OptionsOf(readers[0], part, high_hz));
  }
  std::vector<float> block;
  for (bool more = true; more;) {
    more = false;
    for (size_t i = 0; i < readers.size(); ++i) {
      DFN_CHECK(readers[i].Next());
      plotted.sounds[i].Hear(readers[i].block());
      more = more || !readers[i].block().empty();
    }
    if (readers.size() == 2) HearDifference(readers, plotted.difference, block);
  }
  for (size_t i = 0; i < readers.size(); ++i) {
    DFN_CHECK(readers[i].SayFaults());
    plotted.sounds[i].Finish();
  }
  if (plotted.difference) plotted.difference->Finish();
  return plotted;
}

}  // namespace dfn
