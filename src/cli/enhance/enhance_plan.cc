#include "cli/enhance/enhance_plan.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "audio/sound_format.h"
#include "cli/enhance/sound_ends.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;

bool IsFolder(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool IsHidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

PlannedFile Planned(const fs::path& input, const fs::path& output) {
  return {input.string(), output.string(), output.parent_path().string()};
}

// Sound files below `root` in alphabetical order, without those below `excluded`.
Result<std::vector<fs::path>> FindSounds(const fs::path& root, const fs::path& excluded) {
  std::vector<fs::path> found;
  std::error_code error;
  fs::recursive_directory_iterator entry(root, error);
  while (!error && entry != fs::recursive_directory_iterator()) {
    std::error_code ignored;
    const bool folder = entry->is_directory(ignored);
    if (IsHidden(entry->path()) || (folder && fs::equivalent(entry->path(), excluded, ignored))) {
      entry.disable_recursion_pending();
    } else if (!folder && HasSoundExtension(entry->path())) {
      found.push_back(entry->path());
    }
    entry.increment(error);
  }
  if (error) {
    return Error{ErrorCode::kIo, root.string() + ": cannot be read: " + error.message()};
  }
  if (found.empty()) {
    return Error{ErrorCode::kNotFound, root.string() + ": no sound files in this folder"};
  }
  std::sort(found.begin(), found.end());
  return found;
}

Status RefuseClashes(const std::vector<PlannedFile>& files) {
  std::map<std::string, const std::string*> inputs;  // by output
  for (const PlannedFile& file : files) {
    const auto [place, is_new] =
        inputs.emplace(fs::path(file.output).lexically_normal().string(), &file.input);
    if (is_new) continue;
    return Error{ErrorCode::kInvalidArgument,
                 *place->second + " and " + file.input + " would both become " + file.output};
  }
  return {};
}

}  // namespace

Result<std::vector<PlannedFile>> PlanOutputs(const std::vector<std::string>& inputs,
                                             const std::string& output) {
  const bool one_sound = inputs.size() == 1 && !IsFolder(inputs.front());
  const bool to_folder = IsFolder(output) || output.ends_with('/');
  if (one_sound && !to_folder) {
    return std::vector<PlannedFile>{{inputs.front(), output, ""}};
  }
  std::error_code ignored;
  if (output == kStandardStream || (!to_folder && fs::exists(output, ignored))) {
    return Error{ErrorCode::kInvalidArgument,
                 "several sounds need a folder as output, not " +
                     (output == kStandardStream ? "standard output" : output)};
  }
  std::vector<PlannedFile> files;
  for (const std::string& input : inputs) {
    if (input == kStandardStream) {
      return Error{ErrorCode::kInvalidArgument,
                   "standard input has no name to keep in a folder; name the output file"};
    }
    if (!IsFolder(input)) {
      files.push_back(Planned(input, fs::path(output) / fs::path(input).filename()));
      continue;
    }
    DFN_TRY(const std::vector<fs::path> sounds, FindSounds(input, output));
    for (const fs::path& sound : sounds) {
      files.push_back(Planned(sound, fs::path(output) / sound.lexically_relative(input)));
    }
  }
  DFN_CHECK(RefuseClashes(files));
  return files;
}

}  // namespace dfn
