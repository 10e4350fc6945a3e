// Writers of whole checkpoints in the forms that trainers and other programs save, for tests.
#ifndef DEEPFILTER_CONVERT_TESTING_CHECKPOINT_FILES_H_
#define DEEPFILTER_CONVERT_TESTING_CHECKPOINT_FILES_H_

#include <bit>
#include <functional>
#include <string>
#include <vector>

#include "convert/testing/checkpoints.h"
#include "formats/testing/safetensors_file.h"
#include "formats/testing/torch_zip.h"
#include "formats/torch/state_dict.h"

namespace dfn {

// The state dict of a fixture of tests/data/checkpoints.
inline StateDict FixtureState(const std::string& fixture = "dfn3_none") {
  const std::string file = FileContent(CheckpointFolder() + fixture + "/model_1.ckpt");
  Result<StateDict> state = ReadTorchCheckpoint(BytesOf(file), fixture, {});
  EXPECT_TRUE(state.ok()) << state.error().message;
  return state.ok() ? *std::move(state) : StateDict();
}

// A tensor's values in 4 (float32) or 8 (int64) bytes each.
inline std::string ValueBytesOf(const CheckpointTensor& tensor) {
  std::string bytes;
  for (const float value : tensor.floats) {
    bytes += torch::LittleEndian(std::bit_cast<uint32_t>(value));
  }
  for (const int64_t value : tensor.ints) bytes += torch::LittleEndian(value);
  return bytes;
}

inline StateDict WithPrefix(const StateDict& state, const std::string& prefix) {
  StateDict named;
  for (const auto& [name, tensor] : state) named.emplace(prefix + name, tensor);
  return named;
}

// Tensors' names and tensors, pickled, and their storages, which are added to the file.
inline std::string PickledTensors(const StateDict& state, torch::ZipWriter& zip) {
  std::string items;
  for (const auto& [name, tensor] : state) {
    const std::string key = std::to_string(zip.lines.size());
    const std::string values = ValueBytesOf(tensor);
    zip.Add("m/data/" + key, values);
    const bool floats = tensor.ints.empty();
    std::vector<int32_t> shape(tensor.shape.begin(), tensor.shape.end());
    std::vector<int32_t> strides(shape.size(), 1);
    for (size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
    const auto elements = static_cast<int32_t>(values.size() / (floats ? 4 : 8));
    items += torch::pickle::Str(name) +
             torch::pickle::Tensor(
                 torch::pickle::Storage(floats ? "FloatStorage" : "LongStorage", key, elements), 0,
                 shape, strides);
  }
  return items;
}

// torch.save of what `wrap` makes of the pickled dictionary of these tensors.
using Wrap = std::function<std::string(const std::string& dict)>;
inline std::string TorchFile(
    const StateDict& state, const Wrap& wrap = [](const std::string& dict) { return dict; }) {
  torch::ZipWriter zip;
  const std::string dict = torch::pickle::Dict(PickledTensors(state, zip));
  zip.Add("m/data.pkl", torch::pickle::kProto2 + wrap(dict) + ".");
  return zip.Finish();
}

// {key: dict, "epoch": 3, "optimizer": {"state": {0: {}}}}
inline std::string WrappedUnder(const std::string& key, const std::string& dict) {
  using namespace torch::pickle;
  return Dict(Str(key) + dict + Str("epoch") + Int(3) + Str("optimizer") +
              Dict(Str("state") + Dict(Int(0) + "}")));
}

// safetensors.torch.save of these tensors.
inline std::string SafetensorsOf(const StateDict& state) {
  std::string header = "{\"__metadata__\":{\"format\":\"pt\"}";
  std::string values;
  for (const auto& [name, tensor] : state) {
    std::string shape;
    for (const size_t size : tensor.shape) {
      shape += (shape.empty() ? "" : ",") + std::to_string(size);
    }
    const size_t begin = values.size();
    values += ValueBytesOf(tensor);
    header += "," + SafetensorsEntry(name, tensor.ints.empty() ? "F32" : "I64", "[" + shape + "]",
                                     begin, values.size());
  }
  return SafetensorsFile(header + "}", values);
}

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_TESTING_CHECKPOINT_FILES_H_
