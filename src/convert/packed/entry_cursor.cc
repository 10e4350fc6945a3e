#include "convert/packed/entry_cursor.h"

#include <bit>
#include <cstring>

#include "base/printable.h"

namespace dfn {
namespace {

std::string ShapeText(const std::vector<size_t>& shape) {
  std::string text = "[";
  for (const size_t axis : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(axis);
  return text + "]";
}

}  // namespace

void CopyFloats(Bytes data, float* to) {
  if constexpr (std::endian::native == std::endian::little) {
    if (!data.empty()) std::memcpy(to, data.data(), data.size());
  } else {
    for (size_t i = 0; i < data.size() / sizeof(float); ++i) to[i] = LoadFloat(data.data() + 4 * i);
  }
}

Error EntryCursor::Fail(std::string_view name, const std::string& what, ErrorCode code) const {
  return {code, where_ + ": entry " + Quoted(name) + " " + what};
}

Result<const PackedEntry*> EntryCursor::TakeEntry(std::string_view name, PackedType type) {
  const PackedEntry* entry = Peek();
  if (entry == nullptr) return Fail(name, "is missing");
  if (entry->name != name) return Fail(entry->name, "is where " + Quoted(name) + " belongs");
  if (entry->type != type) {
    return Fail(name, std::string("is of type ") + PackedTypeName(entry->type) + ", expected " +
                          PackedTypeName(type));
  }
  ++at_;
  return entry;
}

Result<Bytes> EntryCursor::Take(std::string_view name, PackedType type,
                                const std::vector<size_t>& shape) {
  DFN_TRY(const PackedEntry* entry, TakeEntry(name, type));
  if (entry->shape == shape) return entry->data;
  return Fail(name, "has shape " + ShapeText(entry->shape) + ", expected " + ShapeText(shape),
              ErrorCode::kMismatch);
}

Result<std::string> EntryCursor::TakeText(std::string_view name) {
  DFN_TRY(const PackedEntry* entry, TakeEntry(name, PackedType::kText));
  return Printable({reinterpret_cast<const char*>(entry->data.data()), entry->data.size()});
}

Result<uint64_t> EntryCursor::TakeInteger(std::string_view name) {
  DFN_TRY(const Bytes data, Take(name, PackedType::kInteger, {}));
  return LoadLittleEndian<uint64_t>(data.data());
}

Result<float> EntryCursor::TakeFloat(std::string_view name) {
  DFN_TRY(const Bytes data, Take(name, PackedType::kF32, {}));
  return LoadFloat(data.data());
}

Result<std::vector<float>> EntryCursor::TakeFloats(std::string_view name,
                                                   const std::vector<size_t>& shape) {
  DFN_TRY(const Bytes data, Take(name, PackedType::kF32, shape));
  std::vector<float> values(data.size() / sizeof(float));
  CopyFloats(data, values.data());
  return values;
}

Status EntryCursor::CheckAtEnd() const {
  if (const PackedEntry* entry = Peek()) return Fail(entry->name, "has no place in the model");
  return {};
}

}  // namespace dfn
