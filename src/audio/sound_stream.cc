#include "audio/sound_stream.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "audio/chunks.h"
#include "audio/wav_header.h"
#include "os/descriptor.h"
#include "os/system_text.h"

namespace dfn {
namespace {

Error SystemError(const std::string& name, const char* action, int error) {
  // Only the program's own handlers interrupt a call: the user wants to stop.
  if (error == EINTR) return {ErrorCode::kCancelled, name + ": interrupted"};
  return {ErrorCode::kIo, name + ": cannot be " + action + ": " + SystemText(error)};
}

Result<size_t> ReadFully(int descriptor, const std::string& name, uint8_t* to, size_t size) {
  size_t done = 0;
  while (done < size) {
    const Transfer step = ReadSome(descriptor, {to + done, size - done});
    if (step.error != 0) return SystemError(name, "read", step.error);
    if (step.count == 0) break;
    done += step.count;
  }
  return done;
}

Status WriteFully(int descriptor, const std::string& name, std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    const Transfer step = WriteSome(descriptor, bytes);
    if (step.error != 0) return SystemError(name, "written", step.error);
    bytes = bytes.subspan(step.count);
  }
  return {};
}

constexpr char kAnotherSound[] =
    "holds another sound behind the first, which was not read; send one at a time";

bool BeginsWavFile(std::span<const uint8_t> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return (text.starts_with("RIFF") || text.starts_with("RF64")) && text.substr(8, 4) == "WAVE";
}

// Whether a byte or the end comes within a moment; a program that holds its pipe open after a sound
// must not be waited for.
bool IsReadableSoon(int descriptor) {
  constexpr int kMomentMs = 1000;
  return IsReadableWithin(descriptor, kMomentMs);
}

class StreamReader final : public SoundReader {
 public:
  StreamReader(int descriptor, std::string name, const WavHeader& header)
      : descriptor_(descriptor),
        name_(std::move(name)),
        encoding_(header.encoding),
        remaining_(header.data_bytes),
        data_bytes_(header.data_bytes.value_or(0)),
        bytes_behind_(header.bytes_behind),
        unfinished_(header.unfinished),
        ahead_(header.first_bytes) {
    info_.rate_hz = header.rate_hz;
    info_.channels = header.channels;
    if (remaining_) info_.frames = *remaining_ / FrameBytes();
    info_.format = WavFormat(encoding_);
    info_.details.speakers = header.speakers;
  }

  const SoundInfo& info() const override { return info_; }
  const std::string& name() const override { return name_; }
  SoundFaults faults() const override { return faults_; }

  Result<size_t> Read(std::span<float> interleaved) override {
    if (remaining_ && *remaining_ < FrameBytes() && data_bytes_ > 0 && !finished_) {
      DFN_CHECK(LookBehindEnd());
    }
    uint64_t wanted = interleaved.size() * BytesPerSample(encoding_);
    if (remaining_) wanted = std::min(wanted, *remaining_ / FrameBytes() * FrameBytes());
    bytes_.resize(static_cast<size_t>(wanted));
    const size_t again = std::min(bytes_.size(), ahead_.size());
    std::copy_n(ahead_.begin(), again, bytes_.begin());
    ahead_.erase(ahead_.begin(), ahead_.begin() + static_cast<std::ptrdiff_t>(again));
    DFN_TRY(const size_t more,
            ReadFully(descriptor_, name_, bytes_.data() + again, bytes_.size() - again));
    const size_t read = again + more;
    if (remaining_) *remaining_ -= read;
    const size_t frames = read / FrameBytes();
    frames_ += frames;
    if (frames == 0 && !finished_) AddFaults();
    DecodeSamples(bytes_.data(), encoding_, interleaved.first(frames * info_.channels));
    return frames;
  }

 private:
  size_t FrameBytes() const { return BytesPerSample(encoding_) * info_.channels; }

  // At the declared end: goes on where what follows is neither another chunk nor a tag, as behind
  // a header that its writer did not bring up to date.
  Status LookBehindEnd() {
    if (!IsReadableSoon(descriptor_)) return {};
    const auto inside = static_cast<size_t>(*remaining_);
    const auto padding = static_cast<size_t>(data_bytes_ % 2);
    std::vector<uint8_t> bytes(inside + padding + kLeastForgottenBytes);
    DFN_TRY(const size_t size, ReadFully(descriptor_, name_, bytes.data(), bytes.size()));
    remaining_ = 0;
    const std::span<const uint8_t> behind = std::span<const uint8_t>(bytes).subspan(inside);
    const std::span<const uint8_t> padded = behind.subspan(padding);
    if (BeginsWavFile(padded)) {
      faults_.damaged = true;
      faults_.Add(name_, kAnotherSound);
      return {};
    }
    const bool zeros = std::all_of(behind.begin(), behind.end(), [](uint8_t b) { return b == 0; });
    if (size < bytes.size() || zeros || BeginsOtherChunk(padded, bytes_behind_) ||
        IsTagOfAnotherFormat(behind) || IsTagOfAnotherFormat(padded)) {
      return {};
    }
    remaining_.reset();
    ahead_ = std::move(bytes);
    return {};
  }

  void AddFaults() {
    const auto seconds = [&](uint64_t frames) {
      return static_cast<double>(frames) / static_cast<double>(info_.rate_hz);
    };
    if (unfinished_) faults_.Add(name_, NeverCompleted(seconds(frames_)));
    if (info_.frames && frames_ > *info_.frames) {
      faults_.Add(name_, LongerThanDeclared(seconds(frames_), seconds(*info_.frames)));
    }
    if (info_.frames && frames_ < *info_.frames) {
      faults_.Add(name_, CutShort(seconds(frames_), seconds(*info_.frames)));
    }
    finished_ = true;
  }

  int descriptor_;
  std::string name_;
  Encoding encoding_;
  std::optional<uint64_t> remaining_;  // bytes; nothing: until the stream ends
  SoundInfo info_;
  uint64_t data_bytes_;         // as declared
  uint64_t bytes_behind_;       // of other chunks, as declared
  bool unfinished_;             // the header
  std::vector<uint8_t> ahead_;  // samples that were read with the header
  std::vector<uint8_t> bytes_;
  uint64_t frames_ = 0;  // read so far
  bool finished_ = false;
  SoundFaults faults_;
};

class StreamWriter final : public SoundWriter {
 public:
  StreamWriter(int descriptor, std::string name, const RawFormat& format, bool raw)
      : descriptor_(descriptor),
        name_(std::move(name)),
        header_{format.encoding, format.rate_hz, format.channels, std::nullopt, format.speakers},
        raw_(raw) {}

  Status Open() {
    if (raw_) return {};
    header_offset_ = FileOffset();
    return WriteFully(descriptor_, name_, MakeWavHeader(header_));
  }

  Status Write(std::span<const float> interleaved) override {
    bytes_.clear();
    EncodeSamples(interleaved, header_.encoding, bytes_, clipped_);
    data_bytes_ += bytes_.size();
    return WriteFully(descriptor_, name_, bytes_);
  }

  Status Finish() override {
    if (!header_offset_) return {};
    constexpr uint8_t kPadding[] = {0};
    if (data_bytes_ % 2 != 0) DFN_CHECK(WriteFully(descriptor_, name_, kPadding));
    header_.data_bytes = data_bytes_;
    const std::vector<uint8_t> header = MakeWavHeader(header_);
    const int error = WriteAt(descriptor_, *header_offset_, header);
    if (error != 0) return SystemError(name_, "written", error);
    return {};
  }

  uint64_t clipped_samples() const override { return clipped_; }
  bool has_samples() const override { return data_bytes_ > 0; }

 private:
  // The position in a regular file that can be written again later; nothing for anything else.
  std::optional<uint64_t> FileOffset() const {
    if (StatusOf(descriptor_).kind != FileKind::kRegular || OnlyAppends(descriptor_)) return {};
    return Position(descriptor_);
  }

  int descriptor_;
  std::string name_;
  WavHeader header_;
  bool raw_;
  std::optional<uint64_t> header_offset_;
  uint64_t data_bytes_ = 0;
  uint64_t clipped_ = 0;
  std::vector<uint8_t> bytes_;
};

}  // namespace

Result<std::unique_ptr<SoundReader>> OpenSoundStream(int descriptor, const std::string& name,
                                                     const std::optional<RawFormat>& raw) {
  WavHeader header;
  if (raw) {
    DFN_CHECK(CheckRate(raw->rate_hz, name));
    header = {raw->encoding, raw->rate_hz, raw->channels, std::nullopt, raw->speakers};
  } else {
    const ByteSource source = [&](uint8_t* to, size_t size) {
      return ReadFully(descriptor, name, to, size);
    };
    DFN_TRY(header, ReadWavHeader(source, name));
  }
  return std::unique_ptr<SoundReader>(std::make_unique<StreamReader>(descriptor, name, header));
}

Result<std::unique_ptr<SoundWriter>> CreateSoundStream(int descriptor, const std::string& name,
                                                       const RawFormat& format, bool raw) {
  auto writer = std::make_unique<StreamWriter>(descriptor, name, format, raw);
  DFN_CHECK(writer->Open());
  return std::unique_ptr<SoundWriter>(std::move(writer));
}

}  // namespace dfn
