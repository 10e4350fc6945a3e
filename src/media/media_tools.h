// FFmpeg's programs, which read and write what libsndfile does not: run, never linked to.
#ifndef DEEPFILTER_MEDIA_MEDIA_TOOLS_H_
#define DEEPFILTER_MEDIA_MEDIA_TOOLS_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "os/process/program.h"

namespace dfn {

struct MediaTools {
  std::string ffmpeg;
  std::string ffprobe;
};

// What a user without them has to do; reads "install ...".
inline constexpr char kInstallFfmpeg[] =
    "install FFmpeg (Debian, Ubuntu: apt install ffmpeg; macOS: brew install ffmpeg; Windows: "
    "winget "
    "install ffmpeg) or set DEEPFILTER_FFMPEG to its program";

// The programs that the environment's DEEPFILTER_FFMPEG names, ffmpeg itself or the folder of both,
// or else those on PATH. "off" stands for none. Looked for once. Error: kNotFound, a sentence that says
// what to install.
const Result<MediaTools>& FindMediaTools();
inline bool HasMediaTools() { return FindMediaTools().ok(); }

// Arguments that every run of ffmpeg begins with: no talk but of errors, no look at the keyboard.
// ffprobe, which has no use for the keyboard, takes the rest of them.
std::vector<std::string> QuietFfmpeg();
std::vector<std::string> QuietFfprobe();

// The arguments that name a file to read. Whatever its name or its bytes say, it is read as a file, by
// one of the demuxers that read nothing else: playlists and scripts would open other files.
std::vector<std::string> InputArguments(const std::string& path);
// The name of a file to write, which begins with a protocol, so that none in the path counts.
std::string FileUrl(const std::string& path);

// Runs a program to its end and returns its standard output. Errors: those of ToolFailure, kLimit
// (more than a few MiB of output), kCancelled, kIo.
Result<std::string> RunTool(const std::string& program, const std::vector<std::string>& arguments,
                            const std::string& path = {});

// Why a program failed that was run for the file `path`, in its own words: the line that says that
// there is no room on the disk (kIo), or its first line (kCorrupt); without the addresses of its
// objects and the name of the file, which is where a sentence about the file begins.
Error ToolFailure(const ProgramEnd& end, const std::string& path);

// The first line of what a program complained about, likewise; empty if there is none.
std::string FirstComplaint(std::string_view complaint, const std::string& path);

}  // namespace dfn

#endif  // DEEPFILTER_MEDIA_MEDIA_TOOLS_H_
