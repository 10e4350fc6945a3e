// PyTorch checkpoints as DeepFilterNet's Python package saves and caches them.
#ifndef DEEPFILTER_CONVERT_LOAD_CHECKPOINT_H_
#define DEEPFILTER_CONVERT_LOAD_CHECKPOINT_H_

#include <filesystem>
#include <optional>

#include "base/limits.h"
#include "base/result.h"
#include "model/model.h"

namespace dfn {

// Whether this path looks like one for LoadCheckpoint:
//   - a file with a checkpoint's name (HasCheckpointName), or by its content a PyTorch or
//     safetensors file;
//   - a folder with such a file in it or in its `checkpoints`, unless ONNX files are beside it;
//   - an archive (.zip, .tar, .tar.gz, .tar.xz) of such a folder.
// Reads a file's content only if its name does not decide.
bool LooksLikeCheckpoint(const std::filesystem::path& path);

// Loads a model from a checkpoint and its config.ini and checks it whole. `path` is
//   - a checkpoint (model_120.ckpt.best, any.pt, model.safetensors) with config.ini beside it or
//     one folder up; its weights may be wrapped and prefixed as trainers do (ReadCheckpointState);
//   - a folder of DeepFilterNet's cache or of a training run: config.ini, and in `checkpoints` (or
//     in the folder itself) the checkpoint that ChooseCheckpoint takes;
//   - an archive of such a folder, as DeepFilterNet publishes them.
// With `config`, that file is read instead of any config.ini found.
// Errors: kNotFound, kIo, kCorrupt, kLimit, kUnsupported, kMismatch; the sentence names file and
// tensor or key.
Result<Model> LoadCheckpoint(const std::filesystem::path& path,
                             const std::optional<std::filesystem::path>& config = std::nullopt,
                             const Limits& limits = {});

// The folder of the user's DeepFilterNet cache that LoadCheckpoint should take if the user names
// none: DeepFilterNet3, else DeepFilterNet2, if it has a config.ini and a checkpoint. The cache is
// where the Python package (appdirs) keeps it: $XDG_CACHE_HOME/DeepFilterNet, else
// ~/.cache/DeepFilterNet; ~/Library/Caches/DeepFilterNet on macOS;
// %LOCALAPPDATA%\DeepFilterNet\DeepFilterNet\Cache on Windows.
std::optional<std::filesystem::path> FindUserCheckpoint();

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_LOAD_CHECKPOINT_H_
