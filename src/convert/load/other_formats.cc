#include "convert/load/other_formats.h"

#include <algorithm>
#include <system_error>
#include <vector>

#include "base/path_text.h"
#include "base/printable.h"
#include "convert/config/model_files.h"

namespace dfn {
namespace {

struct OtherFormat {
  std::string_view ending;
  const char* what;
};

constexpr OtherFormat kOtherFormats[] = {
    {".tflite", "a TensorFlow Lite model"},
    {".pb", "a TensorFlow graph"},
    {".h5", "a Keras model"},
    {".hdf5", "a Keras model"},
    {".keras", "a Keras model"},
    {".mlmodel", "a Core ML model"},
    {".mlpackage", "a Core ML model"},
    {".mlmodelc", "a Core ML model"},
    {".engine", "a TensorRT engine"},
    {".trt", "a TensorRT engine"},
    {".plan", "a TensorRT engine"},
    {".xml", "an OpenVINO model"},
    {".ort", "a model in ONNX Runtime's own format"},
    {".gguf", "a GGUF model"},
    {".ggml", "a GGML model"},
    {".nnef", "an NNEF model"},
    {".param", "an ncnn model"},
    {".mnn", "an MNN model"},
    {".rknn", "an RKNN model"},
    {".dlc", "a model of Qualcomm's SNPE"},
    {".caffemodel", "a Caffe model"},
    {".pdmodel", "a PaddlePaddle model"},
    {".pdparams", "a PaddlePaddle model"},
    {".pt2", "a program of torch.export"},
    {".pte", "a program of ExecuTorch"},
    {".npz", "an archive of numpy's arrays"},
    {".npy", "one array of numpy"},
    {".msgpack", "a Flax checkpoint"},
};

struct OtherArchive {
  std::string_view ending;
  const char* what;
};

constexpr OtherArchive kOtherArchives[] = {{".7z", "a 7-Zip archive"}, {".rar", "a RAR archive"}};

constexpr const char* kInstead =
    "which this program does not read; it needs the ONNX files or the PyTorch checkpoint that it "
    "was made from, with their config.ini (the official models: deepfilter models pull dfn3)";

// Folders below one that are looked into, and how deep.
constexpr size_t kMaxEntries = 1000;
constexpr int kMaxDepth = 3;

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

template <class Formats>
const char* WhatItIs(std::string_view name, const Formats& formats) {
  const std::string lower = LowerCase(name);
  for (const auto& format : formats) {
    if (lower.ends_with(format.ending)) return format.what;
  }
  return nullptr;
}

}  // namespace

std::optional<std::string> OtherFormatText(std::string_view name) {
  if (const char* what = WhatItIs(name, kOtherFormats)) {
    return std::string("is ") + what + ", " + kInstead;
  }
  if (const char* what = WhatItIs(name, kOtherArchives)) {
    return std::string("is ") + what +
           ", which this program does not read; unpack it and name the folder";
  }
  return std::nullopt;
}

std::optional<std::string> OtherContentText(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<fs::path> below;
  std::vector<std::string> others;
  size_t entries = 0;
  fs::recursive_directory_iterator at(folder, error);
  for (; !error && at != fs::recursive_directory_iterator() && entries < kMaxEntries;
       at.increment(error), ++entries) {
    const std::string name = PathText(at->path().filename());
    if (at.depth() == 0 && WhatItIs(name, kOtherFormats)) others.push_back(name);
    if (at.depth() > 0 && name == kConfigFile) below.push_back(at->path().parent_path());
    if (at.depth() >= kMaxDepth) at.disable_recursion_pending();
  }
  if (!below.empty()) {
    const fs::path first = *std::min_element(below.begin(), below.end());
    return "holds no model itself, but " + Quoted(PathText(first.lexically_relative(folder))) +
           " in it has a config.ini; name that folder";
  }
  if (others.empty()) return std::nullopt;
  const std::string& first = *std::min_element(others.begin(), others.end());
  return "holds " + Quoted(first) + ", " + WhatItIs(first, kOtherFormats) + ", " + kInstead;
}

}  // namespace dfn
