#include "ort/session_settings.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <string>
#include <vector>

#include "base/path_text.h"
#include "base/printable.h"

namespace dfn::ort {
namespace {

constexpr int kMaxThreads = 1024;

// A provider's name in options, its name in the library's list, and the name that the library's
// function for any provider takes (null for cpu, and for cuda, which has its own function).
struct Provider {
  const char* name;
  const char* listed_as;
  const char* appended_as;
};

constexpr std::array<Provider, 12> kProviders = {{
    {"cpu", "CPUExecutionProvider", nullptr},
    {"cuda", "CUDAExecutionProvider", nullptr},
    {"coreml", "CoreMLExecutionProvider", "CoreML"},
    {"directml", "DmlExecutionProvider", "DML"},
    {"migraphx", "MIGraphXExecutionProvider", "MIGraphX"},
    {"nnapi", "NnapiExecutionProvider", "NNAPI"},
    {"nvtensorrtrtx", "NvTensorRTRTXExecutionProvider", "NvTensorRtRtx"},
    {"openvino", "OpenVINOExecutionProvider", "OpenVINO"},
    {"qnn", "QNNExecutionProvider", "QNN"},
    {"vitisai", "VitisAIExecutionProvider", "VitisAI"},
    {"webgpu", "WebGpuExecutionProvider", "WebGPU"},
    {"xnnpack", "XnnpackExecutionProvider", "XNNPACK"},
}};

const Provider* FindProvider(const std::string& name) {
  std::string lower = name;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto found = std::find_if(kProviders.begin(), kProviders.end(),
                                  [&](const Provider& known) { return lower == known.name; });
  return found == kProviders.end() ? nullptr : &*found;
}

std::string Joined(std::span<const std::string> words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

Result<std::vector<std::string>> ListProviders(const Library& library) {
  char** names = nullptr;
  int count = 0;
  DFN_CHECK(library.Check(
      library.Function<Status_* (*)(char***, int*)>(kGetAvailableProviders)(&names, &count),
      "ONNX Runtime " + library.version()));
  const std::vector<std::string> listed(names, names + count);
  DFN_CHECK(library.Check(
      library.Function<Status_* (*)(char**, int)>(kReleaseAvailableProviders)(names, count),
      "ONNX Runtime " + library.version()));
  return listed;
}

// The listed providers by their names in options; providers without such a name by the listed one.
std::vector<std::string> NamesOf(std::span<const std::string> listed) {
  std::vector<std::string> names;
  for (const std::string& entry : listed) {
    const auto known =
        std::find_if(kProviders.begin(), kProviders.end(),
                     [&](const Provider& provider) { return entry == provider.listed_as; });
    names.push_back(known == kProviders.end() ? Printable(entry) : known->name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Status AppendCuda(const Library& library, SessionOptions_* settings, const std::string& what) {
  CudaOptionsHandle cuda(library);
  DFN_CHECK(library.Check(
      library.Function<Status_* (*)(CudaOptions_**)>(kCreateCudaOptions)(cuda.out()), what));
  using Append = Status_* (*)(SessionOptions_*, const CudaOptions_*);
  return library.Check(library.Function<Append>(kAppendExecutionProviderCuda)(settings, cuda.get()),
                       what);
}

Status AppendProvider(const Library& library, const std::string& name, SessionOptions_* settings) {
  const Provider* provider = FindProvider(name);
  if (provider == &kProviders.front()) return {};  // cpu: always there, behind any other
  DFN_TRY(const std::vector<std::string> listed, ListProviders(library));
  const std::string offer =
      "ONNX Runtime " + library.version() + " offers " + Joined(NamesOf(listed));
  if (provider == nullptr) {
    return Error{ErrorCode::kInvalidArgument,
                 "no execution provider is called " + Quoted(name) + "; " + offer};
  }
  if (std::find(listed.begin(), listed.end(), provider->listed_as) == listed.end()) {
    return Error{ErrorCode::kUnsupported, "the execution provider " + Quoted(provider->name) +
                                              " is not in " + PathText(library.path()) + "; " +
                                              offer};
  }
  const std::string what = "execution provider " + Quoted(provider->name);
  if (provider->appended_as == nullptr) return AppendCuda(library, settings, what);
  using Append =
      Status_* (*)(SessionOptions_*, const char*, const char* const*, const char* const*, size_t);
  return library.Check(library.Function<Append>(kAppendExecutionProvider)(
                           settings, provider->appended_as, nullptr, nullptr, 0),
                       what);
}

}  // namespace

Result<OptionsHandle> MakeSettings(const Library& library, const SessionOptions& options,
                                   const std::string& name) {
  if (options.threads < 1 || options.threads > kMaxThreads) {
    return Error{ErrorCode::kInvalidArgument, "threads of ONNX Runtime are " +
                                                  std::to_string(options.threads) +
                                                  ", expected 1 to " + std::to_string(kMaxThreads)};
  }
  OptionsHandle settings(library);
  DFN_CHECK(library.Check(
      library.Function<Status_* (*)(SessionOptions_**)>(kCreateSessionOptions)(settings.out()),
      name));
  using SetNumber = Status_* (*)(SessionOptions_*, int);
  const auto set = [&](Position position, int value) {
    return library.Check(library.Function<SetNumber>(position)(settings.get(), value), name);
  };
  const auto switch_off = [&](Position position) {
    return library.Check(library.Function<Status_* (*)(SessionOptions_*)>(position)(settings.get()),
                         name);
  };
  DFN_CHECK(set(kSetIntraOpNumThreads, options.threads));
  DFN_CHECK(set(kSetInterOpNumThreads, 1));
  DFN_CHECK(set(kSetSessionExecutionMode, kSequential));
  DFN_CHECK(set(kSetSessionGraphOptimizationLevel, kOptimizeAll));
  // The arena keeps the memory of a run for the next one, and the pattern allocates it as one
  // block: about 6 % less time a frame (dfn3) and no measurable memory. With windows, whose length
  // and size vary, they needed 10 MB without a measurable gain. Spinning needs no setting, since
  // one thread has no pool to spin in.
  if (!options.pools_memory) {
    DFN_CHECK(switch_off(kDisableCpuMemArena));
    DFN_CHECK(switch_off(kDisableMemPattern));
  }
  DFN_CHECK(AppendProvider(library, options.provider, settings.get()));
  return settings;
}

}  // namespace dfn::ort
