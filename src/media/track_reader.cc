#include "media/track_reader.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "audio/sound_stream.h"
#include "os/process/interrupt.h"
#include "os/process/piped_program.h"

namespace dfn {
namespace {

// A lost packet of any codec is longer, and the rounding of time stamps to a millisecond is shorter.
constexpr char kLeastGapSeconds[] = "0.015";
constexpr size_t kDropFrames = 4096;

bool KeepGoing() { return !Interrupted(); }

// What the decoder's end means for the sound, or nothing.
class DecoderEnd {
 public:
  DecoderEnd(const ProgramEnd& end, const std::string& path)
      : failed_(end.status != 0),
        complained_(!end.complaint.empty()),
        words_(failed_ ? ToolFailure(end, path).message : FirstComplaint(end.complaint, path)) {}

  bool failed() const { return failed_; }
  bool complained() const { return complained_; }
  const std::string& words() const { return words_; }

 private:
  bool failed_;
  bool complained_;
  std::string words_;
};

class TrackReader final : public SoundReader {
 public:
  TrackReader(std::unique_ptr<PipedProgram> program, std::unique_ptr<SoundReader> stream,
              SoundInfo info)
      : program_(std::move(program)), stream_(std::move(stream)), info_(std::move(info)) {}

  const SoundInfo& info() const override { return info_; }
  const std::string& name() const override { return stream_->name(); }
  SoundFaults faults() const override { return faults_; }

  Result<size_t> Read(std::span<float> interleaved) override {
    if (!program_) return size_t{0};
    DFN_TRY(const size_t frames, stream_->Read(interleaved));
    if (frames > 0) return frames;
    const DecoderEnd end(program_->Finish(KeepGoing), name());
    program_.reset();
    if (Interrupted()) return Error{ErrorCode::kCancelled, name() + ": interrupted"};
    if (end.failed()) {
      return Error{ErrorCode::kCorrupt, name() + ": FFmpeg cannot decode it: " + end.words()};
    }
    if (end.complained()) {
      faults_.damaged = true;
      faults_.Add(name(), "is damaged, so that some of its sound may be missing (FFmpeg: " +
                              end.words() + ")");
    }
    return size_t{0};
  }

 private:
  std::unique_ptr<PipedProgram> program_;  // null once it has ended
  std::unique_ptr<SoundReader> stream_;
  SoundInfo info_;
  SoundFaults faults_;
};

std::vector<std::string> DecodeArguments(const MediaInfo& media, const MediaStream& stream,
                                         int64_t first_sample) {
  std::vector<std::string> arguments = QuietFfmpeg();
  arguments.insert(arguments.end(),
                   {"-copyts", "-probesize", "50000000", "-analyzeduration", "20000000"});
  for (std::string& word : InputArguments(media.path)) arguments.push_back(std::move(word));
  const std::string rate = std::to_string(stream.rate_hz);
  arguments.insert(arguments.end(),
                   {"-map", "0:" + std::to_string(stream.index), "-af",
                    std::string("aresample=async=1:min_comp=0.000001:min_hard_comp=") +
                        kLeastGapSeconds + ":first_pts=" + std::to_string(first_sample),
                    "-ar", rate, "-c:a", "pcm_f32le", "-f", "wav", "pipe:1"});
  return arguments;
}

// As libsndfile would name the samples: what decoded integers are written as without loss.
int FormatOf(const MediaStream& stream) {
  if (stream.codec == "pcm_f32le" || stream.codec == "pcm_f32be") return WavFormat(Encoding::kF32);
  return WavFormat(stream.bits > 16 ? Encoding::kS24 : Encoding::kS16);
}

}  // namespace

Result<std::unique_ptr<SoundReader>> OpenTrack(const MediaTools& tools, const MediaInfo& media,
                                               const MediaStream& stream, int64_t first_sample) {
  DFN_TRY(auto program,
          PipedProgram::Start(tools.ffmpeg, DecodeArguments(media, stream, first_sample),
                              PipedStream::kOutput));
  auto sound = OpenSoundStream(program->descriptor(), media.path, std::nullopt);
  if (!sound.ok()) {
    const DecoderEnd end(program->Finish(KeepGoing), media.path);
    if (Interrupted()) return Error{ErrorCode::kCancelled, media.path + ": interrupted"};
    return Error{ErrorCode::kCorrupt, media.path + ": FFmpeg decodes no sound of it" +
                                          (end.words().empty() ? "" : ": " + end.words())};
  }
  SoundInfo info = (*sound)->info();
  info.format = FormatOf(stream);
  if (stream.seconds.value_or(media.seconds) > 0.0) {
    info.frames = static_cast<uint64_t>(stream.seconds.value_or(media.seconds) *
                                        static_cast<double>(info.rate_hz));
  }
  return std::unique_ptr<SoundReader>(
      std::make_unique<TrackReader>(std::move(program), std::move(*sound), std::move(info)));
}

Status DropFrames(SoundReader& sound, uint64_t frames) {
  std::vector<float> block(kDropFrames * sound.info().channels);
  while (frames > 0) {
    const auto size = static_cast<size_t>(std::min<uint64_t>(frames, kDropFrames));
    const std::span<float> part = std::span(block).first(size * sound.info().channels);
    DFN_TRY(const size_t dropped, sound.Read(part));
    if (dropped == 0) break;
    frames -= dropped;
  }
  return {};
}

}  // namespace dfn
