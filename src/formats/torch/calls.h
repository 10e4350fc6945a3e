// What the classes and functions that a pickle names would have made. None of them is run.
#ifndef DEEPFILTER_FORMATS_TORCH_CALLS_H_
#define DEEPFILTER_FORMATS_TORCH_CALLS_H_

#include "base/limits.h"
#include "base/result.h"
#include "formats/torch/values.h"

namespace dfn::torch {

// The most values of each kind on the heap; a state dict of DeepFilterNet has about 20 a tensor.
inline constexpr size_t kMaxValues = 1'000'000;

// Puts an item on one of the heap's lists and returns the value that refers to it.
// Errors: kLimit; the message lacks its subject, the pickle.
template <class Item>
Result<Value> Place(std::vector<Item>& list, Kind kind, Item item) {
  if (list.size() >= kMaxValues) {
    return Error{ErrorCode::kLimit,
                 "has more than " + std::to_string(kMaxValues) + " values or containers of a kind"};
  }
  list.push_back(std::move(item));
  return Value{kind, static_cast<int64_t>(list.size() - 1)};
}

// Whether an error of Call speaks of a tensor, and not of the pickle.
bool MakesTensor(Value callee);

// Calls a global, or an object, which stands for whatever a foreign global made: tensors, arrays
// and dictionaries from the globals that the reader knows, else an object of no content.
// Errors: kCorrupt, kLimit, kUnsupported; the message lacks its subject.
Result<Value> Call(Heap& heap, Value callee, const Tuple& arguments, const Limits& limits);

// Gives a state to what Call has made: attributes to an object, its content to an array, the byte
// order to a type of numpy. Errors: as for Call, about a tensor if `object` is one.
Status SetState(Heap& heap, Value object, Value state, const Limits& limits);

}  // namespace dfn::torch

#endif  // DEEPFILTER_FORMATS_TORCH_CALLS_H_
