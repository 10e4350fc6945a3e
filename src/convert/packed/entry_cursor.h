// Takes the entries of a packed model file in their order.
#ifndef DEEPFILTER_CONVERT_PACKED_ENTRY_CURSOR_H_
#define DEEPFILTER_CONVERT_PACKED_ENTRY_CURSOR_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/packed/packed_file.h"

namespace dfn {

// Copies an entry's floats.
void CopyFloats(Bytes data, float* to);

// The order of entries is part of the format: which entry comes next follows from the config and
// from the entries before. So each is taken once, and none is left over.
class EntryCursor {
 public:
  // `where` opens the sentences. It and the entries outlive the cursor.
  EntryCursor(const std::vector<PackedEntry>& entries, const std::string& where)
      : entries_(entries), where_(where) {}

  bool NextIs(std::string_view name) const {
    return at_ < entries_.size() && entries_[at_].name == name;
  }
  // The next entry, without taking it; null at the end.
  const PackedEntry* Peek() const { return at_ < entries_.size() ? &entries_[at_] : nullptr; }

  // Takes the next entry, which must have that name, type and shape. Errors: kCorrupt (another
  // entry, or type), kMismatch (another shape).
  Result<Bytes> Take(std::string_view name, PackedType type, const std::vector<size_t>& shape);
  // A text of any length, made printable.
  Result<std::string> TakeText(std::string_view name);
  Result<uint64_t> TakeInteger(std::string_view name);
  Result<float> TakeFloat(std::string_view name);
  Result<std::vector<float>> TakeFloats(std::string_view name, const std::vector<size_t>& shape);

  // Errors: kCorrupt.
  Status CheckAtEnd() const;
  // An error about an entry.
  Error Fail(std::string_view name, const std::string& what,
             ErrorCode code = ErrorCode::kCorrupt) const;

 private:
  Result<const PackedEntry*> TakeEntry(std::string_view name, PackedType type);

  const std::vector<PackedEntry>& entries_;
  const std::string& where_;
  size_t at_ = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_PACKED_ENTRY_CURSOR_H_
