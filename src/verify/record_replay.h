// Networks that record another network's inputs and outputs, and that replay recorded outputs. With
// them, the same signal path serves to compare two ways of running a network.
#ifndef DEEPFILTER_VERIFY_RECORD_REPLAY_H_
#define DEEPFILTER_VERIFY_RECORD_REPLAY_H_

#include <memory>
#include <vector>

#include "engine/network.h"

namespace dfn {

// A network's inputs and outputs over N frames of one stream.
struct NetworkTrace {
  std::vector<float> feat_erb;   // [N, E]
  std::vector<float> feat_spec;  // [N, D, 2]
  std::vector<float> lsnr_db;    // [N]
  std::vector<float> gains;      // [N, E]
  std::vector<float> coefs;      // [N, D, O, 2]; empty without a deep filter
  size_t frames() const { return lsnr_db.size(); }
};

// A network that runs `inner` and appends to `trace`, which must outlive it. For one stream without
// gating. Not real-time.
std::shared_ptr<const Network> NewRecordingNetwork(std::shared_ptr<const Network> inner,
                                                   NetworkTrace& trace);

// A network that returns the trace's outputs frame after frame, whatever its features are, and
// zeros after the last frame. For one stream without gating.
std::shared_ptr<const Network> NewReplayingNetwork(const Config& config, NetworkTrace trace);

}  // namespace dfn

#endif  // DEEPFILTER_VERIFY_RECORD_REPLAY_H_
