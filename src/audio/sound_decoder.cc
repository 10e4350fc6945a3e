#include "audio/sound_decoder.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

#include "audio/mp3_length.h"
#include "audio/ogg_pages.h"
#include "os/system_text.h"

namespace dfn {
namespace {

// Where the length is unknown libsndfile declares a huge one.
constexpr sf_count_t kUnknownFrames = sf_count_t{1} << 48;
// Places of damage in a FLAC file behind which decoding goes on; each costs a decoder.
constexpr size_t kMostResumptions = 1000;
constexpr size_t kMp3StepFrames = 128;
// The decoder of MP3 looks for the next frame in so many bytes at a time, and then gives up.
constexpr uint64_t kMp3SearchBytes = 1024;
// Headers of other formats, up to this size, may be all of a file without samples.
constexpr uint64_t kMostHeaderBytes = 4096;
// What encoders of MP3 disagree about: whether their first frame counts, and half-filled frames.
constexpr uint64_t kMp3ToleranceFrames = 1152;

}  // namespace

std::string LibraryText(SNDFILE* file) {
  std::string text = sf_strerror(file);
  for (const std::string_view opening : {"Error : ", "System error : "}) {
    if (text.starts_with(opening)) text.erase(0, opening.size());
  }
  while (!text.empty() && (text.back() == '.' || text.back() == '\n')) text.pop_back();
  return text;
}

SoundDecoder::SoundDecoder(int descriptor, OwnedDescriptor owned, std::string name)
    : descriptor_(descriptor),
      owned_(std::move(owned)),
      name_(std::move(name)),
      view_(descriptor),
      extent_(FindSoundExtent(view_)) {}

Result<std::unique_ptr<SoundDecoder>> SoundDecoder::Open(int descriptor, OwnedDescriptor owned,
                                                         const std::string& name) {
  std::unique_ptr<SoundDecoder> decoder(new SoundDecoder(descriptor, std::move(owned), name));
  DFN_CHECK(decoder->OpenFile());
  return decoder;
}

Status SoundDecoder::OpenFile() {
  if (extent_.pieces.empty()) extent_.pieces = {{{}, 0, view_.size()}};
  OpenPieces(std::move(extent_.pieces), info_);
  if (view_.error() != 0) return CannotRead("");
  link_.frames = info_.frames;
  if (file_) return {};
  return Error{ErrorCode::kUnsupported,
               name_ + ": not a sound file that can be read (" + LibraryText(nullptr) + ")"};
}

Error SoundDecoder::CannotRead(const std::string& where) const {
  return {ErrorCode::kIo, name_ + ": cannot be read" + where + ": " + SystemText(view_.error())};
}

bool SoundDecoder::OpenPieces(std::vector<FilePiece> pieces, SF_INFO& info) {
  static SF_VIRTUAL_IO calls = {
      [](void* user) { return static_cast<sf_count_t>(static_cast<Device*>(user)->file.size()); },
      [](sf_count_t offset, int whence, void* user) {
        auto& device = *static_cast<Device*>(user);
        const auto size = static_cast<sf_count_t>(device.file.size());
        const auto position = static_cast<sf_count_t>(device.position);
        const sf_count_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? position : size;
        // Sizes in a damaged file may be anything.
        if (offset < -base) return sf_count_t{-1};
        const sf_count_t to = offset > size - base ? size : base + offset;
        device.position = static_cast<uint64_t>(to);
        return to;
      },
      [](void* to, sf_count_t count, void* user) {
        auto& device = *static_cast<Device*>(user);
        const auto wanted = static_cast<size_t>(std::max<sf_count_t>(count, 0));
        const size_t got = device.file.Read(device.position, {static_cast<uint8_t*>(to), wanted});
        device.position += got;
        return static_cast<sf_count_t>(got);
      },
      nullptr,
      [](void* user) { return static_cast<sf_count_t>(static_cast<Device*>(user)->position); }};
  auto device = std::make_unique<Device>(Device{PiecedFile(view_, std::move(pieces))});
  file_.reset();
  device_ = std::move(device);
  file_.reset(sf_open_virtual(&calls, SFM_READ, &info, device_.get()));
  return file_ != nullptr;
}

bool SoundDecoder::knows_length() const {
  return info_.frames >= 0 && info_.frames < kUnknownFrames;
}

double SoundDecoder::Seconds(uint64_t frames) const {
  return static_cast<double>(frames) / std::max(info_.samplerate, 1);
}

Result<size_t> SoundDecoder::Read(float* interleaved, size_t frames) {
  const auto channels = static_cast<size_t>(info_.channels);
  size_t done = 0;
  while (done < frames && !finished_) {
    const size_t wanted = std::min(frames - done, StepFrames());
    const size_t count = ReadSome(interleaved + done * channels, wanted);
    done += count;
    if (view_.error() != 0) return CannotRead(" after " + SecondsText(Seconds(position_)));
    if (count == wanted && wanted > 0) continue;
    const int error = file_ ? sf_error(file_.get()) : SF_ERR_NO_ERROR;
    if (error != SF_ERR_NO_ERROR) {
      ended_by_ = error;
      finished_ = !GoOnBehindDamage();
    } else if (count == 0) {
      finished_ = !GoOnBehindEnd();
    }
    if (finished_) DFN_CHECK(Finish());
    if (view_.error() != 0) return CannotRead(" after " + SecondsText(Seconds(position_)));
  }
  return done;
}

// What is asked of the library at once, and left of a sound that was opened anew.
size_t SoundDecoder::StepFrames() const {
  // When a call meets damage in MP3, all that it has decoded is lost.
  if (is(SF_FORMAT_MPEG)) return kMp3StepFrames;
  if (resumptions_ == 0 || !knows_length()) return std::numeric_limits<size_t>::max();
  return static_cast<size_t>(static_cast<uint64_t>(info_.frames) - position_);
}

// Samples in one go, or the next silence; 0 at the end and at damage.
size_t SoundDecoder::ReadSome(float* interleaved, size_t frames) {
  size_t count = 0;
  if (silent_ > 0) {
    count = static_cast<size_t>(std::min<uint64_t>(frames, silent_));
    std::fill_n(interleaved, count * static_cast<size_t>(info_.channels), 0.0f);
    silent_ -= count;
  } else if (file_ && frames > 0) {
    const sf_count_t read =
        sf_readf_float(file_.get(), interleaved, static_cast<sf_count_t>(frames));
    count = static_cast<size_t>(std::max<sf_count_t>(read, 0));
  }
  position_ += count;
  return count;
}

// Some files are several, one behind the other: recordings of radio streams, and MP3 that somebody
// joined.
bool SoundDecoder::GoOnBehindEnd() {
  std::optional<uint64_t> next;
  if (is(SF_FORMAT_OGG)) {
    const OggPages pages = LookThroughOggPages(view_, link_.offset);
    NoteOgg(pages);
    next = pages.next_stream;
  } else if (is(SF_FORMAT_MPEG)) {
    NoteMp3();
    const std::optional<Mp3Length> length = ReadMp3Length(view_, link_.offset);
    if (length && length->end && ReadMp3Length(view_, *length->end)) next = length->end;
  }
  if (!next || *next <= link_.offset) return false;
  SF_INFO info{};
  if (OpenPieces({{{}, *next, view_.size() - *next}}, info) && info.channels == info_.channels &&
      info.samplerate == info_.samplerate) {
    link_ = {*next, position_, info.frames};
    return true;
  }
  file_.reset();
  faults_.damaged = true;
  Note("holds another sound behind the first " + SecondsText(Seconds(position_)) +
       ", which could not be read");
  return false;
}

bool SoundDecoder::GoOnBehindDamage() {
  const uint64_t at = position_;
  const bool goes_on = is(SF_FORMAT_FLAC)   ? GoOnInFlac()
                       : is(SF_FORMAT_MPEG) ? ++resumptions_ <= view_.size() / kMp3SearchBytes
                                            : false;
  if (!goes_on) {
    if (is(SF_FORMAT_OGG)) NoteOgg(LookThroughOggPages(view_, link_.offset));
    if (is(SF_FORMAT_MPEG)) NoteMp3();
    return false;
  }
  faults_.damaged = true;
  if (!damaged_at_) damaged_at_ = at;
  return true;
}

// Opens the file anew without the damaged part: its first block, which describes the sound, and
// what follows from the next good frame on.
bool SoundDecoder::GoOnInFlac() {
  const std::optional<FlacStart> start = ReadFlacStart(view_);
  std::vector<uint8_t> head(kFlacHeadBytes);
  if (!start || view_.Read(0, head) < head.size()) return false;
  head[4] |= 0x80;  // the last block of metadata
  while (++resumptions_ <= kMostResumptions) {
    const uint64_t from = std::max(flac_offset_, start->first_frame);
    const auto frame = FindFlacFrame(view_, *start, from, position_ + 1);
    if (!frame) return false;
    flac_offset_ = frame->offset + 1;
    if (frame->first_sample > MostFlacSample(*start, *frame)) continue;
    const auto open = [&] {
      SF_INFO info{};
      return OpenPieces({{head, 0, 0}, {{}, frame->offset, view_.size() - frame->offset}}, info) &&
             info.channels == info_.channels;
    };
    std::vector<float> first(static_cast<size_t>(info_.channels));
    if (!open() || sf_readf_float(file_.get(), first.data(), 1) != 1 || !open()) continue;
    silent_ = frame->first_sample - position_;
    silenced_ += silent_;
    return true;
  }
  return false;
}

// A frame that claims to begin later than this is none: the file has too few bytes before it.
uint64_t SoundDecoder::MostFlacSample(const FlacStart& start, const FlacFrame& frame) const {
  constexpr uint64_t kMostFrameSamples = 65535;
  constexpr uint64_t kLeastFrameBytes = 10;
  const uint64_t bytes = frame.offset - start.first_frame;
  const uint64_t most = (1 + bytes / kLeastFrameBytes) * kMostFrameSamples;
  return knows_length() ? std::min(most, static_cast<uint64_t>(info_.frames)) : most;
}

Status SoundDecoder::Finish() {
  if (position_ == 0) {
    const uint64_t bytes = UndecodedBytes();
    if (bytes > 0) {
      return Error{ErrorCode::kCorrupt, name_ + ": holds " + std::to_string(bytes) +
                                            " bytes of sound, and not one sample of them can be "
                                            "decoded; the file is damaged or cut short"};
    }
  }
  if (extent_.known) NoteExtent();
  if (is(SF_FORMAT_FLAC)) {
    NoteFlac();
  } else if (ended_by_ != SF_ERR_NO_ERROR && !damaged_at_) {
    damaged_at_ = position_;
  }
  if (damaged_at_ || missing_ > 0) NoteDamage();
  return {};
}

uint64_t SoundDecoder::UndecodedBytes() const {
  if (extent_.known) return extent_.sound_bytes;
  if (is(SF_FORMAT_MPEG)) return view_.size();
  if (is(SF_FORMAT_OGG)) return LookThroughOggPages(view_).has_sound ? view_.size() : 0;
  if (const auto flac = ReadFlacStart(view_)) return view_.size() - flac->first_frame;
  return view_.size() > kMostHeaderBytes ? view_.size() : 0;
}

void SoundDecoder::NoteExtent() {
  const double length = Seconds(position_);
  const double declared = length * static_cast<double>(extent_.declared_bytes) /
                          static_cast<double>(std::max<uint64_t>(extent_.sound_bytes, 1));
  switch (extent_.finding) {
    case ExtentFinding::kAsDeclared:
      return;
    case ExtentFinding::kNoLength:
      return Note(NeverCompleted(length));
    case ExtentFinding::kLonger:
      return Note(LongerThanDeclared(length, declared));
    case ExtentFinding::kShorter:
      return Note(position_ == 0 ? "ends before its first sample" : CutShort(length, declared));
  }
}

void SoundDecoder::NoteFlac() {
  if (knows_length() && position_ < static_cast<uint64_t>(info_.frames)) {
    Note(CutShort(Seconds(position_), Seconds(static_cast<uint64_t>(info_.frames))));
  } else if (!knows_length() && ended_by_ != SF_ERR_NO_ERROR) {
    NoteEnd();
  }
}

void SoundDecoder::NoteEnd() {
  Note(
      "does not end as it should, as when a recording or a transfer broke off; what is there was "
      "read, " +
      SecondsText(Seconds(position_)));
}

void SoundDecoder::NoteMp3() {
  const std::optional<Mp3Length> length = ReadMp3Length(view_, link_.offset);
  const uint64_t missing = MissingInLink();
  if (!length || !length->has_frames || missing <= kMp3ToleranceFrames) return;
  if (length->end && *length->end > view_.size()) {
    Note(CutShort(Seconds(position_), Seconds(position_ + missing)));
  } else {
    missing_ += missing;
  }
}

void SoundDecoder::NoteOgg(const OggPages& pages) {
  const uint64_t missing = MissingInLink();
  missing_ += missing;
  if (pages.damaged_after) {
    const bool opus = (info_.format & SF_FORMAT_SUBMASK) == SF_FORMAT_OPUS;
    constexpr double kOpusClockHz = 48000.0;
    const double clock_hz = opus ? kOpusClockHz : info_.samplerate;
    const double seconds = static_cast<double>(*pages.damaged_after) / clock_hz;
    const double read = Seconds(position_ - link_.start);
    const auto frames = static_cast<uint64_t>(std::min(seconds, read) * info_.samplerate);
    if (!damaged_at_) damaged_at_ = link_.start + frames;
  } else if (missing == 0 && (pages.cut_inside_page || !pages.has_end)) {
    NoteEnd();
  }
}

// Frames that the part which is being read declares, and that were not decoded.
uint64_t SoundDecoder::MissingInLink() const {
  if (link_.frames < 0 || link_.frames >= kUnknownFrames) return 0;
  const uint64_t read = position_ - link_.start;
  return static_cast<uint64_t>(link_.frames) - std::min(static_cast<uint64_t>(link_.frames), read);
}

void SoundDecoder::NoteDamage() {
  faults_.damaged = true;
  std::string text = "is damaged";
  if (damaged_at_) text += " after " + SecondsText(Seconds(*damaged_at_));
  if (silenced_ > 0) {
    text += "; " + SecondsText(Seconds(silenced_)) + " could not be decoded and are silent";
  } else if (missing_ > 0) {
    text += "; " + SecondsText(Seconds(missing_)) + " could not be decoded and are missing";
  } else {
    text += "; what could not be decoded is missing";
  }
  Note(text);
}

void SoundDecoder::Note(const std::string& sentence) { faults_.Add(name_, sentence); }

}  // namespace dfn
