#include "convert/load/external_data.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "base/path_text.h"
#include "base/stand_in.h"
#include "convert/config/model_files.h"
#include "os/read_file.h"

namespace dfn {
namespace {

Error NoSuchFile() {
  return {ErrorCode::kNotFound, "but there is no such file beside it; copy it there"};
}

Status InlineInto(std::vector<NamedBytes>& files, const std::string& source,
                  const onnx::FindDataFile& find, const Limits& limits) {
  for (NamedBytes& file : files) {
    if (!file.name.ends_with(".onnx")) continue;
    DFN_TRY(auto whole, onnx::InlineExternalData(file.bytes, FileLabel(source, LastPart(file.name)),
                                                 find, limits));
    if (whole) file.bytes = std::move(*whole);
  }
  return {};
}

// The data files of a folder. Each is read once, however many ONNX files share it.
class FolderData {
 public:
  FolderData(const std::filesystem::path& folder, const Limits& limits)
      : folder_(folder), limits_(limits) {}

  Result<Bytes> Find(const std::string& location) {
    const auto read = read_.find(location);
    if (read != read_.end()) return Bytes(read->second);
    if (read_.size() == limits_.max_archive_entries) {
      return Error{ErrorCode::kLimit, "but the model has more than " +
                                          std::to_string(limits_.max_archive_entries) +
                                          " data files"};
    }
    const std::filesystem::path path = folder_ / PathOf(location);
    std::error_code error;
    if (!std::filesystem::exists(path, error)) return NoSuchFile();
    if (LeadsOut(path)) {
      return Error{ErrorCode::kUnsupported,
                   "which is a link out of the model's folder; put the file itself there"};
    }
    auto bytes = ReadFile(path, limits_);
    if (!bytes.ok()) return Error{bytes.error().code, "but " + bytes.error().message};
    if (const auto stand_in = StandInText(*bytes, bytes->size())) {
      return Error{ErrorCode::kCorrupt, "but it " + *stand_in};
    }
    return Bytes(read_.emplace(location, std::move(bytes).value()).first->second);
  }

 private:
  // Whether the file that a path means lies outside the folder.
  bool LeadsOut(const std::filesystem::path& path) const {
    std::error_code error;
    const auto inside = std::filesystem::canonical(folder_, error);
    if (error) return true;
    const auto file = std::filesystem::canonical(path, error);
    if (error) return true;
    return std::mismatch(inside.begin(), inside.end(), file.begin(), file.end()).first !=
           inside.end();
  }

  const std::filesystem::path& folder_;
  const Limits& limits_;
  std::map<std::string, std::vector<uint8_t>> read_;
};

}  // namespace

onnx::FindDataFile DataAmong(std::span<const NamedView> files) {
  return [files](const std::string& location) -> Result<Bytes> {
    std::optional<Bytes> found;
    for (const NamedView& file : files) {
      if (LastPart(file.name) != LastPart(location)) continue;
      if (found) return Error{ErrorCode::kMismatch, "but there are several files of that name"};
      found = file.bytes;
    }
    if (!found) return NoSuchFile();
    return *found;
  };
}

Status InlineDataOfFolder(const std::filesystem::path& folder, const std::string& source,
                          std::vector<NamedBytes>& files, const Limits& limits) {
  FolderData data(folder, limits);
  return InlineInto(
      files, source, [&data](const std::string& location) { return data.Find(location); }, limits);
}

Status InlineDataAmongFiles(const std::string& source, std::vector<NamedBytes>& files,
                            const Limits& limits) {
  std::vector<NamedView> views;
  for (const NamedBytes& file : files) views.push_back({file.name, file.bytes});
  return InlineInto(files, source, DataAmong(views), limits);
}

}  // namespace dfn
