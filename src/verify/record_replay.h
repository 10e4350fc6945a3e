// Networks that listen and repeat: one notes what goes in and out of another, one gives back what
// was noted. With them the same signal path serves for comparing two ways of running a network.
#ifndef DEEPFILTER_VERIFY_RECORD_REPLAY_H_
#define DEEPFILTER_VERIFY_RECORD_REPLAY_H_

#include <memory>
#include <vector>

#include "engine/network.h"

namespace dfn {

// What a network saw and said over N frames of one stream.
struct NetworkTrace {
  std::vector<float> feat_erb;   // [N, E]
  std::vector<float> feat_spec;  // [N, D, 2]
  std::vector<float> lsnr_db;    // [N]
  std::vector<float> gains;      // [N, E]
  std::vector<float> coefs;      // [N, D, O, 2]
  size_t frames() const { return lsnr_db.size(); }
};

// Runs `inner` and appends to `trace`, which must outlive it. One stream, never gated; not
// real-time.
std::shared_ptr<const Network> NewRecordingNetwork(std::shared_ptr<const Network> inner,
                                                   NetworkTrace& trace);

// Gives the trace's outputs frame after frame, whatever the features; silence after its end. One
// stream, never gated.
std::shared_ptr<const Network> NewReplayingNetwork(const Config& config, NetworkTrace trace);

}  // namespace dfn

#endif  // DEEPFILTER_VERIFY_RECORD_REPLAY_H_
