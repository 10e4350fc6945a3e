#include "cli/report/sound_recorder.h"

#include <algorithm>
#include <utility>

namespace dfn {
namespace {

// Rows of a report's pictures.
constexpr size_t kReportRows = 200;

SpectrogramOptions PictureOf(size_t rate_hz) {
  return {
      .rate_hz = rate_hz,
      .window_samples = PictureWindow(rate_hz),
      .hop_samples = std::max<size_t>(rate_hz / 200, 1),
      .axis = {.rows = kReportRows, .low_hz = 0.0, .high_hz = 0.5 * static_cast<double>(rate_hz)},
      .most_columns = kMostColumns};
}

Result<RecordedSide> NewSide(const RecorderOptions& options) {
  std::optional<double> seconds;
  if (options.expected_frames) {
    seconds = static_cast<double>(*options.expected_frames) / static_cast<double>(options.rate_hz);
  }
  DFN_TRY(Loudness loudness, Loudness::Create(options.rate_hz, options.channels, options.speakers,
                                              {.range_and_peak = true}));
  DFN_TRY(SoundTrack track, SoundTrack::Create(options.rate_hz, TrackBits(seconds)));
  return RecordedSide{.spectrogram = Spectrogram(PictureOf(options.rate_hz)),
                      .envelope = Envelope(std::max<size_t>(options.rate_hz / 100, 1)),
                      .loudness = std::move(loudness),
                      .track = std::move(track)};
}

}  // namespace

Result<std::unique_ptr<SoundRecorder>> SoundRecorder::Create(const RecorderOptions& options) {
  DFN_TRY(RecordedSide before, NewSide(options));
  DFN_TRY(RecordedSide after, NewSide(options));
  return std::unique_ptr<SoundRecorder>(
      new SoundRecorder(options, std::move(before), std::move(after)));
}

SoundRecorder::SoundRecorder(const RecorderOptions& options, RecordedSide before,
                             RecordedSide after)
    : options_(options),
      before_(std::move(before)),
      after_(std::move(after)),
      removed_(PictureOf(options.rate_hz)),
      local_snr_(1),
      gain_(1) {}

void SoundRecorder::Average(std::span<const float> interleaved) {
  const size_t channels = options_.channels;
  mono_.resize(interleaved.size() / channels);
  for (size_t i = 0; i < mono_.size(); ++i) {
    double sum = 0.0;
    for (size_t c = 0; c < channels; ++c) sum += interleaved[i * channels + c];
    mono_[i] = static_cast<float>(sum / static_cast<double>(channels));
  }
}

namespace {

Status HearSide(RecordedSide& side, std::span<const float> interleaved,
                std::span<const float> mono) {
  side.loudness.Hear(interleaved);
  side.spectrogram.Hear(mono);
  side.envelope.Hear(mono);
  return side.track.Hear(mono);
}

}  // namespace

Status SoundRecorder::HearBefore(std::span<const float> interleaved) {
  Average(interleaved);
  waiting_.insert(waiting_.end(), mono_.begin(), mono_.end());
  return HearSide(before_, interleaved, mono_);
}

Status SoundRecorder::HearAfter(std::span<const float> interleaved) {
  Average(interleaved);
  const Status heard = HearSide(after_, interleaved, mono_);
  const size_t both = std::min(waiting_.size(), mono_.size());
  for (size_t i = 0; i < both; ++i) mono_[i] = waiting_[i] - mono_[i];
  removed_.Hear({mono_.data(), both});
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(both));
  return heard;
}

void SoundRecorder::HearGain(float gain_db, size_t frames) {
  for (size_t i = 0; i < frames; ++i) gain_.Hear(gain_db);
}

Status SoundRecorder::Finish() {
  before_.spectrogram.Finish();
  after_.spectrogram.Finish();
  removed_.Finish();
  DFN_CHECK(before_.track.Finish());
  return after_.track.Finish();
}

}  // namespace dfn
