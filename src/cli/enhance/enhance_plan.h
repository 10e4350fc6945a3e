// Which output each input gets: files, several files, folder trees.
#ifndef DEEPFILTER_CLI_ENHANCE_ENHANCE_PLAN_H_
#define DEEPFILTER_CLI_ENHANCE_ENHANCE_PLAN_H_

#include <string>
#include <vector>

#include "base/result.h"
#include "media/media_target.h"

namespace dfn {

struct PlannedFile {
  std::string input;
  std::string output;
  // An output's folder that may have to be made, or empty.
  std::string folder;
  // Its place below the folder that was named, which is that of the output below the output folder,
  // with "/" between the parts: "talks/a.wav". Empty if no folder was.
  std::string path = {};
};

// A file in a folder that is sound or video, by its name or its bytes, and does not become an
// input; or a folder below the one that was named that cannot be listed.
struct LeftOutFile {
  std::string input;
  std::string reason;     // a sentence that begins with the name: why, and what to do
  std::string path = {};  // as of a PlannedFile
  // It would become an input if FFmpeg were there.
  bool needs_ffmpeg = false;
};

struct OutputPlan {
  std::vector<PlannedFile> files;
  std::vector<LeftOutFile> left_out;
};

// One input that is not a folder goes to `output` itself, unless that is a folder or ends with "/".
// Otherwise `output` is a folder: files keep their names (WritableName), a folder's sound files (by extension, in
// sub-folders too, hidden ones left out) keep their places below it. Files in the output folder are
// not taken as inputs. "-" is standard input or output. Reads folders, and the start of those files
// whose extension is none of sounds that can be read: what is sound or video all the same, by its
// first bytes or its extension, is left out and told, and so is what has a sound's extension and is
// no regular file: pipes, sockets, devices. With `reads_media` (FFmpeg is there), media of other formats
// become inputs, too, if their names say what they are; they keep their names as far as FFmpeg
// writes their format (WritableMediaName) and has an encoder for it here (else M4A). A folder below `input` that cannot be listed is left out
// and told; links to folders are not followed.
// Errors: kInvalidArgument (two inputs with one output; several into one file; "-" into a folder),
// kNotFound (a folder with neither), kIo.
Result<OutputPlan> PlanOutputs(const std::vector<std::string>& inputs, const std::string& output,
                               bool reads_media = false);

// The container of an output that FFmpeg writes, or null.
const MediaTarget* TargetOf(const std::string& output);

// Refuses to let `file`, a "manifest" or other `what` that a run writes beside its sounds, take the
// place of one of them, with -f either. Errors: kInvalidArgument, kIo.
Status RefuseSound(const OutputPlan& plan, const std::string& file, const std::string& what);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_ENHANCE_PLAN_H_
