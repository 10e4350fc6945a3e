// Files of torch.save as PyTorch before 1.6 wrote them, and later versions on request.
#ifndef DEEPFILTER_FORMATS_TORCH_LEGACY_H_
#define DEEPFILTER_FORMATS_TORCH_LEGACY_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "formats/torch/pickle.h"

namespace dfn::torch {

struct LegacyCheckpoint {
  std::vector<NamedTensorView> tensors;
  std::map<std::string, Bytes, std::less<>> storages;  // by their keys, in the file
};

// Whether a file begins with the number that marks this format.
bool IsLegacyCheckpoint(Bytes file);

// Reads the state dict (as ReadStateDictPickle) and the places of its values. The file is a row of
// pickles, the mark, the version, the system, what was saved, the storages' keys, and then each
// storage: the number of its elements in 8 bytes, and the elements.
// Errors: those of ReadStateDictPickle; kCorrupt (structure, bounds), kUnsupported (big-endian,
// another version).
Result<LegacyCheckpoint> ReadLegacyCheckpoint(Bytes file, const std::string& name,
                                              const Limits& limits, std::string_view landmark);

}  // namespace dfn::torch

#endif  // DEEPFILTER_FORMATS_TORCH_LEGACY_H_
