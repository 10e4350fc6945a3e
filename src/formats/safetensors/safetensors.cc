#include "formats/safetensors/safetensors.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/checked.h"
#include "base/printable.h"
#include "formats/safetensors/header.h"

namespace dfn {
namespace {

using safetensors::Entry;
using torch::ElementType;
using torch::TensorView;

constexpr size_t kLengthBytes = 8;
// A header has about 100 bytes a tensor; the format itself allows 100 MB.
constexpr size_t kMaxHeaderBytes = size_t{16} << 20;

struct TypeName {
  std::string_view name;
  ElementType type;
};

constexpr TypeName kTypeNames[] = {
    {"F64", ElementType::kFloat64}, {"F32", ElementType::kFloat32},
    {"F16", ElementType::kFloat16}, {"BF16", ElementType::kBfloat16},
    {"I64", ElementType::kInt64},   {"I32", ElementType::kInt32},
    {"I16", ElementType::kInt16},   {"I8", ElementType::kInt8},
    {"U8", ElementType::kUint8},    {"BOOL", ElementType::kBool},
};

std::optional<ElementType> TypeOf(std::string_view name) {
  for (const TypeName& known : kTypeNames) {
    if (known.name == name) return known.type;
  }
  return std::nullopt;
}

class SafetensorsReader {
 public:
  SafetensorsReader(Bytes file, const std::string& name, const Limits& limits)
      : file_(file), name_(name), limits_(limits) {}

  Result<StateDict> ReadAll() {
    DFN_TRY(const size_t header_bytes, HeaderBytes());
    const Bytes header = file_.subspan(kLengthBytes, header_bytes);
    values_ = file_.subspan(kLengthBytes + header_bytes);
    const Result<std::vector<Entry>> entries = safetensors::ReadHeader(
        {reinterpret_cast<const char*>(header.data()), header.size()}, limits_);
    if (!entries) return Fail(entries.error().code, entries.error().message);
    StateDict state;
    for (const Entry& entry : *entries) {
      DFN_TRY(state[entry.name], ReadTensor(entry));
    }
    return state;
  }

 private:
  Error Fail(ErrorCode code, const std::string& what) const { return {code, name_ + ": " + what}; }
  Error Fail(ErrorCode code, const Entry& entry, const std::string& what) const {
    return Fail(code, "tensor " + Quoted(entry.name) + " " + what);
  }

  Result<size_t> HeaderBytes() const {
    if (file_.size() > limits_.max_file_bytes) {
      return Fail(ErrorCode::kLimit, "is " + std::to_string(file_.size()) +
                                         " bytes long, the limit is " +
                                         std::to_string(limits_.max_file_bytes));
    }
    if (!LooksLikeSafetensors(file_)) {
      return Fail(ErrorCode::kCorrupt, "is no safetensors file, expected a header in JSON");
    }
    const auto length = LoadLittleEndian<uint64_t>(file_.data());
    if (length > kMaxHeaderBytes) {
      return Fail(ErrorCode::kLimit, "has a header of " + std::to_string(length) +
                                         " bytes, the limit is " + std::to_string(kMaxHeaderBytes));
    }
    if (length > file_.size() - kLengthBytes) {
      return Fail(ErrorCode::kCorrupt, "is cut short: its header has " + std::to_string(length) +
                                           " bytes, but the file has " +
                                           std::to_string(file_.size()) +
                                           "; download or copy it again");
    }
    return static_cast<size_t>(length);
  }

  Result<CheckpointTensor> ReadTensor(const Entry& entry) {
    const std::optional<ElementType> type = TypeOf(entry.type);
    if (!type) {
      return Fail(ErrorCode::kUnsupported, entry,
                  "is of type " + Quoted(entry.type) + ", expected F32, F16, BF16 or F64");
    }
    if (!entry.has_shape || entry.offsets.size() != 2) {
      return Fail(ErrorCode::kCorrupt, entry, "has no shape or no two data_offsets");
    }
    TensorView view{.type = *type, .shape = entry.shape};
    view.strides = torch::DenseStrides(view.shape);
    const Result<size_t> elements = torch::ElementsOf(view.shape, limits_);
    if (!elements) return Fail(elements.error().code, entry, elements.error().message);
    view.storage_elements = *elements;
    const Status checked = torch::CheckView(view, limits_);
    if (!checked) return Fail(checked.error().code, entry, checked.error().message);
    value_bytes_ += ValueBytes(view);
    if (value_bytes_ > limits_.max_archive_bytes) {
      return Fail(ErrorCode::kLimit, entry,
                  "and those before it take more than " +
                      std::to_string(limits_.max_archive_bytes) + " bytes");
    }
    DFN_TRY(const Bytes storage, StorageOf(entry, view));
    return ReadValues(view, storage);
  }

  Result<Bytes> StorageOf(const Entry& entry, const TensorView& view) const {
    const size_t begin = entry.offsets[0];
    const size_t end = entry.offsets[1];
    if (begin > end || end > values_.size()) {
      return Fail(ErrorCode::kCorrupt, entry,
                  "lies at bytes " + std::to_string(begin) + " to " + std::to_string(end) +
                      ", but the file has " + std::to_string(values_.size()) +
                      " bytes of values: it is damaged or cut short; download or copy it again");
    }
    const size_t wanted = view.elements * torch::ElementBytes(view.type);
    if (end - begin != wanted) {
      return Fail(ErrorCode::kCorrupt, entry,
                  "has " + std::to_string(end - begin) + " bytes, but its shape asks for " +
                      std::to_string(wanted));
    }
    return values_.subspan(begin, wanted);
  }

  const Bytes file_;
  const std::string& name_;
  const Limits& limits_;
  Bytes values_;
  size_t value_bytes_ = 0;
};

}  // namespace

Result<StateDict> ReadSafetensors(Bytes file, const std::string& name, const Limits& limits) {
  return SafetensorsReader(file, name, limits).ReadAll();
}

bool LooksLikeSafetensors(Bytes start) {
  // No header is longer than 2^32 bytes, and it begins with a brace.
  return start.size() > kLengthBytes && start[kLengthBytes] == '{' &&
         LoadLittleEndian<uint32_t>(start.data() + 4) == 0;
}

}  // namespace dfn
