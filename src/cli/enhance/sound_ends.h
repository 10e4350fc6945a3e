// Where sounds come from and go to on a command line: files, "-", pipes and devices.
#ifndef DEEPFILTER_CLI_ENHANCE_SOUND_ENDS_H_
#define DEEPFILTER_CLI_ENHANCE_SOUND_ENDS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "audio/sound_file.h"
#include "audio/sound_stream.h"
#include "base/result.h"
#include "cli/exit_code.h"
#include "os/atomic_file.h"
#include "os/owned_descriptor.h"

namespace dfn {

// Stands for standard input or output.
inline constexpr char kStandardStream[] = "-";

// A sound to read, with what it is read from.
class SoundSource {
 public:
  // `path` is a file, a pipe or "-". Standard input holds raw samples if `raw` is given; else it
  // may be of any format when it is a file, and is WAV when it is a pipe. Errors: those of
  // OpenSoundFile and OpenSoundStream; kInvalidArgument (a terminal).
  static Result<SoundSource> Open(const std::string& path, const std::optional<RawFormat>& raw);

  // A sound that is read already, of the file `path`.
  SoundSource(std::string path, std::unique_ptr<SoundReader> reader);

  SoundReader& reader() { return *reader_; }
  const SoundReader& reader() const { return *reader_; }
  // Whether `path` names the very file that is read, by whatever name.
  bool Is(const std::string& path) const;

 private:
  SoundSource(std::string path, OwnedDescriptor descriptor, std::unique_ptr<SoundReader> reader);

  std::string path_;

  OwnedDescriptor descriptor_;
  std::unique_ptr<SoundReader> reader_;
};

// The format in which a sound is written.
struct SinkOptions {
  SampleFormat sample_format = SampleFormat::kAuto;
  bool force = false;           // replace an existing file
  std::string label = {};       // of its temporary file (AtomicFileOptions)
  std::optional<Encoding> raw;  // standard output: these samples without a header
  std::string input_path;       // whose format is followed
  SoundInfo input;
  size_t channels = 0;
};

// A sound to write, with what it is written to. Without Commit a file does not come into being.
class SoundSink {
 public:
  // `path` is a file, a pipe, a device or "-"; what cannot seek gets WAV (or raw) as a stream.
  // Errors: those of ChooseFormat, AtomicFile, CreateSoundFile and CreateSoundStream;
  // kInvalidArgument (a terminal).
  static Result<SoundSink> Create(const std::string& path, const SinkOptions& options);

  SoundWriter& writer() { return *writer_; }
  // Once `source` was read to its end and the writer has finished. Never replaces a sound by one of no length, nor a damaged input by what could be read
  // of it. Errors: kExists, kCorrupt for these; those of AtomicFile::Commit.
  Status Commit(const SoundSource& source);

 private:
  SoundSink(std::string path, std::optional<AtomicFile> file, OwnedDescriptor stream,
            std::unique_ptr<SoundWriter> writer);

  std::string path_;
  std::optional<AtomicFile> file_;
  OwnedDescriptor stream_;
  std::unique_ptr<SoundWriter> writer_;
};

// Prints what was wrong with a sound whose output was written, if anything was. Returns the exit
// status: kExitBadInput if some of the sound is missing or silent.
ExitCode SayFaults(const SoundFaults& faults);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_SOUND_ENDS_H_
