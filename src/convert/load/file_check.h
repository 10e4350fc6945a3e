// Whether the files of a model are all there, and are what their names say.
#ifndef DEEPFILTER_CONVERT_LOAD_FILE_CHECK_H_
#define DEEPFILTER_CONVERT_LOAD_FILE_CHECK_H_

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace dfn {

// That no config.ini, .onnx or .data file among these only stands in for one (StandInText), if there
// is an .onnx file.
// Messages call the model `source`. Errors: kCorrupt.
Status CheckNoStandIns(std::span<const NamedView> files, const std::string& source);

// That a model with one of the files enc.onnx, erb_dec.onnx and df_dec.onnx has all of them; with
// `mask_only` the last may be missing. `has` tells whether there is a file of that name. Messages
// call the model `whole`. Errors: kNotFound.
Status CheckNetworks(const std::function<bool(std::string_view)>& has, bool mask_only,
                     const std::string& whole);

// The error about files that lack config.ini or a network, by whether there is any of either.
Error NoModel(bool has_config, bool has_networks, const std::string& whole);

// The folder of a model of which one file is named. If a path is a file with the name of config.ini
// or of a network, and config.ini is beside it, then it is the path's folder, else the path itself.
std::filesystem::path FolderOfPart(const std::filesystem::path& path);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_LOAD_FILE_CHECK_H_
