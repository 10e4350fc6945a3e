// A call cut where the gain changes at which the network hears a channel, and where a frame waits
// for those before it.
#include <algorithm>
#include <cassert>
#include <cmath>

#include "base/flush_to_zero.h"
#include "stream/denoise/live_denoiser.h"

namespace dfn {
namespace {

// A network that has heard noise alone, too quietly to be sure of it, or the end of loud speech,
// takes a sudden rise by more than this for clean speech and lets noise pass for many seconds. From
// its start it hears what there is.
constexpr float kRestartDb = 8.0f;

}  // namespace

// Everything between two cuts is one run of the pipeline, so threads and chunks see
// constant gains, and the network's state is at rest where it is started again.
void LiveDenoiser::Process(const float* const* input, float* const* output, size_t frames,
                           float* lsnr_db) noexcept {
  const FlushToZero flush;
  call_ = {
      .input = input, .output = output, .lsnr_db = lsnr_db, .first = 0, .end = 0, .first_chunk = 0};
  for (size_t frame = 0; frame < frames; ++frame) {
    const bool gains_change = Hear(frame);
    if (!gains_change && !Waits(input, frame)) continue;
    RunFrames(frame);
    if (gains_change) TakeGains();
  }
  RunFrames(frames);
}

void LiveDenoiser::BeginHop(const float* const* input, float* const* output, float* lsnr_db,
                            size_t frames) noexcept {
  assert(frames == 1 || (frames <= options_.max_frames_per_call && !options_.controls.auto_level));
  const FlushToZero flush;
  call_ = {.input = input,
           .output = output,
           .lsnr_db = lsnr_db,
           .first = 0,
           .end = frames,
           .first_chunk = pipeline_->chunks()};
  if (Hear(0)) TakeGains();
  BeginChunk(0, HopChunk());
}

// Lets the level conditioner hear a frame of the call. Returns whether a gain changes from it on.
bool LiveDenoiser::Hear(size_t frame) noexcept {
  if (call_.input == nullptr) return level_.Hear(options_.controls, nullptr);
  for (size_t c = 0; c < options_.channels; ++c) {
    hops_[c] = call_.input[c] + frame * config_.hop_size;
  }
  return level_.Hear(options_.controls, hops_.data());
}

// Takes the frames of the call that are left before frame `end` through the pipeline.
void LiveDenoiser::RunFrames(size_t end) noexcept {
  const size_t frames = end - call_.end;
  call_.first = call_.end;
  call_.end = end;
  call_.first_chunk = pipeline_->chunks();
  const size_t most = options_.max_frames_per_call;
  if (frames > 0) pipeline_->Run(frames / most + (frames % most == 0 ? 0 : 1));
}

// Moves the norms along with the gains, as if they had been in use from the start.
void LiveDenoiser::TakeGains() noexcept {
  for (size_t c = 0; c < options_.channels; ++c) {
    const float change_db = level_.gain_db(c) - gains_db_[c];
    if (change_db == 0.0f) continue;
    Chunk& chunk = chunks_.front();
    const float fill_db =
        fill_.fills() ? fill_.ChangeDb(c, gains_db_[c], level_.gain_db(c)) : change_db;
    paths_.front().MoveNorms(change_db, fill_db, fill_.first_bin(), start_share_,
                             chunk.channels[c]);
    if (change_db > kRestartDb) network_->state_layout().Reset(chunk.streams[c].state);
    gains_db_[c] = level_.gain_db(c);
  }
}

// Counts frames that the norms have taken in.
void LiveDenoiser::AgeNorms(size_t frames) noexcept {
  for (size_t i = 0; i < frames; ++i) start_share_ *= config_.norm_alpha;
}

}  // namespace dfn
