#include "formats/onnx/external_data.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string_view>
#include <utility>

#include "base/checked.h"
#include "formats/onnx/graph.h"
#include "formats/onnx/protobuf.h"
#include "formats/onnx/wire.h"

namespace dfn::onnx {
namespace {

using protozero::pbf_reader;
using protozero::pbf_writer;

// The messages of onnx.proto that tensors may lie in.
enum class Kind { kNone, kModel, kGraph, kFunction, kNode, kAttribute, kSparseTensor, kTensor };

// The kind of message that a field holds.
Kind FieldKind(Kind message, uint32_t field) {
  switch (message) {
    case Kind::kModel:
      return field == 7 ? Kind::kGraph : field == 25 ? Kind::kFunction : Kind::kNone;
    case Kind::kGraph:
      return field == 1    ? Kind::kNode
             : field == 5  ? Kind::kTensor
             : field == 15 ? Kind::kSparseTensor
                           : Kind::kNone;
    case Kind::kFunction:
      return field == 7 ? Kind::kNode : Kind::kNone;
    case Kind::kNode:
      return field == 5 ? Kind::kAttribute : Kind::kNone;
    case Kind::kAttribute:
      return field == 5 || field == 10    ? Kind::kTensor
             : field == 6 || field == 11  ? Kind::kGraph
             : field == 22 || field == 23 ? Kind::kSparseTensor
                                          : Kind::kNone;
    case Kind::kSparseTensor:
      return field == 1 || field == 2 ? Kind::kTensor : Kind::kNone;
    case Kind::kNone:
    case Kind::kTensor:
      break;
  }
  return Kind::kNone;
}

// Messages within messages, at most. The networks have five; each sub-graph takes three more.
constexpr size_t kMaxDepth = 32;

enum TensorField : uint32_t {
  kDims = 1,
  kDataType = 2,
  kName = 8,
  kRawData = 9,
  kExternalData = 13,
  kDataLocation = 14
};

// Where a tensor's data lie.
struct Reference {
  std::string tensor;
  std::string location;
  std::optional<std::string> offset;  // absent: 0
  std::optional<std::string> length;  // absent: what shape and type ask for
  DataType type = DataType::kUndefined;
  std::vector<int64_t> dims;
};

// Whether a location names a file below the folder that it starts from.
bool StaysInside(std::string_view location) {
  if (location.empty() || location.find_first_of(std::string_view("\\:\0", 3)) != location.npos) {
    return false;
  }
  for (size_t begin = 0; begin <= location.size();) {
    const size_t end = std::min(location.find('/', begin), location.size());
    const std::string_view part = location.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") return false;
    begin = end + 1;
  }
  return true;
}

class Inliner {
 public:
  Inliner(const std::string& name, const FindDataFile& find, const Limits& limits)
      : context_(Printable(name), limits), find_(find) {}

  // Reads all references and finds their data; sets the result's size.
  Status Scan(Bytes file) {
    size_ = file.size();
    return ScanMessage(View(file), Kind::kModel, 0);
  }

  bool empty() const { return data_.empty(); }

  std::vector<uint8_t> Write(Bytes file) {
    std::string out;
    // Lengths of messages may take more bytes than before, in five at most.
    out.reserve(size_ + (data_.size() + 1) * 64);
    pbf_writer writer(out);
    WriteMessage(View(file), Kind::kModel, out, writer);
    return {out.begin(), out.end()};
  }

 private:
  static pbf_reader View(Bytes file) {
    return {reinterpret_cast<const char*>(file.data()), file.size()};
  }
  static Kind KindOf(const pbf_reader& message, Kind kind) {
    const bool nested = message.wire_type() == protozero::pbf_wire_type::length_delimited;
    return nested ? FieldKind(kind, message.tag()) : Kind::kNone;
  }

  Status ScanMessage(pbf_reader message, Kind kind, size_t depth) {
    if (depth > kMaxDepth) {
      return context_.Fail(ErrorCode::kLimit, "has graphs within graphs, more than the limit");
    }
    while (message.next()) {
      const Kind field = KindOf(message, kind);
      if (field == Kind::kNone) {
        message.skip();
      } else if (field == Kind::kTensor) {
        DFN_CHECK(ScanTensor(message.get_message()));
      } else {
        DFN_CHECK(ScanMessage(message.get_message(), field, depth + 1));
      }
    }
    return {};
  }

  static bool IsExternal(pbf_reader tensor) {
    bool external = false;
    while (tensor.next()) {
      if (tensor.tag_and_type() == VarintField(kDataLocation)) {
        external = tensor.get_int32() == 1;
      } else {
        tensor.skip();
      }
    }
    return external;
  }

  Status ScanTensor(pbf_reader tensor) {
    if (!IsExternal(tensor)) return {};
    DFN_CHECK(context_.CountTensor());
    Reference reference;
    while (tensor.next()) {
      switch (tensor.tag_and_type()) {
        case LengthField(kName): {
          DFN_TRY(reference.tensor, ReadName(tensor, context_));
          break;
        }
        case VarintField(kDataType):
          reference.type = static_cast<DataType>(tensor.get_int32());
          break;
        case VarintField(kDims):
        case LengthField(kDims):
          EachVarint(tensor, [&](uint64_t dim) {
            reference.dims.push_back(static_cast<int64_t>(dim));
            return reference.dims.size() <= context_.limits().max_tensor_rank;
          });
          break;
        case LengthField(kExternalData):
          DFN_CHECK(ReadEntry(tensor.get_message(), reference));
          break;
        default:
          tensor.skip();
      }
    }
    return Find(reference);
  }

  Error Fail(const Reference& reference, ErrorCode code, const std::string& what) const {
    return context_.Fail(code, "tensor " + Quoted(reference.tensor) + " keeps its data in " +
                                   Quoted(reference.location) + ", " + what);
  }

  // One key and its value: "location", "offset", "length", "checksum".
  Status ReadEntry(pbf_reader entry, Reference& reference) const {
    std::string key;
    std::string value;
    while (entry.next()) {
      switch (entry.tag_and_type()) {
        case LengthField(1): {
          DFN_TRY(key, ReadName(entry, context_));
          break;
        }
        case LengthField(2): {
          DFN_TRY(value, ReadName(entry, context_));
          break;
        }
        default:
          entry.skip();
      }
    }
    if (key == "location") reference.location = value;
    if (key == "offset") reference.offset = value;
    if (key == "length") reference.length = value;
    return {};
  }

  Result<uint64_t> Number(const Reference& reference, const char* key,
                          const std::string& text) const {
    uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec == std::errc() && read.ptr == end) return number;
    return Fail(reference, ErrorCode::kCorrupt,
                std::string("with ") + key + " " + Quoted(text) + ", expected a whole number");
  }

  // The bytes that shape and type ask for; nothing where they are not known.
  static std::optional<size_t> WantedBytes(const Reference& reference) {
    std::optional<size_t> bytes = ElementBytes(reference.type);
    if (bytes == 0) return std::nullopt;
    for (const int64_t dim : reference.dims) {
      const auto size = CheckedSize(dim);
      bytes = bytes && size ? CheckedMul(*bytes, *size) : std::nullopt;
    }
    return bytes;
  }

  // Puts the bytes of a reference into `data_`.
  Status Find(const Reference& reference) {
    if (!StaysInside(reference.location)) {
      return Fail(reference, ErrorCode::kUnsupported,
                  "which is no file in the model's own folder; put the data file beside the ONNX "
                  "file and export again");
    }
    const Result<Bytes> found = find_(reference.location);
    if (!found.ok()) return Fail(reference, found.error().code, found.error().message);
    const Bytes bytes = *found;
    DFN_TRY(const uint64_t offset, Number(reference, "offset", reference.offset.value_or("0")));
    const uint64_t rest = bytes.size() - std::min<uint64_t>(offset, bytes.size());
    uint64_t length = WantedBytes(reference).value_or(rest);
    if (reference.length) {
      DFN_TRY(length, Number(reference, "length", *reference.length));
    }
    if (offset > bytes.size() || length > rest) {
      return Fail(reference, ErrorCode::kCorrupt,
                  "which has " + std::to_string(bytes.size()) + " bytes, expected " +
                      std::to_string(length) + " from " + std::to_string(offset) +
                      " on; it is cut short, or belongs to another export");
    }
    const size_t most = context_.limits().max_file_bytes;
    const auto size = CheckedAdd(size_, static_cast<size_t>(length));
    if (!size || *size > most) {
      return context_.Fail(ErrorCode::kLimit, "and its data files have more than " +
                                                  std::to_string(most) +
                                                  " bytes together, which is the limit");
    }
    size_ = *size;
    data_.push_back(bytes.subspan(static_cast<size_t>(offset), static_cast<size_t>(length)));
    return {};
  }

  // Copies the nested message that a field holds.
  void WriteField(pbf_reader& message, Kind field, std::string& out, pbf_writer& writer) {
    const uint32_t tag = message.tag();
    const pbf_reader inner = message.get_message();
    if (inner.data().empty()) {
      writer.add_message(tag, "", 0);  // a nested writer would leave it out
      return;
    }
    pbf_writer nested(writer, tag);
    if (field == Kind::kTensor && IsExternal(inner)) {
      WriteTensor(inner, out, nested);
    } else {
      WriteMessage(inner, field, out, nested);
    }
  }

  // Copies a message, tensors' data in place. Goes the same way as Scan.
  void WriteMessage(pbf_reader message, Kind kind, std::string& out, pbf_writer& writer) {
    const char* from = message.data().data();
    while (message.next()) {
      const Kind field = KindOf(message, kind);
      if (field == Kind::kNone) {
        message.skip();
        out.append(from, message.data().data());
      } else {
        WriteField(message, field, out, writer);
      }
      from = message.data().data();
    }
  }

  void WriteTensor(pbf_reader tensor, std::string& out, pbf_writer& writer) {
    const char* from = tensor.data().data();
    while (tensor.next()) {
      const uint32_t field = tensor.tag();
      tensor.skip();
      const char* const to = tensor.data().data();
      const bool replaced = field == kExternalData || field == kDataLocation || field == kRawData;
      if (!replaced) out.append(from, to);
      from = to;
    }
    const Bytes bytes = data_[written_++];
    writer.add_bytes(kRawData, reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }

  Context context_;
  const FindDataFile& find_;
  std::vector<Bytes> data_;  // of the external tensors, in the file's order
  size_t size_ = 0;          // of the result, at least
  size_t written_ = 0;
};

}  // namespace

Result<std::optional<std::vector<uint8_t>>> InlineExternalData(Bytes file, const std::string& name,
                                                               const FindDataFile& find,
                                                               const Limits& limits) {
  Inliner inliner(name, find, limits);
  try {
    DFN_CHECK(inliner.Scan(file));
    if (inliner.empty()) return std::optional<std::vector<uint8_t>>();
    return std::optional(inliner.Write(file));
  } catch (const protozero::exception&) {
    return std::optional<std::vector<uint8_t>>();
  }
}

}  // namespace dfn::onnx
