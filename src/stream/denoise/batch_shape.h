// How much of several sounds goes through the network in one call.
#ifndef DEEPFILTER_STREAM_DENOISE_BATCH_SHAPE_H_
#define DEEPFILTER_STREAM_DENOISE_BATCH_SHAPE_H_

#include <algorithm>
#include <cstddef>

namespace dfn {

// The shape changes no bit, only the time.
struct BatchShape {
  size_t streams;  // sounds at once: each weight of the recurrent half is read once for all of them
  size_t rows;     // frames of all channels of all of them, in a call

  // Frames that each of some sounds with `channels` channels in all has in a call.
  size_t FramesOf(size_t channels) const {
    return std::max<size_t>(1, rows / std::max<size_t>(1, channels));
  }
};

// The shape for a core with `cache_bytes` of second-level cache (0: unknown). The recurrent half
// reads its weights once a call, so more rows are better, until what the layers keep of the rows
// leaves the cache.
BatchShape ChooseBatchShape(size_t cache_bytes);

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_BATCH_SHAPE_H_
