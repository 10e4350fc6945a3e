// Denoisers of several threads whose frames go through the network together.
#ifndef DEEPFILTER_CLI_ENHANCE_DENOISER_CREW_H_
#define DEEPFILTER_CLI_ENHANCE_DENOISER_CREW_H_

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/network.h"
#include "stream/denoise/batch_shape.h"
#include "stream/denoise/denoiser.h"
#include "stream/denoise/denoiser_batch.h"

namespace dfn {

// Threads that each enhance a sound of their own, as if they were alone, and take one core together:
// one works, and the others wait for their turn. A thread that wants frames enhanced waits, too, until
// all do; then one of them takes the frames of all through the network. Each sound has the bits that it
// has alone.
class DenoiserCrew {
 public:
  // Errors: those of DenoiserBatch::Create.
  static Result<std::unique_ptr<DenoiserCrew>> Create(std::shared_ptr<const Network> network,
                                                      const BatchShape& shape);

  // Makes the calling thread a member for a while. It begins with the thread's turn; what it does that
  // is not a denoiser of the crew, the others wait for.
  class Member {
   public:
    explicit Member(DenoiserCrew& crew);
    ~Member();
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;

   private:
    DenoiserCrew& crew_;
  };

  // A denoiser for the member that calls this, which the crew outlives. Sounds that cannot or need not
  // share calls get one that works alone: those whose level is followed, and those with many channels.
  // Errors: those of Denoiser::Create.
  Result<std::unique_ptr<Denoiser>> NewDenoiser(const DenoiserOptions& options);

 private:
  friend class CrewDenoiser;

  // A call of Process or Flush in work.
  struct Request {
    LiveDenoiser* denoiser;
    const float* const* input;  // null: past the end
    float* const* output;
    float* lsnr_db;  // or null
    size_t frames;   // of the call
    size_t done = 0;
    std::vector<const float*> next_input;  // [channels], of the frames that come next
    std::vector<float*> next_output;
    std::chrono::nanoseconds own_time{};

    size_t left() const { return frames - done; }
    // The next frames; they are at most as many as are left.
    BatchHop Next(size_t most);
  };

  DenoiserCrew(std::shared_ptr<const Network> network, const BatchShape& shape,
               std::unique_ptr<DenoiserBatch> batch);

  // Takes the frames of a member through the network. Its turn ends and begins again meanwhile.
  void Process(Request& request) noexcept;
  bool AllWait() const {
    return !waiting_.empty() && waiting_.size() == members_ && arriving_ == 0;
  }
  void RunUntilOneIsDone() noexcept;
  void RunOnce() noexcept;

  std::shared_ptr<const Network> network_;
  BatchShape shape_;
  std::unique_ptr<DenoiserBatch> batch_;
  std::mutex turn_;                      // held by the thread that works
  std::condition_variable_any changed_;  // a request is done, or all members wait
  // Threads that want to become members. A thread that works without a pause would never let them.
  std::atomic<size_t> arriving_{0};
  size_t members_ = 0;  // the members below are for the thread that has the turn
  std::vector<Request*> waiting_;
  std::vector<BatchHop> hops_;
};

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_DENOISER_CREW_H_
