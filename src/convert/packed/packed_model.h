// A Model as a packed model file (.dfn): config and weights in one file that is read without ONNX.
#ifndef DEEPFILTER_CONVERT_PACKED_PACKED_MODEL_H_
#define DEEPFILTER_CONVERT_PACKED_PACKED_MODEL_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/memory_source.h"
#include "base/precision.h"
#include "base/result.h"
#include "formats/packed/packed_file.h"
#include "model/model.h"

namespace dfn {

// Packs a model that has passed ValidateModel. The matrices of linear layers and GRUs are stored in
// `precision`, all else as f32: this is what engines round at that precision, and the file keeps
// what they compute from it, bit for bit. The same model gives the same bytes.
std::vector<uint8_t> PackModel(const Model& model, Precision precision);

// Where the matrices of a loaded model may be.
struct PackedMemory {
  // The file's bytes stay as they are while `owner` lives, or as long as the program if there is none:
  // matrices of f32 are used there, in place.
  bool bytes_stay = false;
  std::shared_ptr<const void> owner = {};
  // For one block with all other matrices.
  MemorySource source = kOrdinaryMemory;
};

// Loads a file that PackModel wrote (LooksLikePacked tells it by its first bytes) and checks it whole
// (ValidateConfig, ValidateModel). At f32 this is the model that was packed. At f16 and i8 the
// weights are those of the file as floats, and rounding them to that precision again gives the
// numbers in the file. Messages and Origin call the model `source`. Errors: those of ReadPacked;
// kCorrupt, kMismatch (entries that are not those of such a model), those of ValidateConfig.
Result<Model> LoadPackedModel(Bytes bytes, const std::string& source, const Limits& limits = {},
                              const PackedMemory& memory = {});

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_PACKED_PACKED_MODEL_H_
