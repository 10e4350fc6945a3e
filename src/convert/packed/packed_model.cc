#include "convert/packed/packed_model.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <variant>

#include "base/half.h"
#include "base/memory_room.h"
#include "base/precision_name.h"
#include "convert/packed/config_entries.h"
#include "convert/packed/entry_cursor.h"
#include "convert/packed/int8_columns.h"
#include "model/layers.h"

namespace dfn {
namespace {

using Shape = std::vector<size_t>;

constexpr const char* kPrecisionEntry = "precision";
constexpr const char* kFormEntry = "origin.form";
constexpr const char* kOpsetEntry = "origin.opset";
constexpr const char* kWeightsEntry = "origin.weights";
constexpr const char* kStateInputEntry = "origin.state_input";  // one for each, in order

std::string Weight(const std::string& name) { return name + ".weight"; }
std::string Bias(const std::string& name) { return name + ".bias"; }

// The parts of a layer that each have entries of their own.
std::string Depthwise(const std::string& name) { return name + ".dw"; }
std::string Pointwise(const std::string& name) { return name + ".pw"; }
std::string Largest(const std::string& name) { return name + ".largest"; }

Shape ConvShape(const Conv& c) {
  const size_t first = c.transposed ? c.in_channels : c.out_channels;
  const size_t second = (c.transposed ? c.out_channels : c.in_channels) / c.groups;
  return {first, second, c.kernel_t, c.kernel_f};
}

// A matrix that engines round: its axes and its columns.
struct MatrixSizes {
  Shape shape;
  ColumnSizes columns;
};

MatrixSizes SizesOf(const GroupedLinear& l) {
  const size_t depth = l.in / l.groups;
  const size_t width = l.out / l.groups;
  return {{l.groups, depth, width}, {l.groups, depth, width}};
}
// `inputs` is the width of what the matrix is multiplied with.
MatrixSizes SizesOf(const Gru& gru, size_t inputs) {
  const size_t rows = 3 * gru.hidden;
  return {{rows, inputs}, {rows, inputs, 1}};
}

Shape LargestShape(const ColumnSizes& columns) {
  if (columns.width == 1) return {columns.blocks};
  return {columns.blocks, columns.width};
}

class LayerWriter {
 public:
  LayerWriter(PackedWriter& writer, Precision precision) : writer_(writer), precision_(precision) {}

  void Write(const std::string& name, const ConvLayer& layer) {
    if (!layer.pointwise) return WriteConv(name, layer.conv);
    WriteConv(Depthwise(name), layer.conv);
    WriteConv(Pointwise(name), *layer.pointwise);
  }
  void Write(const std::string& name, const GroupedLinear& layer) {
    WriteMatrix(Weight(name), SizesOf(layer), layer.weight);
  }
  void Write(const std::string& name, const Gru& gru) {
    const Shape biases = {3 * gru.hidden};
    WriteMatrix(name + ".weight_input", SizesOf(gru, gru.in), gru.weight_input);
    WriteMatrix(name + ".weight_hidden", SizesOf(gru, gru.hidden), gru.weight_hidden);
    writer_.Floats(name + ".bias_input", biases, gru.bias_input);
    writer_.Floats(name + ".bias_hidden", biases, gru.bias_hidden);
  }
  void Write(const std::string& name, const ScalarHead& head) {
    writer_.Floats(Weight(name), {head.in}, head.weight);
    writer_.Float(Bias(name), head.bias);
  }

 private:
  void WriteConv(const std::string& name, const Conv& conv) {
    writer_.Floats(Weight(name), ConvShape(conv), conv.weight);
    if (!conv.bias.empty()) writer_.Floats(Bias(name), {conv.out_channels}, conv.bias);
  }

  void WriteMatrix(const std::string& name, const MatrixSizes& sizes,
                   std::span<const float> values) {
    switch (precision_) {
      case Precision::kF32:
        return writer_.Floats(name, sizes.shape, values);
      case Precision::kF16: {
        std::vector<uint16_t> halves(values.size());
        std::transform(values.begin(), values.end(), halves.begin(), HalfFromFloat);
        return writer_.Halves(name, sizes.shape, halves);
      }
      case Precision::kI8: {
        const Int8Columns columns = QuantizeColumns(values, sizes.columns);
        writer_.Int8s(name, sizes.shape, columns.bytes);
        writer_.Floats(Largest(name), LargestShape(sizes.columns), columns.largest);
      }
    }
  }

  PackedWriter& writer_;
  Precision precision_;
};

// The type of matrices.
PackedType TypeOf(Precision precision) {
  if (precision == Precision::kF32) return PackedType::kF32;
  return precision == Precision::kF16 ? PackedType::kF16 : PackedType::kI8;
}

class LayerReader {
 public:
  // `all` are the entries that `entries` takes.
  LayerReader(const std::vector<PackedEntry>& all, EntryCursor& entries, Precision precision,
              const PackedMemory& memory)
      : entries_(entries), precision_(precision), memory_(memory) {
    size_t bytes = 0;
    for (const PackedEntry& entry : all) {
      const bool is_copied = entry.shape.size() > 1 && !IsUsedInPlace(entry.data);
      if (is_copied) bytes += MemoryRoom::BytesOf<float>(entry.elements());
    }
    block_ = std::make_shared<const MemoryBlock>(bytes, memory.source);
    room_ = {block_->data(), bytes};
  }

  bool Has(const LayerSpec& spec) const { return entries_.NextIs(Weight(spec.name)); }

  Status Read(const std::string& name, ConvLayer& layer) {
    const bool two = entries_.NextIs(Weight(Depthwise(name)));
    SetPointwise(layer, two);
    DFN_CHECK(ReadConv(two ? Depthwise(name) : name, layer.conv));
    return two ? ReadConv(Pointwise(name), *layer.pointwise) : Status();
  }
  Status Read(const std::string& name, GroupedLinear& layer) {
    DFN_TRY(layer.weight, TakeMatrix(Weight(name), SizesOf(layer)));
    return {};
  }
  Status Read(const std::string& name, Gru& gru) {
    const Shape biases = {3 * gru.hidden};
    DFN_TRY(gru.weight_input, TakeMatrix(name + ".weight_input", SizesOf(gru, gru.in)));
    DFN_TRY(gru.weight_hidden, TakeMatrix(name + ".weight_hidden", SizesOf(gru, gru.hidden)));
    DFN_TRY(gru.bias_input, entries_.TakeFloats(name + ".bias_input", biases));
    DFN_TRY(gru.bias_hidden, entries_.TakeFloats(name + ".bias_hidden", biases));
    return {};
  }
  Status Read(const std::string& name, ScalarHead& head) {
    DFN_TRY(head.weight, entries_.TakeFloats(Weight(name), {head.in}));
    DFN_TRY(head.bias, entries_.TakeFloat(Bias(name)));
    return {};
  }

 private:
  // The config does not tell how a convolution is grouped, its weight's shape does.
  Status ReadConv(const std::string& name, Conv& conv) {
    const PackedEntry* weight = entries_.Peek();
    if (weight != nullptr && weight->shape.size() == ConvShape(conv).size()) {
      conv.groups = GroupsOf(conv, weight->shape[1]);
    }
    DFN_TRY(conv.weight, entries_.TakeFloats(Weight(name), ConvShape(conv)));
    if (!entries_.NextIs(Bias(name))) return {};
    DFN_TRY(conv.bias, entries_.TakeFloats(Bias(name), {conv.out_channels}));
    return {};
  }

  bool IsUsedInPlace(Bytes matrix) const {
    return precision_ == Precision::kF32 && memory_.bytes_stay &&
           std::endian::native == std::endian::little &&
           reinterpret_cast<uintptr_t>(matrix.data()) % alignof(float) == 0;
  }

  Result<WeightArray> TakeMatrix(const std::string& name, const MatrixSizes& sizes) {
    DFN_TRY(const Bytes data, entries_.Take(name, TypeOf(precision_), sizes.shape));
    const size_t count = data.size() / PackedTypeBytes(TypeOf(precision_));
    if (IsUsedInPlace(data)) {
      return WeightArray({reinterpret_cast<const float*>(data.data()), count}, memory_.owner);
    }
    auto* const floats = static_cast<float*>(room_.Take<float>(count));
    assert(floats != nullptr || count == 0);
    if (precision_ == Precision::kF32) {
      CopyFloats(data, floats);
    } else if (precision_ == Precision::kF16) {
      FloatsFromHalfBytes(data.data(), count, floats);
    } else {
      DFN_TRY(const std::vector<float> largest,
              entries_.TakeFloats(Largest(name), LargestShape(sizes.columns)));
      if (!FloatsFromColumns(data, largest, sizes.columns, floats)) {
        return entries_.Fail(name,
                             "has a weight of -128 or a column's largest weight that is none");
      }
    }
    return WeightArray({floats, count}, block_);
  }

  EntryCursor& entries_;
  Precision precision_;
  const PackedMemory& memory_;
  // For matrices that are not used in place.
  std::shared_ptr<const MemoryBlock> block_;
  MemoryRoom room_ = {nullptr, 0};
};

void PackOrigin(const Origin& origin, PackedWriter& writer) {
  writer.Text(kFormEntry, origin.form);
  writer.Integer(kOpsetEntry, std::bit_cast<uint64_t>(origin.opset));
  writer.Text(kWeightsEntry, WeightsName(origin));
  for (const std::string& input : origin.state_inputs) writer.Text(kStateInputEntry, input);
}

Result<Origin> ReadOrigin(EntryCursor& entries) {
  Origin origin;
  DFN_TRY(origin.form, entries.TakeText(kFormEntry));
  DFN_TRY(const uint64_t opset, entries.TakeInteger(kOpsetEntry));
  origin.opset = std::bit_cast<int64_t>(opset);
  DFN_TRY(origin.weights, entries.TakeText(kWeightsEntry));
  while (entries.NextIs(kStateInputEntry)) {
    DFN_TRY(std::string input, entries.TakeText(kStateInputEntry));
    origin.state_inputs.push_back(std::move(input));
  }
  origin.packed = true;
  return origin;
}

Result<Precision> ReadPrecision(EntryCursor& entries) {
  DFN_TRY(const std::string name, entries.TakeText(kPrecisionEntry));
  if (const auto precision = FindPrecision(name)) return *precision;
  return entries.Fail(kPrecisionEntry, "is none of f32, f16 and i8", ErrorCode::kUnsupported);
}

}  // namespace

std::vector<uint8_t> PackModel(const Model& model, Precision precision) {
  PackedWriter writer;
  writer.Text(kPrecisionEntry, PrecisionName(precision));
  PackOrigin(model.origin, writer);
  PackConfig(model.config, writer);
  LayerWriter layers(writer, precision);
  for (const LayerSpec& spec : LayerTable(model.config)) {
    const auto write = [&]<class Layer>(const Layer&) {
      if (const Layer* layer = spec.Find<Layer>(model)) layers.Write(spec.name, *layer);
    };
    std::visit(write, spec.sizes);
  }
  return writer.Finish();
}

Result<Model> LoadPackedModel(Bytes bytes, const std::string& source, const Limits& limits,
                              const PackedMemory& memory) {
  DFN_TRY(const std::vector<PackedEntry> found, ReadPacked(bytes, source, limits));
  EntryCursor entries(found, source);
  Model model;
  DFN_TRY(model.precision, ReadPrecision(entries));
  DFN_TRY(model.origin, ReadOrigin(entries));
  model.origin.source = source;
  DFN_TRY(model.config, ReadPackedConfig(entries, source, limits));
  LayerReader reader(found, entries, model.precision, memory);
  for (const LayerSpec& spec : LayerTable(model.config)) {
    if (spec.optional && !reader.Has(spec)) continue;
    const auto read = [&]<class Layer>(const Layer& sizes) {
      return reader.Read(spec.name, spec.Make<Layer>(model) = sizes);
    };
    DFN_CHECK(std::visit(read, spec.sizes));
  }
  DFN_CHECK(entries.CheckAtEnd());
  DFN_CHECK(ValidateModel(model, source));
  return model;
}

}  // namespace dfn
