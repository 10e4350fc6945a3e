#include "formats/torch/calls.h"

#include <optional>
#include <string>
#include <utility>

#include "formats/torch/numpy_values.h"

namespace dfn::torch {
namespace {

Error WrongArguments() { return {ErrorCode::kCorrupt, "calls something with the wrong arguments"}; }

// An object that says nothing but which class or function it comes from.
Result<Value> MakeObject(Heap& heap, size_t foreign) {
  return Place(heap.objects, Kind::kObject, Object{.foreign = foreign});
}

// The object in place of what a known function cannot make here.
Result<Value> MakeOther(Heap& heap) {
  DFN_TRY(const Value foreign, Place(heap.foreign, Kind::kGlobal, ForeignGlobal{}));
  return MakeObject(heap, foreign.index());
}

Result<Value> PlaceTensor(Heap& heap, TensorView view, const Limits& limits) {
  if (heap.tensors.size() >= limits.max_tensors) {
    return Error{ErrorCode::kLimit,
                 "is one of more than " + std::to_string(limits.max_tensors) + " tensors"};
  }
  return Place(heap.tensors, Kind::kTensor, std::move(view));
}

Result<Value> RebuildTensor(Heap& heap, const Tuple& arguments, const Limits& limits) {
  // A tensor of elements that the reader does not know, complex numbers for example.
  if (!arguments.items.empty() && arguments.items[0].kind == Kind::kObject) {
    return MakeObject(heap, heap.objects[arguments.items[0].index()].foreign);
  }
  DFN_TRY(TensorView view, MakeTensor(heap, arguments, limits));
  return PlaceTensor(heap, std::move(view), limits);
}

// _codecs.encode(text, "latin1").
Result<Value> Encode(Heap& heap, const Tuple& arguments) {
  const std::vector<Value>& items = arguments.items;
  if (items.size() != 2 || items[0].kind != Kind::kString || items[1].kind != Kind::kString) {
    return WrongArguments();
  }
  const std::string_view codec = heap.strings[items[1].index()];
  if (codec != "latin1") return MakeOther(heap);
  const std::string_view text = heap.strings[items[0].index()];
  const Bytes bytes(reinterpret_cast<const uint8_t*>(text.data()), text.size());
  return Place(heap.bytes, Kind::kBytes, RawBytes{.bytes = bytes, .is_utf8 = true});
}

Result<Value> CallForeign(Heap& heap, Value callee) {
  const size_t foreign = callee.kind == Kind::kObject
                             ? heap.objects[callee.index()].foreign
                             : static_cast<size_t>(callee.number - kFirstForeign);
  return MakeObject(heap, foreign);
}

}  // namespace

bool MakesTensor(Value callee) {
  return callee.kind == Kind::kGlobal &&
         (callee.number == kRebuildTensorFunction || callee.number == kArrayFromBufferFunction ||
          callee.number == kReconstructArrayFunction);
}

Result<Value> Call(Heap& heap, Value callee, const Tuple& arguments, const Limits& limits) {
  if (callee.kind == Kind::kObject || callee.number >= kFirstForeign) {
    return CallForeign(heap, callee);
  }
  switch (callee.number) {
    case kOrderedDictClass:
      if (arguments.items.empty()) return Place(heap.dicts, Kind::kDict, Dict{.ordered = true});
      return Error{ErrorCode::kUnsupported, "makes an OrderedDict out of items"};
    case kRebuildTensorFunction:
      return RebuildTensor(heap, arguments, limits);
    case kRebuildParameterFunction:
      if (arguments.items.empty() ||
          (arguments.items[0].kind != Kind::kTensor && arguments.items[0].kind != Kind::kObject)) {
        return WrongArguments();
      }
      return arguments.items[0];
    case kEncodeFunction:
      return Encode(heap, arguments);
    case kArrayTypeClass: {
      const std::optional<ArrayType> type = MakeArrayType(heap, arguments);
      return type ? Place(heap.array_types, Kind::kArrayType, *type) : MakeOther(heap);
    }
    case kReconstructArrayFunction:
      return PlaceTensor(heap, {.shape = {0}, .strides = {1}, .raw = RawBytes{}}, limits);
    case kArrayFromBufferFunction: {
      DFN_TRY(std::optional<TensorView> view, MakeArrayFromBuffer(heap, arguments, limits));
      return view ? PlaceTensor(heap, *std::move(view), limits) : MakeOther(heap);
    }
    default:
      return WrongArguments();
  }
}

Status SetState(Heap& heap, Value object, Value state, const Limits& limits) {
  switch (object.kind) {
    case Kind::kObject: {
      Value& dict = heap.objects[object.index()].dict;
      if (state.kind == Kind::kDict && dict.kind == Kind::kNone) dict = state;
      return {};
    }
    case Kind::kTensor: {
      TensorView& tensor = heap.tensors[object.index()];
      if (state.kind != Kind::kTuple || !tensor.raw) return {};
      DFN_TRY(std::optional<TensorView> array, MakeArray(heap, heap.tuples[state.index()], limits));
      if (array) tensor = *std::move(array);
      return {};
    }
    case Kind::kArrayType: {
      ArrayType& type = heap.array_types[object.index()];
      if (state.kind == Kind::kTuple) type = WithState(heap, type, heap.tuples[state.index()]);
      return {};
    }
    case Kind::kDict:
      // A state dict has its modules' versions as an attribute, `_metadata`, which is not needed.
      if (heap.dicts[object.index()].ordered && state.kind == Kind::kDict) return {};
      return Error{ErrorCode::kCorrupt, "gives attributes to a plain dictionary"};
    default:
      return Error{ErrorCode::kCorrupt,
                   std::string("gives attributes to ") + KindText(object.kind)};
  }
}

}  // namespace dfn::torch
