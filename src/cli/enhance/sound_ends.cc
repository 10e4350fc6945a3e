#include "cli/enhance/sound_ends.h"

#include <cerrno>
#include <utility>
#include <vector>

#include "base/path_text.h"
#include "cli/message.h"
#include "os/descriptor.h"
#include "os/process/terminal.h"
#include "os/system_text.h"

namespace dfn {
namespace {

constexpr char kInputName[] = "standard input";
constexpr char kOutputName[] = "standard output";

bool IsRegularFile(int descriptor) { return StatusOf(descriptor).kind == FileKind::kRegular; }

// Exists, and is neither a file nor a folder: reads and writes go forwards only.
bool IsStreamPath(const std::string& path) {
  return StatusOf(PathOf(path)).kind == FileKind::kStream;
}

Error OpenError(const std::string& path, const char* action, int error) {
  if (error == EINTR) return {ErrorCode::kCancelled, path + ": interrupted"};
  return {ErrorCode::kIo, path + ": cannot be " + action + ": " + SystemText(error)};
}

Result<std::unique_ptr<SoundReader>> OpenStandardInput(const std::optional<RawFormat>& raw) {
  if (StdinIsTerminal()) {
    return Error{ErrorCode::kInvalidArgument, "standard input is a terminal, expected sound"};
  }
  if (raw || !IsRegularFile(kStandardInput)) {
    return OpenSoundStream(kStandardInput, kInputName, raw);
  }
  return OpenSoundDescriptor(kStandardInput, kInputName);
}

// Whether at least one sample can be read.
bool HoldsSamples(const std::string& path) {
  auto reader = OpenSoundFile(PathOf(path));
  if (!reader.ok()) return false;
  std::vector<float> frame((*reader)->info().channels);
  const auto read = (*reader)->Read(frame);
  return read.ok() && *read > 0;
}

// What the input says of its sound, as far as it is true of the output.
SoundDetails OutputDetails(const SinkOptions& options) {
  SoundDetails details = options.input.details;
  if (options.channels != options.input.channels) details.speakers = 0;
  return details;
}

Result<std::unique_ptr<SoundWriter>> CreateStream(int descriptor, const std::string& name,
                                                  const SinkOptions& options) {
  const RawFormat format = {
      .encoding = options.raw ? *options.raw : ChooseEncoding(options.sample_format, options.input),
      .rate_hz = options.input.rate_hz,
      .channels = options.channels,
      .speakers = OutputDetails(options).speakers};
  return CreateSoundStream(descriptor, name, format, options.raw.has_value());
}

}  // namespace

SoundSource::SoundSource(std::string path, OwnedDescriptor descriptor,
                         std::unique_ptr<SoundReader> reader)
    : path_(std::move(path)), descriptor_(std::move(descriptor)), reader_(std::move(reader)) {}

SoundSource::SoundSource(std::string path, std::unique_ptr<SoundReader> reader)
    : SoundSource(std::move(path), OwnedDescriptor(), std::move(reader)) {}

Result<SoundSource> SoundSource::Open(const std::string& path,
                                      const std::optional<RawFormat>& raw) {
  if (path == kStandardStream) {
    DFN_TRY(auto reader, OpenStandardInput(raw));
    return SoundSource(path, OwnedDescriptor(), std::move(reader));
  }
  if (IsStreamPath(path)) {
    OpenedFile opened = OpenFile(PathOf(path), OpenFor::kReading);
    if (opened.error != 0) return OpenError(path, "read", opened.error);
    DFN_TRY(auto reader, OpenSoundStream(opened.descriptor.get(), path, std::nullopt));
    return SoundSource(path, std::move(opened.descriptor), std::move(reader));
  }
  DFN_TRY(auto reader, OpenSoundFile(PathOf(path)));
  return SoundSource(path, OwnedDescriptor(), std::move(reader));
}

bool SoundSource::Is(const std::string& path) const {
  const std::optional<FileIdentity> mine =
      path_ == kStandardStream ? IdentityOf(kStandardInput) : IdentityOf(PathOf(path_));
  return mine && mine == IdentityOf(PathOf(path));
}

SoundSink::SoundSink(std::string path, std::optional<AtomicFile> file, OwnedDescriptor stream,
                     std::unique_ptr<SoundWriter> writer)
    : path_(std::move(path)),
      file_(std::move(file)),
      stream_(std::move(stream)),
      writer_(std::move(writer)) {}

Result<SoundSink> SoundSink::Create(const std::string& path, const SinkOptions& options) {
  if (path == kStandardStream) {
    if (StdoutIsTerminal()) {
      return Error{ErrorCode::kInvalidArgument,
                   "standard output is a terminal; sound goes to a pipe or a file"};
    }
    DFN_TRY(auto writer, CreateStream(kStandardOutput, kOutputName, options));
    return SoundSink(path, std::nullopt, OwnedDescriptor(), std::move(writer));
  }
  if (IsStreamPath(path)) {
    OpenedFile opened = OpenFile(PathOf(path), OpenFor::kWriting);
    if (opened.error != 0) return OpenError(path, "written", opened.error);
    DFN_TRY(auto writer, CreateStream(opened.descriptor.get(), path, options));
    return SoundSink(path, std::nullopt, std::move(opened.descriptor), std::move(writer));
  }
  DFN_TRY(const int format,
          ChooseFormat(PathOf(path), options.sample_format, PathOf(options.input_path),
                       options.input, options.input.rate_hz, options.channels));
  DFN_TRY(AtomicFile file,
          AtomicFile::Create(PathOf(path), {.replace = options.force, .label = options.label}));
  DFN_TRY(auto writer,
          CreateSoundFile(file.descriptor(), path, format, options.input.rate_hz, options.channels,
                          options.input.frames, OutputDetails(options)));
  return SoundSink(path, std::move(file), OwnedDescriptor(), std::move(writer));
}

Status SoundSink::Commit(const SoundSource& source) {
  if (!file_) return {};
  if (!writer_->has_samples() && HoldsSamples(path_)) {
    return Error{ErrorCode::kExists,
                 path_ + ": holds sound, and the output of " + source.reader().name() +
                     " has no samples; it was not replaced, delete it first if you mean to"};
  }
  if (const SoundFaults faults = source.reader().faults(); faults.damaged && source.Is(path_)) {
    return Error{ErrorCode::kCorrupt,
                 faults.note + "; it was not replaced, give the output another name"};
  }
  return file_->Commit();
}

ExitCode SayFaults(const SoundFaults& faults) {
  if (faults.note.empty()) return kExitOk;
  PrintError(faults.damaged ? faults.note : "note: " + faults.note);
  return faults.damaged ? kExitBadInput : kExitOk;
}

}  // namespace dfn
