#include "formats/torch/state_dict.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/half.h"
#include "base/printable.h"
#include "formats/torch/zip.h"

namespace dfn {
namespace {

using torch::ElementType;
using torch::TensorView;
using torch::ZipFile;

constexpr std::string_view kPickleSuffix = "/data.pkl";
// The start of files of PyTorch before 1.6: a pickle of the number 0x1950a86a20f9469cfc6c.
constexpr uint8_t kLegacyStart[] = {0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c,
                                    0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19};

float FromFloat32(const uint8_t* from) { return LoadFloat(from); }

float FromFloat64(const uint8_t* from) {
  const auto bits = LoadLittleEndian<uint64_t>(from);
  double value;
  std::memcpy(&value, &bits, sizeof(value));
  return static_cast<float>(value);
}

float FromBfloat16(const uint8_t* from) {
  const uint32_t bits = uint32_t{LoadLittleEndian<uint16_t>(from)} << 16;
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

float FromFloat16(const uint8_t* from) { return FloatFromHalf(LoadLittleEndian<uint16_t>(from)); }

template <class Unsigned>
int64_t FromSigned(const uint8_t* from) {
  return static_cast<int64_t>(
      static_cast<std::make_signed_t<Unsigned>>(LoadLittleEndian<Unsigned>(from)));
}

int64_t FromUint8(const uint8_t* from) { return *from; }

// Reads the view's elements in C order. All of them are inside `storage`.
template <auto kConvert>
auto Gather(const TensorView& view, Bytes storage) {
  const size_t element_bytes = torch::ElementBytes(view.type);
  // The innermost axis is the inner loop; a scalar has one of size 1.
  const size_t outer_rank = view.shape.empty() ? 0 : view.shape.size() - 1;
  const size_t inner = view.shape.empty() ? 1 : view.shape.back();
  const size_t step = view.shape.empty() ? 0 : view.strides.back() * element_bytes;
  std::vector<decltype(kConvert(nullptr))> values;
  if (view.elements == 0) return values;
  values.reserve(view.elements);
  std::vector<size_t> index(outer_rank);
  size_t at = view.offset;
  for (;;) {
    const uint8_t* row = storage.data() + at * element_bytes;
    for (size_t i = 0; i < inner; ++i) values.push_back(kConvert(row + i * step));
    size_t axis = outer_rank;
    for (; axis > 0; --axis) {
      at += view.strides[axis - 1];
      if (++index[axis - 1] < view.shape[axis - 1]) break;
      at -= view.strides[axis - 1] * view.shape[axis - 1];
      index[axis - 1] = 0;
    }
    if (axis == 0) return values;
  }
}

void Convert(const TensorView& view, Bytes storage, CheckpointTensor& to) {
  switch (view.type) {
    case ElementType::kFloat64:
      to.floats = Gather<FromFloat64>(view, storage);
      break;
    case ElementType::kFloat32:
      to.floats = Gather<FromFloat32>(view, storage);
      break;
    case ElementType::kFloat16:
      to.floats = Gather<FromFloat16>(view, storage);
      break;
    case ElementType::kBfloat16:
      to.floats = Gather<FromBfloat16>(view, storage);
      break;
    case ElementType::kInt64:
      to.ints = Gather<FromSigned<uint64_t>>(view, storage);
      break;
    case ElementType::kInt32:
      to.ints = Gather<FromSigned<uint32_t>>(view, storage);
      break;
    case ElementType::kInt16:
      to.ints = Gather<FromSigned<uint16_t>>(view, storage);
      break;
    case ElementType::kInt8:
      to.ints = Gather<FromSigned<uint8_t>>(view, storage);
      break;
    case ElementType::kUint8:
    case ElementType::kBool:
      to.ints = Gather<FromUint8>(view, storage);
      break;
  }
}

bool IsFloating(ElementType type) {
  return type == ElementType::kFloat64 || type == ElementType::kFloat32 ||
         type == ElementType::kFloat16 || type == ElementType::kBfloat16;
}

// The folder of the archive that holds data.pkl, with no slash; PyTorch names it after the file.
std::optional<std::string> FindRoot(const ZipFile& zip) {
  for (const auto& [entry_name, entry] : zip.entries()) {
    if (!entry_name.ends_with(kPickleSuffix)) continue;
    const std::string root = entry_name.substr(0, entry_name.size() - kPickleSuffix.size());
    if (root.find('/') == std::string::npos) return root;
  }
  return std::nullopt;
}

Status CheckKind(Bytes file, const std::string& name, const Limits& limits) {
  if (file.size() > limits.max_file_bytes) {
    return Error{ErrorCode::kLimit, name + ": is " + std::to_string(file.size()) +
                                        " bytes long, the limit is " +
                                        std::to_string(limits.max_file_bytes)};
  }
  if (file.size() >= std::size(kLegacyStart) &&
      std::equal(std::begin(kLegacyStart), std::end(kLegacyStart), file.begin())) {
    return Error{ErrorCode::kUnsupported,
                 name +
                     ": is a checkpoint in the format of PyTorch before 1.6, expected the zip "
                     "format; torch.save(torch.load(old), new) in any later version converts it"};
  }
  if (file.size() < 2 || file[0] != 'P' || file[1] != 'K') {
    return Error{ErrorCode::kCorrupt, name + ": is no PyTorch checkpoint, expected a ZIP file"};
  }
  return {};
}

class CheckpointReader {
 public:
  CheckpointReader(ZipFile& zip, std::string root, const std::string& name, const Limits& limits)
      : zip_(zip), root_(std::move(root)), name_(name), limits_(limits) {}

  Result<StateDict> ReadAll() {
    DFN_CHECK(CheckByteOrder());
    const std::string entry_name = root_ + std::string(kPickleSuffix);
    DFN_TRY(const Bytes pickle, zip_.Read(entry_name));
    DFN_TRY(const auto views,
            torch::ReadStateDictPickle(pickle, name_ + ": " + Printable(entry_name), limits_));
    StateDict state;
    for (const torch::NamedTensorView& named : views) {
      if (state.contains(named.name)) return Fail(ErrorCode::kCorrupt, named, "is there twice");
      DFN_TRY(state[named.name], ReadTensor(named));
    }
    return state;
  }

 private:
  Error Fail(ErrorCode code, const torch::NamedTensorView& tensor, const std::string& what) const {
    return {code, name_ + ": tensor " + Quoted(tensor.name) + " " + what};
  }

  // Files of PyTorch before 2.1 do not give the byte order; the known ones are little-endian.
  Status CheckByteOrder() {
    const std::string entry_name = root_ + "/byteorder";
    if (!zip_.entries().contains(entry_name)) return {};
    DFN_TRY(const Bytes order, zip_.Read(entry_name));
    const std::string_view text(reinterpret_cast<const char*>(order.data()), order.size());
    if (text == "little") return {};
    return Error{ErrorCode::kUnsupported,
                 name_ + ": has byte order " + Quoted(text) + ", expected \"little\""};
  }

  Result<CheckpointTensor> ReadTensor(const torch::NamedTensorView& named) {
    const TensorView& view = named.view;
    value_bytes_ += view.elements * (IsFloating(view.type) ? sizeof(float) : sizeof(int64_t));
    if (value_bytes_ > limits_.max_archive_bytes) {
      return Fail(ErrorCode::kLimit, named,
                  "and those before it take more than " +
                      std::to_string(limits_.max_archive_bytes) + " bytes");
    }
    DFN_TRY(const Bytes storage, zip_.Read(root_ + "/data/" + view.storage));
    const size_t element_bytes = torch::ElementBytes(view.type);
    if (storage.size() % element_bytes != 0 ||
        storage.size() / element_bytes != view.storage_elements) {
      return Fail(ErrorCode::kCorrupt, named,
                  "lies in a storage of " + std::to_string(storage.size()) + " bytes, expected " +
                      std::to_string(view.storage_elements) + " elements of " +
                      torch::ElementTypeName(view.type));
    }
    CheckpointTensor tensor{.type = view.type, .shape = view.shape};
    Convert(view, storage, tensor);
    return tensor;
  }

  ZipFile& zip_;
  const std::string root_;
  const std::string& name_;
  const Limits& limits_;
  size_t value_bytes_ = 0;
};

}  // namespace

Result<StateDict> ReadTorchCheckpoint(Bytes file, const std::string& name, const Limits& limits) {
  DFN_CHECK(CheckKind(file, name, limits));
  DFN_TRY(ZipFile zip, ZipFile::Open(file, name, limits));
  std::optional<std::string> root = FindRoot(zip);
  if (!root) {
    return Error{ErrorCode::kUnsupported,
                 name + ": is no PyTorch checkpoint: no folder in it holds data.pkl"};
  }
  return CheckpointReader(zip, std::move(*root), name, limits).ReadAll();
}

bool HoldsTorchCheckpoint(Bytes file, const Limits& limits) {
  const Result<ZipFile> zip = ZipFile::Open(file, "", limits);
  return zip.ok() && FindRoot(*zip).has_value();
}

}  // namespace dfn
