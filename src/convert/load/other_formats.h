// Models in formats that this program does not read.
#ifndef DEEPFILTER_CONVERT_LOAD_OTHER_FORMATS_H_
#define DEEPFILTER_CONVERT_LOAD_OTHER_FORMATS_H_

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace dfn {

// What a file or folder is and what is needed in its place, told by the ending of its name; nothing
// for names that may be a model's. Reads "is a Core ML model, ...", without a subject.
std::optional<std::string> OtherFormatText(std::string_view name);

// The same about the first such file in a folder, for a folder without a model: "holds "a.tflite",
// a TensorFlow Lite model, ...". Or, if a folder up to three levels below it has a config.ini, the
// advice to name that one.
std::optional<std::string> OtherContentText(const std::filesystem::path& folder);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_LOAD_OTHER_FORMATS_H_
