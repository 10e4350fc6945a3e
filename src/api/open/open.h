// From the model that a user names to a loaded model and a network: the one place that joins files,
// archives, checkpoints, the cache and the built-in model.
#ifndef DEEPFILTER_API_OPEN_OPEN_H_
#define DEEPFILTER_API_OPEN_OPEN_H_

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "engine/network.h"
#include "model/model.h"

namespace dfn {

// `source` is a path (folder or archive of ONNX files, PyTorch checkpoint, packed model file), the
// name of a known model ("dfn3"), or empty for the default: the one built in, else dfn3 from the cache. A known
// name is found built in, then in the cache. Errors: those of LoadModel; kNotFound with the
// sentence that says how to get the model.
Result<Model> OpenModel(const std::string& source, const Limits& limits = {});

// OpenModel of what is in memory: the bytes of an archive or a packed model file, or files as
// LoadModelFiles takes them. Messages call it `source`. Errors: those of LoadModelBytes.
Result<Model> OpenModelBytes(Bytes bytes, const std::string& source, const Limits& limits = {});
Result<Model> OpenModelFiles(std::span<const NamedView> files, const std::string& source,
                             const Limits& limits = {});

// OpenModel for conversions. `config` names the config.ini of a checkpoint (empty: the checkpoint's
// own). An empty `source` is the checkpoint in the cache of DeepFilterNet's Python package, if
// there is one, else the default model. Errors: those of OpenModel; kInvalidArgument (`config`
// without a checkpoint).
Result<Model> OpenSource(const std::string& source, const std::string& config);

// The files of a model, for engines that run them as they are.
struct SourceFiles {
  std::string name;  // of the whole, in messages
  std::vector<NamedBytes> files;
};

// `source` is one of OpenModel's. For a checkpoint or a packed model file these are the files of its
// exact export (ExportModel, three networks with every state), for the built-in model those of its
// export in the official form, without states. Errors: those of OpenModel and ReadModelFiles.
Result<SourceFiles> OpenFiles(const std::string& source);

// Whether OpenModel would take `source` as a path to a checkpoint.
bool IsCheckpoint(const std::string& source);

// OpenModel, then MakeNetwork of the model in the precision that its weights were stored in.
Result<std::shared_ptr<const Network>> OpenNetwork(const std::string& source);

}  // namespace dfn

#endif  // DEEPFILTER_API_OPEN_OPEN_H_
