#include "cli/enhance/open_sound.h"

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <system_error>
#include <utility>

#include "audio/media_kind.h"
#include "base/path_text.h"
#include "media/media_tools.h"
#include "media/track_reader.h"

namespace dfn {
namespace {

bool IsRegularFile(const std::string& path) {
  std::error_code ignored;
  return path != kStandardStream && std::filesystem::is_regular_file(PathOf(path), ignored);
}

Result<SoundSource> OpenLocked(const std::string& path, const std::optional<RawFormat>& raw) {
  const auto lock = LockOpening(path);
  return SoundSource::Open(path, raw);
}

// A file that libsndfile refuses with `refusal`.
Result<MediaInfo> OpenMedia(const std::string& path, const MediaKind& kind, const Error& refusal) {
  const bool known = !kind.format.empty() && !kind.readable;
  const Result<MediaTools>& tools = FindMediaTools();
  if (!tools.ok()) {
    if (!known) return refusal;
    return Error{ErrorCode::kUnsupported, path + ": is " + std::string(kind.format) +
                                              ", which is read by FFmpeg; " +
                                              tools.error().message};
  }
  Result<MediaInfo> media = ReadMediaInfo(*tools, path);
  if (!media.ok()) {
    // Of what may be anything, libsndfile's words say more.
    return known || media.error().code == ErrorCode::kCancelled ? media.error() : refusal;
  }
  if (!media->AudioTracks().empty()) return media;
  const bool other = media->streams.empty();
  return Error{ErrorCode::kUnsupported,
               path + ": has no audio track" + (other ? "" : " that FFmpeg can decode")};
}

Result<SoundSource> OpenChosen(const MediaInfo& media, const MediaStream& stream) {
  DFN_CHECK(CheckRate(stream.rate_hz, media.path));
  const MediaTools& tools = *FindMediaTools();
  DFN_TRY(const double start, FirstSoundSeconds(tools, media, stream));
  const auto first_sample =
      static_cast<int64_t>(std::llround(start * static_cast<double>(stream.rate_hz)));
  DFN_TRY(auto reader, OpenTrack(tools, media, stream, first_sample));
  return SoundSource(media.path, std::move(reader));
}

}  // namespace

std::unique_lock<std::mutex> LockOpening(const std::string& path) {
  static std::mutex opening;
  std::error_code ignored;
  const auto kind = std::filesystem::status(PathOf(path), ignored).type();
  const bool file =
      kind == std::filesystem::file_type::regular || kind == std::filesystem::file_type::not_found;
  return file ? std::unique_lock(opening) : std::unique_lock<std::mutex>();
}

Result<OpenedInput> OpenInput(const std::string& path, const std::optional<RawFormat>& raw) {
  if (!IsRegularFile(path)) {
    DFN_TRY(SoundSource source, OpenLocked(path, raw));
    return OpenedInput(std::move(source));
  }
  const MediaKind kind = MediaOfFile(PathOf(path));
  if (!kind.format.empty() && !kind.readable && HasMediaTools()) {
    // libsndfile finds MPEG layers in the middle of other data, too.
    DFN_TRY(MediaInfo media, OpenMedia(path, kind, {}));
    return OpenedInput(std::move(media));
  }
  Result<SoundSource> source = OpenLocked(path, raw);
  if (source.ok()) return OpenedInput(std::move(*source));
  const ErrorCode code = source.error().code;
  if (code != ErrorCode::kUnsupported && code != ErrorCode::kCorrupt) return source.error();
  DFN_TRY(MediaInfo media, OpenMedia(path, kind, source.error()));
  return OpenedInput(std::move(media));
}

Status CheckOnlyTrack(const std::string& path, const std::optional<size_t>& number) {
  if (number.value_or(1) == 1) return {};
  return Error{ErrorCode::kInvalidArgument,
               path + ": has 1 audio track, no track " + std::to_string(*number)};
}

Result<size_t> ChooseTrack(const MediaInfo& media, const std::optional<size_t>& number,
                           std::string* note) {
  const std::vector<size_t> tracks = media.AudioTracks();
  if (number) {
    if (*number <= tracks.size()) return tracks[*number - 1];
    return Error{ErrorCode::kInvalidArgument,
                 media.path + ": has " + std::to_string(tracks.size()) +
                     (tracks.size() == 1 ? " audio track" : " audio tracks") + ", no track " +
                     std::to_string(*number)};
  }
  size_t chosen = 0;
  for (size_t i = tracks.size(); i-- > 0;) {
    if (media.streams[tracks[i]].is_default) chosen = i;
  }
  if (tracks.size() > 1) {
    *note = "has " + std::to_string(tracks.size()) + " audio tracks; track " +
            std::to_string(chosen + 1) + " is taken";
  }
  return tracks[chosen];
}

Result<SoundSource> OpenSound(const std::string& path, const std::optional<RawFormat>& raw,
                              const std::optional<size_t>& track, std::vector<std::string>* notes) {
  DFN_TRY(OpenedInput input, OpenInput(path, raw));
  if (auto* sound = std::get_if<SoundSource>(&input)) {
    DFN_CHECK(CheckOnlyTrack(path, track));
    if (notes != nullptr && sound->reader().info().details.has_picture) {
      notes->emplace_back(kPictureIsLost);
    }
    return std::move(*sound);
  }
  const MediaInfo& media = std::get<MediaInfo>(input);
  std::string note;
  DFN_TRY(const size_t chosen, ChooseTrack(media, track, &note));
  if (!note.empty() && notes != nullptr) notes->push_back(note + kTakesAnotherTrack);
  return OpenChosen(media, media.streams[chosen]);
}

Result<SoundSource> OpenSoundOrTrack(const std::string& path, std::string* note) {
  if (!IsRegularFile(path)) {
    DFN_TRY(auto reader, OpenSoundFile(PathOf(path)));
    return SoundSource(path, std::move(reader));
  }
  DFN_TRY(OpenedInput input, OpenInput(path, std::nullopt));
  if (auto* sound = std::get_if<SoundSource>(&input)) return std::move(*sound);
  const MediaInfo& media = std::get<MediaInfo>(input);
  std::string unsaid;
  DFN_TRY(const size_t chosen, ChooseTrack(media, std::nullopt, note != nullptr ? note : &unsaid));
  return OpenChosen(media, media.streams[chosen]);
}

}  // namespace dfn
