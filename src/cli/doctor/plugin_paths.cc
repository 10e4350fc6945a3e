#include "cli/doctor/plugin_paths.h"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <system_error>

#include "base/path_text.h"
#include "os/environment.h"
#include "os/process/program_path.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;

#if defined(_WIN32)
constexpr char kListSeparator = ';';
#else
constexpr char kListSeparator = ':';
#endif

std::string Variable(const char* name) { return EnvironmentVariable(name).value_or(""); }

// The entries of a variable like $PATH, without empty ones.
std::vector<fs::path> Entries(const std::string& list) {
  std::vector<fs::path> entries;
  std::istringstream parts(list);
  for (std::string part; std::getline(parts, part, kListSeparator);) {
    if (!part.empty()) entries.push_back(PathOf(part));
  }
  return entries;
}

// /usr/lib, /usr/lib64 and the folders of each architecture below ("x86_64-linux-gnu").
std::vector<fs::path> SystemLibraryFolders() {
#if defined(_WIN32)
  return {};
#else
  std::vector<fs::path> folders = {"/usr/local/lib", "/usr/lib", "/usr/lib64"};
  std::error_code ignored;
  for (const char* root : {"/usr/local/lib", "/usr/lib"}) {
    for (const fs::directory_entry& entry : fs::directory_iterator(root, ignored)) {
      if (PathText(entry.path().filename()).find("-linux-") != std::string::npos) {
        folders.push_back(entry.path());
      }
    }
  }
  return folders;
#endif
}

// The library folders beside this program's own: of an installation or of a build.
std::vector<fs::path> OwnLibraryFolders() {
  std::error_code failed;
  const fs::path program = ProgramPath();
  if (program.empty()) return {};
  const fs::path prefix = program.parent_path().parent_path();
  std::vector<fs::path> folders = {prefix / "lib", prefix / "lib64"};
  for (const fs::directory_entry& entry : fs::directory_iterator(prefix / "lib", failed)) {
    if (PathText(entry.path().filename()).find("-linux-") != std::string::npos) {
      folders.push_back(entry.path());
    }
  }
  return folders;
}

// Whether the first file of that name in the folders is this one.
bool FirstIs(const std::vector<fs::path>& folders, const fs::path& file) {
  std::error_code ignored;
  for (const fs::path& folder : folders) {
    const fs::path found = folder / file.filename();
    if (fs::exists(found, ignored)) return fs::equivalent(found, file, ignored);
  }
  return false;
}

std::vector<fs::path> Existing(const std::vector<fs::path>& folders) {
  std::vector<fs::path> existing;
  std::error_code ignored;
  for (const fs::path& folder : folders) {
    const bool is_new = std::none_of(existing.begin(), existing.end(), [&](const fs::path& other) {
      return fs::equivalent(folder, other, ignored);
    });
    if (is_new && fs::is_directory(folder, ignored)) existing.push_back(folder);
  }
  return existing;
}

// Where hosts of Windows and macOS look for a kind of plugin: the user's folder and the system's.
std::vector<fs::path> HostFolders([[maybe_unused]] const std::string& kind) {
  std::vector<fs::path> folders;
#if defined(_WIN32) || defined(__APPLE__)
  std::string name = kind;
  for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const auto add = [&](const std::string& root, const fs::path& rest) {
    if (!root.empty()) folders.push_back(PathOf(root) / rest / name);
  };
#if defined(_WIN32)
  add(Variable("LOCALAPPDATA"), fs::path("Programs") / "Common");
  add(Variable("APPDATA"), "");
  add(Variable("COMMONPROGRAMFILES"), "");
#else
  add(Variable("HOME"), "Library/Audio/Plug-Ins");
  add("/Library/Audio/Plug-Ins", "");
#endif
#endif
  return folders;
}

// The folders of a kind: the user's, named from the home folder, the system's, this program's.
std::vector<fs::path> KindFolders(const std::string& in_home, const std::string& kind) {
  std::vector<fs::path> folders = HostFolders(kind);
  if (const std::string home = Variable("HOME"); !home.empty()) {
    folders.push_back(PathOf(home) / in_home);
  }
  for (const auto& libraries : {SystemLibraryFolders(), OwnLibraryFolders()}) {
    for (const fs::path& folder : libraries) folders.push_back(folder / kind);
  }
  return folders;
}

std::vector<fs::path> PluginFolders(const char* variable, const std::string& kind) {
  std::vector<fs::path> folders = Entries(Variable(variable));
  if (folders.empty()) return Existing(KindFolders("." + kind, kind));
  for (const fs::path& folder : OwnLibraryFolders()) folders.push_back(folder / kind);
  return Existing(folders);
}

}  // namespace

std::vector<fs::path> LadspaFolders() { return PluginFolders("LADSPA_PATH", "ladspa"); }

std::vector<fs::path> Lv2Folders() { return PluginFolders("LV2_PATH", "lv2"); }

std::vector<fs::path> ClapFolders() { return PluginFolders("CLAP_PATH", "clap"); }

std::vector<fs::path> LibraryFolders() {
#if defined(_WIN32)
  std::vector<fs::path> folders = Entries(Variable("PATH"));
  folders.insert(folders.begin(), ProgramPath().parent_path());
#elif defined(__APPLE__)
  std::vector<fs::path> folders = Entries(Variable("DYLD_LIBRARY_PATH"));
#else
  std::vector<fs::path> folders = Entries(Variable("LD_LIBRARY_PATH"));
#endif
  for (const auto& more : {OwnLibraryFolders(), SystemLibraryFolders()}) {
    folders.insert(folders.end(), more.begin(), more.end());
  }
  return Existing(folders);
}

std::vector<fs::path> GstreamerFolders() {
  std::vector<fs::path> folders = Entries(Variable("GST_PLUGIN_PATH"));
  for (const fs::path& folder :
       KindFolders(".local/share/gstreamer-1.0/plugins", "gstreamer-1.0")) {
    folders.push_back(folder);
  }
  return Existing(folders);
}

std::vector<fs::path> ObsFolders() {
  return Existing(KindFolders(".config/obs-studio/plugins/deepfilter/bin/64bit", "obs-plugins"));
}

std::vector<fs::path> FindAll(const std::vector<fs::path>& folders, const std::string& name) {
  std::vector<fs::path> found;
  std::error_code ignored;
  for (const fs::path& folder : folders) {
    const fs::path candidate = folder / name;
    if (!fs::exists(candidate, ignored)) continue;
    const bool is_new = std::none_of(found.begin(), found.end(), [&](const fs::path& other) {
      return fs::equivalent(candidate, other, ignored);
    });
    if (is_new) found.push_back(candidate);
  }
  return found;
}

std::optional<fs::path> FindLadspaPlugin() {
  const std::vector<fs::path> found = FindAll(LadspaFolders(), kLadspaFile);
  if (found.empty()) return std::nullopt;
  return found.front();
}

std::optional<fs::path> PipewireLibraryFolder() {
  std::error_code ignored;
  for (const fs::path& folder : LibraryFolders()) {
    if (fs::is_directory(folder / "pipewire-0.3", ignored)) return folder;
  }
  return std::nullopt;
}

PipewireName NameForPipewire(const fs::path& plugin) {
  std::vector<fs::path> system = {"/usr/lib64/ladspa", "/usr/lib/ladspa"};
  if (const auto own = PipewireLibraryFolder()) system.push_back(*own);
  const std::string variable = Variable("LADSPA_PATH");
  const std::vector<fs::path> folders = Entries(variable);
  if (plugin.extension() == ".so" && FirstIs(folders.empty() ? system : folders, plugin)) {
    // The system's folders are searched without the variable, which a service may not have.
    return {.name = PathText(plugin.stem()),
            .ladspa_path = FirstIs(system, plugin) ? "" : variable,
            .searched = true};
  }
  PipewireName name = {.name = PathText(plugin), .ladspa_path = {}, .searched = false};
  const std::string folder = PathText(plugin.parent_path());
  // A list of folders has no way to write a colon.
  if (folder.find(':') != std::string::npos) return name;
  name.ladspa_path = folder;
  for (const fs::path& other : folders.empty() ? system : folders) {
    name.ladspa_path += ":" + PathText(other);
  }
  return name;
}

}  // namespace dfn
