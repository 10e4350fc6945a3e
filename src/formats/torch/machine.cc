#include "formats/torch/machine.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/printable.h"
#include "formats/torch/calls.h"
#include "formats/torch/memo.h"
#include "formats/torch/opcodes.h"
#include "formats/torch/pickle_bytes.h"

namespace dfn::torch {
namespace {

// A state dict needs three: the dict's items, a tensor's arguments, the tensor's size.
constexpr size_t kMaxMarks = 64;

class Machine {
 public:
  Machine(Bytes pickle, const std::string& where, const Limits& limits)
      : source_(pickle, where), limits_(limits) {}

  // Runs to STOP, where the result is the only value on the stack.
  Result<Unpickled> Run() {
    for (;;) {
      DFN_TRY(const uint8_t opcode, source_.TakeOpcode());
      if (opcode == kStop) return Finish();
      DFN_CHECK(Step(opcode));
    }
  }

 private:
  Error Fail(ErrorCode code, const std::string& what) const { return source_.Fail(code, what); }
  Error Corrupt(const std::string& what) const { return source_.Corrupt(what); }
  // The error of a function that does not know the pickle's name.
  Error Of(const Error& error) const { return Fail(error.code, error.message); }

  Status Step(uint8_t opcode) {
    switch (opcode) {
      case kProto:
        return source_.CheckProtocol();
      case kFrame:  // only tells how much to read ahead
        return source_.Skip(8);
      case kMark:
        return Mark();
      case kEmptyTuple:
        return TupleOf(0);
      case kTuple1:
      case kTuple2:
      case kTuple3:
        return TupleOf(static_cast<size_t>(opcode - kTuple1) + 1);
      case kTuple:
        return FromMark(&Machine::TupleOf);
      case kEmptyDict:
        return PlaceAndPush(heap_.dicts, Kind::kDict, Dict{});
      case kEmptyList:
      case kEmptySet:
        return Push({Kind::kList, 0});
      case kAppend:
        return DropItems(1);
      case kAppends:
      case kAddItems:
        return FromMark(&Machine::DropItems);
      case kFrozenSet:
        return FromMark(&Machine::ListOf);
      case kSetItem:
        return SetItems(2);
      case kSetItems:
        return FromMark(&Machine::SetItems);
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
      case kNewObject:
        return Reduce();
      case kNewObjectEx:
        return ReduceWithNames();
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
      case kBinFloat: {
        DFN_CHECK(source_.Skip(8));
        return Push({Kind::kFloat, 0});
      }
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
      case kBinUnicode8:
        return PushString(8);
      case kShortBinBytes:
        return PushBytes(1);
      case kBinBytes:
        return PushBytes(4);
      case kBinBytes8:
      case kByteArray8:
        return PushBytes(8);
      default:
        return Fail(ErrorCode::kUnsupported, "has the opcode " + ForeignOpcodeName(opcode) +
                                                 " at byte " + std::to_string(source_.opcode_at()) +
                                                 ", which no state dict needs");
    }
  }

  template <class Item>
  Status PlaceAndPush(std::vector<Item>& list, Kind kind, Item item) {
    const Result<Value> value = Place(list, kind, std::move(item));
    if (!value) return Of(value.error());
    return Push(*value);
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

  // Does with the values above the last mark what `take` does with a number of values.
  Status FromMark(Status (Machine::*take)(size_t)) {
    DFN_TRY(const size_t count, PopMark());
    return (this->*take)(count);
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

  // Bytes behind their number, of that many bytes itself.
  Result<Bytes> TakeCounted(size_t length_bytes) {
    DFN_TRY(const uint64_t length, source_.TakeNumber(length_bytes));
    if (length > SIZE_MAX) return Corrupt("is cut short");
    return source_.Take(static_cast<size_t>(length));
  }

  Status PushString(size_t length_bytes) {
    DFN_TRY(const Bytes text, TakeCounted(length_bytes));
    return PlaceAndPush(heap_.strings, Kind::kString,
                        std::string_view(reinterpret_cast<const char*>(text.data()), text.size()));
  }

  Status PushBytes(size_t length_bytes) {
    DFN_TRY(const Bytes bytes, TakeCounted(length_bytes));
    return PlaceAndPush(heap_.bytes, Kind::kBytes, RawBytes{.bytes = bytes});
  }

  // All items of tuples and dictionaries together are limited, since one in the memo takes two
  // bytes of the pickle.
  Status CountItems(size_t count) {
    items_ += count;
    if (items_ <= kMaxValues) return {};
    return Fail(ErrorCode::kLimit,
                "has more than " + std::to_string(kMaxValues) + " items in its containers");
  }

  Status TupleOf(size_t count) {
    if (Reachable() < count) return Corrupt("takes a value from an empty stack");
    DFN_CHECK(CountItems(count));
    std::vector<Value> items(stack_.end() - static_cast<std::ptrdiff_t>(count), stack_.end());
    stack_.resize(stack_.size() - count);
    return PlaceAndPush(heap_.tuples, Kind::kTuple, Tuple{std::move(items)});
  }

  // The dictionary that keys and values go into: a dict, or what an object has of one.
  Result<Value> ItemsOf(Value container) {
    if (container.kind == Kind::kDict) return container;
    if (container.kind != Kind::kObject) {
      return Corrupt(std::string("puts items into ") + KindText(container.kind));
    }
    if (heap_.objects[container.index()].dict.kind != Kind::kDict) {
      const Result<Value> dict = Place(heap_.dicts, Kind::kDict, Dict{});
      if (!dict) return Of(dict.error());
      heap_.objects[container.index()].dict = *dict;
    }
    return heap_.objects[container.index()].dict;
  }

  // Moves `count` values, keys and values in turn, into the dict below them.
  Status SetItems(size_t count) {
    if (count % 2 != 0) return Corrupt("has a key without a value");
    if (Reachable() < count + 1) return Corrupt("takes a value from an empty stack");
    const size_t first = stack_.size() - count;
    DFN_TRY(const Value dict, ItemsOf(stack_[first - 1]));
    DFN_CHECK(CountItems(count));
    for (size_t i = first; i < stack_.size(); i += 2) {
      heap_.dicts[dict.index()].items.emplace_back(stack_[i], stack_[i + 1]);
    }
    stack_.resize(first);
    return {};
  }

  // Moves `count` values into the list, set or object below them, which forgets them.
  Status DropItems(size_t count) {
    if (Reachable() < count + 1) return Corrupt("takes a value from an empty stack");
    stack_.resize(stack_.size() - count);
    const Kind kind = stack_.back().kind;
    if (kind == Kind::kList || kind == Kind::kObject) return {};
    return Corrupt(std::string("puts items into ") + KindText(kind));
  }

  Status ListOf(size_t count) {
    stack_.resize(stack_.size() - count);
    return Push({Kind::kList, 0});
  }

  Status Put(size_t slot_bytes) {
    DFN_TRY(const uint64_t slot, source_.TakeNumber(slot_bytes));
    return Memoize(slot);
  }

  Status Memoize(uint64_t slot) {
    if (Reachable() == 0) return Corrupt("takes a value from an empty stack");
    const Status put = memo_.Put(slot, stack_.back());
    return put ? put : Of(put.error());
  }

  Status Get(size_t slot_bytes) {
    DFN_TRY(const uint64_t slot, source_.TakeNumber(slot_bytes));
    const Result<Value> value = memo_.Get(slot);
    return value ? Push(*value) : Of(value.error());
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
    const Result<Value> foreign =
        Place(heap_.foreign, Kind::kGlobal, ForeignGlobal{.module = module, .name = name});
    if (!foreign) return Of(foreign.error());
    return Push({Kind::kGlobal, kFirstForeign + foreign->number});
  }

  // An error about a tensor, whose key in the dict is the next value on the stack.
  Error FailTensor(const Error& error) const {
    const bool named = Reachable() > 0 && stack_.back().kind == Kind::kString;
    return Fail(error.code,
                (named ? "tensor " + Quoted(heap_.strings[stack_.back().index()]) : "a tensor") +
                    " " + error.message);
  }

  Status Reduce() {
    DFN_TRY(const Value arguments, PopKind(Kind::kTuple));
    DFN_TRY(const Value callee, Pop());
    if (callee.kind != Kind::kGlobal && callee.kind != Kind::kObject) {
      return Corrupt(std::string("has ") + KindText(callee.kind) + " in place of " +
                     KindText(Kind::kGlobal));
    }
    const Result<Value> made = Call(heap_, callee, heap_.tuples[arguments.index()], limits_);
    if (made) return Push(*made);
    if (MakesTensor(callee)) return FailTensor(made.error());
    return Of(made.error());
  }

  Status ReduceWithNames() {
    DFN_CHECK(PopKind(Kind::kDict));
    return Reduce();
  }

  Status Build() {
    DFN_TRY(const Value state, Pop());
    DFN_TRY(const Value object, Pop());
    const Status done = SetState(heap_, object, state, limits_);
    if (done) return Push(object);
    if (object.kind == Kind::kTensor) return FailTensor(done.error());
    return Of(done.error());
  }

  Status PersistentId() {
    DFN_TRY(const Value id, PopKind(Kind::kTuple));
    const Result<std::optional<Storage>> storage = MakeStorage(heap_, heap_.tuples[id.index()]);
    if (!storage) return Of(storage.error());
    if (*storage) return PlaceAndPush(heap_.storages, Kind::kStorage, **storage);
    const Value storage_class = heap_.tuples[id.index()].items[1];
    return PlaceAndPush(
        heap_.objects, Kind::kObject,
        Object{.foreign = static_cast<size_t>(storage_class.number - kFirstForeign)});
  }

  Result<Unpickled> Finish() {
    DFN_TRY(const Value result, Pop());
    if (!stack_.empty() || !marks_.empty()) return Corrupt("does not end with its one result");
    return Unpickled{std::move(heap_), result, source_.at()};
  }

  PickleBytes source_;
  const Limits& limits_;
  std::vector<Value> stack_;
  std::vector<size_t> marks_;  // heights of the stack
  size_t items_ = 0;
  Memo memo_;
  Heap heap_;
};

}  // namespace

Result<Unpickled> RunPickle(Bytes pickle, const std::string& where, const Limits& limits) {
  DFN_TRY(Unpickled unpickled, RunFirstPickle(pickle, where, limits));
  if (unpickled.bytes == pickle.size()) return unpickled;
  return Error{ErrorCode::kCorrupt, where + ": does not end with its one result at byte " +
                                        std::to_string(unpickled.bytes - 1)};
}

Result<Unpickled> RunFirstPickle(Bytes pickles, const std::string& where, const Limits& limits) {
  return Machine(pickles, where, limits).Run();
}

}  // namespace dfn::torch
