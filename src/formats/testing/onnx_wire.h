// For tests: small protobuf messages, built field by field so that they can be wrong in one place.
#ifndef DEEPFILTER_FORMATS_TESTING_ONNX_WIRE_H_
#define DEEPFILTER_FORMATS_TESTING_ONNX_WIRE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "formats/onnx/graph.h"
#include "formats/onnx/protobuf.h"

namespace dfn::onnx {

// The message that `fill` (protozero::pbf_writer& -> void) writes.
template <class Fill>
std::string Message(Fill fill) {
  std::string bytes;
  protozero::pbf_writer writer(bytes);
  fill(writer);
  return bytes;
}

// A ModelProto of opset 12 around a GraphProto.
inline std::string ModelOf(const std::string& graph) {
  return Message([&](protozero::pbf_writer& model) {
    model.add_int64(1, 7);  // ir_version
    model.add_message(8, Message([](protozero::pbf_writer& opset) {
                        opset.add_string(1, "");
                        opset.add_int64(2, 12);
                      }));
    model.add_message(7, graph);
  });
}

inline Result<Graph> Read(const std::string& model, const Limits& limits = {}) {
  return ReadGraph(std::make_shared<const std::vector<uint8_t>>(model.begin(), model.end()),
                   "net.onnx", limits);
}

}  // namespace dfn::onnx

#endif  // DEEPFILTER_FORMATS_TESTING_ONNX_WIRE_H_
