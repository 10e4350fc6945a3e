#include "cli/compare/compare_report.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "audio/sound_file.h"
#include "base/path_text.h"
#include "cli/enhance/open_sound.h"
#include "cli/side_file.h"

namespace dfn {
namespace {

constexpr size_t kReportBlock = 16384;

// Reads and forgets the first frames.
Status SkipFrames(SoundReader& reader, uint64_t frames) {
  std::vector<float> block;
  while (frames > 0) {
    block.resize(std::min<uint64_t>(frames, kReportBlock) * reader.info().channels);
    DFN_TRY(const size_t count, reader.Read(block));
    if (count == 0) break;
    frames -= count;
  }
  return {};
}

// A block of finite samples; empty at the end.
Status ReadFinite(SoundReader& reader, std::vector<float>& block) {
  block.resize(kReportBlock * reader.info().channels);
  DFN_TRY(const size_t count, reader.Read(block));
  block.resize(count * reader.info().channels);
  for (float& sample : block) {
    if (!std::isfinite(sample)) sample = 0.0f;
  }
  return {};
}

// The samples that both have from here on, where that is known.
std::optional<uint64_t> CommonFrames(const SoundInfo& before, const SoundInfo& after,
                                     int64_t delay) {
  if (!before.frames || !after.frames) return std::nullopt;
  const uint64_t skip_before = delay < 0 ? static_cast<uint64_t>(-delay) : 0;
  const uint64_t skip_after = delay > 0 ? static_cast<uint64_t>(delay) : 0;
  return std::min(*before.frames - std::min(*before.frames, skip_before),
                  *after.frames - std::min(*after.frames, skip_after));
}

}  // namespace

Status WriteCompareReport(const ComparedSounds& sounds, const std::string& page, bool replace) {
  DFN_TRY(SoundSource before_source, OpenSoundOrTrack(sounds.before, nullptr));
  DFN_TRY(SoundSource after_source, OpenSoundOrTrack(sounds.after, nullptr));
  SoundReader& before = before_source.reader();
  SoundReader& after = after_source.reader();
  const int64_t delay = sounds.delay_samples;
  DFN_CHECK(delay > 0 ? SkipFrames(after, static_cast<uint64_t>(delay))
                      : SkipFrames(before, static_cast<uint64_t>(-delay)));
  DFN_TRY(
      const auto recorder,
      SoundRecorder::Create({.rate_hz = before.info().rate_hz,
                             .channels = before.info().channels,
                             .speakers = before.info().details.speakers,
                             .expected_frames = CommonFrames(before.info(), after.info(), delay)}));
  std::vector<float> first;
  std::vector<float> second;
  for (;;) {
    DFN_CHECK(ReadFinite(before, first));
    DFN_CHECK(ReadFinite(after, second));
    const size_t both = std::min(first.size(), second.size());
    if (both == 0) break;
    DFN_CHECK(recorder->HearBefore({first.data(), both}));
    DFN_CHECK(recorder->HearAfter({second.data(), both}));
  }
  DFN_CHECK(recorder->Finish());
  ReportWords words = {.title = PathText(PathOf(sounds.before).filename()) + " and " +
                                PathText(PathOf(sounds.after).filename()),
                       .before = sounds.before,
                       .after = sounds.after,
                       .facts = sounds.facts};
  DFN_TRY(const std::string html, ReportPage(words, *recorder));
  return WriteSideFile(page, html, replace);
}

}  // namespace dfn
