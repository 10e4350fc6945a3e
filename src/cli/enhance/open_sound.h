// Opens what an input names: a sound, or a track of a media file.
#ifndef DEEPFILTER_CLI_ENHANCE_OPEN_SOUND_H_
#define DEEPFILTER_CLI_ENHANCE_OPEN_SOUND_H_

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "cli/enhance/sound_ends.h"
#include "media/media_info.h"

namespace dfn {

// A sound that libsndfile (or a pipe) gives, or a file that FFmpeg reads, with at least one audio track.
using OpenedInput = std::variant<SoundSource, MediaInfo>;

// libsndfile keeps the reason why a file could not be opened in one place for all threads, so only
// one thread at a time opens a file. Pipes are not locked, as opening one may wait for another
// program.
std::unique_lock<std::mutex> LockOpening(const std::string& path);

// Errors: those of SoundSource::Open; kUnsupported (media, and FFmpeg is not there, does not know them,
// or finds no audio), kCancelled.
Result<OpenedInput> OpenInput(const std::string& path, const std::optional<RawFormat>& raw);

// A sound is its own only track. Error: kInvalidArgument (another one is asked for).
Status CheckOnlyTrack(const std::string& path, const std::optional<size_t>& number);

// The place in `media.streams` of the track that becomes a sound: the one with this number, or the
// default one, or the first. `note` receives a sentence where others are left. Error:
// kInvalidArgument (there is no such track).
Result<size_t> ChooseTrack(const MediaInfo& media, const std::optional<size_t>& number,
                           std::string* note);

// The end of a note about tracks where the user can choose.
inline constexpr char kTakesAnotherTrack[] = ", --track N takes another";
// The note about a sound whose tag has a picture.
inline constexpr char kPictureIsLost[] = "the picture in its tag is not carried over";

// The same with a media file as the chosen track. `notes` receives what has to be said of it.
Result<SoundSource> OpenSound(const std::string& path, const std::optional<RawFormat>& raw,
                              const std::optional<size_t>& track, std::vector<std::string>* notes);

// A file that is there to be looked at, perhaps more than once: a sound, or the default track of a media
// file. `note` may be null; it receives a sentence where other tracks are left. Errors: those of
// OpenSoundFile and OpenInput.
Result<SoundSource> OpenSoundOrTrack(const std::string& path, std::string* note);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_OPEN_SOUND_H_
