// Fuzzes ReadGraph, and reads the values of every tensor that it accepts.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include "base/limits.h"
#include "expect.h"
#include "formats/onnx/graph.h"

namespace dfn {
namespace {

// The limits are small, so that inputs reach them and memory stays far below the fuzzer's own
// bound.
Limits TightLimits() {
  Limits limits;
  limits.max_graph_nodes = 200;
  limits.max_tensors = 100;
  limits.max_tensor_elements = 1 << 20;
  limits.max_tensor_rank = 5;
  limits.max_name_bytes = 200;
  return limits;
}

void CheckTensor(const onnx::Tensor& tensor, const onnx::Graph& graph) {
  const auto floats = onnx::ToFloats(tensor);
  const auto ints = onnx::ToInts(tensor);
  Expect(!(floats.ok() && ints.ok()), "a tensor holds floats or integers, not both");
  if (floats.ok()) Expect(floats->size() == tensor.elements, "as many floats as elements");
  if (ints.ok()) Expect(ints->size() == tensor.elements, "as many integers as elements");
  if (!tensor.raw.empty()) {
    const uint8_t* begin = graph.bytes->data();
    const uint8_t* end = begin + graph.bytes->size();
    Expect(tensor.raw.data() >= begin && tensor.raw.data() + tensor.raw.size() <= end,
           "raw data lies in the file");
  }
}

}  // namespace
}  // namespace dfn

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dfn;
  const auto graph = onnx::ReadGraph(
      std::make_shared<const std::vector<uint8_t>>(data, data + size), "fuzz.onnx", TightLimits());
  if (!graph.ok()) {
    ExpectSentence(graph.error());
    return 0;
  }
  for (const onnx::Tensor& tensor : graph->initializers) CheckTensor(tensor, *graph);
  for (const onnx::Node& node : graph->nodes) {
    for (const onnx::Attribute& attribute : node.attributes) {
      if (const auto* tensor = std::get_if<onnx::Tensor>(&attribute.value))
        CheckTensor(*tensor, *graph);
    }
  }
  return 0;
}
