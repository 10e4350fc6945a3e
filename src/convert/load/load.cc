#include "convert/load/load.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/path_text.h"
#include "base/stand_in.h"
#include "convert/config/config_ini.h"
#include "convert/config/model_files.h"
#include "convert/lift/lift.h"
#include "convert/lift/whole_sequence.h"
#include "convert/load/external_data.h"
#include "convert/load/file_check.h"
#include "convert/load/other_formats.h"
#include "convert/packed/packed_model.h"
#include "formats/archive/archive.h"
#include "formats/ini/ini.h"
#include "formats/onnx/graph.h"
#include "formats/packed/packed_file.h"
#include "os/file_names.h"
#include "os/large_pages.h"
#include "os/read_file.h"

namespace dfn {
namespace {

bool IsWanted(std::string_view name) {
  const std::string_view last = LastPart(name);
  return last == kConfigFile || last == kCombinedFile || last == kCombinedStreamingFile ||
         std::find(kNetworkFiles.begin(), kNetworkFiles.end(), last) != kNetworkFiles.end() ||
         std::find(kStreamingFiles.begin(), kStreamingFiles.end(), last) != kStreamingFiles.end();
}

std::vector<NamedView> Views(std::span<const NamedBytes> files) {
  std::vector<NamedView> views;
  for (const NamedBytes& file : files) views.push_back({file.name, file.bytes});
  return views;
}

// The files of a model, found by the last part of their names. They must outlive the graphs that
// are read from them, which point into their bytes.
class Files {
 public:
  Files(std::span<const NamedView> files, std::string source)
      : source_(std::move(source)), all_(files) {
    for (const NamedView& file : files) {
      if (IsWanted(file.name)) files_.push_back({LastPart(file.name), file.bytes});
    }
  }

  std::string Label(std::string_view name) const { return FileLabel(source_, name); }
  // The model's name in messages.
  std::string whole() const { return ModelLabel(source_); }

  size_t Count(std::string_view name) const {
    return static_cast<size_t>(
        std::count_if(files_.begin(), files_.end(), [&](auto& file) { return file.name == name; }));
  }

  // The one file of that name.
  Result<Bytes> Get(std::string_view name) const {
    const size_t count = Count(name);
    if (count == 1) {
      return std::find_if(files_.begin(), files_.end(),
                          [&](auto& file) { return file.name == name; })
          ->bytes;
    }
    if (count > 1) {
      return Error{ErrorCode::kMismatch, whole() + ": holds " + std::to_string(count) + " files " +
                                             std::string(name) + ", expected one"};
    }
    return Error{ErrorCode::kNotFound, whole() + ": there is no " + std::string(name)};
  }

  Result<onnx::Graph> ReadGraph(std::string_view name, const Limits& limits) const {
    DFN_TRY(const Bytes bytes, Get(name));
    DFN_TRY(auto whole, onnx::InlineExternalData(bytes, Label(name), DataAmong(all_), limits));
    if (!whole) return onnx::ReadGraph(bytes, Label(name), limits);
    return onnx::ReadGraph(std::make_shared<const std::vector<uint8_t>>(std::move(*whole)),
                           Label(name), limits);
  }

 private:
  std::string source_;
  std::span<const NamedView> all_;
  std::vector<NamedView> files_;
};

template <size_t N>
bool HasAny(const Files& files, const std::array<const char*, N>& names) {
  return std::any_of(names.begin(), names.end(),
                     [&](const char* name) { return files.Count(name) > 0; });
}

// The form of a model's files. If there are several, the official export comes first, then forms
// for whole sequences, then forms for streams.
enum class Form { kNone, kNetworks, kCombined, kStreaming, kCombinedStreaming };

Form FormOf(const Files& files) {
  if (HasAny(files, kNetworkFiles)) return Form::kNetworks;
  if (files.Count(kCombinedFile) > 0) return Form::kCombined;
  if (files.Count(kCombinedStreamingFile) == 0) {
    return HasAny(files, kStreamingFiles) ? Form::kStreaming : Form::kNone;
  }
  // The four streaming files, if complete, come before the merged one, as in other programs.
  const bool all = std::all_of(kStreamingFiles.begin(), kStreamingFiles.end(),
                               [&](const char* name) { return files.Count(name) > 0; });
  return all ? Form::kStreaming : Form::kCombinedStreaming;
}

// Empty where the config leaves the deep filter out: the file may be missing then.
Result<onnx::Graph> ReadDfDecoder(const Files& files, std::string_view name, const Config& config,
                                  const Limits& limits) {
  if (config.mask_only) return onnx::Graph();
  return files.ReadGraph(name, limits);
}

Result<Model> LiftStreamingFiles(const Files& files, const Config& config, const Limits& limits) {
  DFN_TRY(const onnx::Graph enc_conv, files.ReadGraph(kStreamingFiles[0], limits));
  DFN_TRY(const onnx::Graph enc_gru, files.ReadGraph(kStreamingFiles[1], limits));
  DFN_TRY(const onnx::Graph erb_dec, files.ReadGraph(kStreamingFiles[2], limits));
  DFN_TRY(const onnx::Graph df_dec, ReadDfDecoder(files, kStreamingFiles[3], config, limits));
  return LiftStreaming({enc_conv, files.Label(kStreamingFiles[0])},
                       {enc_gru, files.Label(kStreamingFiles[1])},
                       {erb_dec, files.Label(kStreamingFiles[2])},
                       {df_dec, files.Label(kStreamingFiles[3])}, config);
}

Result<Model> Lift(const Files& files, const Config& config, const Limits& limits) {
  const Form form = FormOf(files);
  if (form == Form::kStreaming) return LiftStreamingFiles(files, config, limits);
  if (form == Form::kCombined) {
    DFN_TRY(const onnx::Graph graph, files.ReadGraph(kCombinedFile, limits));
    return LiftCombined({graph, files.Label(kCombinedFile)}, config);
  }
  if (form == Form::kCombinedStreaming) {
    const std::string label = files.Label(kCombinedStreamingFile);
    DFN_TRY(const onnx::Graph streaming, files.ReadGraph(kCombinedStreamingFile, limits));
    DFN_TRY(const onnx::Graph graph, ToWholeSequence(streaming, label));
    return LiftCombined({graph, label}, config);
  }
  DFN_TRY(const onnx::Graph enc, files.ReadGraph(kNetworkFiles[0], limits));
  DFN_TRY(const onnx::Graph erb_dec, files.ReadGraph(kNetworkFiles[1], limits));
  DFN_TRY(const onnx::Graph df_dec, ReadDfDecoder(files, kNetworkFiles[2], config, limits));
  return LiftNetworks({enc, files.Label(kNetworkFiles[0])},
                      {erb_dec, files.Label(kNetworkFiles[1])},
                      {df_dec, files.Label(kNetworkFiles[2])}, config);
}

Result<Model> Load(const Files& files, const Limits& limits) {
  const bool has_config = files.Count(kConfigFile) > 0;
  const Form form = FormOf(files);
  if (!has_config || form == Form::kNone) {
    return NoModel(has_config, form != Form::kNone, files.whole());
  }
  DFN_TRY(const Bytes text, files.Get(kConfigFile));
  DFN_TRY(const IniFile ini, IniFile::Parse(text, files.Label(kConfigFile), limits));
  DFN_TRY(const Config config, ReadConfig(ini, files.Label(kConfigFile), limits));
  const auto has = [&](std::string_view name) { return files.Count(name) > 0; };
  if (form == Form::kNetworks) DFN_CHECK(CheckNetworks(has, config.mask_only, files.whole()));
  Result<Model> model = Lift(files, config, limits);
  if (!model.ok()) return model;
  DFN_CHECK(ValidateModel(*model, files.whole()));
  model->origin.source = files.whole();
  return model;
}

// What to read from a folder: the first form of the model, or all forms.
enum class Extent { kFirstForm, kAll };

// Reads the folder's .onnx file if there is exactly one: graphs from samples to samples that others
// publish have names of their own.
Status ReadOnlyGraph(const std::filesystem::path& folder, std::vector<NamedBytes>& files,
                     const Limits& limits) {
  std::filesystem::path only;
  size_t graphs = 0;
  const std::error_code error = EachName(folder, [&](const std::filesystem::path& name) {
    if (name.extension() != ".onnx") return;
    only = folder / name;
    ++graphs;
  });
  if (error || graphs != 1) return {};
  DFN_TRY(auto bytes, ReadFile(only, limits));
  files.push_back({.name = PathText(only.filename()), .bytes = std::move(bytes)});
  return {};
}

// Reads an .onnx file that stands for itself, with config.ini if it lies beside it.
Result<std::vector<NamedBytes>> ReadOneGraph(const std::filesystem::path& path,
                                             const Limits& limits) {
  std::vector<NamedBytes> files;
  const std::filesystem::path config = path.parent_path() / kConfigFile;
  std::error_code error;
  for (const std::filesystem::path& file : {config, path}) {
    if (file == config && !std::filesystem::exists(file, error)) continue;
    DFN_TRY(auto bytes, ReadFile(file, limits));
    files.push_back({.name = PathText(file.filename()), .bytes = std::move(bytes)});
  }
  return files;
}

// The path without slashes at its end.
std::string SourceName(const std::filesystem::path& path) {
  std::string name = PathText(path);
  while (name.size() > 1 && (name.back() == '/' || name.back() == '\\')) name.pop_back();
  return name;
}

Error MoreThanALimit(const std::filesystem::path& folder, const Limits& limits) {
  return {ErrorCode::kLimit, SourceName(folder) +
                                 ": the model's files have more bytes than the limit of " +
                                 std::to_string(limits.max_archive_bytes)};
}

Result<std::vector<NamedBytes>> ReadFolder(const std::filesystem::path& folder, Extent extent,
                                           const Limits& limits) {
  std::vector<NamedBytes> files;
  std::error_code error;
  // As for an archive, which may hold no more either.
  uintmax_t left = limits.max_archive_bytes;
  const auto read = [&](const char* name) -> Status {
    const bool there = std::filesystem::exists(folder / name, error);
    // Without one of its files a model may still be a model, and another one.
    if (error) {
      return Error{ErrorCode::kIo,
                   PathText(folder / name) + ": cannot be read: " + error.message()};
    }
    if (!there) return {};
    const uintmax_t size = std::filesystem::file_size(folder / name, error);
    if (!error && size > left) return MoreThanALimit(folder, limits);
    DFN_TRY(auto bytes, ReadFile(folder / name, limits));
    left -= std::min<uintmax_t>(bytes.size(), left);
    files.push_back({.name = name, .bytes = std::move(bytes)});
    return {};
  };
  DFN_CHECK(read(kConfigFile));
  const size_t before = files.size();
  const auto go_on = [&] { return extent == Extent::kAll || files.size() == before; };
  for (const char* name : kNetworkFiles) DFN_CHECK(read(name));
  if (go_on()) DFN_CHECK(read(kCombinedFile));
  if (!go_on()) return files;
  for (const char* name : kStreamingFiles) DFN_CHECK(read(name));
  DFN_CHECK(read(kCombinedStreamingFile));
  if (extent == Extent::kAll) {
    DFN_CHECK(read(kAudioFile));
    if (files.size() == before) DFN_CHECK(ReadOnlyGraph(folder, files, limits));
  }
  return files;
}

Result<std::vector<NamedBytes>> ReadSource(const std::filesystem::path& path, Extent extent,
                                           const Limits& limits) {
  const std::string source = SourceName(path);
  std::error_code error;
  const std::optional<std::string> other = OtherFormatText(PathText(path.filename()));
  if (std::filesystem::is_directory(path, error) &&
      (!other || std::filesystem::exists(path / kConfigFile, error))) {
    DFN_TRY(auto files, ReadFolder(path, extent, limits));
    DFN_CHECK(CheckNoStandIns(Views(files), source));
    DFN_CHECK(InlineDataOfFolder(path, source, files, limits));
    return files;
  }
  if (!std::filesystem::exists(path, error)) {
    return Error{ErrorCode::kNotFound, source + ": there is no such file or folder"};
  }
  if (path.extension() == ".onnx") {
    const std::string name = PathText(path.filename());
    if (extent == Extent::kAll && !IsWanted(name)) {
      DFN_TRY(auto files, ReadOneGraph(path, limits));
      DFN_CHECK(CheckNoStandIns(Views(files), source));
      const std::filesystem::path folder = path.parent_path();
      DFN_CHECK(InlineDataOfFolder(folder.empty() ? "." : folder, source, files, limits));
      return files;
    }
    return Error{ErrorCode::kUnsupported,
                 source + ": is one ONNX file, expected the folder that holds it with config.ini"};
  }
  if (other) return Error{ErrorCode::kUnsupported, source + ": " + *other};
  DFN_TRY(const auto bytes, ReadFile(path, limits));
  if (const auto stand_in = StandInText(bytes, bytes.size())) {
    return Error{ErrorCode::kCorrupt, source + ": " + *stand_in};
  }
  DFN_TRY(auto files, ReadArchive(bytes, source, limits));
  DFN_CHECK(CheckNoStandIns(Views(files), source));
  DFN_CHECK(InlineDataAmongFiles(source, files, limits));
  return files;
}

// The error of a folder without any file of a model, by what is in it instead.
Error ExplainFolder(const std::filesystem::path& folder, const Error& error) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) return error;
  const std::optional<std::string> other = OtherContentText(folder);
  return other ? Error{ErrorCode::kNotFound, SourceName(folder) + ": " + *other} : error;
}

}  // namespace

bool IsPackedFile(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;
  std::array<uint8_t, kPackedMagic.size()> start{};
  std::ifstream stream(path, std::ios::binary);
  stream.read(reinterpret_cast<char*>(start.data()), start.size());
  return LooksLikePacked(Bytes(start).first(static_cast<size_t>(stream.gcount())));
}

Result<std::vector<NamedBytes>> ReadModelFiles(const std::filesystem::path& path,
                                               const Limits& limits) {
  if (IsPackedFile(path)) {
    return Error{ErrorCode::kUnsupported,
                 PathText(path) +
                     ": is a packed model file, which holds no ONNX files; make them of it with: "
                     "deepfilter export"};
  }
  return ReadSource(FolderOfPart(path), Extent::kAll, limits);
}

Result<Model> LoadModel(const std::filesystem::path& path, const Limits& limits) {
  if (IsPackedFile(path)) {
    DFN_TRY(auto file, ReadFileBlock(path, limits));
    const auto kept = std::make_shared<const FileBlock>(std::move(file));
    return LoadPackedModel(kept->bytes(), PathText(path), limits,
                           {.bytes_stay = true, .owner = kept, .source = LargePages()});
  }
  const std::filesystem::path folder = FolderOfPart(path);
  DFN_TRY(const auto files, ReadSource(folder, Extent::kFirstForm, limits));
  Result<Model> model = LoadModelFiles(files, SourceName(folder), limits);
  if (!model && files.empty()) return ExplainFolder(folder, model.error());
  return model;
}

Result<Model> LoadModelFiles(std::span<const NamedBytes> files, const std::string& source,
                             const Limits& limits) {
  return LoadModelFiles(Views(files), source, limits);
}

Result<Model> LoadModelFiles(std::span<const NamedView> files, const std::string& source,
                             const Limits& limits) {
  if (files.size() == 1 && LooksLikePacked(files[0].bytes)) {
    return LoadPackedModel(files[0].bytes, ModelLabel(source), limits, {.source = LargePages()});
  }
  DFN_CHECK(CheckNoStandIns(files, source));
  return Load(Files(files, source), limits);
}

Result<Model> LoadModelBytes(Bytes bytes, const std::string& source, const Limits& limits) {
  if (LooksLikePacked(bytes)) {
    return LoadPackedModel(bytes, ModelLabel(source), limits, {.source = LargePages()});
  }
  DFN_TRY(const auto files, ReadArchive(bytes, source, limits));
  return LoadModelFiles(files, source, limits);
}

}  // namespace dfn
