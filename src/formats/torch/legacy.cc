#include "formats/torch/legacy.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>

#include "base/printable.h"
#include "formats/torch/machine.h"

namespace dfn::torch {
namespace {

// A pickle of the number 0x1950a86a20f9469cfc6c.
constexpr uint8_t kMark[] = {0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46,
                             0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, '.'};
constexpr int64_t kVersion = 1001;
constexpr size_t kCountBytes = 8;

class LegacyReader {
 public:
  LegacyReader(Bytes file, const std::string& name, const Limits& limits)
      : rest_(file.subspan(std::size(kMark))), name_(name), limits_(limits) {}

  Result<LegacyCheckpoint> Read(std::string_view landmark) {
    DFN_CHECK(CheckVersion());
    DFN_CHECK(CheckByteOrder());
    DFN_TRY(const Unpickled saved, TakePickle());
    LegacyCheckpoint checkpoint;
    DFN_TRY(checkpoint.tensors, FindStateDict(saved, name_, limits_, landmark));
    // Lists forget their items; the keys are the pickle's only strings.
    DFN_TRY(const Unpickled keys, TakePickle());
    std::map<std::string_view, Storage> known;
    for (const Storage& storage : saved.heap.storages) known.emplace(storage.key, storage);
    for (const std::string_view key : keys.heap.strings) {
      const auto found = known.find(key);
      // Of a type that no tensor of the reader's has: its length in bytes is unknown.
      if (found == known.end()) break;
      DFN_TRY(checkpoint.storages[std::string(key)], TakeStorage(found->second));
    }
    return checkpoint;
  }

 private:
  Error Fail(ErrorCode code, const std::string& what) const { return {code, name_ + ": " + what}; }

  Result<Unpickled> TakePickle() {
    DFN_TRY(Unpickled unpickled, RunFirstPickle(rest_, name_, limits_));
    rest_ = rest_.subspan(unpickled.bytes);
    return unpickled;
  }

  Status CheckVersion() {
    DFN_TRY(const Unpickled version, TakePickle());
    if (version.result.kind == Kind::kInt && version.result.number == kVersion) return {};
    return Fail(ErrorCode::kUnsupported,
                "is a checkpoint of PyTorch before 1.6 in a version other "
                "than " +
                    std::to_string(kVersion));
  }

  Status CheckByteOrder() {
    DFN_TRY(const Unpickled system, TakePickle());
    if (system.result.kind != Kind::kDict) {
      return Fail(ErrorCode::kCorrupt, "does not say the byte order of its values");
    }
    for (const auto& [key, value] : system.heap.dicts[system.result.index()].items) {
      if (key.kind != Kind::kString || system.heap.strings[key.index()] != "little_endian")
        continue;
      if (value.kind == Kind::kBool && value.number != 0) return {};
      break;
    }
    return Fail(ErrorCode::kUnsupported, "has values that are not little-endian");
  }

  Result<Bytes> TakeStorage(const Storage& storage) {
    const std::string what = "storage " + Quoted(storage.key);
    if (rest_.size() < kCountBytes) return Fail(ErrorCode::kCorrupt, what + " is cut short");
    const auto elements = LoadLittleEndian<uint64_t>(rest_.data());
    rest_ = rest_.subspan(kCountBytes);
    if (elements != storage.elements) {
      return Fail(ErrorCode::kCorrupt, what + " has " + std::to_string(elements) +
                                           " elements, expected " +
                                           std::to_string(storage.elements));
    }
    if (elements > rest_.size() / ElementBytes(storage.type)) {
      return Fail(ErrorCode::kCorrupt, what + " is cut short; download or copy the file again");
    }
    const size_t bytes = storage.elements * ElementBytes(storage.type);
    const Bytes values = rest_.first(bytes);
    rest_ = rest_.subspan(bytes);
    return values;
  }

  Bytes rest_;
  const std::string& name_;
  const Limits& limits_;
};

}  // namespace

bool IsLegacyCheckpoint(Bytes file) {
  return file.size() >= std::size(kMark) &&
         std::equal(std::begin(kMark), std::end(kMark), file.begin());
}

Result<LegacyCheckpoint> ReadLegacyCheckpoint(Bytes file, const std::string& name,
                                              const Limits& limits, std::string_view landmark) {
  return LegacyReader(file, name, limits).Read(landmark);
}

}  // namespace dfn::torch
