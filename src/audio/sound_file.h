// Sound files, read and written in blocks. For programs only: calls block and are not real-time.
#ifndef DEEPFILTER_AUDIO_SOUND_FILE_H_
#define DEEPFILTER_AUDIO_SOUND_FILE_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "audio/sound_faults.h"
#include "audio/sound_format.h"
#include "base/result.h"

namespace dfn {

// A sound that is read from its start to its end once. Samples are interleaved, full scale 1. Where
// it is known which speakers the channels are for, they come in WAV's order, whatever the file's.
class SoundReader {
 public:
  virtual ~SoundReader() = default;
  virtual const SoundInfo& info() const = 0;
  // The name that messages use.
  virtual const std::string& name() const = 0;
  // Fills interleaved [n, channels] and returns n. Only at the end is n smaller than asked for, and
  // then it is 0. interleaved.size() is a multiple of the channels.
  // Errors: kIo, kCorrupt, kCancelled (a signal came while it waited).
  virtual Result<size_t> Read(std::span<float> interleaved) = 0;
  // What was wrong with the sound all the same; complete once Read has returned 0.
  virtual SoundFaults faults() const { return {}; }
};

// kCorrupt if some of what was read so far is missing or silent, for those who need it whole.
Status CheckWhole(const SoundReader& reader);

// A sound that is written from its start to its end, with its channels in WAV's order.
class SoundWriter {
 public:
  virtual ~SoundWriter() = default;
  // Appends interleaved [n, channels]. Errors: kIo, kCancelled (a signal came while it waited).
  virtual Status Write(std::span<const float> interleaved) = 0;
  // Completes headers; call once, last. Errors: kIo.
  virtual Status Finish() = 0;
  // The number of samples so far that were outside the range of the file's integers and were set to
  // the nearest end of it.
  virtual uint64_t clipped_samples() const = 0;
  // Whether any were written.
  virtual bool has_samples() const = 0;
};

// Opens a regular file of any format that libsndfile reads.
// Errors: kNotFound, kIo, kUnsupported (not a sound file, rate out of range), kCorrupt.
Result<std::unique_ptr<SoundReader>> OpenSoundFile(const std::filesystem::path& path);

// The same for an open descriptor that can seek. The descriptor stays open.
Result<std::unique_ptr<SoundReader>> OpenSoundDescriptor(int descriptor, const std::string& name);

// What becomes of a file when the disk is full: all of it is lost, or what came before can be completed,
// for which some room is kept at its end while it is written.
enum class FullDisk { kLosesAll, kKeepsWhatCame };

// Writes a file of libsndfile's `format` (ChooseFormat) to a descriptor that can seek and stays
// open. Integers are rounded to the nearest and never wrap. A WAV file that outgrows 4 GiB becomes
// RF64; `expected_frames` (if known) tells whether it may. Of `details` it keeps what the format has
// a place for (docs/formats.md). The file holds no time stamp: it depends on the samples and the
// details and nothing else (Ogg's random serial number aside). With kKeepsWhatCame a Write that fails
// for want of room has written nothing, and Finish makes a whole file of what came before.
// Errors: kInvalidArgument (the format refuses rate or channels), kIo.
Result<std::unique_ptr<SoundWriter>> CreateSoundFile(int descriptor, const std::string& name,
                                                     int format, size_t rate_hz, size_t channels,
                                                     std::optional<uint64_t> expected_frames,
                                                     const SoundDetails& details = {},
                                                     FullDisk full_disk = FullDisk::kLosesAll);

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_SOUND_FILE_H_
