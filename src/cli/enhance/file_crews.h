// The engine of many sounds at once: as many crews as there are threads to use.
#ifndef DEEPFILTER_CLI_ENHANCE_FILE_CREWS_H_
#define DEEPFILTER_CLI_ENHANCE_FILE_CREWS_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "api/select/engine.h"
#include "base/result.h"
#include "cli/enhance/denoiser_crew.h"

namespace dfn {

class FileCrews {
 public:
  // For `files` sounds on `threads` cores. Without crews, where the engine takes no batches or where
  // `shares` is false, each thread has a sound of its own. `engine` outlives this. Errors: those of
  // DenoiserCrew::Create.
  static Result<std::unique_ptr<FileCrews>> Create(const Engine& engine, size_t files,
                                                   size_t threads, bool shares);

  // Sounds that should be in work at once, each on a thread of its own.
  size_t at_once() const { return at_once_; }

  // Calls `work` with the engine for a sound, which is enhanced on this thread and within this call.
  // Thread-safe.
  void Enhance(const std::function<void(const Engine& engine)>& work);

 private:
  struct Crew {
    std::unique_ptr<DenoiserCrew> denoisers;
    std::unique_ptr<const Engine> engine;
    size_t sounds = 0;
  };

  FileCrews(const Engine& engine, size_t at_once) : engine_(engine), at_once_(at_once) {}
  // The crew with the fewest sounds, which has one more now.
  Crew& TakePlace();

  const Engine& engine_;
  size_t at_once_;
  std::mutex mutex_;  // guards the numbers of sounds
  std::vector<Crew> crews_;
};

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_FILE_CREWS_H_
