#include "media/media_mux.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <numeric>

#include "base/path_text.h"
#include "base/printable.h"
#include "media/mp4_layout.h"

namespace dfn {
namespace {

// Beyond it the length of a film in ticks of a movie needs more than 32 bits after an hour.
constexpr uint64_t kMostMovieTicksHz = 1'000'000;

using Words = std::vector<std::string>;

void Append(Words& words, std::initializer_list<std::string> more) {
  words.insert(words.end(), more.begin(), more.end());
}

bool IsMatroska(const MediaTarget& target) {
  return target.muxer == "matroska" || target.muxer == "webm";
}

// The codec of subtitles that a target makes of text in another form; empty: it copies them.
// Nothing else than text is converted.
std::string SubtitleCodec(const MediaStream& stream, const MediaTarget& target, bool same_kind) {
  const bool text = stream.codec == "subrip" || stream.codec == "srt" || stream.codec == "ass" ||
                    stream.codec == "ssa" || stream.codec == "mov_text" ||
                    stream.codec == "webvtt" || stream.codec == "text";
  if (same_kind || !text) return "copy";
  if (target.is_mp4) return "mov_text";
  if (target.muxer == "webm") return "webvtt";
  return target.muxer == "matroska" && stream.codec == "mov_text" ? "srt" : "copy";
}

// Why a stream cannot go into the target; empty: it can, as far as is known here.
std::string Refusal(const MediaInfo& media, const MediaStream& stream, const MediaTarget& target) {
  const bool same = IsSameKind(media, target);
  // Chapters of QuickTime's kind are a track of text, which is made anew from the chapters.
  if (stream.kind == StreamKind::kData && stream.tag == "text" && media.chapters > 0) return "-";
  const bool cover = stream.dispositions.find("attached_pic") != std::string::npos;
  if (target.sound_only && stream.kind == StreamKind::kVideo && !cover) return "the video";
  if (stream.kind == StreamKind::kOther) return "a stream of unknown kind";
  if (stream.kind == StreamKind::kAttachment && target.muxer != "matroska") return "an attachment";
  if (stream.kind == StreamKind::kData && !same) return "a stream of data";
  if (stream.kind == StreamKind::kData && IsMatroska(target)) return "a stream of data";
  if (stream.kind == StreamKind::kData && target.is_mp4 && stream.codec.empty() &&
      stream.tag != "tmcd" && stream.tag != "gpmd" && stream.tag != "rtmd") {
    return "a stream of data (" + stream.tag + ")";
  }
  if (stream.kind == StreamKind::kSubtitle && !same) {
    const std::string codec = SubtitleCodec(stream, target, same);
    const bool holds = IsMatroska(target) ? target.muxer == "matroska" || codec == "webvtt"
                                          : target.is_mp4 && codec == "mov_text";
    if (!holds) return "subtitles (" + stream.codec + ")";
  }
  return {};
}

// The ticks of a movie's own clock, in which edit lists say when a track begins: those in which the
// start of every track is exact. 0: the muxer's own.
uint64_t MovieTicks(const MediaInfo& media, const std::vector<EnhancedTrack>& tracks) {
  uint64_t ticks = 1000;
  bool late = false;
  for (const MediaStream& stream : media.streams) {
    if (stream.start_seconds != 0.0) late = true;
    if (stream.kind != StreamKind::kAudio || stream.rate_hz == 0) continue;
    const uint64_t both = std::lcm(ticks, uint64_t{stream.rate_hz});
    if (both <= kMostMovieTicksHz) ticks = both;
  }
  for (const EnhancedTrack& track : tracks) late = late || track.offset_seconds != 0.0;
  return late ? ticks : 0;
}

void AppendTargetOptions(const MediaInfo& media, const MediaTarget& target,
                         const std::vector<EnhancedTrack>& tracks, Words& words) {
  if (target.is_mp4) {
    std::string flags;
    if (!media.path.empty() && IndexComesFirst(PathOf(media.path))) flags += "+faststart";
    const bool pictures =
        std::any_of(media.streams.begin(), media.streams.end(), [](const MediaStream& stream) {
          return stream.dispositions.find("attached_pic") != std::string::npos;
        });
    // Such tags and cover art have different places, of which the muxer writes one.
    if (media.has_dotted_tags && !pictures) flags += "+use_metadata_tags";
    if (!flags.empty()) Append(words, {"-movflags", flags});
    if (const uint64_t ticks = MovieTicks(media, tracks); ticks > 0) {
      Append(words, {"-movie_timescale", std::to_string(ticks)});
    }
  }
  if (target.muxer == "mpegts") Append(words, {"-mpegts_copyts", "1"});
  if (target.muxer == "vob") Append(words, {"-muxpreload", "0", "-muxdelay", "0"});
}

}  // namespace

bool IsSameKind(const MediaInfo& media, const MediaTarget& target) {
  const std::string& names = media.format;
  if (target.is_mp4) return names.find("mp4") != std::string::npos;
  if (target.muxer == "matroska") return names.find("matroska") != std::string::npos;
  if (target.muxer == "vob") return names == "mpeg";
  if (target.muxer == "adts") return names == "aac";
  return names.find(target.muxer) != std::string::npos;
}

MuxPlan PlanMux(const MediaInfo& media, const MediaTarget& target,
                const std::vector<EnhancedTrack>& tracks, double shift_seconds,
                const std::string& output,
                const std::vector<std::pair<std::string, std::string>>& tags) {
  MuxPlan plan;
  Words& words = plan.arguments;
  words = QuietFfmpeg();
  // Time stamps stay as they are, those below zero, too.
  Append(words, {"-y", "-copyts"});
  const bool alone = media.streams.empty();
  size_t file = 0;
  if (!alone) {
    Append(words, {"-probesize", "50000000", "-analyzeduration", "20000000", "-itsoffset",
                   std::to_string(shift_seconds)});
    for (std::string& word : InputArguments(media.path)) words.push_back(std::move(word));
    plan.input = media.path;
    ++file;
  }
  std::map<size_t, size_t> replaced;  // from the place of a stream to the file of its track
  for (const EnhancedTrack& track : tracks) {
    replaced[track.stream] = file++;
    Append(words, {"-itsoffset", std::to_string(track.offset_seconds)});
    for (std::string& word : InputArguments(track.file)) words.push_back(std::move(word));
  }
  if (alone) {
    Append(words, {"-map", "0:0", "-c", "copy"});
    for (const auto& [name, text] : tags) Append(words, {"-metadata", name + "=" + text});
  }
  Words settings;  // of single streams, which follow all maps
  size_t place = 0;
  const bool same_kind = IsSameKind(media, target);
  for (size_t i = 0; i < media.streams.size(); ++i) {
    const MediaStream& stream = media.streams[i];
    const std::string out = std::to_string(place);
    if (const auto track = replaced.find(i); track != replaced.end()) {
      Append(words, {"-map", std::to_string(track->second) + ":0"});
      Append(settings, {"-disposition:" + out, stream.dispositions});
    } else {
      if (const std::string refusal = Refusal(media, stream, target); !refusal.empty()) {
        if (refusal != "-") {
          plan.left_out.push_back(refusal + " is left out, as " + std::string(target.extension) +
                                  " does not hold it");
        }
        continue;
      }
      Append(words, {"-map", "0:" + std::to_string(stream.index)});
      if (stream.kind == StreamKind::kSubtitle) {
        Append(settings, {"-c:" + out, SubtitleCodec(stream, target, same_kind)});
      }
    }
    // Once one stream's tags are named, those of no other come by themselves.
    Append(settings, {"-map_metadata:s:" + out, "0:s:" + std::to_string(stream.index)});
    ++place;
  }
  if (!alone) {
    Append(words, {"-c", "copy", "-copy_unknown", "-map_metadata", "0", "-map_chapters", "0"});
  }
  words.insert(words.end(), settings.begin(), settings.end());
  // FFmpeg's own limit of 10 s on what waits for a packet of every stream stays as it is: without one, a
  // film lies in memory from one line of its subtitles to the next.
  Append(words,
         {"-avoid_negative_ts", "disabled", "-strict", "experimental", "-fflags", "+bitexact"});
  AppendTargetOptions(media, target, tracks, words);
  Append(words, {"-f", std::string(target.muxer), FileUrl(output)});
  return plan;
}

Status Mux(const MediaTools& tools, const MuxPlan& plan, const std::string& name) {
  const Result<std::string> done = RunTool(tools.ffmpeg, plan.arguments);
  if (done.ok()) return {};
  const Error& error = done.error();
  if (error.code == ErrorCode::kCancelled) return error;
  if (error.code == ErrorCode::kIo) {
    return Error{ErrorCode::kIo, name + ": cannot be written: " + error.message};
  }
  const std::string blamed = Printable(FileUrl(plan.input)) + ": ";
  if (!plan.input.empty() && error.message.starts_with(blamed)) {
    return Error{ErrorCode::kUnsupported,
                 plan.input + ": FFmpeg cannot read it: " + error.message.substr(blamed.size())};
  }
  return Error{ErrorCode::kUnsupported, name + ": FFmpeg cannot write it: " + error.message};
}

}  // namespace dfn
