// The values that a pickle refers to again by number.
#ifndef DEEPFILTER_FORMATS_TORCH_MEMO_H_
#define DEEPFILTER_FORMATS_TORCH_MEMO_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "formats/torch/calls.h"
#include "formats/torch/values.h"

namespace dfn::torch {

// Writers number the slots in order. Messages lack their subject, the pickle.
class Memo {
 public:
  size_t size() const { return values_.size(); }

  // Errors: kCorrupt (a slot beyond the next one), kLimit.
  Status Put(uint64_t slot, Value value) {
    if (slot > values_.size()) return Error{ErrorCode::kCorrupt, "leaves out slots of its memo"};
    if (slot == values_.size()) {
      if (slot >= kMaxValues) {
        return Error{ErrorCode::kLimit,
                     "puts more than " + std::to_string(kMaxValues) + " values into its memo"};
      }
      values_.emplace_back();
    }
    values_[static_cast<size_t>(slot)] = value;
    return {};
  }

  // Errors: kCorrupt.
  Result<Value> Get(uint64_t slot) const {
    if (slot < values_.size()) return values_[static_cast<size_t>(slot)];
    return Error{ErrorCode::kCorrupt, "reads an empty slot of its memo"};
  }

 private:
  std::vector<Value> values_;
};

}  // namespace dfn::torch

#endif  // DEEPFILTER_FORMATS_TORCH_MEMO_H_
