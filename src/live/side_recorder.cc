#include "live/side_recorder.h"

#include <filesystem>
#include <utility>

#include "audio/sound_format.h"
#include "base/path_text.h"

namespace dfn {
namespace {

// Names that are tried for a recording whose own is taken.
constexpr size_t kMostNames = 1000;

}  // namespace

std::string NumberedName(const std::string& path, size_t number) {
  if (number == 1) return path;
  const std::filesystem::path file = PathOf(path);
  return PathText(file.parent_path() / PathOf(PathText(file.stem()) + "-" + std::to_string(number) +
                                              PathText(file.extension())));
}

SideRecorder::SideRecorder(std::string path, size_t rate_hz, size_t channels, size_t delay_samples,
                           AtomicFile file)
    : path_(std::move(path)),
      rate_hz_(rate_hz),
      channels_(channels),
      to_skip_(delay_samples),
      file_(std::move(file)) {}

Result<std::unique_ptr<SideRecorder>> SideRecorder::Create(const std::string& path, size_t rate_hz,
                                                           size_t channels, size_t delay_samples,
                                                           bool replace) {
  SoundInfo info;
  info.rate_hz = rate_hz;
  info.channels = 2 * channels;
  info.format = WavFormat(Encoding::kF32);
  DFN_TRY(const int format, ChooseFormat(PathOf(path), SampleFormat::kAuto, PathOf("live.wav"),
                                         info, rate_hz, 2 * channels));
  DFN_TRY(AtomicFile file, AtomicFile::Create(PathOf(path), {.replace = replace}));
  std::unique_ptr<SideRecorder> recorder(
      new SideRecorder(path, rate_hz, channels, delay_samples, std::move(file)));
  DFN_TRY(recorder->writer_,
          CreateSoundFile(recorder->file_.descriptor(), path, format, rate_hz, 2 * channels,
                          std::nullopt, {}, FullDisk::kKeepsWhatCame));
  return recorder;
}

Status SideRecorder::Write(std::span<const float> frames) {
  const size_t width = 2 * channels_;
  out_.clear();
  for (size_t begin = 0; begin + width <= frames.size(); begin += width) {
    before_.insert(before_.end(), frames.begin() + static_cast<ptrdiff_t>(begin),
                   frames.begin() + static_cast<ptrdiff_t>(begin + channels_));
    if (to_skip_ > 0) {
      --to_skip_;
      continue;
    }
    out_.insert(out_.end(), before_.begin(), before_.begin() + static_cast<ptrdiff_t>(channels_));
    before_.erase(before_.begin(), before_.begin() + static_cast<ptrdiff_t>(channels_));
    out_.insert(out_.end(), frames.begin() + static_cast<ptrdiff_t>(begin + channels_),
                frames.begin() + static_cast<ptrdiff_t>(begin + width));
  }
  DFN_CHECK(writer_->Write(out_));
  frames_ += out_.size() / width;
  return {};
}

Status SideRecorder::Finish() {
  DFN_CHECK(writer_->Finish());
  writer_.reset();
  Status named = file_.Commit();
  const std::string wanted = path_;
  for (size_t n = 2; !named.ok() && named.error().code == ErrorCode::kExists && n <= kMostNames;
       ++n) {
    path_ = NumberedName(wanted, n);
    named = file_.CommitAs(PathText(PathOf(path_).filename()));
  }
  return named;
}

double SideRecorder::seconds() const {
  return static_cast<double>(frames_) / static_cast<double>(rate_hz_);
}

}  // namespace dfn
