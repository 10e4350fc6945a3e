#include "media/track_writer.h"

#include <utility>
#include <vector>

#include "audio/sound_stream.h"
#include "os/process/interrupt.h"
#include "os/process/pipe.h"
#include "os/process/piped_program.h"

namespace dfn {
namespace {

// Bits of a WAV channel mask.
constexpr uint32_t kBacks = 0x30;
constexpr uint32_t kSides = 0x600;

// libopus knows 5.1 with speakers at the back alone; it is the same layout by another name.
uint32_t SpeakersFor(const AudioEncoding& encoding, uint32_t speakers) {
  const bool renamed =
      encoding.encoder == "libopus" && (speakers & kSides) == kSides && (speakers & kBacks) == 0;
  return renamed ? (speakers & ~kSides) | kBacks : speakers;
}

// How an encoder ended, which was to go on if it is `early`.
Status EndOf(PipedProgram& program, bool early, const std::string& name,
             const std::string& encoder) {
  const ProgramEnd end = program.Finish([] { return !Interrupted(); });
  if (Interrupted()) return Error{ErrorCode::kCancelled, name + ": interrupted"};
  if (end.status == 0 && !early) return {};
  const Error why = ToolFailure(end, name);
  if (why.code == ErrorCode::kIo) {
    return Error{ErrorCode::kIo, name + ": cannot be written: " + why.message};
  }
  return Error{ErrorCode::kUnsupported,
               name + ": FFmpeg's encoder " + encoder + " fails: " + why.message};
}

class TrackWriter final : public SoundWriter {
 public:
  TrackWriter(std::unique_ptr<PipedProgram> program, std::unique_ptr<SoundWriter> stream,
              std::string name, std::string encoder)
      : program_(std::move(program)),
        stream_(std::move(stream)),
        name_(std::move(name)),
        encoder_(std::move(encoder)) {}

  Status Write(std::span<const float> interleaved) override {
    if (!program_) return Status();
    const BrokenPipesFail held;
    const Status written = stream_->Write(interleaved);
    if (written.ok() || written.error().code == ErrorCode::kCancelled) return written;
    // The encoder has gone; it says why.
    return Ended(true);
  }

  Status Finish() override {
    if (!program_) return Status();
    const BrokenPipesFail held;
    if (const Status finished = stream_->Finish(); !finished.ok()) return Ended(true);
    return Ended(false);
  }

  uint64_t clipped_samples() const override { return stream_->clipped_samples(); }
  bool has_samples() const override { return stream_->has_samples(); }

 private:
  Status Ended(bool early) {
    const std::unique_ptr<PipedProgram> program = std::move(program_);
    return EndOf(*program, early, name_, encoder_);
  }

  std::unique_ptr<PipedProgram> program_;  // null once it has ended
  std::unique_ptr<SoundWriter> stream_;
  std::string name_;
  std::string encoder_;
};

std::vector<std::string> EncodeArguments(const TrackPlan& plan, const std::string& file) {
  std::vector<std::string> arguments = QuietFfmpeg();
  // The length is not known when the header is written.
  arguments.insert(arguments.end(),
                   {"-y", "-protocol_whitelist", "pipe", "-f", "wav", "-ignore_length", "1", "-i",
                    "pipe:0", "-map", "0:0", "-c:a", plan.encoding.encoder});
  if (plan.encoding.bit_rate > 0) {
    arguments.insert(arguments.end(), {"-b:a", std::to_string(plan.encoding.bit_rate)});
  }
  if (plan.shift_seconds != 0.0) {
    arguments.insert(arguments.end(), {"-output_ts_offset", std::to_string(plan.shift_seconds)});
  }
  // FLAC and Opus in MP4 are as experimental as the version of FFmpeg is old.
  arguments.insert(arguments.end(), {"-strict", "experimental", "-fflags", "+bitexact", "-flags:a",
                                     "+bitexact", "-f", std::string(plan.muxer), FileUrl(file)});
  return arguments;
}

}  // namespace

Result<std::unique_ptr<SoundWriter>> CreateTrack(const MediaTools& tools, const TrackPlan& plan,
                                                 uint32_t speakers, const std::string& file,
                                                 const std::string& name) {
  DFN_TRY(auto program,
          PipedProgram::Start(tools.ffmpeg, EncodeArguments(plan, file), PipedStream::kInput));
  const BrokenPipesFail held;
  const RawFormat format = {.encoding = plan.encoding.samples,
                            .rate_hz = plan.rate_hz,
                            .channels = plan.channels,
                            .speakers = SpeakersFor(plan.encoding, speakers)};
  auto stream = CreateSoundStream(program->descriptor(), name, format, false);
  if (!stream.ok()) {
    if (stream.error().code != ErrorCode::kIo) return stream.error();
    return EndOf(*program, true, name, plan.encoding.encoder).error();
  }
  return std::unique_ptr<SoundWriter>(std::make_unique<TrackWriter>(
      std::move(program), *std::move(stream), name, plan.encoding.encoder));
}

}  // namespace dfn
