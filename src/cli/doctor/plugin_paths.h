// The folders of plugins and libraries on this machine.
#ifndef DEEPFILTER_CLI_DOCTOR_PLUGIN_PATHS_H_
#define DEEPFILTER_CLI_DOCTOR_PLUGIN_PATHS_H_

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace dfn {

// The files of this project by the names under which hosts look for them.
inline constexpr char kLv2Bundle[] = "deepfilter.lv2";
inline constexpr char kClapFile[] = "deepfilter.clap";
#if defined(_WIN32)
inline constexpr char kLadspaFile[] = "deep_filter_ladspa.dll";
inline constexpr char kLv2File[] = "deepfilter.dll";  // in the bundle
inline constexpr char kLibraryFile[] = "deepfilter.dll";
inline constexpr char kGstreamerFile[] = "gstdeepfilter.dll";
inline constexpr char kObsFile[] = "deepfilter.dll";
#elif defined(__APPLE__)
inline constexpr char kLadspaFile[] = "libdeep_filter_ladspa.so";
inline constexpr char kLv2File[] = "deepfilter.dylib";
inline constexpr char kLibraryFile[] = "libdeepfilter.0.dylib";
inline constexpr char kGstreamerFile[] = "libgstdeepfilter.dylib";
inline constexpr char kObsFile[] = "deepfilter.so";
#else
inline constexpr char kLadspaFile[] = "libdeep_filter_ladspa.so";
inline constexpr char kLv2File[] = "deepfilter.so";
inline constexpr char kLibraryFile[] = "libdeepfilter.so.0";
inline constexpr char kGstreamerFile[] = "libgstdeepfilter.so";
inline constexpr char kObsFile[] = "deepfilter.so";
#endif

// Folders in the order in which they are searched, each once, those that are not there left out:
// what $LADSPA_PATH, $LV2_PATH or $CLAP_PATH names, else what hosts take without it (the user's, /usr/local's,
// the system's); then the folder that belongs to this program's own place.
std::vector<std::filesystem::path> LadspaFolders();
std::vector<std::filesystem::path> Lv2Folders();
std::vector<std::filesystem::path> ClapFolders();
// $LD_LIBRARY_PATH ($PATH on Windows, $DYLD_LIBRARY_PATH on macOS), the folder that belongs to this program's own place, the system's.
std::vector<std::filesystem::path> LibraryFolders();
// GStreamer searches what $GST_PLUGIN_PATH names before its own folders; OBS has no variable.
std::vector<std::filesystem::path> GstreamerFolders();
std::vector<std::filesystem::path> ObsFolders();

// All of that name that there are, each file once, however many ways lead to it.
std::vector<std::filesystem::path> FindAll(const std::vector<std::filesystem::path>& folders,
                                           const std::string& name);

// The LADSPA library that a host of this user would find.
std::optional<std::filesystem::path> FindLadspaPlugin();

// The folder below which PipeWire keeps its modules, or nothing.
std::optional<std::filesystem::path> PipewireLibraryFolder();

// The way in which a PipeWire configuration can name a LADSPA library.
struct PipewireName {
  // "libdeep_filter_ladspa" if PipeWire finds this very file by it, else the path as it was given.
  // Every version appends ".so" to a name without a folder, and looks in the folders of
  // $LADSPA_PATH or, if that is not set, in /usr/lib64/ladspa, /usr/lib/ladspa and the folder of
  // PipeWire's own libraries. Versions 1.6.3 to 1.6.5 load nothing from elsewhere.
  std::string name;
  // The value of $LADSPA_PATH that its process needs for every version to load it; empty: none.
  std::string ladspa_path;
  bool searched = false;  // the file is in a folder that PipeWire searches
};
PipewireName NameForPipewire(const std::filesystem::path& plugin);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_DOCTOR_PLUGIN_PATHS_H_
