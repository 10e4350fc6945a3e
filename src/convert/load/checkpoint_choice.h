// Which of several files is the checkpoint of a model.
#ifndef DEEPFILTER_CONVERT_LOAD_CHECKPOINT_CHOICE_H_
#define DEEPFILTER_CONVERT_LOAD_CHECKPOINT_CHOICE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dfn {

// Whether a file's name ends as checkpoints' names do (.ckpt, .ckpt.best, .best, .pt, .pth, .bin,
// .pkl, .safetensors). Hidden files and those of macOS's archives (__MACOSX) are none.
bool HasCheckpointName(std::string_view path);

// Whether ChooseCheckpoint takes a file or refuses several, and not none.
bool HoldsCheckpointNames(const std::vector<std::string>& paths);

// The index of the checkpoint among the paths of a folder's or an archive's files:
//   - the one that df.checkpoint takes for the epoch "best": model*_<epoch>.ckpt.best, the latest,
//     else model*_<epoch>.ckpt, the latest; among equals, the last by name;
//   - else the only file with a checkpoint's name, if there is no ONNX file beside. Files
//     whose names begin as those of optimizers, schedulers and random states are passed over.
// Nothing if there is none. Messages call the whole `source`.
// Errors: kUnsupported (several, of which no rule tells one).
Result<std::optional<size_t>> ChooseCheckpoint(const std::vector<std::string>& paths,
                                               const std::string& source);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_LOAD_CHECKPOINT_CHOICE_H_
