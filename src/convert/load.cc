#include "convert/load.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "convert/config_ini.h"
#include "convert/lift.h"
#include "formats/archive/archive.h"
#include "formats/ini/ini.h"
#include "formats/onnx/graph.h"

namespace dfn {
namespace {

constexpr const char* kConfig = "config.ini";
constexpr const char* kCombined = "combined.onnx";
constexpr std::array<const char*, 3> kNetworks = {"enc.onnx", "erb_dec.onnx", "df_dec.onnx"};

std::string_view LastPart(std::string_view name) {
  return name.substr(name.find_last_of("/\\") + 1);
}

bool IsWanted(std::string_view name) {
  const std::string_view last = LastPart(name);
  return last == kConfig || last == kCombined ||
         std::find(kNetworks.begin(), kNetworks.end(), last) != kNetworks.end();
}

// The files of a model, found by the last part of their names. Bytes are shared with the graphs
// that are read from them.
class Files {
 public:
  Files(std::vector<NamedBytes> files, std::string source) : source_(std::move(source)) {
    for (NamedBytes& file : files) {
      if (!IsWanted(file.name)) continue;
      names_.push_back(std::string(LastPart(file.name)));
      bytes_.push_back(std::make_shared<const std::vector<uint8_t>>(std::move(file.bytes)));
    }
  }

  std::string Label(std::string_view name) const {
    return source_.empty() ? std::string(name) : source_ + "/" + std::string(name);
  }
  // What messages call the whole.
  std::string whole() const { return source_.empty() ? "the model" : source_; }

  size_t Count(std::string_view name) const {
    return static_cast<size_t>(std::count(names_.begin(), names_.end(), name));
  }

  // The one file of that name.
  Result<std::shared_ptr<const std::vector<uint8_t>>> Get(std::string_view name) const {
    const size_t count = Count(name);
    if (count == 1) {
      const auto at = std::find(names_.begin(), names_.end(), name) - names_.begin();
      return bytes_[static_cast<size_t>(at)];
    }
    if (count > 1) {
      return Error{ErrorCode::kMismatch, whole() + ": holds " + std::to_string(count) + " files " +
                                             std::string(name) + ", expected one"};
    }
    return Error{ErrorCode::kNotFound, whole() + ": there is no " + std::string(name)};
  }

  Result<onnx::Graph> ReadGraph(std::string_view name, const Limits& limits) const {
    DFN_TRY(auto bytes, Get(name));
    return onnx::ReadGraph(std::move(bytes), Label(name), limits);
  }

 private:
  std::string source_;
  std::vector<std::string> names_;
  std::vector<std::shared_ptr<const std::vector<uint8_t>>> bytes_;
};

// Three networks before one merged graph: with both there, the official export leads.
bool HasAnyNetwork(const Files& files) {
  return std::any_of(kNetworks.begin(), kNetworks.end(),
                     [&](const char* name) { return files.Count(name) > 0; });
}

Result<Model> Lift(const Files& files, const Config& config, const Limits& limits) {
  if (!HasAnyNetwork(files) && files.Count(kCombined) > 0) {
    DFN_TRY(const onnx::Graph graph, files.ReadGraph(kCombined, limits));
    return LiftCombined({graph, files.Label(kCombined)}, config);
  }
  DFN_TRY(const onnx::Graph enc, files.ReadGraph(kNetworks[0], limits));
  DFN_TRY(const onnx::Graph erb_dec, files.ReadGraph(kNetworks[1], limits));
  DFN_TRY(const onnx::Graph df_dec, files.ReadGraph(kNetworks[2], limits));
  return LiftNetworks({enc, files.Label(kNetworks[0])}, {erb_dec, files.Label(kNetworks[1])},
                      {df_dec, files.Label(kNetworks[2])}, config);
}

Result<Model> Load(const Files& files, const Limits& limits) {
  if (files.Count(kConfig) == 0 || (!HasAnyNetwork(files) && files.Count(kCombined) == 0)) {
    return Error{ErrorCode::kNotFound,
                 files.whole() + ": holds no model, expected config.ini with enc.onnx, " +
                     "erb_dec.onnx and df_dec.onnx, or config.ini with combined.onnx"};
  }
  DFN_TRY(const auto text, files.Get(kConfig));
  DFN_TRY(const IniFile ini, IniFile::Parse(*text, files.Label(kConfig), limits));
  DFN_TRY(const Config config, ReadConfig(ini, files.Label(kConfig), limits));
  DFN_TRY(Model model, Lift(files, config, limits));
  DFN_CHECK(ValidateModel(model, files.whole()));
  model.origin.source = files.whole();
  return model;
}

Result<std::vector<uint8_t>> ReadFile(const std::filesystem::path& path, const Limits& limits) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return Error{ErrorCode::kIo, path.string() + ": is not a regular file"};
  }
  const uintmax_t size = std::filesystem::file_size(path, error);
  if (error) return Error{ErrorCode::kIo, path.string() + ": " + error.message()};
  if (size > limits.max_file_bytes) {
    return Error{ErrorCode::kLimit, path.string() + ": has " + std::to_string(size) +
                                        " bytes, the limit is " +
                                        std::to_string(limits.max_file_bytes)};
  }
  std::vector<uint8_t> bytes(static_cast<size_t>(size));
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!file) return Error{ErrorCode::kIo, path.string() + ": cannot be read"};
  return bytes;
}

Result<std::vector<NamedBytes>> ReadFolder(const std::filesystem::path& folder,
                                           const Limits& limits) {
  std::vector<NamedBytes> files;
  std::error_code error;
  const auto read = [&](const char* name) -> Status {
    if (!std::filesystem::exists(folder / name, error)) return {};
    DFN_TRY(auto bytes, ReadFile(folder / name, limits));
    files.push_back({.name = name, .bytes = std::move(bytes)});
    return {};
  };
  DFN_CHECK(read(kConfig));
  for (const char* name : kNetworks) DFN_CHECK(read(name));
  if (files.size() <= 1) DFN_CHECK(read(kCombined));
  return files;
}

std::string WithoutTrailingSlash(std::string path) {
  while (path.size() > 1 && (path.back() == '/' || path.back() == '\\')) path.pop_back();
  return path;
}

}  // namespace

Result<Model> LoadModel(const std::filesystem::path& path, const Limits& limits) {
  const std::string source = WithoutTrailingSlash(path.string());
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    DFN_TRY(auto files, ReadFolder(path, limits));
    return Load(Files(std::move(files), source), limits);
  }
  if (!std::filesystem::exists(path, error)) {
    return Error{ErrorCode::kNotFound, source + ": there is no such file or folder"};
  }
  if (path.extension() == ".onnx") {
    return Error{ErrorCode::kUnsupported,
                 source + ": is one ONNX file, expected the folder that holds it with config.ini"};
  }
  DFN_TRY(const auto bytes, ReadFile(path, limits));
  DFN_TRY(auto files, ReadArchive(bytes, source, limits));
  return Load(Files(std::move(files), source), limits);
}

Result<Model> LoadModelFiles(std::span<const NamedBytes> files, const std::string& source,
                             const Limits& limits) {
  std::vector<NamedBytes> copies;
  std::copy_if(files.begin(), files.end(), std::back_inserter(copies),
               [](const NamedBytes& file) { return IsWanted(file.name); });
  return Load(Files(std::move(copies), source), limits);
}

}  // namespace dfn
