#include "audio/sound_file.h"

#include <sndfile.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>
#include <vector>

#include "audio/channel_order.h"
#include "audio/file_view.h"
#include "audio/media_kind.h"
#include "audio/sound_decoder.h"
#include "audio/sound_tags.h"
#include "audio/tag_picture.h"
#include "base/path_text.h"
#include "base/printable.h"
#include "os/descriptor.h"
#include "os/system_text.h"
#include "os/write_all.h"

namespace dfn {
namespace {

// Leaves room for header and trailer below WAV's limit of 2^32 - 1 bytes.
constexpr uint64_t kMaxWavDataBytes = (uint64_t{1} << 32) - (uint64_t{1} << 20);

struct CloseSound {
  void operator()(SNDFILE* file) const { sf_close(file); }
};
using Sound = std::unique_ptr<SNDFILE, CloseSound>;

class FileReader final : public SoundReader {
 public:
  FileReader(std::unique_ptr<SoundDecoder> decoder, SoundInfo info, ChannelSources sources,
             std::string name)
      : decoder_(std::move(decoder)),
        info_(std::move(info)),
        sources_(std::move(sources)),
        name_(std::move(name)) {}

  const SoundInfo& info() const override { return info_; }
  const std::string& name() const override { return name_; }
  SoundFaults faults() const override { return decoder_->faults(); }

  Result<size_t> Read(std::span<float> interleaved) override {
    DFN_TRY(const size_t frames,
            decoder_->Read(interleaved.data(), interleaved.size() / info_.channels));
    MoveChannels(sources_, interleaved.first(frames * info_.channels));
    return frames;
  }

 private:
  std::unique_ptr<SoundDecoder> decoder_;
  SoundInfo info_;
  ChannelSources sources_;
  std::string name_;
};

// Where it is known what the file is, that takes the place of the library's words.
Error Explained(Error error, const std::string& name, const std::string& refusal) {
  if (error.code == ErrorCode::kUnsupported && !refusal.empty()) {
    error.message = Printable(name) + ": " + refusal;
  }
  return error;
}

Result<std::unique_ptr<SoundReader>> NewReader(int descriptor, OwnedDescriptor owned,
                                               const std::string& name) {
  const bool has_picture = HasTagPicture(FileView(descriptor));
  DFN_TRY(auto decoder, SoundDecoder::Open(descriptor, std::move(owned), name));
  const SF_INFO& opened = decoder->info();
  SoundInfo info;
  info.rate_hz = static_cast<size_t>(std::max(opened.samplerate, 0));
  info.channels = static_cast<size_t>(std::max(opened.channels, 0));
  info.frames = decoder->declared_frames();
  info.format = opened.format;
  if (info.channels == 0) return Error{ErrorCode::kCorrupt, name + ": declares no channels"};
  DFN_CHECK(CheckRate(info.rate_hz, name));
  ChannelOrder order = ReadChannelOrder(decoder->file(), descriptor, info.format, info.channels);
  info.details = ReadTags(decoder->file());
  info.details.has_picture = has_picture;
  info.details.speakers = order.speakers;
  return std::unique_ptr<SoundReader>(std::make_unique<FileReader>(
      std::move(decoder), std::move(info), std::move(order.sources), name));
}

// More than any format writes to complete a file: the rest of a FLAC frame or of an Ogg page.
constexpr size_t kRoomBytes = size_t{256} << 10;

// What libsndfile writes through. The first error of the operating system is kept here, and from
// then on bytes are dropped as if they had been written: libsndfile forgets errors that happen
// while it completes a file, and leaks a codec whose header it cannot write.
struct OutputDevice {
  int descriptor;
  int error = 0;          // errno, 0: none
  sf_count_t start = 0;   // bytes before those that libsndfile writes
  sf_count_t length = 0;  // of what libsndfile has written; the file may be longer by its room
  sf_count_t place = 0;   // where it writes next
  uint64_t room_end = 0;  // of the file; 0: no room is kept

  static OutputDevice* From(void* user) { return static_cast<OutputDevice*>(user); }
  // Without them libsndfile would put a header into another place.
  void NeedPlace(bool found) {
    if (!found && error == 0) error = EIO;
  }
  void Advance(sf_count_t bytes) {
    place += bytes;
    length = std::max(length, place);
  }
  // Makes the file so long that `more` bytes fit into it, and the completion after them.
  int KeepRoom(size_t more) {
    const uint64_t end = static_cast<uint64_t>(start + length) + more + kRoomBytes;
    if (end <= room_end) return 0;
    static constexpr std::array<uint8_t, kRoomBytes / 8> kZeros = {};
    uint64_t at = std::max(room_end, static_cast<uint64_t>(start + length));
    for (; at < end + kRoomBytes; at += kZeros.size()) {
      if (const int full = WriteAt(descriptor, at, kZeros); full != 0) return full;
    }
    room_end = at;
    return 0;
  }
  void CutRoom() {
    if (room_end != 0 && error == 0) {
      error = Truncate(descriptor, static_cast<uint64_t>(start + length));
    }
  }

  static sf_count_t Length(void* user) { return From(user)->length; }
  static sf_count_t Seek(sf_count_t offset, int whence, void* user) {
    OutputDevice& device = *From(user);
    const sf_count_t base = whence == SEEK_SET   ? 0
                            : whence == SEEK_CUR ? device.place
                                                 : device.length;
    const sf_count_t to = base + offset;
    if (to < -device.start) return -1;
    const bool found = SeekTo(device.descriptor, static_cast<uint64_t>(to + device.start));
    device.NeedPlace(found);
    if (!found) return -1;
    device.place = to;
    return to;
  }
  static sf_count_t Read(void* to, sf_count_t count, void* user) {
    const auto size = static_cast<size_t>(std::max<sf_count_t>(count, 0));
    const Transfer read = ReadSome(From(user)->descriptor, {static_cast<uint8_t*>(to), size});
    From(user)->NeedPlace(read.error == 0);
    From(user)->place += static_cast<sf_count_t>(read.count);
    return static_cast<sf_count_t>(read.count);
  }
  static sf_count_t Write(const void* from, sf_count_t count, void* user) {
    OutputDevice& device = *From(user);
    if (device.error == 0) {
      device.error = WriteAll(device.descriptor,
                              {static_cast<const uint8_t*>(from), static_cast<size_t>(count)});
    }
    device.Advance(count);
    return count;
  }
  static sf_count_t Tell(void* user) { return From(user)->place; }
};

SF_VIRTUAL_IO kOutputCalls = {OutputDevice::Length, OutputDevice::Seek, OutputDevice::Read,
                              OutputDevice::Write, OutputDevice::Tell};

class FileWriter final : public SoundWriter {
 public:
  FileWriter(int descriptor, std::string name, int format, size_t channels, FullDisk full_disk)
      : device_{descriptor},
        name_(std::move(name)),
        format_(format),
        channels_(channels),
        full_disk_(full_disk) {}

  Status Open(size_t rate_hz, std::optional<uint64_t> expected_frames,
              const SoundDetails& details) {
    const bool wav = (format_ & SF_FORMAT_TYPEMASK) == SF_FORMAT_WAV;
    // Eight bytes are the widest sample.
    const bool may_outgrow =
        !expected_frames.has_value() || *expected_frames > kMaxWavDataBytes / 8 / channels_;
    SF_INFO info{};
    info.samplerate = static_cast<int>(rate_hz);
    info.channels = static_cast<int>(channels_);
    info.format = wav && may_outgrow && !HasLossyCodec()
                      ? (format_ & ~SF_FORMAT_TYPEMASK) | SF_FORMAT_RF64
                      : FormatWithSpeakers(format_, rate_hz, channels_, details.speakers);
    if ((format_ & SF_FORMAT_TYPEMASK) == SF_FORMAT_MPEG) WriteId3Tag(details);
    file_.reset(sf_open_virtual(&kOutputCalls, SFM_WRITE, &info, &device_));
    if (device_.error != 0) return SystemWriteError();
    if (!file_) {
      return Error{ErrorCode::kInvalidArgument, name_ + ": cannot be written as " +
                                                    DescribeFormat(format_) + " (" +
                                                    LibraryText(nullptr) + ")"};
    }
    sf_command(file_.get(), SFC_RF64_AUTO_DOWNGRADE, nullptr, SF_TRUE);
    sf_command(file_.get(), SFC_SET_CLIPPING, nullptr, SF_TRUE);
    // The chunk of peaks holds the time of writing.
    sf_command(file_.get(), SFC_SET_ADD_PEAK_CHUNK, nullptr, SF_FALSE);
    sources_ = WriteChannelOrder(file_.get(), info.format, channels_, details.speakers);
    WriteTags(file_.get(), info.format, details);
    return {};
  }

  Status Write(std::span<const float> interleaved) override {
    const auto frames = static_cast<sf_count_t>(interleaved.size() / channels_);
    if (frames == 0) return {};
    if (full_disk_ == FullDisk::kKeepsWhatCame) {
      const int full = device_.KeepRoom(interleaved.size_bytes());
      if (full != 0) return WriteError(SystemText(full));
    }
    written_any_ = true;
    if (!sources_.empty()) {
      moved_.assign(interleaved.begin(), interleaved.end());
      MoveChannels(sources_, moved_);
      interleaved = moved_;
    }
    const sf_count_t written = IntegerBits(format_) != 0 ? WriteIntegers(interleaved, frames)
                                                         : WriteFloats(interleaved, frames);
    if (device_.error != 0) return SystemWriteError();
    if (written != frames) return WriteError(LibraryText(file_.get()));
    return {};
  }

  Status Finish() override {
    if (!written_any_) {
      const int codec = format_ & SF_FORMAT_SUBMASK;
      if (codec == SF_FORMAT_OPUS || codec == SF_FORMAT_MPEG_LAYER_III) {
        return Error{ErrorCode::kInvalidArgument,
                     name_ + ": this format cannot hold a sound of no length"};
      }
      // Unlike the others, FLAC writes its header with the first samples or on demand.
      if ((format_ & SF_FORMAT_TYPEMASK) == SF_FORMAT_FLAC) {
        sf_command(file_.get(), SFC_UPDATE_HEADER_NOW, nullptr, 0);
      }
    }
    const int closed = sf_close(file_.release());
    device_.CutRoom();
    if (device_.error != 0) return SystemWriteError();
    if (closed != SF_ERR_NO_ERROR) return WriteError("the file could not be completed");
    return {};
  }

  uint64_t clipped_samples() const override { return clipped_; }
  bool has_samples() const override { return written_any_; }

 private:
  bool HasLossyCodec() const { return !IsLossless(format_); }

  void WriteId3Tag(const SoundDetails& details) {
    const std::vector<uint8_t> tag = MakeId3Tag(details.tags);
    device_.error = WriteAll(device_.descriptor, tag);
    device_.start = static_cast<sf_count_t>(tag.size());
  }

  sf_count_t WriteIntegers(std::span<const float> interleaved, sf_count_t frames) {
    const int bits = IntegerBits(format_);
    bits <= 16 ? FillIntegers<float>(interleaved, bits) : FillIntegers<double>(interleaved, bits);
    return sf_writef_int(file_.get(), integers_.data(), frames);
  }

  template <class Number>
  void FillIntegers(std::span<const float> interleaved, int bits) {
    const Quantizer<Number> quantize(bits);
    integers_.resize(interleaved.size());
    uint64_t clipped = 0;  // in a register
    for (size_t i = 0; i < interleaved.size(); ++i) {
      // libsndfile keeps the highest bits of an int.
      integers_[i] =
          static_cast<int>(static_cast<unsigned>(quantize(interleaved[i], clipped)) << (32 - bits));
    }
    clipped_ += clipped;
  }

  // Floats hold anything; what else comes here (Vorbis, Opus, MP3, mu-law, ADPCM) clips at 1.
  sf_count_t WriteFloats(std::span<const float> interleaved, sf_count_t frames) {
    if (IsLossless(format_)) return sf_writef_float(file_.get(), interleaved.data(), frames);
    floats_.assign(interleaved.begin(), interleaved.end());
    for (float& sample : floats_) {
      const float limited = std::clamp(sample, -1.0f, 1.0f);
      clipped_ += limited != sample ? 1 : 0;
      sample = limited;
    }
    return sf_writef_float(file_.get(), floats_.data(), frames);
  }

  Error SystemWriteError() const { return WriteError(SystemText(device_.error)); }
  Error WriteError(const std::string& reason) const {
    return {ErrorCode::kIo, name_ + ": cannot be written: " + reason};
  }

  OutputDevice device_;
  std::string name_;
  int format_;
  size_t channels_;
  FullDisk full_disk_;
  Sound file_;
  bool written_any_ = false;
  uint64_t clipped_ = 0;
  ChannelSources sources_;  // from the program's order of channels to the file's
  std::vector<float> moved_;
  std::vector<int> integers_;
  std::vector<float> floats_;
};

}  // namespace

Status CheckWhole(const SoundReader& reader) {
  SoundFaults faults = reader.faults();
  if (!faults.damaged) return {};
  if (faults.note.empty()) faults.Add(reader.name(), "is damaged");
  return Error{ErrorCode::kCorrupt, faults.note};
}

Result<std::unique_ptr<SoundReader>> OpenSoundFile(const std::filesystem::path& path) {
  const std::string name = PathText(path);
  OpenedFile opened = OpenFile(path, OpenFor::kReading);
  if (opened.error == ENOENT || opened.error == ENOTDIR) {
    return Error{ErrorCode::kNotFound, name + ": no such file"};
  }
  if (opened.error != 0) {
    return Error{ErrorCode::kIo, name + ": cannot be read: " + SystemText(opened.error)};
  }
  const int descriptor = opened.descriptor.get();
  auto reader = NewReader(descriptor, std::move(opened.descriptor), name);
  if (!reader.ok()) return Explained(std::move(reader).error(), name, MediaRefusal(path));
  return reader;
}

Result<std::unique_ptr<SoundReader>> OpenSoundDescriptor(int descriptor, const std::string& name) {
  auto reader = NewReader(descriptor, OwnedDescriptor(), name);
  if (!reader.ok()) return Explained(std::move(reader).error(), name, MediaRefusal(descriptor));
  return reader;
}

Result<std::unique_ptr<SoundWriter>> CreateSoundFile(int descriptor, const std::string& name,
                                                     int format, size_t rate_hz, size_t channels,
                                                     std::optional<uint64_t> expected_frames,
                                                     const SoundDetails& details,
                                                     FullDisk full_disk) {
  auto writer = std::make_unique<FileWriter>(descriptor, name, format, channels, full_disk);
  DFN_CHECK(writer->Open(rate_hz, expected_frames, details));
  return std::unique_ptr<SoundWriter>(std::move(writer));
}

}  // namespace dfn
