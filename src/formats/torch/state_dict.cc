#include "formats/torch/state_dict.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "base/printable.h"
#include "formats/torch/pickle.h"
#include "formats/torch/zip.h"

namespace dfn {
namespace {

using torch::TensorView;
using torch::ZipFile;

constexpr std::string_view kPickleSuffix = "/data.pkl";
// The start of files of PyTorch before 1.6: a pickle of the number 0x1950a86a20f9469cfc6c.
constexpr uint8_t kLegacyStart[] = {0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c,
                                    0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19};

// The folder of the archive that holds data.pkl, with no slash; PyTorch names it after the file.
std::optional<std::string> FindRoot(const ZipFile& zip) {
  for (const auto& [entry_name, entry] : zip.entries()) {
    if (!entry_name.ends_with(kPickleSuffix)) continue;
    const std::string root = entry_name.substr(0, entry_name.size() - kPickleSuffix.size());
    if (root.find('/') == std::string::npos) return root;
  }
  return std::nullopt;
}

bool IsZip(Bytes file) { return file.size() >= 2 && file[0] == 'P' && file[1] == 'K'; }

// The first opcode of protocols 2 to 5 says the protocol.
bool IsPickle(Bytes file) {
  return file.size() >= 2 && file[0] == 0x80 && file[1] >= 2 && file[1] <= 5;
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
  if (!IsZip(file) && !IsPickle(file)) {
    return Error{ErrorCode::kCorrupt, name + ": is no PyTorch checkpoint, expected a ZIP file"};
  }
  return {};
}

// The bytes of text that stands for bytes (RawBytes), `size` of them; nothing if it is of another
// length or has a character beyond them.
std::optional<std::vector<uint8_t>> FromUtf8(Bytes text, size_t size) {
  std::vector<uint8_t> bytes;
  if (size > text.size()) return std::nullopt;
  bytes.reserve(size);
  for (size_t i = 0; i < text.size(); ++i) {
    if (bytes.size() == size) return std::nullopt;
    if (text[i] < 0x80) {
      bytes.push_back(text[i]);
      continue;
    }
    // Two bytes, 110000ab 10cdefgh, are the character abcdefgh.
    if ((text[i] != 0xc2 && text[i] != 0xc3) || i + 1 == text.size()) return std::nullopt;
    const uint8_t low = text[++i];
    if ((low & 0xc0) != 0x80) return std::nullopt;
    bytes.push_back(static_cast<uint8_t>((text[i - 1] & 0x03) << 6 | (low & 0x3f)));
  }
  if (bytes.size() != size) return std::nullopt;
  return bytes;
}

class CheckpointReader {
 public:
  // `zip` may be null: a pickle without storages beside it. `root` is the folder in it.
  CheckpointReader(ZipFile* zip, std::string root, const std::string& name, const Limits& limits)
      : zip_(zip), root_(std::move(root)), name_(name), limits_(limits) {}

  Result<StateDict> ReadZip(std::string_view landmark) {
    DFN_CHECK(CheckIsNoProgram());
    DFN_CHECK(CheckByteOrder());
    const std::string entry_name = root_ + std::string(kPickleSuffix);
    DFN_TRY(const Bytes pickle, zip_->Read(entry_name));
    return ReadPickle(pickle, name_ + ": " + Printable(entry_name), landmark);
  }

  Result<StateDict> ReadPickle(Bytes pickle, const std::string& where, std::string_view landmark) {
    DFN_TRY(const auto views, torch::ReadStateDictPickle(pickle, where, limits_, landmark));
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

  Status CheckIsNoProgram() const {
    if (!zip_->entries().contains(root_ + "/constants.pkl")) return {};
    return Error{ErrorCode::kUnsupported,
                 name_ +
                     ": is a TorchScript program (torch.jit.save), which only PyTorch can run; "
                     "save its weights with: python3 -c \"import torch; "
                     "torch.save(torch.jit.load('FILE').state_dict(), 'model.ckpt')\""};
  }

  // Files of PyTorch before 2.1 do not give the byte order; the known ones are little-endian.
  Status CheckByteOrder() {
    const std::string entry_name = root_ + "/byteorder";
    if (!zip_->entries().contains(entry_name)) return {};
    DFN_TRY(const Bytes order, zip_->Read(entry_name));
    const std::string_view text(reinterpret_cast<const char*>(order.data()), order.size());
    if (text == "little") return {};
    return Error{ErrorCode::kUnsupported,
                 name_ + ": has byte order " + Quoted(text) + ", expected \"little\""};
  }

  Result<CheckpointTensor> ReadTensor(const torch::NamedTensorView& named) {
    const TensorView& view = named.view;
    value_bytes_ += ValueBytes(view);
    if (value_bytes_ > limits_.max_archive_bytes) {
      return Fail(ErrorCode::kLimit, named,
                  "and those before it take more than " +
                      std::to_string(limits_.max_archive_bytes) + " bytes");
    }
    if (view.raw) return ReadRaw(named);
    if (!zip_) return Fail(ErrorCode::kCorrupt, named, "has no values in this file");
    DFN_TRY(const Bytes storage, zip_->Read(root_ + "/data/" + view.storage));
    return ReadStorage(named, storage);
  }

  // The view of an array is as large as its storage (numpy_values.cc), so that ReadTensor has
  // limited what is converted here.
  Result<CheckpointTensor> ReadRaw(const torch::NamedTensorView& named) const {
    const torch::RawBytes& raw = *named.view.raw;
    if (!raw.is_utf8) return ReadStorage(named, raw.bytes);
    const size_t size = named.view.storage_elements * torch::ElementBytes(named.view.type);
    const std::optional<std::vector<uint8_t>> bytes = FromUtf8(raw.bytes, size);
    if (bytes) return ReadStorage(named, *bytes);
    return Fail(ErrorCode::kCorrupt, named,
                "has a text in place of " + std::to_string(size) + " bytes");
  }

  Result<CheckpointTensor> ReadStorage(const torch::NamedTensorView& named, Bytes storage) const {
    const TensorView& view = named.view;
    const size_t element_bytes = torch::ElementBytes(view.type);
    if (storage.size() % element_bytes != 0 ||
        storage.size() / element_bytes != view.storage_elements) {
      return Fail(ErrorCode::kCorrupt, named,
                  "lies in a storage of " + std::to_string(storage.size()) + " bytes, expected " +
                      std::to_string(view.storage_elements) + " elements of " +
                      torch::ElementTypeName(view.type));
    }
    return ReadValues(view, storage);
  }

  ZipFile* const zip_;
  const std::string root_;
  const std::string& name_;
  const Limits& limits_;
  size_t value_bytes_ = 0;
};

}  // namespace

Result<StateDict> ReadTorchCheckpoint(Bytes file, const std::string& name, const Limits& limits,
                                      std::string_view landmark) {
  DFN_CHECK(CheckKind(file, name, limits));
  if (!IsZip(file))
    return CheckpointReader(nullptr, "", name, limits).ReadPickle(file, name, landmark);
  DFN_TRY(ZipFile zip, ZipFile::Open(file, name, limits));
  std::optional<std::string> root = FindRoot(zip);
  if (!root) {
    return Error{ErrorCode::kUnsupported,
                 name + ": is no PyTorch checkpoint: no folder in it holds data.pkl"};
  }
  return CheckpointReader(&zip, std::move(*root), name, limits).ReadZip(landmark);
}

bool HoldsTorchCheckpoint(Bytes file, const Limits& limits) {
  const Result<ZipFile> zip = ZipFile::Open(file, "", limits);
  return zip.ok() && FindRoot(*zip).has_value();
}

}  // namespace dfn
