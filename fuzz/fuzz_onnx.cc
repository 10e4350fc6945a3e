// Fuzzes InlineExternalData and ReadGraph, reads the values of every tensor that it accepts, and
// computes every value that is made of constants.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/limits.h"
#include "convert/graph/constants.h"
#include "convert/graph/data_flow.h"
#include "expect.h"
#include "formats/onnx/external_data.h"
#include "formats/onnx/graph.h"

namespace dfn {
namespace {

// The limits are small, so that inputs reach them and memory stays far below the fuzzer's own
// bound.
Limits TightLimits() {
  Limits limits;
  limits.max_graph_nodes = 200;
  limits.max_tensors = 100;
  limits.max_tensor_elements = 1 << 10;
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

// The input with its external data inside; every data file that it names is the input itself.
std::vector<uint8_t> WithDataInside(Bytes input) {
  const std::vector<uint8_t> as_it_is(input.begin(), input.end());
  const auto find = [&](const std::string&) -> Result<Bytes> { return Bytes(as_it_is); };
  Limits limits = TightLimits();
  limits.max_file_bytes = size_t{1} << 20;
  auto inlined = onnx::InlineExternalData(input, "fuzz.onnx", find, limits);
  if (!inlined.ok()) {
    ExpectSentence(inlined.error());
    return as_it_is;
  }
  if (!*inlined) return as_it_is;
  const auto again = onnx::InlineExternalData(**inlined, "fuzz.onnx", find, limits);
  Expect(again.ok() && !*again, "what is inlined keeps nothing elsewhere");
  return std::move(**inlined);
}

// Stops once it has read many elements: they can be spread from a few to a million by each node.
void CheckConstants(const onnx::Graph& graph) {
  constexpr size_t kMostRead = 1 << 12;
  size_t read = 0;
  const auto flow = DataFlow::Build(graph, "fuzz.onnx");
  if (!flow.ok()) {
    ExpectSentence(flow.error());
    return;
  }
  for (const FlowNode& node : flow->nodes()) {
    for (const ValueId value : node.outputs) {
      const auto floats = ReadFloats(*flow, value);
      const auto ints = ReadInts(*flow, value);
      Expect(!(floats.ok() && ints.ok()), "a constant holds floats or integers, not both");
      Expect(IsConstant(*flow, value) || !(floats.ok() || ints.ok()), "only constants are read");
      if (!floats.ok()) ExpectSentence(floats.error());
      if (!ints.ok()) ExpectSentence(ints.error());
      if (!floats.ok()) continue;
      size_t elements = 1;
      for (const int64_t dim : floats->dims) elements *= static_cast<size_t>(dim);
      Expect(floats->values.size() == elements, "as many values as the shape says");
      read += elements;
      if (read > kMostRead) return;
    }
  }
}

}  // namespace
}  // namespace dfn

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dfn;
  const auto graph =
      onnx::ReadGraph(std::make_shared<const std::vector<uint8_t>>(WithDataInside({data, size})),
                      "fuzz.onnx", TightLimits());
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
  CheckConstants(*graph);
  return 0;
}
