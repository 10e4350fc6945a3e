// Both sides of a live sound in one file: the channels before, then those after, aligned.
#ifndef DEEPFILTER_LIVE_SIDE_RECORDER_H_
#define DEEPFILTER_LIVE_SIDE_RECORDER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "audio/sound_file.h"
#include "base/result.h"
#include "os/atomic_file.h"

namespace dfn {

// "both-2.wav" for "both.wav"; the name itself for 1.
std::string NumberedName(const std::string& path, size_t number);

// Writes a file of 2 * channels channels: sample i of the last half is sample i of the first half,
// enhanced. The format follows the name's extension, floats where it has them. The file has its name
// once Finish has returned. One thread; not real-time.
class SideRecorder {
 public:
  // `delay_samples`: by how many samples what comes after is behind what comes before.
  // Errors: those of ChooseFormat, CreateSoundFile and AtomicFile; kExists unless `replace`.
  static Result<std::unique_ptr<SideRecorder>> Create(const std::string& path, size_t rate_hz,
                                                      size_t channels, size_t delay_samples,
                                                      bool replace);

  // Frames of [before, after], as LiveEngine's tap has them. Errors: kIo; then what came before can
  // still be finished.
  Status Write(std::span<const float> frames);
  // Ends the file: the last delay_samples before have no after, and are left out. Where something has
  // taken the name since Create, the file gets the next numbered one, which path() then is. Errors: kIo.
  Status Finish();

  const std::string& path() const { return path_; }
  bool empty() const { return frames_ == 0; }
  double seconds() const;

 private:
  SideRecorder(std::string path, size_t rate_hz, size_t channels, size_t delay_samples,
               AtomicFile file);

  std::string path_;
  size_t rate_hz_;
  size_t channels_;
  size_t to_skip_;  // frames of the after that are still to be left out
  AtomicFile file_;
  std::unique_ptr<SoundWriter> writer_;
  std::deque<float> before_;  // frames of the before whose after has not come
  std::vector<float> out_;
  uint64_t frames_ = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_LIVE_SIDE_RECORDER_H_
