// The interface between a denoiser and the engine that runs its network.
#ifndef DEEPFILTER_ENGINE_NETWORK_H_
#define DEEPFILTER_ENGINE_NETWORK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/realtime.h"
#include "base/result.h"
#include "model/config.h"
#include "model/state_layout.h"

namespace dfn {

// One stream's part of a call. The rows of a call are all frames of all streams, stream after
// stream, oldest frame first; N is their number. A stream may have no frames.
struct StreamRows {
  float* state;   // network state, `state_layout().size()` floats, aligned to kAlignmentBytes
  size_t frames;  // T of this stream
};

// The encoder's outputs for the rows of one call, kept for its decoders, and scratch memory. A
// workspace serves one call at a time, of the network that made it; many streams may share it in
// turn.
class NetworkWorkspace {
 public:
  virtual ~NetworkWorkspace() = default;
  virtual size_t max_rows() const noexcept DFN_REALTIME = 0;
};

enum class NetworkPart { kEncoder, kErbDecoder, kDfDecoder };

// An immutable network, shared by any number of streams and threads.
//
// Encoder and decoders are separate steps because local-SNR gating decides for each row between
// them, and a decoder that is skipped must not advance. The result of a row depends only on its
// stream's rows so far: the order of every sum is independent of T, of the number of streams and of
// a stream's place in the call, so any cut of the input gives the same bits.
class Network {
 public:
  virtual ~Network() = default;

  virtual const Config& config() const noexcept DFN_REALTIME = 0;
  virtual const StateLayout& state_layout() const noexcept DFN_REALTIME = 0;
  // The most frames of one stream in a call. It is 1 for an engine that runs the decoders together
  // with the encoder, before gating decides, and then puts a skipped decoder's state back.
  virtual size_t max_frames_a_stream() const noexcept DFN_REALTIME { return SIZE_MAX; }
  // Whether Encode, DecodeErb and DecodeDf each write only a part of their own of a stream's state
  // and of a workspace. Then the two decoders of a call may run at the same time, and beside them
  // the stream's next Encode in another workspace.
  virtual bool parts_run_side_by_side() const noexcept DFN_REALTIME { return false; }
  // OK, or the engine's first error, after which its output is unenhanced. Any thread.
  virtual Status status() const { return {}; }
  // Makes a workspace for calls of up to `max_rows` rows. Allocates; preparation only.
  virtual std::unique_ptr<NetworkWorkspace> NewWorkspace(size_t max_rows) const = 0;

  // Runs the encoder on all rows and advances its state.
  //   feat_erb:  [N, E] normalised log-ERB features
  //   feat_spec: [N, D, 2] normalised complex features
  //   lsnr_db:   [N] out, local SNR in [lsnr_min_db, lsnr_max_db]
  // N <= workspace.max_rows(). Real-time safe.
  virtual void Encode(std::span<const StreamRows> streams, const float* feat_erb,
                      const float* feat_spec, float* lsnr_db,
                      NetworkWorkspace& workspace) const noexcept DFN_REALTIME = 0;

  // Runs the ERB decoder on some rows of the last Encode and advances its state by those rows only.
  //   streams: those of that Encode
  //   rows:    ascending indices in [0, N)
  //   gains:   [rows.size(), E] out, in [0, 1]
  // Real-time safe.
  virtual void DecodeErb(std::span<const StreamRows> streams, std::span<const uint32_t> rows,
                         float* gains, NetworkWorkspace& workspace) const noexcept DFN_REALTIME = 0;

  // Runs the DF decoder on some rows of the last Encode, likewise. Not called if config().mask_only.
  //   coefs: [rows.size(), D, O, 2] out; tap 0 applies to the oldest frame
  // Real-time safe.
  virtual void DecodeDf(std::span<const StreamRows> streams, std::span<const uint32_t> rows,
                        float* coefs, NetworkWorkspace& workspace) const noexcept DFN_REALTIME = 0;

  // Each of the three calls can also be made in pieces, to spread it over time: EncodePiece of
  // 0 .. piece_macs(kEncoder).size() - 1 in order, with the same arguments, gives the bits of
  // Encode, and so on. Between two pieces nothing else may use the workspace, the states of its
  // streams, or the memory behind the arguments. There is at least one piece, whatever the rows.
  //   piece_macs: about how many multiply-adds each piece takes for a row
  virtual std::span<const double> piece_macs(NetworkPart part) const noexcept DFN_REALTIME;
  virtual void EncodePiece(size_t piece, std::span<const StreamRows> streams, const float* feat_erb,
                           const float* feat_spec, float* lsnr_db,
                           NetworkWorkspace& workspace) const noexcept DFN_REALTIME;
  virtual void DecodeErbPiece(size_t piece, std::span<const StreamRows> streams,
                              std::span<const uint32_t> rows, float* gains,
                              NetworkWorkspace& workspace) const noexcept DFN_REALTIME;
  virtual void DecodeDfPiece(size_t piece, std::span<const StreamRows> streams,
                             std::span<const uint32_t> rows, float* coefs,
                             NetworkWorkspace& workspace) const noexcept DFN_REALTIME;
};

// By default a call is one piece.
inline std::span<const double> Network::piece_macs(NetworkPart) const noexcept {
  static constexpr double kWhole[] = {1.0};
  return kWhole;
}
inline void Network::EncodePiece(size_t, std::span<const StreamRows> streams, const float* feat_erb,
                                 const float* feat_spec, float* lsnr_db,
                                 NetworkWorkspace& workspace) const noexcept {
  Encode(streams, feat_erb, feat_spec, lsnr_db, workspace);
}
inline void Network::DecodeErbPiece(size_t, std::span<const StreamRows> streams,
                                    std::span<const uint32_t> rows, float* gains,
                                    NetworkWorkspace& workspace) const noexcept {
  DecodeErb(streams, rows, gains, workspace);
}
inline void Network::DecodeDfPiece(size_t, std::span<const StreamRows> streams,
                                   std::span<const uint32_t> rows, float* coefs,
                                   NetworkWorkspace& workspace) const noexcept {
  DecodeDf(streams, rows, coefs, workspace);
}

}  // namespace dfn

#endif  // DEEPFILTER_ENGINE_NETWORK_H_
