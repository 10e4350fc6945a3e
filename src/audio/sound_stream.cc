#include "audio/sound_stream.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "audio/wav_header.h"

namespace dfn {
namespace {

Error SystemError(const std::string& name, const char* action, int error) {
  // Only the program's own handlers interrupt a call: the user wants to stop.
  if (error == EINTR) return {ErrorCode::kCancelled, name + ": interrupted"};
  return {ErrorCode::kIo, name + ": cannot be " + action + ": " + std::strerror(error)};
}

Result<size_t> ReadFully(int descriptor, const std::string& name, uint8_t* to, size_t size) {
  size_t done = 0;
  while (done < size) {
    const ssize_t step = read(descriptor, to + done, size - done);
    if (step < 0) return SystemError(name, "read", errno);
    if (step == 0) break;
    done += static_cast<size_t>(step);
  }
  return done;
}

Status WriteFully(int descriptor, const std::string& name, std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t step = write(descriptor, bytes.data(), bytes.size());
    if (step < 0) return SystemError(name, "written", errno);
    bytes = bytes.subspan(static_cast<size_t>(step));
  }
  return {};
}

class StreamReader final : public SoundReader {
 public:
  StreamReader(int descriptor, std::string name, const WavHeader& header)
      : descriptor_(descriptor),
        name_(std::move(name)),
        encoding_(header.encoding),
        remaining_(header.data_bytes) {
    info_.rate_hz = header.rate_hz;
    info_.channels = header.channels;
    if (remaining_) info_.frames = *remaining_ / FrameBytes();
    info_.format = WavFormat(encoding_);
  }

  const SoundInfo& info() const override { return info_; }
  const std::string& name() const override { return name_; }

  Result<size_t> Read(std::span<float> interleaved) override {
    uint64_t wanted = interleaved.size() * BytesPerSample(encoding_);
    if (remaining_) wanted = std::min(wanted, *remaining_ / FrameBytes() * FrameBytes());
    bytes_.resize(static_cast<size_t>(wanted));
    DFN_TRY(const size_t read, ReadFully(descriptor_, name_, bytes_.data(), bytes_.size()));
    if (remaining_) *remaining_ -= read;
    const size_t frames = read / FrameBytes();
    DecodeSamples(bytes_.data(), encoding_, interleaved.first(frames * info_.channels));
    return frames;
  }

 private:
  size_t FrameBytes() const { return BytesPerSample(encoding_) * info_.channels; }

  int descriptor_;
  std::string name_;
  Encoding encoding_;
  std::optional<uint64_t> remaining_;  // bytes; nothing: until the stream ends
  SoundInfo info_;
  std::vector<uint8_t> bytes_;
};

class StreamWriter final : public SoundWriter {
 public:
  StreamWriter(int descriptor, std::string name, const RawFormat& format, bool raw)
      : descriptor_(descriptor),
        name_(std::move(name)),
        header_{format.encoding, format.rate_hz, format.channels, std::nullopt},
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
    if (header_offset_ < 0) return {};
    constexpr uint8_t kPadding[] = {0};
    if (data_bytes_ % 2 != 0) DFN_CHECK(WriteFully(descriptor_, name_, kPadding));
    header_.data_bytes = data_bytes_;
    const std::vector<uint8_t> header = MakeWavHeader(header_);
    const ssize_t written = pwrite(descriptor_, header.data(), header.size(), header_offset_);
    if (written != static_cast<ssize_t>(header.size())) {
      return SystemError(name_, "written", written < 0 ? errno : EIO);
    }
    return {};
  }

  uint64_t clipped_samples() const override { return clipped_; }

 private:
  // The position in a regular file that can be written again later; -1 for anything else.
  off_t FileOffset() const {
    struct stat status {};
    if (fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) return -1;
    const int flags = fcntl(descriptor_, F_GETFL);
    if (flags < 0 || (flags & O_APPEND) != 0) return -1;
    return lseek(descriptor_, 0, SEEK_CUR);
  }

  int descriptor_;
  std::string name_;
  WavHeader header_;
  bool raw_;
  off_t header_offset_ = -1;
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
    header = {raw->encoding, raw->rate_hz, raw->channels, std::nullopt};
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
