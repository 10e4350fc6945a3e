// From files to the Model, whatever form the files have.
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
//   - a folder with config.ini and combined.onnx, plain or gone over by a simplifier,
//   - a folder with config.ini and the four files {enc_conv,enc_gru,erb_dec,df_dec}_streaming.onnx,
//     or combined_streaming.onnx, over windows of features or with convolutions' histories,
//   - an official archive (.tar.gz) of any of these.
// The first form in this order that is there is taken.
// The networks are understood by data flow alone: names and order of nodes carry no meaning.
// Errors: kNotFound, kIo, kCorrupt, kLimit, kUnsupported, kMismatch; the sentence names file and
// tensor.
Result<Model> LoadModel(const std::filesystem::path& path, const Limits& limits = {});

// The same from files in memory, found by the last part of their names; `source` is what messages
// and Origin call the whole.
Result<Model> LoadModelFiles(std::span<const NamedBytes> files, const std::string& source,
                             const Limits& limits = {});
Result<Model> LoadModelFiles(std::span<const NamedView> files, const std::string& source,
                             const Limits& limits = {});

// The same from an archive's bytes.
Result<Model> LoadModelArchive(Bytes archive, const std::string& source, const Limits& limits = {});

// All files of a model at such a path, config.ini among them, whatever forms they are of, audio.onnx
// too; of a folder without any of them, its .onnx file if it has one alone: for those who do more
// with them than load.
// Errors: kNotFound, kIo, kLimit, kCorrupt.
Result<std::vector<NamedBytes>> ReadModelFiles(const std::filesystem::path& path,
                                               const Limits& limits = {});

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_LOAD_LOAD_H_
