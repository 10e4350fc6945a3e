#include "formats/torch/state_dict.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "base/printable.h"
#include "formats/torch/legacy.h"
#include "formats/torch/pickle.h"
#include "formats/torch/zip.h"

namespace dfn {
namespace {

using torch::TensorView;
using torch::ZipFile;

constexpr std::string_view kPickleSuffix = "/data.pkl";

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

// Where the values of a storage are, by its key.
using FindStorage = std::function<Result<Bytes>(const std::string& key)>;

// Reads the values of a state dict's tensors.
class TensorsReader {
 public:
  TensorsReader(FindStorage find, const std::string& name, const Limits& limits)
      : find_(std::move(find)), name_(name), limits_(limits) {}

  Result<StateDict> ReadAll(const std::vector<torch::NamedTensorView>& views) {
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

  Result<CheckpointTensor> ReadTensor(const torch::NamedTensorView& named) {
    const TensorView& view = named.view;
    value_bytes_ += ValueBytes(view);
    if (value_bytes_ > limits_.max_archive_bytes) {
      return Fail(ErrorCode::kLimit, named,
                  "and those before it take more than " +
                      std::to_string(limits_.max_archive_bytes) + " bytes");
    }
    if (view.raw) return ReadRaw(named);
    DFN_TRY(const Bytes storage, find_(view.storage));
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

  const FindStorage find_;
  const std::string& name_;
  const Limits& limits_;
  size_t value_bytes_ = 0;
};

Status CheckIsNoProgram(const ZipFile& zip, const std::string& root, const std::string& name) {
  if (!zip.entries().contains(root + "/constants.pkl")) return {};
  return Error{ErrorCode::kUnsupported,
               name +
                   ": is a TorchScript program (torch.jit.save), which only PyTorch can run; "
                   "save its weights with: python3 -c \"import torch; "
                   "torch.save(torch.jit.load('FILE').state_dict(), 'model.ckpt')\""};
}

// Files of PyTorch before 2.1 do not give the byte order; the known ones are little-endian.
Status CheckByteOrder(ZipFile& zip, const std::string& root, const std::string& name) {
  const std::string entry_name = root + "/byteorder";
  if (!zip.entries().contains(entry_name)) return {};
  DFN_TRY(const Bytes order, zip.Read(entry_name));
  const std::string_view text(reinterpret_cast<const char*>(order.data()), order.size());
  if (text == "little") return {};
  return Error{ErrorCode::kUnsupported,
               name + ": has byte order " + Quoted(text) + ", expected \"little\""};
}

Result<StateDict> ReadZip(Bytes file, const std::string& name, const Limits& limits,
                          std::string_view landmark) {
  DFN_TRY(ZipFile zip, ZipFile::Open(file, name, limits));
  const std::optional<std::string> root = FindRoot(zip);
  if (!root) {
    return Error{ErrorCode::kUnsupported,
                 name + ": is no PyTorch checkpoint: no folder in it holds data.pkl"};
  }
  DFN_CHECK(CheckIsNoProgram(zip, *root, name));
  DFN_CHECK(CheckByteOrder(zip, *root, name));
  const std::string entry_name = *root + std::string(kPickleSuffix);
  DFN_TRY(const Bytes pickle, zip.Read(entry_name));
  DFN_TRY(const auto views, torch::ReadStateDictPickle(pickle, name + ": " + Printable(entry_name),
                                                       limits, landmark));
  const auto find = [&](const std::string& key) { return zip.Read(*root + "/data/" + key); };
  return TensorsReader(find, name, limits).ReadAll(views);
}

Result<StateDict> ReadLegacy(Bytes file, const std::string& name, const Limits& limits,
                             std::string_view landmark) {
  DFN_TRY(const auto checkpoint, torch::ReadLegacyCheckpoint(file, name, limits, landmark));
  const auto find = [&](const std::string& key) -> Result<Bytes> {
    const auto found = checkpoint.storages.find(key);
    if (found != checkpoint.storages.end()) return found->second;
    return Error{ErrorCode::kCorrupt, name + ": has no storage " + Quoted(key)};
  };
  return TensorsReader(find, name, limits).ReadAll(checkpoint.tensors);
}

// A pickle alone, whose tensors are arrays of numpy.
Result<StateDict> ReadPickle(Bytes file, const std::string& name, const Limits& limits,
                             std::string_view landmark) {
  DFN_TRY(const auto views, torch::ReadStateDictPickle(file, name, limits, landmark));
  const auto find = [&](const std::string& key) -> Result<Bytes> {
    return Error{ErrorCode::kCorrupt, name + ": storage " + Quoted(key) + " is not in this file"};
  };
  return TensorsReader(find, name, limits).ReadAll(views);
}

}  // namespace

Result<StateDict> ReadTorchCheckpoint(Bytes file, const std::string& name, const Limits& limits,
                                      std::string_view landmark) {
  DFN_CHECK(CheckKind(file, name, limits));
  if (IsZip(file)) return ReadZip(file, name, limits, landmark);
  if (torch::IsLegacyCheckpoint(file)) return ReadLegacy(file, name, limits, landmark);
  return ReadPickle(file, name, limits, landmark);
}

bool HoldsTorchCheckpoint(Bytes file, const Limits& limits) {
  const Result<ZipFile> zip = ZipFile::Open(file, "", limits);
  return zip.ok() && FindRoot(*zip).has_value();
}

}  // namespace dfn
