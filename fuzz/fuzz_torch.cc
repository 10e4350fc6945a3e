// Gives inputs that look like a ZIP file to ReadTorchCheckpoint, and all others to the pickle
// reader, which the fuzzer could not reach inside a file because of the checksum; those that look
// like a pickle also to ReadTorchCheckpoint, for the arrays in it.
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "expect.h"
#include "formats/torch/pickle.h"
#include "formats/torch/state_dict.h"
#include "tight_limits.h"

namespace dfn {
namespace {

size_t Elements(const std::vector<size_t>& shape) {
  size_t elements = 1;
  for (const size_t size : shape) elements *= size;
  return elements;
}

void CheckPickle(Bytes pickle) {
  const Limits limits = TightLimits();
  const auto tensors = torch::ReadStateDictPickle(pickle, "fuzz.pkl", limits, "enc.");
  if (!tensors.ok()) return ExpectSentence(tensors.error());
  for (const torch::NamedTensorView& tensor : *tensors) {
    const torch::TensorView& view = tensor.view;
    Expect(view.shape.size() == view.strides.size(), "a stride for each dimension");
    Expect(view.shape.size() <= limits.max_tensor_rank, "the rank is within limits");
    Expect(view.elements == Elements(view.shape), "elements are the product of the shape");
    Expect(view.elements <= limits.max_tensor_elements, "the elements are within limits");
    if (view.elements == 0) continue;
    size_t last = view.offset;
    for (size_t i = 0; i < view.shape.size(); ++i) last += (view.shape[i] - 1) * view.strides[i];
    Expect(last < view.storage_elements, "the last element lies in the storage");
  }
}

void CheckFile(Bytes file) {
  const Limits limits = TightLimits();
  const auto state = ReadTorchCheckpoint(file, "fuzz.ckpt", limits);
  if (!state.ok()) return ExpectSentence(state.error());
  Expect(file[0] != 'P' || HoldsTorchCheckpoint(file, limits),
         "a ZIP file that is read as a checkpoint is told as one");
  for (const auto& [name, tensor] : *state) {
    Expect(tensor.floats.empty() || tensor.ints.empty(), "floats or integers, not both");
    Expect(tensor.floats.size() + tensor.ints.size() == Elements(tensor.shape),
           "as many values as elements");
  }
}

}  // namespace
}  // namespace dfn

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const dfn::Bytes input(data, size);
  if (size >= 2 && data[0] == 'P' && data[1] == 'K') {
    dfn::CheckFile(input);
  } else {
    dfn::CheckPickle(input);
    if (size >= 1 && data[0] == 0x80) dfn::CheckFile(input);
  }
  return 0;
}
