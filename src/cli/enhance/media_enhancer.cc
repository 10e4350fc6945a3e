#include "cli/enhance/media_enhancer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <list>
#include <system_error>
#include <utility>

#include "audio/sound_tags.h"
#include "base/path_text.h"
#include "cli/enhance/open_sound.h"
#include "cli/enhance/sound_run.h"
#include "media/media_mux.h"
#include "media/track_plan.h"
#include "media/track_reader.h"
#include "media/track_writer.h"
#include "os/atomic_file.h"

namespace dfn {
namespace {

using Clock = std::chrono::steady_clock;

// What is open of a track before it is enhanced.
struct OpenedTrack {
  size_t number = 0;  // from 1
  size_t stream = 0;  // its place among the streams
  std::string language;
  TrackPlan plan;
  std::unique_ptr<SoundReader> reader;
  ReopenSound again;  // or empty
};

// Adds up what the tracks of a file took; levels are those of the first.
void AddStats(JobStats more, JobStats& sum) {
  if (sum.samples == 0 && sum.hops == 0) {
    sum = std::move(more);
    return;
  }
  sum.samples += more.samples;
  sum.hops += more.hops;
  sum.seconds += more.seconds;
  sum.processing_seconds += more.processing_seconds;
  sum.clipped_samples += more.clipped_samples;
  sum.broken_samples += more.broken_samples;
  sum.skipped_hops += more.skipped_hops;
  sum.hop_us.insert(sum.hop_us.end(), more.hop_us.begin(), more.hop_us.end());
  if (!sum.silence_skip_snr_db ||
      (more.silence_skip_snr_db && *more.silence_skip_snr_db < *sum.silence_skip_snr_db)) {
    sum.silence_skip_snr_db = more.silence_skip_snr_db;
  }
}

AudioSource SourceOf(const MediaStream& stream, size_t channels) {
  return {.codec = stream.codec,
          .profile = stream.profile,
          .rate_hz = stream.rate_hz,
          .channels = channels,
          .bits = stream.bits,
          .bit_rate = stream.bit_rate};
}

AudioSource SourceOf(const SoundInfo& info, size_t channels) {
  AudioSource source;
  source.rate_hz = info.rate_hz;
  source.channels = channels;
  source.bits = IsLossless(info.format) ? std::max(IntegerBits(info.format), 16) : 0;
  return source;
}

class MediaJob {
 public:
  MediaJob(const MediaRun& run, const PlannedFile& planned, const MediaTarget& target,
           FileReport& file, const std::function<void(const ProgressState&)>& progress)
      : run_(run),
        planned_(planned),
        target_(target),
        file_(file),
        progress_(progress),
        wishes_{.codec = run.options.audio_codec,
                .bit_rate = std::nullopt,
                .sample_format = run.options.sample_format} {
    if (run.options.bit_rate_kbps) wishes_.bit_rate = uint64_t{*run.options.bit_rate_kbps} * 1000;
  }

  // What was heard of the first track, or null.
  std::unique_ptr<SoundRecorder> TakeRecorder() { return std::move(recorder_); }

  Status Run() {
    if (!FindMediaTools().ok()) {
      return Error{ErrorCode::kIo,
                   planned_.output + ": is written by FFmpeg; " + FindMediaTools().error().message};
    }
    DFN_TRY(OpenedInput input, OpenInput(planned_.input, RawInput(run_.options)));
    DFN_TRY(AtomicFile output, NewFile());
    if (auto* sound = std::get_if<SoundSource>(&input)) {
      DFN_CHECK(RunSound(*sound));
    } else {
      media_ = std::get<MediaInfo>(std::move(input));
      DFN_CHECK(RunTracks());
    }
    DFN_CHECK(RefuseDamage());
    // Bare tracks hold one sound and nothing else.
    const MuxPlan mux = PlanMux(IsBareTrack(target_) ? MediaInfo{} : media_, target_, tracks_,
                                -shift_seconds_, PathText(output.temporary()), tags_);
    const Status muxed = Mux(tools_, mux, planned_.output);
    DFN_CHECK(CheckRoom());
    DFN_CHECK(muxed);
    file_.notes.insert(file_.notes.end(), mux.left_out.begin(), mux.left_out.end());
    return output.Commit();
  }

 private:
  Result<AtomicFile> NewFile() const {
    return AtomicFile::Create(PathOf(planned_.output),
                              {.replace = run_.replace, .label = run_.label});
  }

  Result<TrackPlan> Plan(const AudioSource& source, double sound_seconds, bool same_container) {
    auto plan = PlanTrack(tools_, target_, source, sound_seconds, same_container, wishes_);
    if (plan.ok()) return plan;
    return Error{plan.error().code, planned_.output + ": " + plan.error().message};
  }

  // A sound that libsndfile or a pipe gives.
  Status RunSound(SoundSource& source) {
    DFN_CHECK(CheckOnlyTrack(planned_.input, run_.options.track));
    const SoundInfo& info = source.reader().info();
    if (info.details.has_picture) file_.notes.emplace_back(kPictureIsLost);
    OpenedTrack track;
    track.number = 1;
    DFN_TRY(track.plan, Plan(SourceOf(info, OutputChannels(info, run_.settings)), 0.0, false));
    // Where the container cannot tell the encoder's delay, that much is left out in front.
    const auto skipped = static_cast<uint64_t>(std::max<int64_t>(track.plan.first_sample, 0));
    total_s_ =
        info.frames ? static_cast<double>(*info.frames) / static_cast<double>(info.rate_hz) : 0.0;
    for (const SoundTag& tag : info.details.tags) {
      if (const char* name = TagName(tag.field)) tags_.emplace_back(name, tag.text);
    }
    const uint32_t speakers = info.details.speakers;
    if (MayBeReadTwice(planned_.input, run_.settings)) {
      track.again = [this, skipped]() -> Result<SoundSource> {
        DFN_TRY(SoundSource once,
                OpenSound(planned_.input, RawInput(run_.options), std::nullopt, nullptr));
        DFN_CHECK(DropFrames(once.reader(), skipped));
        return once;
      };
    }
    DFN_CHECK(DropFrames(source.reader(), skipped));
    return Enhance(track, source.reader(), speakers);
  }

  Status RunTracks() {
    DFN_TRY(const std::vector<size_t> chosen, ChosenTracks());
    for (const size_t i : chosen) total_s_ += media_.streams[i].seconds.value_or(media_.seconds);
    const std::vector<size_t> all = media_.AudioTracks();
    for (const size_t i : chosen) {
      const auto number =
          static_cast<size_t>(std::find(all.begin(), all.end(), i) - all.begin()) + 1;
      DFN_CHECK(RunTrack(i, number));
    }
    for (const MediaStream& stream : media_.streams) {
      if (stream.kind == StreamKind::kAudio && (stream.codec.empty() || stream.rate_hz == 0)) {
        file_.notes.emplace_back("an audio track that FFmpeg cannot decode is copied as it is");
      }
    }
    return {};
  }

  Result<std::vector<size_t>> ChosenTracks() {
    if (!run_.options.track && !IsBareTrack(target_)) return media_.AudioTracks();
    std::string note;
    DFN_TRY(const size_t chosen, ChooseTrack(media_, run_.options.track, &note));
    if (!note.empty()) file_.notes.push_back(note + kTakesAnotherTrack);
    return std::vector<size_t>{chosen};
  }

  Status RunTrack(size_t place, size_t number) {
    const MediaStream& stream = media_.streams[place];
    DFN_CHECK(CheckRate(stream.rate_hz, planned_.input));
    const bool same = IsSameKind(media_, target_);
    DFN_TRY(const double heard, FirstSoundSeconds(tools_, media_, stream));
    // A container of another kind has a clock of its own.
    if (!same) shift_seconds_ = media_.start_seconds;
    const double sound_seconds = IsBareTrack(target_) ? 0.0 : heard - shift_seconds_;
    const auto rate = static_cast<double>(stream.rate_hz);
    OpenedTrack track;
    track.number = number;
    track.stream = place;
    track.language = stream.language;
    const size_t channels = run_.settings.downmix ? 1 : stream.channels;
    DFN_TRY(track.plan, Plan(SourceOf(stream, channels), sound_seconds, same));
    // On the clock of the source again.
    const int64_t first =
        std::llround(heard * rate) + (track.plan.first_sample - track.plan.sound_sample);
    const auto open = [this, &stream, first] { return OpenTrack(tools_, media_, stream, first); };
    DFN_TRY(track.reader, open());
    if (MayBeReadTwice(planned_.input, run_.settings)) {
      track.again = [this, open]() -> Result<SoundSource> {
        DFN_TRY(auto reader, open());
        return SoundSource(planned_.input, std::move(reader));
      };
    }
    return Enhance(track, *track.reader, track.reader->info().details.speakers);
  }

  Status Enhance(const OpenedTrack& track, SoundReader& reader, uint32_t speakers) {
    const TrackPlan& plan = track.plan;
    DFN_TRY(AtomicFile own, NewFile());
    files_.push_back(std::move(own));
    const std::string path = PathText(files_.back().temporary());
    if (plan.channels != reader.info().channels) speakers = 0;
    DFN_TRY(auto writer, CreateTrack(tools_, plan, speakers, path, planned_.output));
    // The page of a report is of the first track.
    SoundRecorder* recorder = nullptr;
    if (!file_.page.empty() && recorder_ == nullptr) {
      DFN_TRY(recorder_, SoundRecorder::Create(RecorderOf(reader.info(), run_.settings)));
      recorder = recorder_.get();
    }
    const auto rate = static_cast<double>(plan.rate_hz);
    DFN_TRY(SoundRun done,
            EnhanceSound(run_.engine, run_.settings, reader, *writer, track.again, recorder,
                         [&](uint64_t samples) { Progress(static_cast<double>(samples) / rate); }));
    done_s_ += done.stats.seconds;
    const SoundFaults faults = reader.faults();
    if (!faults.note.empty() && file_.faults.note.empty()) file_.faults.note = faults.note;
    file_.faults.damaged = file_.faults.damaged || faults.damaged;
    DFN_CHECK(Place(track, path));
    Report(track, std::move(done));
    return {};
  }

  // Finds the time of a track's own file in the output.
  Status Place(const OpenedTrack& track, const std::string& path) {
    DFN_TRY(const AtomicFile trial, NewFile());
    const std::string trial_path = PathText(trial.temporary());
    const auto offset = TrackOffset(tools_, target_, track.plan, path, trial_path);
    if (offset.ok()) {
      tracks_.push_back({.file = path, .stream = track.stream, .offset_seconds = *offset});
      return {};
    }
    DFN_CHECK(CheckRoom());
    // A sentence names the output in place of the hidden files.
    Error error = offset.error();
    for (const std::string& hidden : {path + ": ", trial_path + ": "}) {
      if (error.message.starts_with(hidden)) error.message.erase(0, hidden.size());
    }
    error.message = planned_.output + ": its track has no place in it: " + error.message;
    return error;
  }

  void Report(const OpenedTrack& track, SoundRun done) {
    const TrackPlan& plan = track.plan;
    if (file_.tracks.empty()) {
      file_.rate_hz = plan.rate_hz;
      file_.channels = plan.channels;
      file_.auto_level = done.auto_level;
      file_.speech_db = std::move(done.speech_db);
    }
    file_.tracks.push_back({.number = track.number,
                            .language = track.language,
                            .codec = plan.encoding.codec,
                            .rate_hz = plan.rate_hz,
                            .channels = plan.channels,
                            .bit_rate = plan.encoding.bit_rate,
                            .seconds = done.stats.seconds});
    if (!plan.encoding.note.empty()) {
      file_.notes.push_back("track " + std::to_string(track.number) + ": " + plan.encoding.note +
                            ", which " + std::string(target_.extension) +
                            " holds and FFmpeg can write here");
    }
    AddStats(std::move(done.stats), file_.stats);
  }

  // FFmpeg ends with status 0 even if there was no room for the end of a file, or fails in many ways. While
  // its files are there, there is none for another one then.
  Status CheckRoom() const {
    constexpr size_t kRoomBytes = size_t{1} << 18;  // more than FFmpeg writes at once
    DFN_TRY(AtomicFile file, NewFile());
    return file.Append(std::vector<uint8_t>(kRoomBytes));
  }

  // A damaged file is never replaced by what could be read of it.
  Status RefuseDamage() const {
    std::error_code ignored;
    if (!file_.faults.damaged ||
        !std::filesystem::equivalent(PathOf(planned_.input), PathOf(planned_.output), ignored)) {
      return {};
    }
    return Error{ErrorCode::kCorrupt,
                 file_.faults.note + "; it was not replaced, give the output another name"};
  }

  void Progress(double track_seconds) const {
    const double elapsed = std::chrono::duration<double>(Clock::now() - start_).count();
    std::optional<double> total_s;
    if (total_s_ > 0.0) total_s = std::max(total_s_, done_s_ + track_seconds);
    progress_({done_s_ + track_seconds, total_s, elapsed});
  }

  const MediaRun& run_;
  const PlannedFile& planned_;
  const MediaTarget& target_;
  FileReport& file_;
  const std::function<void(const ProgressState&)>& progress_;
  AudioWishes wishes_;
  const MediaTools& tools_ = *FindMediaTools();
  MediaInfo media_;              // without streams: a sound
  double shift_seconds_ = 0.0;   // that the clock of the source is ahead of the target's
  std::list<AtomicFile> files_;  // the tracks' own, removed at the end
  std::vector<EnhancedTrack> tracks_;
  std::unique_ptr<SoundRecorder> recorder_;
  std::vector<std::pair<std::string, std::string>> tags_;
  double total_s_ = 0.0;  // of all tracks; 0: unknown
  double done_s_ = 0.0;
  Clock::time_point start_ = Clock::now();
};

}  // namespace

Result<std::unique_ptr<SoundRecorder>> EnhanceMedia(
    const MediaRun& run, const PlannedFile& planned, const MediaTarget& target, FileReport& file,
    const std::function<void(const ProgressState&)>& progress) {
  MediaJob job(run, planned, target, file, progress);
  DFN_CHECK(job.Run());
  return job.TakeRecorder();
}

}  // namespace dfn
