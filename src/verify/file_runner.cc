#include "verify/file_runner.h"

#include <algorithm>
#include <array>
#include <utility>

namespace dfn {
namespace {

// The graphs of each layout, in the order in which they feed each other.
const std::array<std::vector<std::string>, 4> kLayouts = {{
    {"enc.onnx", "erb_dec.onnx", "df_dec.onnx"},
    {"combined.onnx"},
    {"enc_conv_streaming.onnx", "enc_gru_streaming.onnx", "erb_dec_streaming.onnx",
     "df_dec_streaming.onnx"},
    {"audio.onnx"},
}};

const NamedBytes* Find(std::span<const NamedBytes> files, const std::string& name) {
  for (const NamedBytes& file : files) {
    if (file.name == name) return &file;
  }
  return nullptr;
}

ort::Tensor Zeros(const std::vector<int64_t>& shape) {
  ort::Tensor tensor{.shape = shape, .values = {}};
  size_t elements = 1;
  for (int64_t& dimension : tensor.shape) {
    dimension = std::max<int64_t>(dimension, 1);
    elements *= static_cast<size_t>(dimension);
  }
  tensor.values.resize(elements);
  return tensor;
}

}  // namespace

Result<FileRunner> FileRunner::Open(std::shared_ptr<const ort::Library> library,
                                    std::span<const NamedBytes> files) {
  const auto complete = [&files](const std::vector<std::string>& layout) {
    return std::all_of(layout.begin(), layout.end(),
                       [&](const std::string& name) { return Find(files, name) != nullptr; });
  };
  const auto layout = std::find_if(kLayouts.begin(), kLayouts.end(), complete);
  if (layout == kLayouts.end()) {
    return Error{ErrorCode::kNotFound, "no complete set of ONNX files to run"};
  }
  FileRunner runner;
  for (const std::string& name : *layout) {
    Stage stage{.file = name, .session = nullptr, .state_names = {}, .states = {}};
    DFN_TRY(stage.session, ort::Session::Create(library, Find(files, name)->bytes, name));
    for (const ort::TensorInfo& input : stage.session->inputs()) {
      if (!input.name.ends_with('0')) continue;
      std::string successor = input.name;
      successor.back() = '1';
      for (const ort::TensorInfo& output : stage.session->outputs()) {
        if (output.name != successor) continue;
        stage.state_names.emplace_back(input.name, successor);
        stage.states[input.name] = Zeros(input.shape);
      }
    }
    runner.stages_.push_back(std::move(stage));
  }
  return runner;
}

Status FileRunner::Step(ort::Tensors& values) {
  for (Stage& stage : stages_) {
    ort::Tensors feeds;
    for (const ort::TensorInfo& input : stage.session->inputs()) {
      if (const auto state = stage.states.find(input.name); state != stage.states.end()) {
        feeds[input.name] = std::move(state->second);
      } else if (const auto value = values.find(input.name); value != values.end()) {
        feeds[input.name] = value->second;
      }
    }
    DFN_TRY(ort::Tensors outputs, stage.session->Run(feeds));
    for (const auto& [input, output] : stage.state_names) {
      stage.states[input] = std::move(outputs[output]);
      outputs.erase(output);
    }
    // In the streaming files the encoder's GRU takes `emb` and gives what the decoders call so.
    if (const auto renamed = outputs.find("emb_out"); renamed != outputs.end()) {
      outputs["emb"] = std::move(renamed->second);
      outputs.erase("emb_out");
    }
    for (auto& [name, tensor] : outputs) values[name] = std::move(tensor);
  }
  return {};
}

size_t FileRunner::frames_a_call() const {
  for (const ort::TensorInfo& input : stages_.front().session->inputs()) {
    if (input.name == "feat_erb" && input.shape.size() == 4 && input.shape[2] > 0) {
      return static_cast<size_t>(input.shape[2]);
    }
  }
  return 0;
}

}  // namespace dfn
