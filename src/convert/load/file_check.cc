#include "convert/load/file_check.h"

#include <algorithm>
#include <system_error>

#include "base/path_text.h"
#include "base/printable.h"
#include "base/stand_in.h"
#include "convert/config/model_files.h"

namespace dfn {
namespace {

bool IsModelFileName(std::string_view name) {
  return name == kConfigFile || name == kCombinedFile || name == kCombinedStreamingFile ||
         std::find(kNetworkFiles.begin(), kNetworkFiles.end(), name) != kNetworkFiles.end() ||
         std::find(kStreamingFiles.begin(), kStreamingFiles.end(), name) != kStreamingFiles.end();
}

}  // namespace

Status CheckNoStandIns(std::span<const NamedView> files, const std::string& source) {
  // Without any network, that is what is wrong, whatever else is there.
  const auto is_network = [](const NamedView& file) { return file.name.ends_with(".onnx"); };
  if (std::none_of(files.begin(), files.end(), is_network)) return {};
  for (const NamedView& file : files) {
    const std::string_view name = LastPart(file.name);
    const bool is_model_file =
        name == kConfigFile || name.ends_with(".onnx") || name.ends_with(".data");
    if (!is_model_file || name.starts_with('.')) continue;
    const std::optional<std::string> text = StandInText(file.bytes, file.bytes.size());
    if (!text) continue;
    return Error{ErrorCode::kCorrupt, FileLabel(source, Printable(name)) + ": " + *text};
  }
  return {};
}

Status CheckNetworks(const std::function<bool(std::string_view)>& has, bool mask_only,
                     const std::string& whole) {
  std::string there;
  std::string missing;
  for (const char* name : GraphsOf(kNetworkFiles, mask_only)) {
    if (has(name)) {
      there += (there.empty() ? "" : " and ") + std::string(name);
    } else {
      missing += (missing.empty() ? "no " : " and no ") + std::string(name);
    }
  }
  if (missing.empty()) return {};
  return Error{ErrorCode::kNotFound, whole + ": there is " + missing + " beside " + there +
                                         ", and a model has " + (mask_only ? "both" : "all three") +
                                         "; take them from the archive or the export that they "
                                         "come from"};
}

Error NoModel(bool has_config, bool has_networks, const std::string& whole) {
  if (has_networks && !has_config) {
    return {ErrorCode::kNotFound,
            whole +
                ": holds no model, since config.ini is missing, which says what network the "
                "ONNX files are; take it from the archive that they come from (the official "
                "ones have it beside them) or from the folder of the training run"};
  }
  return {ErrorCode::kNotFound,
          whole +
              ": holds no model, expected config.ini with enc.onnx, erb_dec.onnx and "
              "df_dec.onnx, or config.ini with combined.onnx" +
              (has_config ? ", but of these there is config.ini alone" : "")};
}

std::filesystem::path FolderOfPart(const std::filesystem::path& path) {
  std::error_code error;
  if (!IsModelFileName(PathText(path.filename()))) return path;
  if (!std::filesystem::is_regular_file(path, error)) return path;
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  if (!std::filesystem::is_regular_file(folder / kConfigFile, error)) return path;
  return folder;
}

}  // namespace dfn
