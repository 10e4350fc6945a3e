// For export_test.py: exports a model, or enhances samples with the native engine.
//
//   export_files export SOURCE DIR LAYOUT STATE OPSET [frames1] [lower_gru] [fp16]
//   export_files enhance SOURCE IN.f32 OUT.f32     little-endian floats, whole hops, not aligned
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "convert/export/export.h"
#include "convert/load/load.h"
#include "engine/native/native_network.h"
#include "stream/denoise/denoiser.h"

namespace {

using dfn::ExportLayout;
using dfn::StateForm;

int Fail(const std::string& sentence) {
  std::cerr << "export_files: " << sentence << "\n";
  return 1;
}

template <class T>
T Named(const std::string& name, const std::vector<T>& values, const char* (*name_of)(T)) {
  for (T value : values) {
    if (name == name_of(value)) return value;
  }
  std::exit(Fail("no such name: " + name));
}

int Export(const dfn::Model& model, const std::vector<std::string>& args) {
  dfn::ExportOptions options;
  options.layout = Named(args[1],
                         {ExportLayout::kNetworks, ExportLayout::kCombined,
                          ExportLayout::kStreaming, ExportLayout::kAudio},
                         dfn::LayoutName);
  options.state =
      Named(args[2], {StateForm::kFull, StateForm::kGru, StateForm::kNone}, dfn::StateFormName);
  options.opset = std::stoi(args[3]);
  for (size_t i = 4; i < args.size(); ++i) {
    options.single_frame |= args[i] == "frames1";
    options.lower_gru |= args[i] == "lower_gru";
    options.fp16_weights |= args[i] == "fp16";
  }
  const auto files = dfn::ExportModel(model, options);
  if (!files.ok()) return Fail(files.error().message);
  const std::filesystem::path folder = args[0];
  std::filesystem::create_directories(folder);
  for (const dfn::NamedBytes& file : *files) {
    std::ofstream out(folder / file.name, std::ios::binary);
    out.write(reinterpret_cast<const char*>(file.bytes.data()),
              static_cast<std::streamsize>(file.bytes.size()));
  }
  return 0;
}

int Enhance(const dfn::Model& model, const std::vector<std::string>& args) {
  std::ifstream in(args[0], std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
  std::vector<float> samples(bytes.size() / sizeof(float));
  std::memcpy(samples.data(), bytes.data(), samples.size() * sizeof(float));
  dfn::DenoiserOptions options;
  options.controls.post_filter = model.config.post_filter;
  options.controls.post_filter_beta = model.config.post_filter_beta;
  std::shared_ptr<const dfn::Network> network = dfn::NewNativeNetwork(model);
  auto denoiser = dfn::Denoiser::Create(network, options);
  if (!denoiser.ok()) return Fail(denoiser.error().message);
  float* channel = samples.data();
  (*denoiser)->Process(&channel, &channel, samples.size() / model.config.hop_size, nullptr);
  std::ofstream out(args[1], std::ios::binary);
  out.write(reinterpret_cast<const char*>(samples.data()),
            static_cast<std::streamsize>(samples.size() * sizeof(float)));
  return 0;
}

}  // namespace

int main(int count, char** values) {
  const std::vector<std::string> args(values + 1, values + count);
  if (args.size() < 4) return Fail("see the top of export_files.cc for its arguments");
  const auto model = dfn::LoadModel(args[1]);
  if (!model.ok()) return Fail(model.error().message);
  const std::vector<std::string> rest(args.begin() + 2, args.end());
  return args[0] == "export" ? Export(*model, rest) : Enhance(*model, rest);
}
