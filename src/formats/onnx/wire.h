// Shared by the parts of the ONNX reader: the subject of messages, counts against limits, and reads
// of fields that the format writes in more than one way. Functions here pass on protozero's
// exceptions; ReadGraph catches them.
#ifndef DEEPFILTER_FORMATS_ONNX_WIRE_H_
#define DEEPFILTER_FORMATS_ONNX_WIRE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/limits.h"
#include "base/printable.h"
#include "base/result.h"
#include "formats/onnx/protobuf.h"

namespace dfn::onnx {

// Inputs, outputs, attributes and similar items that a file may have for each node that the limits
// allow. The official graphs have seven a node.
inline constexpr size_t kItemsPerNode = 16;

class Context {
 public:
  // `file` is the file's name in messages.
  Context(std::string file, const Limits& limits) : file_(std::move(file)), limits_(limits) {}

  const Limits& limits() const { return limits_; }
  // The part being read, the subject of a message; empty: the file itself.
  const std::string& part() const { return part_; }
  void set_part(std::string part) { part_ = std::move(part); }

  Error Fail(ErrorCode code, const std::string& what) const {
    return {code, file_ + ": " + (part_.empty() ? "" : part_ + " ") + what};
  }

  // Call before something is stored for one more field of a few bytes.
  Status CountItem() {
    return Count(items_, limits_.max_graph_nodes * kItemsPerNode, "inputs, outputs and attributes");
  }
  // Call before one more tensor is stored.
  Status CountTensor() { return Count(tensors_, limits_.max_tensors, "tensors"); }

 private:
  Status Count(size_t& counter, size_t most, const char* what) const {
    if (++counter <= most) return {};
    return Error{ErrorCode::kLimit, file_ + ": has more than " + std::to_string(most) + " " + what};
  }

  std::string file_;
  const Limits& limits_;
  std::string part_;
  size_t tensors_ = 0;
  size_t items_ = 0;
};

// A field's number and wire type together, for `switch (message.tag_and_type())`: a known number
// with an unexpected wire type is an unknown field, as in protobuf itself.
constexpr uint32_t LengthField(uint32_t number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::length_delimited);
}
constexpr uint32_t VarintField(uint32_t number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::varint);
}
constexpr uint32_t Fixed32Field(uint32_t number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::fixed32);
}
constexpr uint32_t Fixed64Field(uint32_t number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::fixed64);
}

inline std::string_view ReadView(protozero::pbf_reader& message) {
  const protozero::data_view view = message.get_view();
  return {view.data(), view.size()};
}

// A string of at most `max_name_bytes`.
inline Result<std::string> ReadName(protozero::pbf_reader& message, const Context& context) {
  const std::string_view name = ReadView(message);
  if (name.size() > context.limits().max_name_bytes) {
    return context.Fail(ErrorCode::kLimit,
                        "holds a name of " + std::to_string(name.size()) + " bytes, but at most " +
                            std::to_string(context.limits().max_name_bytes) + " are allowed");
  }
  return std::string(name);
}

// Calls `take` (uint64_t -> bool) with each value of a repeated integer field, packed or one by
// one, until it returns false. Returns whether it returned true for all values.
template <class Take>
bool EachVarint(protozero::pbf_reader& message, Take take) {
  if (message.wire_type() == protozero::pbf_wire_type::varint) return take(message.get_uint64());
  const protozero::data_view view = message.get_view();
  const char* at = view.data();
  const char* const end = at + view.size();
  while (at != end) {
    if (!take(protozero::decode_varint(&at, end))) return false;
  }
  return true;
}

}  // namespace dfn::onnx

#endif  // DEEPFILTER_FORMATS_ONNX_WIRE_H_
