// What a report shows of a sound before and after, heard block by block in bounded memory.
#ifndef DEEPFILTER_CLI_REPORT_SOUND_RECORDER_H_
#define DEEPFILTER_CLI_REPORT_SOUND_RECORDER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "audio/loudness.h"
#include "base/result.h"
#include "cli/report/sound_track.h"
#include "picture/envelope.h"
#include "picture/spectrogram.h"

namespace dfn {

// One of both sides of a sound; channels are averaged except for the loudness.
struct RecordedSide {
  Spectrogram spectrogram;
  Envelope envelope;
  Loudness loudness;
  SoundTrack track;
};

struct RecorderOptions {
  size_t rate_hz = 0;
  size_t channels = 0;
  uint32_t speakers = 0;  // SoundDetails::speakers
  std::optional<uint64_t> expected_frames = std::nullopt;
};

// Takes the input and the output of a sound, both from start to end; the output may come later. One
// thread at a time.
class SoundRecorder {
 public:
  // Errors: those of Loudness::Create and SoundTrack::Create.
  static Result<std::unique_ptr<SoundRecorder>> Create(const RecorderOptions& options);

  // The next samples, interleaved [n, channels], finite. Errors: those of SoundTrack::Hear.
  Status HearBefore(std::span<const float> interleaved);
  Status HearAfter(std::span<const float> interleaved);
  // The next frames' value; a frame has `frame_seconds`.
  void HearLocalSnr(float snr_db) { local_snr_.Hear(snr_db); }
  void HearGain(float gain_db, size_t frames);
  void SetFrameSeconds(double frame_seconds) { frame_seconds_ = frame_seconds; }

  // Ends both. Call once, last. Errors: those of SoundTrack::Finish.
  Status Finish();

  const RecorderOptions& options() const { return options_; }
  const RecordedSide& before() const { return before_; }
  const RecordedSide& after() const { return after_; }
  // Of the input less the output.
  const Spectrogram& removed() const { return removed_; }
  // dB, a value for each frame; no values: not known.
  const Envelope& local_snr() const { return local_snr_; }
  const Envelope& gain() const { return gain_; }
  double frame_seconds() const { return frame_seconds_; }
  double seconds() const { return before_.spectrogram.seconds(); }

 private:
  SoundRecorder(const RecorderOptions& options, RecordedSide before, RecordedSide after);
  void Average(std::span<const float> interleaved);

  RecorderOptions options_;
  RecordedSide before_;
  RecordedSide after_;
  Spectrogram removed_;
  Envelope local_snr_;
  Envelope gain_;
  double frame_seconds_ = 0.01;
  std::vector<float> mono_;
  std::vector<float> waiting_;  // input whose output has not come
};

}  // namespace dfn

#endif  // DEEPFILTER_CLI_REPORT_SOUND_RECORDER_H_
