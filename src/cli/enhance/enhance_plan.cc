#include "cli/enhance/enhance_plan.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <string_view>
#include <system_error>
#include <utility>

#include "audio/media_kind.h"
#include "audio/sound_format.h"
#include "base/path_text.h"
#include "base/printable.h"
#include "cli/enhance/sound_ends.h"
#include "media/audio_encoding.h"
#include "media/media_target.h"
#include "media/media_tools.h"
#include "os/file_names.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;

bool IsFolder(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(PathOf(path), ignored);
}

// By the separator at its end.
bool NamesFolder(const std::string& path) {
  return path.ends_with('/') || path.ends_with(static_cast<char>(fs::path::preferred_separator));
}

bool IsHidden(const fs::path& path) { return PathText(path.filename()).starts_with('.'); }

// Bare AMR is M4A where FFmpeg has no encoder for it.
fs::path OutputName(const fs::path& place) {
  fs::path name = WritableMediaName(WritableName(place));
  const MediaTarget* target = TargetOf(PathText(name));
  if (target != nullptr && IsBareTrack(*target) && HasMediaTools() &&
      !HasUsualEncoder(*FindMediaTools(), *target)) {
    name.replace_extension(".m4a");
  }
  return name;
}

// An input that goes to its place below the output folder.
PlannedFile Planned(const fs::path& input, const fs::path& folder, const fs::path& place) {
  const fs::path output = folder / OutputName(place);
  return {PathText(input), PathText(output), PathText(output.parent_path()),
          GenericPathText(place)};
}

// A folder that cannot be listed, and the system's reason.
struct ClosedFolder {
  fs::path path;
  std::string reason;
};

struct FolderFiles {
  std::vector<fs::path> sounds;
  std::vector<fs::path> left_out;
  std::vector<ClosedFolder> closed;
};

// What else than a file has a sound's name, or nothing. A link without a target is none of these:
// opening it says what is wrong.
std::string_view OtherKind(const fs::path& path) {
  std::error_code ignored;
  switch (fs::status(path, ignored).type()) {
    case fs::file_type::fifo:
      return "a pipe";
    case fs::file_type::socket:
      return "a socket";
    case fs::file_type::character:
    case fs::file_type::block:
      return "a device";
    default:
      return {};
  }
}

// Whether FFmpeg reads a file, and its name says so.
bool IsNamedMedia(const fs::path& path) {
  const MediaKind kind = MediaOfFile(path);
  return !kind.format.empty() && !kind.readable &&
         (!MediaOfName(path).format.empty() || FindMediaTarget(path) != nullptr);
}

LeftOutFile LeftOut(const fs::path& path, const fs::path& place, bool reads_media) {
  const MediaKind media = MediaOfFile(path);
  const bool needs_ffmpeg = !reads_media && !media.format.empty() && !media.readable;
  std::string reason;
  if (needs_ffmpeg) {
    reason = "is " + std::string(media.format) + ", which is read by FFmpeg; ";
    reason += HasMediaTools() ? kInstallFfmpeg : FindMediaTools().error().message;
  }
  if (const std::string_view kind = OtherKind(path); !kind.empty()) {
    reason = "is ";
    reason.append(kind).append(", not a file; name it itself to read it");
  }
  if (reason.empty()) {
    reason = "is " + std::string(media.format) +
             ", but its name does not say so; rename it, or name the file itself";
  }
  return {PathText(path), Printable(PathText(path)) + ": is left out: it " + reason,
          GenericPathText(place), needs_ffmpeg};
}

// Enters what one folder holds, and adds its sub-folders to `folders`, links to folders left out.
std::error_code FindInFolder(const fs::path& folder, const fs::path& excluded, bool reads_media,
                             FolderFiles& found, std::vector<fs::path>& folders) {
  return EachName(folder, [&](const fs::path& name) {
    const fs::path path = folder / name;
    std::error_code ignored;
    if (IsHidden(path)) return;
    std::error_code error;
    const fs::file_type type = fs::status(path, error).type();
    if (type == fs::file_type::directory) {
      if (!fs::is_symlink(path, ignored) && !fs::equivalent(path, excluded, ignored)) {
        folders.push_back(path);
      }
    } else if (HasSoundExtension(path)) {
      // What is no file may have no end, or no beginning until another program writes to it.
      (OtherKind(path).empty() ? found.sounds : found.left_out).push_back(path);
    } else if (reads_media && IsNamedMedia(path)) {
      found.sounds.push_back(path);
    } else if (type == fs::file_type::none) {
      // It may be a folder.
      found.closed.push_back({path, error.message()});
    } else if (!MediaOfFile(path).format.empty()) {
      found.left_out.push_back(path);
    }
  });
}

// Files below `root` in alphabetical order, without those below `excluded`.
Result<FolderFiles> FindFiles(const fs::path& root, const fs::path& excluded, bool reads_media) {
  FolderFiles found;
  std::vector<fs::path> folders;
  if (const std::error_code error = FindInFolder(root, excluded, reads_media, found, folders)) {
    return Error{ErrorCode::kIo, PathText(root) + ": cannot be read: " + error.message()};
  }
  while (!folders.empty()) {
    const fs::path folder = std::move(folders.back());
    folders.pop_back();
    if (const std::error_code error = FindInFolder(folder, excluded, reads_media, found, folders)) {
      found.closed.push_back({folder, error.message()});
    }
  }
  if (found.sounds.empty() && found.left_out.empty() && found.closed.empty()) {
    return Error{ErrorCode::kNotFound, PathText(root) + ": no sound files in this folder"};
  }
  std::sort(found.sounds.begin(), found.sounds.end());
  std::sort(found.left_out.begin(), found.left_out.end());
  std::sort(found.closed.begin(), found.closed.end(),
            [](const ClosedFolder& a, const ClosedFolder& b) { return a.path < b.path; });
  return found;
}

// The absolute path of a file, without links and dots as far as it exists.
Result<fs::path> PlaceOf(const std::string& file) {
  std::error_code error;
  const fs::path absolute = fs::absolute(PathOf(file), error);
  if (error) return Error{ErrorCode::kIo, file + ": cannot be looked up: " + error.message()};
  return fs::weakly_canonical(absolute, error);
}

Status RefuseClashes(const std::vector<PlannedFile>& files) {
  std::map<std::string, const std::string*> inputs;  // by output
  for (const PlannedFile& file : files) {
    const auto [place, is_new] = inputs.emplace(NameKey(PathOf(file.output)), &file.input);
    if (is_new) continue;
    return Error{ErrorCode::kInvalidArgument,
                 *place->second + " and " + file.input + " would both become " + file.output};
  }
  return {};
}

}  // namespace

Result<OutputPlan> PlanOutputs(const std::vector<std::string>& inputs, const std::string& output,
                               bool reads_media) {
  const bool one_sound = inputs.size() == 1 && !IsFolder(inputs.front());
  const bool to_folder = IsFolder(output) || NamesFolder(output);
  if (one_sound && !to_folder) {
    return OutputPlan{.files = {{inputs.front(), output, ""}}, .left_out = {}};
  }
  std::error_code ignored;
  if (output == kStandardStream ||
      (!to_folder && (fs::exists(PathOf(output), ignored) || HasSoundExtension(PathOf(output)) ||
                      FindMediaTarget(PathOf(output)) != nullptr))) {
    return Error{ErrorCode::kInvalidArgument,
                 "several sounds need a folder as output, not " +
                     (output == kStandardStream ? "standard output" : output)};
  }
  OutputPlan plan;
  for (const std::string& input : inputs) {
    if (input == kStandardStream) {
      return Error{ErrorCode::kInvalidArgument,
                   "standard input has no name to keep in a folder; name the output file"};
    }
    if (!IsFolder(input)) {
      plan.files.push_back(Planned(PathOf(input), PathOf(output), PathOf(input).filename()));
      continue;
    }
    const fs::path folder = PathOf(input);
    DFN_TRY(const FolderFiles found, FindFiles(folder, PathOf(output), reads_media));
    for (const fs::path& sound : found.sounds) {
      plan.files.push_back(Planned(sound, PathOf(output), sound.lexically_relative(folder)));
    }
    for (const fs::path& file : found.left_out) {
      plan.left_out.push_back(LeftOut(file, file.lexically_relative(folder), reads_media));
    }
    for (const ClosedFolder& closed : found.closed) {
      plan.left_out.push_back(
          {PathText(closed.path),
           Printable(PathText(closed.path)) + ": is left out: it cannot be read: " + closed.reason,
           GenericPathText(closed.path.lexically_relative(folder))});
    }
  }
  DFN_CHECK(RefuseClashes(plan.files));
  return plan;
}

const MediaTarget* TargetOf(const std::string& output) {
  if (output == kStandardStream || HasSoundExtension(PathOf(output))) return nullptr;
  return FindMediaTarget(PathOf(output));
}

Status RefuseSound(const OutputPlan& plan, const std::string& file, const std::string& what) {
  std::error_code ignored;
  DFN_TRY(const fs::path place, PlaceOf(file));
  for (const PlannedFile& planned : plan.files) {
    DFN_TRY(const fs::path output, PlaceOf(planned.output));
    if (fs::equivalent(PathOf(planned.input), PathOf(file), ignored) || output == place) {
      return Error{ErrorCode::kInvalidArgument,
                   file + ": is a sound of this run; name another file for the " + what};
    }
  }
  return {};
}

}  // namespace dfn
