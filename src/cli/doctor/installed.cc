#include "cli/doctor/installed.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>

#include "base/path_text.h"
#include "base/printable.h"
#include "cli/doctor/plugin_paths.h"
#include "os/environment.h"
#include "os/process/find_program.h"
#include "os/shared_library.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;

// Errors: kNotFound in one printable line.
Result<SharedLibrary> OpenLibrary(const fs::path& path) {
  auto library = SharedLibrary::Open(path);
  if (library.ok()) return library;
  return Error{library.error().code, Printable(library.error().message)};
}

// The start of GStreamer 1's description of a plugin.
struct GstreamerDescriptor {
  int major, minor;
  const char* name;
  const char* description;
  int (*init)(void*);
  const char* version;
};

// The start of LADSPA 1.1's descriptor, whose layout is fixed for good.
struct LadspaDescriptor {
  unsigned long unique_id;
  const char* label;
  int properties;
  const char* name;
  const char* maker;
  const char* copyright;
  unsigned long port_count;
  const int* port_descriptors;
  const char* const* port_names;
};

// The start of an LV2 descriptor.
struct Lv2Descriptor {
  const char* uri;
};

// The starts of CLAP 1's entry, factory and descriptor.
struct ClapEntry {
  uint32_t version[3];
  bool (*init)(const char* path);
  void (*deinit)();
  const void* (*get_factory)(const char* id);
};
struct ClapDescriptor {
  uint32_t clap_version[3];
  const char* id;
  const char* name;
  const char* vendor;
  const char* url;
  const char* manual_url;
  const char* support_url;
  const char* version;
};
struct ClapFactory {
  uint32_t (*count)(const ClapFactory* factory);
  const ClapDescriptor* (*descriptor)(const ClapFactory* factory, uint32_t index);
};

constexpr std::string_view kControls[] = {"Attenuation Limit (dB)",
                                          "Min processing threshold (dB)",
                                          "Max ERB processing threshold (dB)",
                                          "Max DF processing threshold (dB)",
                                          "Min Processing Buffer (frames)",
                                          "Post Filter Beta"};
constexpr std::string_view kMonoPorts[] = {"Audio In", "Audio Out"};
constexpr std::string_view kStereoPorts[] = {"Audio In L", "Audio In R", "Audio Out L",
                                             "Audio Out R"};
struct ExpectedPlugin {
  std::string_view label;
  unsigned long unique_id;
  std::span<const std::string_view> audio;
};
constexpr ExpectedPlugin kExpected[] = {{"deep_filter_mono", 7843795, kMonoPorts},
                                        {"deep_filter_stereo", 7843796, kStereoPorts}};

// Plugins that a library may list: none of ours has more than a few.
constexpr unsigned long kMostPlugins = 64;

std::string CheckPorts(const LadspaDescriptor& found, const ExpectedPlugin& expected) {
  if (found.unique_id != expected.unique_id) {
    return fmt::format("{} has the id {}, expected {}", expected.label, found.unique_id,
                       expected.unique_id);
  }
  std::vector<std::string_view> names(expected.audio.begin(), expected.audio.end());
  names.insert(names.end(), std::begin(kControls), std::end(kControls));
  if (found.port_count < names.size()) {
    return fmt::format("{} has {} ports, expected {}", expected.label, found.port_count,
                       names.size());
  }
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] != found.port_names[i]) {
      return fmt::format("port {} of {} is {}, expected \"{}\"", i, expected.label,
                         Quoted(found.port_names[i]), names[i]);
    }
  }
  return {};
}

// The numbers of "1.6.4", with 0 for those that are missing.
std::array<int, 3> VersionNumbers(std::string_view text) {
  std::array<int, 3> numbers{};
  for (int& number : numbers) {
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || rest == end || *rest != '.') break;
    text.remove_prefix(static_cast<size_t>(rest - text.data()) + 1);
  }
  return numbers;
}

// PipeWire 1.6.3 to 1.6.5 do; the others take a path to any folder.
bool LoadsOnlyFromSearchedFolders(std::string_view pipewire) {
  const std::array<int, 3> numbers = VersionNumbers(pipewire);
  return numbers >= std::array{1, 6, 3} && numbers <= std::array{1, 6, 5};
}

// "0.1.0" of "deepfilter 0.1.0"; nothing of another maker's.
std::string VersionOfMaker(std::string_view maker) {
  constexpr std::string_view kOurs = "deepfilter ";
  return maker.starts_with(kOurs) ? Printable(maker.substr(kOurs.size())) : std::string();
}

}  // namespace

Installed InspectLibrary(const fs::path& path) {
  Installed found{.path = path, .version = {}, .holds = {}, .problem = {}};
  const auto library = OpenLibrary(path);
  if (!library.ok()) {
    found.problem = library.error().message;
    return found;
  }
  if (auto* version = library->Find<const char*()>("dfn_version")) {
    found.version = Printable(version());
    found.holds.emplace_back("dfn_*");
  }
  if (library->Find<void()>("df_create") != nullptr) found.holds.emplace_back("df_*");
  if (found.version.empty()) {
    found.problem = found.holds.empty() ? "it is another library of that name"
                                        : "it is another program's: it has no dfn_version";
  }
  return found;
}

Installed InspectLadspa(const fs::path& path) {
  Installed found{.path = path, .version = {}, .holds = {}, .problem = {}};
  const auto library = OpenLibrary(path);
  if (!library.ok()) {
    found.problem = library.error().message;
    return found;
  }
  auto* describe = library->Find<const LadspaDescriptor*(unsigned long)>("ladspa_descriptor");
  if (describe == nullptr) {
    found.problem = "it has no ladspa_descriptor";
    return found;
  }
  std::array<bool, std::size(kExpected)> seen{};
  for (unsigned long i = 0; i < kMostPlugins; ++i) {
    const LadspaDescriptor* plugin = describe(i);
    if (plugin == nullptr) break;
    found.holds.push_back(Printable(plugin->label));
    found.version = VersionOfMaker(plugin->maker);
    for (size_t e = 0; e < std::size(kExpected); ++e) {
      if (kExpected[e].label != plugin->label) continue;
      seen[e] = true;
      if (found.problem.empty()) found.problem = CheckPorts(*plugin, kExpected[e]);
    }
  }
  for (size_t e = 0; e < std::size(kExpected); ++e) {
    if (!seen[e] && found.problem.empty()) {
      found.problem = fmt::format("it has no plugin {}", kExpected[e].label);
    }
  }
  return found;
}

Installed InspectLv2(const fs::path& bundle) {
  Installed found{.path = bundle, .version = {}, .holds = {}, .problem = {}};
  std::error_code failed;
  for (const char* file : {"manifest.ttl", "deepfilter.ttl"}) {
    if (!fs::is_regular_file(bundle / file, failed)) {
      found.problem = fmt::format("it has no {}", file);
      return found;
    }
  }
  const auto library = OpenLibrary(bundle / kLv2File);
  if (!library.ok()) {
    found.problem = library.error().message;
    return found;
  }
  auto* describe = library->Find<const Lv2Descriptor*(uint32_t)>("lv2_descriptor");
  if (describe == nullptr) {
    found.problem = "it has no lv2_descriptor";
    return found;
  }
  for (uint32_t i = 0; i < kMostPlugins; ++i) {
    const Lv2Descriptor* plugin = describe(i);
    if (plugin == nullptr) break;
    found.holds.push_back(Printable(plugin->uri));
  }
  if (found.holds.empty()) found.problem = "it lists no plugin";
  return found;
}

Installed InspectClap(const fs::path& path) {
  Installed found{.path = path, .version = {}, .holds = {}, .problem = {}};
  std::error_code ignored;
  // On macOS it is a bundle.
  const bool is_bundle = fs::is_directory(path, ignored);
  const auto library = OpenLibrary(is_bundle ? path / "Contents" / "MacOS" / path.stem() : path);
  if (!library.ok()) {
    found.problem = library.error().message;
    return found;
  }
  const auto* entry = library->Find<const ClapEntry>("clap_entry");
  if (entry == nullptr) {
    found.problem = "it has no clap_entry";
    return found;
  }
  if (entry->version[0] != 1 || !entry->init(PathText(path).c_str())) {
    found.problem = "it is not of CLAP 1, or cannot start";
    return found;
  }
  const auto* factory = static_cast<const ClapFactory*>(entry->get_factory("clap.plugin-factory"));
  const uint32_t count = factory == nullptr ? 0 : factory->count(factory);
  for (uint32_t i = 0; i < count && i < kMostPlugins; ++i) {
    const ClapDescriptor* plugin = factory->descriptor(factory, i);
    if (plugin == nullptr) break;
    found.holds.push_back(Printable(plugin->id));
    found.version = Printable(plugin->version);
  }
  if (found.holds.empty()) found.problem = "it lists no plugin";
  entry->deinit();
  return found;
}

PipewireState InspectPipewire() {
  PipewireState state;
  state.installed = FindProgram("pipewire").has_value();
  if (const auto library = SharedLibrary::Open("libpipewire-0.3.so.0"); library.ok()) {
    auto* version = library->Find<const char*()>("pw_get_library_version");
    if (version != nullptr) state.version = Printable(version());
  }
  state.only_searched_folders = LoadsOnlyFromSearchedFolders(state.version);
  std::error_code ignored;
  for (const fs::path& folder : LibraryFolders()) {
    if (fs::exists(folder / "pipewire-0.3" / "libpipewire-module-filter-chain.so", ignored)) {
      state.filter_chain = true;
    }
  }
  for (const char* variable : {"PIPEWIRE_RUNTIME_DIR", "XDG_RUNTIME_DIR"}) {
    if (const auto folder = EnvironmentVariable(variable)) {
      state.running = fs::is_socket(PathOf(*folder) / "pipewire-0", ignored);
      break;
    }
  }
  return state;
}

Installed InspectGstreamer(const fs::path& path) {
  Installed found{.path = path, .version = {}, .holds = {}, .problem = {}};
  const auto library = OpenLibrary(path);
  if (!library.ok()) {
    found.problem = library.error().message;
    return found;
  }
  auto* describe = library->Find<const GstreamerDescriptor*()>("gst_plugin_deepfilter_get_desc");
  if (describe == nullptr) {
    found.problem = "it has no gst_plugin_deepfilter_get_desc";
    return found;
  }
  found.holds.push_back(Printable(describe()->name));
  found.version = Printable(describe()->version);
  return found;
}

Installed InspectObs(const fs::path& path) {
  Installed found{.path = path, .version = {}, .holds = {}, .problem = {}};
  const auto library = OpenLibrary(path);
  if (!library.ok()) {
    found.problem = library.error().message;
    return found;
  }
  auto* name = library->Find<const char*()>("obs_module_name");
  if (name == nullptr || library->Find<bool()>("obs_module_load") == nullptr) {
    found.problem = "it has no obs_module_name and obs_module_load";
    return found;
  }
  found.holds.push_back(Printable(name()));
  return found;
}

}  // namespace dfn
