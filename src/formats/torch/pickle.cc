#include "formats/torch/pickle.h"

#include <optional>
#include <string_view>
#include <utility>

#include "base/printable.h"
#include "formats/torch/opcodes.h"
#include "formats/torch/pickle_bytes.h"
#include "formats/torch/values.h"

namespace dfn::torch {
namespace {

// A state dict of DeepFilterNet has about 130 bytes and 20 values a tensor.
constexpr size_t kMaxPickleBytes = size_t{16} << 20;
// The most values on the stack, values in the memo, and containers of each kind.
constexpr size_t kMaxValues = 1'000'000;
// A state dict needs three: the dict's items, a tensor's arguments, the tensor's size.
constexpr size_t kMaxMarks = 64;

class Machine {
 public:
  Machine(Bytes pickle, const std::string& where, const Limits& limits)
      : source_(pickle, where), limits_(limits) {}

  // Runs to STOP and returns the result, which is then the only value on the stack.
  Result<Value> Run() {
    for (;;) {
      DFN_TRY(const uint8_t opcode, source_.TakeOpcode());
      if (opcode == kStop) return Finish();
      DFN_CHECK(Step(opcode));
    }
  }

  const Heap& heap() const { return heap_; }

  Error Fail(ErrorCode code, const std::string& what) const { return source_.Fail(code, what); }

 private:
  Error Corrupt(const std::string& what) const { return source_.Corrupt(what); }

  Status Step(uint8_t opcode) {
    switch (opcode) {
      case kProto:
        return source_.CheckProtocol();
      case kFrame:  // only tells how much to read ahead
        return source_.Skip(8);
      case kMark:
        return Mark();
      case kEmptyTuple:
        return PushTuple({});
      case kTuple1:
      case kTuple2:
      case kTuple3:
        return TupleOf(static_cast<size_t>(opcode - kTuple1) + 1);
      case kTuple:
        return TupleFromMark();
      case kEmptyDict:
        return PushDict(false);
      case kSetItem:
        return SetItems(2);
      case kSetItems:
        return SetItemsFromMark();
      case kBinPut:
        return Put(1);
      case kLongBinPut:
        return Put(4);
      case kMemoize:
        return Memoize(memo_.size());
      case kBinGet:
        return Get(1);
      case kLongBinGet:
        return Get(4);
      case kGlobal:
        return GlobalFromLines();
      case kStackGlobal:
        return GlobalFromStack();
      case kReduce:
        return Reduce();
      case kBuild:
        return Build();
      case kBinPersId:
        return PersistentId();
      default:
        return PushScalar(opcode);
    }
  }

  // The opcodes of values that are no containers.
  Status PushScalar(uint8_t opcode) {
    switch (opcode) {
      case kNone:
        return Push({Kind::kNone, 0});
      case kNewTrue:
      case kNewFalse:
        return Push({Kind::kBool, opcode == kNewTrue});
      case kBinInt1:
        return PushInt(1, false);
      case kBinInt2:
        return PushInt(2, false);
      case kBinInt:
        return PushInt(4, true);
      case kLong1:
        return PushLong();
      case kShortBinUnicode:
        return PushString(1);
      case kBinUnicode:
        return PushString(4);
      default:
        return Fail(ErrorCode::kUnsupported, "has the opcode " + ForeignOpcodeName(opcode) +
                                                 " at byte " + std::to_string(source_.opcode_at()) +
                                                 ", which no state dict needs");
    }
  }

  Status Push(Value value) {
    if (stack_.size() >= kMaxValues) {
      return Fail(ErrorCode::kLimit,
                  "puts more than " + std::to_string(kMaxValues) + " values on its stack");
    }
    stack_.push_back(value);
    return {};
  }

  // The number of values above the last mark.
  size_t Reachable() const { return stack_.size() - (marks_.empty() ? 0 : marks_.back()); }

  Result<Value> Pop() {
    if (Reachable() == 0) return Corrupt("takes a value from an empty stack");
    const Value value = stack_.back();
    stack_.pop_back();
    return value;
  }

  Result<Value> PopKind(Kind kind) {
    DFN_TRY(const Value value, Pop());
    if (value.kind != kind) {
      return Corrupt(std::string("has ") + KindText(value.kind) + " in place of " + KindText(kind));
    }
    return value;
  }

  Status Mark() {
    if (marks_.size() >= kMaxMarks) {
      return Fail(ErrorCode::kLimit,
                  "is nested more than " + std::to_string(kMaxMarks) + " levels deep");
    }
    marks_.push_back(stack_.size());
    return {};
  }

  // Removes the last mark. Returns the number of values that were above it.
  Result<size_t> PopMark() {
    if (marks_.empty()) return Corrupt("ends a group that was not begun");
    const size_t count = Reachable();
    marks_.pop_back();
    return count;
  }

  Status PushInt(size_t bytes, bool is_signed) {
    DFN_TRY(const uint64_t number, source_.TakeNumber(bytes));
    const auto value = is_signed ? static_cast<int64_t>(static_cast<int32_t>(number))
                                 : static_cast<int64_t>(number);
    return Push({Kind::kInt, value});
  }

  Status PushLong() {
    DFN_TRY(const int64_t number, source_.TakeLong());
    return Push({Kind::kInt, number});
  }

  Status PushString(size_t length_bytes) {
    DFN_TRY(const uint64_t length, source_.TakeNumber(length_bytes));
    if (length > limits_.max_name_bytes) {
      return Fail(ErrorCode::kLimit, "has a string of " + std::to_string(length) +
                                         " bytes, the limit is " +
                                         std::to_string(limits_.max_name_bytes));
    }
    DFN_TRY(const Bytes text, source_.Take(static_cast<size_t>(length)));
    heap_.strings.emplace_back(reinterpret_cast<const char*>(text.data()), text.size());
    return Push({Kind::kString, static_cast<int64_t>(heap_.strings.size() - 1)});
  }

  // Notes that a container is inside another one. Only an empty tuple may be so twice: Python uses
  // one object for all empty tuples, and it cannot close a cycle.
  Status Place(Value value) {
    bool* placed = nullptr;
    if (value.kind == Kind::kDict) placed = &heap_.dicts[value.index()].placed;
    if (value.kind == Kind::kTuple && !heap_.tuples[value.index()].items.empty()) {
      placed = &heap_.tuples[value.index()].placed;
    }
    if (!placed) return {};
    if (std::exchange(*placed, true)) {
      return Fail(ErrorCode::kUnsupported,
                  "puts a container into two places or into itself at byte " +
                      std::to_string(source_.opcode_at()) + ", which no state dict does");
    }
    return {};
  }

  Status TooManyContainers() const {
    return Fail(ErrorCode::kLimit,
                "has more than " + std::to_string(kMaxValues) + " containers of a kind");
  }

  Status PushTuple(std::vector<Value> items) {
    if (heap_.tuples.size() >= kMaxValues) return TooManyContainers();
    for (const Value& item : items) DFN_CHECK(Place(item));
    heap_.tuples.push_back({.items = std::move(items)});
    return Push({Kind::kTuple, static_cast<int64_t>(heap_.tuples.size() - 1)});
  }

  Status TupleOf(size_t count) {
    if (Reachable() < count) return Corrupt("takes a value from an empty stack");
    std::vector<Value> items(stack_.end() - static_cast<std::ptrdiff_t>(count), stack_.end());
    stack_.resize(stack_.size() - count);
    return PushTuple(std::move(items));
  }

  Status TupleFromMark() {
    DFN_TRY(const size_t count, PopMark());
    return TupleOf(count);
  }

  Status PushDict(bool ordered) {
    if (heap_.dicts.size() >= kMaxValues) return TooManyContainers();
    heap_.dicts.push_back({.ordered = ordered});
    return Push({Kind::kDict, static_cast<int64_t>(heap_.dicts.size() - 1)});
  }

  // Moves `count` values, keys and values in turn, into the dict below them.
  Status SetItems(size_t count) {
    if (count % 2 != 0) return Corrupt("has a key without a value");
    if (Reachable() < count + 1) return Corrupt("takes a value from an empty stack");
    const size_t first = stack_.size() - count;
    const Value dict = stack_[first - 1];
    if (dict.kind != Kind::kDict) {
      return Corrupt(std::string("puts items into ") + KindText(dict.kind));
    }
    for (size_t i = first; i < stack_.size(); i += 2) {
      if (stack_[i].kind != Kind::kString) {
        return Fail(ErrorCode::kUnsupported, std::string("has a dictionary key that is ") +
                                                 KindText(stack_[i].kind) + ", expected a string");
      }
      DFN_CHECK(Place(stack_[i + 1]));
      heap_.dicts[dict.index()].items.emplace_back(heap_.strings[stack_[i].index()], stack_[i + 1]);
    }
    stack_.resize(first);
    return {};
  }

  Status SetItemsFromMark() {
    DFN_TRY(const size_t count, PopMark());
    return SetItems(count);
  }

  Status Put(size_t slot_bytes) {
    DFN_TRY(const uint64_t slot, source_.TakeNumber(slot_bytes));
    return Memoize(slot);
  }

  // Writers number the memo's slots in order.
  Status Memoize(uint64_t slot) {
    if (Reachable() == 0) return Corrupt("takes a value from an empty stack");
    if (slot > memo_.size()) return Corrupt("leaves out slots of its memo");
    if (slot == memo_.size()) {
      if (slot >= kMaxValues) {
        return Fail(ErrorCode::kLimit,
                    "puts more than " + std::to_string(kMaxValues) + " values into its memo");
      }
      memo_.emplace_back();
    }
    memo_[static_cast<size_t>(slot)] = stack_.back();
    return {};
  }

  Status Get(size_t slot_bytes) {
    DFN_TRY(const uint64_t slot, source_.TakeNumber(slot_bytes));
    if (slot >= memo_.size()) return Corrupt("reads an empty slot of its memo");
    return Push(memo_[static_cast<size_t>(slot)]);
  }

  Status GlobalFromLines() {
    DFN_TRY(const std::string_view module, source_.TakeLine());
    DFN_TRY(const std::string_view name, source_.TakeLine());
    return PushGlobal(module, name);
  }

  Status GlobalFromStack() {
    DFN_TRY(const Value name, PopKind(Kind::kString));
    DFN_TRY(const Value module, PopKind(Kind::kString));
    return PushGlobal(heap_.strings[module.index()], heap_.strings[name.index()]);
  }

  Status PushGlobal(std::string_view module, std::string_view name) {
    if (const std::optional<int64_t> global = FindGlobal(module, name)) {
      return Push({Kind::kGlobal, *global});
    }
    return Fail(ErrorCode::kUnsupported, "asks for " +
                                             Quoted(std::string(module) + "." + std::string(name)) +
                                             ", which no state dict needs; nothing was run");
  }

  Status Reduce() {
    DFN_TRY(const Value arguments, PopKind(Kind::kTuple));
    DFN_TRY(const Value callee, PopKind(Kind::kGlobal));
    const Tuple& tuple = heap_.tuples[arguments.index()];
    if (callee.number == kOrderedDictClass) {
      if (tuple.items.empty()) return PushDict(true);
      return Fail(ErrorCode::kUnsupported, "makes an OrderedDict out of items");
    }
    if (callee.number == kRebuildTensorFunction) return RebuildTensor(tuple);
    if (callee.number == kRebuildParameterFunction && !tuple.items.empty() &&
        tuple.items[0].kind == Kind::kTensor) {
      return Push(tuple.items[0]);
    }
    return Corrupt("calls something with the wrong arguments");
  }

  Status RebuildTensor(const Tuple& arguments) {
    if (heap_.tensors.size() >= limits_.max_tensors) {
      return Fail(ErrorCode::kLimit,
                  "has more than " + std::to_string(limits_.max_tensors) + " tensors");
    }
    Result<TensorView> view = MakeTensor(heap_, arguments, limits_);
    if (!view) {
      // The tensor's key in the dict is the next value on the stack.
      const bool named = Reachable() > 0 && stack_.back().kind == Kind::kString;
      return Fail(view.error().code,
                  (named ? "tensor " + Quoted(heap_.strings[stack_.back().index()]) : "a tensor") +
                      " " + view.error().message);
    }
    heap_.tensors.push_back(std::move(*view));
    return Push({Kind::kTensor, static_cast<int64_t>(heap_.tensors.size() - 1)});
  }

  // A state dict has its modules' versions as an attribute, `_metadata`, which is not needed here.
  Status Build() {
    DFN_TRY(const Value attributes, PopKind(Kind::kDict));
    DFN_TRY(const Value object, PopKind(Kind::kDict));
    if (!heap_.dicts[object.index()].ordered) {
      return Corrupt("gives attributes to a plain dictionary");
    }
    DFN_CHECK(Place(attributes));
    return Push(object);
  }

  Status PersistentId() {
    DFN_TRY(const Value id, PopKind(Kind::kTuple));
    Result<Storage> storage = MakeStorage(heap_, heap_.tuples[id.index()]);
    if (!storage) return Fail(storage.error().code, storage.error().message);
    heap_.storages.push_back(*storage);
    return Push({Kind::kStorage, static_cast<int64_t>(heap_.storages.size() - 1)});
  }

  Result<Value> Finish() {
    DFN_TRY(const Value result, PopKind(Kind::kDict));
    DFN_CHECK(Place(result));
    if (!stack_.empty() || !marks_.empty() || !source_.at_end()) {
      return Corrupt("does not end with its one result");
    }
    return result;
  }

  PickleBytes source_;
  const Limits& limits_;
  std::vector<Value> stack_;
  std::vector<size_t> marks_;  // heights of the stack
  std::vector<Value> memo_;
  Heap heap_;
};

}  // namespace

Result<std::vector<NamedTensorView>> ReadStateDictPickle(Bytes pickle, const std::string& where,
                                                         const Limits& limits) {
  if (pickle.size() > kMaxPickleBytes) {
    return Error{ErrorCode::kLimit, where + ": is " + std::to_string(pickle.size()) +
                                        " bytes long, the limit is " +
                                        std::to_string(kMaxPickleBytes)};
  }
  Machine machine(pickle, where, limits);
  DFN_TRY(const Value result, machine.Run());
  std::vector<NamedTensorView> tensors;
  for (const auto& [key, value] : machine.heap().dicts[result.index()].items) {
    if (value.kind != Kind::kTensor) {
      return machine.Fail(ErrorCode::kUnsupported, "entry " + Quoted(key) + " is " +
                                                       KindText(value.kind) +
                                                       ", but a state dict holds tensors alone");
    }
    tensors.push_back({std::string(key), machine.heap().tensors[value.index()]});
  }
  return tensors;
}

}  // namespace dfn::torch
