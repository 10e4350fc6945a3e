// The engine's face: what a denoiser asks of whatever runs the network.
#ifndef DEEPFILTER_ENGINE_NETWORK_H_
#define DEEPFILTER_ENGINE_NETWORK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/result.h"
#include "model/config.h"
#include "model/state_layout.h"

namespace dfn {

// One stream's part of a call. The rows of a call are all frames of all streams, stream after
// stream, oldest frame first; N is their number. A stream with no frames is allowed.
struct StreamRows {
  float* state;   // network state, `state_layout().size()` floats, aligned to kAlignmentBytes
  size_t frames;  // T of this stream
};

// Encoder maps of the rows of one call, kept for its decoders, and scratch. Belongs to one call at
// a time and to the network that made it; many streams may share it in turn.
class NetworkWorkspace {
 public:
  virtual ~NetworkWorkspace() = default;
  virtual size_t max_rows() const noexcept = 0;
};

enum class NetworkPart { kEncoder, kErbDecoder, kDfDecoder };

// An immutable network, shared by any number of streams and threads.
//
// Local-SNR gating decides per row between encoder and decoders, and a decoder that is skipped must
// not advance; hence the separate steps. The result of a row depends only on its stream's rows so
// far: the order of every sum is independent of T, of the number of streams and of a stream's place
// in the call, so any cut of the input gives the same bits.
class Network {
 public:
  virtual ~Network() = default;

  virtual const Config& config() const noexcept = 0;
  virtual const StateLayout& state_layout() const noexcept = 0;
  // Frames of one stream that a call may bring. 1 where decoders run with the encoder, before
  // gating is decided, and a skipped one is put back.
  virtual size_t max_frames_a_stream() const noexcept { return SIZE_MAX; }
  // Whether Encode, DecodeErb and DecodeDf each keep to a part of their own of a stream's state and
  // of a workspace, and write nothing else: then the two decoders of a call may run at the same
  // time, and beside them the stream's next Encode in another workspace.
  virtual bool parts_run_side_by_side() const noexcept { return false; }
  // Fine, or the first failure of an engine whose calls may fail; its results stand for no
  // enhancement. Any thread.
  virtual Status status() const { return {}; }
  // For calls of up to `max_rows` rows. Allocates: preparation only.
  virtual std::unique_ptr<NetworkWorkspace> NewWorkspace(size_t max_rows) const = 0;

  // Runs the encoder on all rows and advances its state.
  //   feat_erb: [N, E] normalised log-ERB features; feat_spec: [N, D, 2] normalised complex
  //   features lsnr_db:  [N] out, local SNR in [lsnr_min_db, lsnr_max_db]
  // N <= workspace.max_rows(). Real-time safe.
  virtual void Encode(std::span<const StreamRows> streams, const float* feat_erb,
                      const float* feat_spec, float* lsnr_db,
                      NetworkWorkspace& workspace) const noexcept = 0;

  // Runs the ERB decoder on some rows of the last Encode and advances its state by those rows only.
  //   streams: as given to that Encode; rows: ascending indices in [0, N)
  //   gains:   [rows.size(), E] out, in [0, 1]
  // Real-time safe.
  virtual void DecodeErb(std::span<const StreamRows> streams, std::span<const uint32_t> rows,
                         float* gains, NetworkWorkspace& workspace) const noexcept = 0;

  // Runs the DF decoder on some rows of the last Encode, likewise.
  //   coefs: [rows.size(), D, O, 2] out; tap 0 meets the oldest frame
  // Real-time safe.
  virtual void DecodeDf(std::span<const StreamRows> streams, std::span<const uint32_t> rows,
                        float* coefs, NetworkWorkspace& workspace) const noexcept = 0;

  // Each of the three also in pieces, for who must spread a call over time: Encode is EncodePiece
  // of 0, 1, .. in order with the same arguments, and so on. The same bits; between two pieces
  // nothing else may touch the workspace, its streams' states, or what the arguments point to. One
  // piece at least, whatever the rows; how many multiply-adds a row each has, about.
  virtual std::span<const double> piece_macs(NetworkPart part) const noexcept;
  virtual void EncodePiece(size_t piece, std::span<const StreamRows> streams, const float* feat_erb,
                           const float* feat_spec, float* lsnr_db,
                           NetworkWorkspace& workspace) const noexcept;
  virtual void DecodeErbPiece(size_t piece, std::span<const StreamRows> streams,
                              std::span<const uint32_t> rows, float* gains,
                              NetworkWorkspace& workspace) const noexcept;
  virtual void DecodeDfPiece(size_t piece, std::span<const StreamRows> streams,
                             std::span<const uint32_t> rows, float* coefs,
                             NetworkWorkspace& workspace) const noexcept;
};

// A network that has no pieces is one.
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
