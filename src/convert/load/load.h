// Loads a Model from files of any form.
#ifndef DEEPFILTER_CONVERT_LOAD_LOAD_H_
#define DEEPFILTER_CONVERT_LOAD_LOAD_H_

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "model/model.h"

namespace dfn {

// Loads a model and checks it whole (ValidateConfig, ValidateModel). `path` is
//   - a folder with config.ini and enc.onnx, erb_dec.onnx, df_dec.onnx,
//   - a folder with config.ini and combined.onnx, as exported or as a simplifier left it,
//   - a folder with config.ini and the four files {enc_conv,enc_gru,erb_dec,df_dec}_streaming.onnx,
//     or combined_streaming.onnx, over windows of features or with convolutions' histories,
//   - an official archive (.tar.gz) of any of these, or a .zip, .tar, .tar.xz;
//   - one of the files named above, with config.ini beside it: then its folder is read;
//   - a packed model file, whatever its name.
// Data that the ONNX files keep in other files come from the same folder or archive alone.
// If a folder has several forms, the first one in this order is taken. The networks are read by
// data flow: names and the order of nodes do not matter.
// Errors: kNotFound, kIo, kCorrupt, kLimit, kUnsupported, kMismatch; the sentence names file and
// tensor.
Result<Model> LoadModel(const std::filesystem::path& path, const Limits& limits = {});

// The same from files in memory, found by the last part of their names, or from one packed model
// file. Messages and Origin call the model `source`.
Result<Model> LoadModelFiles(std::span<const NamedBytes> files, const std::string& source,
                             const Limits& limits = {});
Result<Model> LoadModelFiles(std::span<const NamedView> files, const std::string& source,
                             const Limits& limits = {});

// The same from the bytes of an archive or a packed model file.
Result<Model> LoadModelBytes(Bytes bytes, const std::string& source, const Limits& limits = {});

// Reads all files of a model at such a path, in all forms, with config.ini and audio.onnx. From a
// folder without any of them, reads the .onnx file if there is exactly one. A path to an .onnx file
// that is no part of a network gives that file, and config.ini if it lies beside it. Data that ONNX
// files keep in other files are put into them. For code that needs the files themselves.
// Errors: kNotFound, kIo, kLimit, kCorrupt, kUnsupported (a packed model file, which has none).
Result<std::vector<NamedBytes>> ReadModelFiles(const std::filesystem::path& path,
                                               const Limits& limits = {});

// Whether a path is a packed model file, by its first bytes.
bool IsPackedFile(const std::filesystem::path& path);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_LOAD_LOAD_H_
