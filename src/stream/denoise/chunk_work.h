// The one table of the work on a chunk of frames. Whole calls, the steps of the pipeline, hops in
// pieces and batches all follow it.
#ifndef DEEPFILTER_STREAM_DENOISE_CHUNK_WORK_H_
#define DEEPFILTER_STREAM_DENOISE_CHUNK_WORK_H_

#include <array>
#include <cstddef>
#include <optional>

#include "engine/network.h"

namespace dfn {

enum class Work {
  kAnalyze,     // samples to features
  kEncode,      // the network's encoder
  kGate,        // selects the rows of the decoders by their local SNR
  kDecodeErb,   // the network's ERB decoder
  kLinkGains,   // shares gains among the channels
  kDecodeDf,    // the network's deep-filter decoder
  kSynthesize,  // gains and filters to samples
};

// The steps of work, each of which one thread does to a chunk without a pause. Each step takes the
// chunks in order. kEncode of a chunk comes before its kErb and kDf, and both come before its
// kSynthesize. Nothing else is ordered.
enum class ChunkStep { kEncode, kErb, kDf, kSynthesize };
inline constexpr size_t kChunkSteps = 4;

struct ChunkWork {
  Work work;
  ChunkStep step;
  std::optional<NetworkPart> part;  // set if the network does it, in its own pieces
  // The other work's share of a hop: network multiply-adds that take as long, for each sample of
  // the transform, as measured.
  double macs_per_sample = 0.0;
};

// In the order in which a single thread does it.
inline constexpr std::array<ChunkWork, 7> kChunkWork = {{
    {Work::kAnalyze, ChunkStep::kEncode, {}, 45.0},
    {Work::kEncode, ChunkStep::kEncode, NetworkPart::kEncoder},
    {Work::kGate, ChunkStep::kEncode, {}},
    {Work::kDecodeErb, ChunkStep::kErb, NetworkPart::kErbDecoder},
    {Work::kLinkGains, ChunkStep::kErb, {}},
    {Work::kDecodeDf, ChunkStep::kDf, NetworkPart::kDfDecoder},
    {Work::kSynthesize, ChunkStep::kSynthesize, {}, 65.0},
}};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_CHUNK_WORK_H_
