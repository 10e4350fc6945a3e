#include "onnx_mutator.h"

#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>

namespace dfn {
namespace {

enum Kind {
  kModel,
  kGraph,
  kNode,
  kAttribute,
  kTensor,
  kValue,
  kType,
  kTensorType,
  kShape,
  kPair,
  kFunction,
  kLeaf
};

// Messages in messages (onnx.proto); kPair has two fields of text or number.
struct Inner {
  Kind outer;
  uint64_t number;
  Kind inner;
};
constexpr Inner kInner[] = {
    {kModel, 7, kGraph},       {kModel, 8, kPair},       {kModel, 14, kPair},
    {kModel, 25, kFunction},   {kGraph, 1, kNode},       {kGraph, 5, kTensor},
    {kGraph, 11, kValue},      {kGraph, 12, kValue},     {kGraph, 13, kValue},
    {kNode, 5, kAttribute},    {kAttribute, 5, kTensor}, {kAttribute, 6, kGraph},
    {kAttribute, 10, kTensor}, {kTensor, 13, kPair},     {kValue, 2, kType},
    {kType, 1, kTensorType},   {kTensorType, 2, kShape}, {kShape, 1, kPair},
    {kFunction, 7, kNode},     {kFunction, 9, kPair},    {kFunction, 11, kAttribute},
};

enum Wire : unsigned { kVarint = 0, kFixed64 = 1, kLength = 2, kFixed32 = 5 };

struct Field {
  uint64_t number = 0;
  unsigned wire = kVarint;
  uint64_t value = 0;          // of a varint
  std::vector<uint8_t> bytes;  // of other fields that are no messages
  Kind kind = kLeaf;
  std::vector<Field> fields;  // of messages
};

Kind KindOf(Kind outer, uint64_t number) {
  for (const Inner& inner : kInner) {
    if (inner.outer == outer && inner.number == number) return inner.inner;
  }
  return kLeaf;
}

std::optional<uint64_t> TakeVarint(Bytes& bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.size() && i < 10; ++i) {
    value |= static_cast<uint64_t>(bytes[i] & 0x7f) << 7 * i;
    if (bytes[i] < 0x80) {
      bytes = bytes.subspan(i + 1);
      return value;
    }
  }
  return std::nullopt;
}

std::optional<std::vector<Field>> Parse(Bytes bytes, Kind kind, int depth) {
  constexpr int kMostDepth = 12;
  if (depth > kMostDepth) return std::nullopt;
  std::vector<Field> fields;
  while (!bytes.empty()) {
    const auto tag = TakeVarint(bytes);
    if (!tag) return std::nullopt;
    Field field{.number = *tag >> 3, .wire = static_cast<unsigned>(*tag & 7)};
    uint64_t size = field.wire == kFixed64 ? 8 : 4;
    if (field.wire == kVarint || field.wire == kLength) {
      const auto value = TakeVarint(bytes);
      if (!value) return std::nullopt;
      field.value = size = *value;
    } else if (field.wire != kFixed64 && field.wire != kFixed32) {
      return std::nullopt;
    }
    if (field.wire != kVarint) {
      if (size > bytes.size()) return std::nullopt;
      const Bytes content = bytes.first(static_cast<size_t>(size));
      bytes = bytes.subspan(content.size());
      const Kind inner = field.wire == kLength ? KindOf(kind, field.number) : kLeaf;
      auto message = inner == kLeaf ? std::nullopt : Parse(content, inner, depth + 1);
      if (message) {
        field.kind = inner;
        field.fields = std::move(*message);
      } else {
        field.bytes.assign(content.begin(), content.end());
      }
    }
    fields.push_back(std::move(field));
  }
  return fields;
}

void PutVarint(std::vector<uint8_t>& to, uint64_t value) {
  for (; value >= 0x80; value >>= 7) to.push_back(static_cast<uint8_t>(value | 0x80));
  to.push_back(static_cast<uint8_t>(value));
}

std::vector<uint8_t> Write(const std::vector<Field>& fields) {
  std::vector<uint8_t> to;
  for (const Field& field : fields) {
    PutVarint(to, field.number << 3 | field.wire);
    if (field.wire == kVarint) {
      PutVarint(to, field.value);
      continue;
    }
    const std::vector<uint8_t> message = field.kind == kLeaf ? field.bytes : Write(field.fields);
    if (field.wire == kLength) PutVarint(to, message.size());
    to.insert(to.end(), message.begin(), message.end());
  }
  return to;
}

// A field by the message that holds it.
struct Place {
  std::vector<Field>* in;
  size_t at;
  Field& field() const { return (*in)[at]; }
};

void Collect(std::vector<Field>& fields, std::vector<Place>& places) {
  for (size_t i = 0; i < fields.size(); ++i) {
    places.push_back({&fields, i});
    Collect(fields[i].fields, places);
  }
}

bool IsName(const Field& field) {
  constexpr size_t kMostName = 64;
  return field.wire == kLength && field.kind == kLeaf && field.bytes.size() <= kMostName;
}

void MutateNumber(Field& field, Random& random) {
  constexpr uint64_t kNumbers[] = {0,  1,  2,   3,        5,          7,
                                   16, 64, 127, 1u << 16, 0x7fffffff, ~uint64_t{0}};
  switch (random() % 3) {
    case 0:
      field.value = kNumbers[random() % std::size(kNumbers)];
      break;
    case 1:
      field.value += random() % 2 == 0 ? 1 : ~uint64_t{0};
      break;
    default:
      field.value ^= uint64_t{1} << random() % 64;
  }
}

void MutateLeaf(Field& field, Random& random) {
  if (field.wire == kVarint) return MutateNumber(field, random);
  const size_t size = field.bytes.size();
  MutateBytes(field.bytes);
  if (field.wire != kLength) field.bytes.resize(size);
}

// Another field of the same kind, or for names any other name: that connects nodes anew.
void CopyFromAnother(const Place& to, const std::vector<Place>& places, Random& random) {
  constexpr int kTries = 30;
  const bool name = IsName(to.field()) && random() % 2 == 0;
  for (int i = 0; i < kTries; ++i) {
    const Field& from = places[random() % places.size()].field();
    const bool fits = name ? IsName(from)
                           : from.number == to.field().number && from.wire == to.field().wire &&
                                 from.kind == to.field().kind;
    if (!fits || &from == &to.field()) continue;
    const uint64_t number = to.field().number;
    // A message may hold the other one.
    Field copy = from;
    copy.number = number;
    to.field() = std::move(copy);
    return;
  }
}

void MutateOnce(std::vector<Field>& model, Random& random) {
  std::vector<Place> places;
  Collect(model, places);
  if (places.empty()) return;
  const Place place = places[random() % places.size()];
  switch (random() % 8) {
    case 0:
      place.in->erase(place.in->begin() + static_cast<ptrdiff_t>(place.at));
      break;
    case 1: {
      Field copy = place.field();
      const size_t at = random() % (place.in->size() + 1);
      place.in->insert(place.in->begin() + static_cast<ptrdiff_t>(at), std::move(copy));
      break;
    }
    case 2:
      std::swap(place.field(), (*place.in)[random() % place.in->size()]);
      break;
    case 3:
      place.field().number = random() % 16 + 1;
      break;
    case 4:
    case 5:
      CopyFromAnother(place, places, random);
      break;
    default:
      if (place.field().kind == kLeaf) MutateLeaf(place.field(), random);
  }
}

}  // namespace

std::vector<uint8_t> MutateOnnx(Bytes file, Random& random) {
  std::optional<std::vector<Field>> model = Parse(file, kModel, 0);
  if (!model || model->empty()) return {};
  for (size_t changes = random() % 3 + 1; changes > 0; --changes) MutateOnce(*model, random);
  return Write(*model);
}

}  // namespace dfn
