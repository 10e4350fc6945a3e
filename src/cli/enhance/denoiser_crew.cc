#include "cli/enhance/denoiser_crew.h"

#include <algorithm>
#include <utility>

#include "stream/denoise/live_denoiser.h"

namespace dfn {
namespace {

using Clock = std::chrono::steady_clock;

// The most frames of one sound in a call, where few are left. One sound alone is fastest so, too.
constexpr size_t kMostFrames = 32;

}  // namespace

// Process waits until the crew has taken the frames through the network.
class CrewDenoiser final : public Denoiser {
 public:
  CrewDenoiser(DenoiserCrew& crew, std::unique_ptr<LiveDenoiser> denoiser)
      : crew_(crew), denoiser_(std::move(denoiser)) {
    request_.next_input.resize(denoiser_->channels());
    request_.next_output.resize(denoiser_->channels());
  }

  size_t channels() const noexcept override { return denoiser_->channels(); }
  size_t hop_size() const noexcept override { return denoiser_->hop_size(); }
  size_t sample_rate_hz() const noexcept override { return denoiser_->sample_rate_hz(); }
  size_t delay_samples() const noexcept override { return denoiser_->delay_samples(); }
  size_t state_size() const noexcept override { return denoiser_->state_size(); }
  uint64_t skipped_frames() const noexcept override { return denoiser_->skipped_frames(); }
  float level_gain_db(size_t channel) const noexcept override {
    return denoiser_->level_gain_db(channel);
  }
  std::chrono::nanoseconds time_for_others() const noexcept override { return for_others_; }

  void Process(const float* const* input, float* const* output, size_t frames,
               float* lsnr_db) noexcept override {
    if (frames == 0) return;
    request_.denoiser = denoiser_.get();
    request_.input = input;
    request_.output = output;
    request_.lsnr_db = lsnr_db;
    request_.frames = frames;
    request_.done = 0;
    request_.own_time = {};
    const Clock::time_point start = Clock::now();
    crew_.Process(request_);
    for_others_ += Clock::now() - start - request_.own_time;
  }
  void Flush(float* const* output, size_t frames, float* lsnr_db) noexcept override {
    Process(nullptr, output, frames, lsnr_db);
  }
  void Reset() noexcept override { denoiser_->Reset(); }

 private:
  DenoiserCrew& crew_;
  std::unique_ptr<LiveDenoiser> denoiser_;
  DenoiserCrew::Request request_{};
  std::chrono::nanoseconds for_others_{};
};

Result<std::unique_ptr<DenoiserCrew>> DenoiserCrew::Create(std::shared_ptr<const Network> network,
                                                           const BatchShape& shape) {
  DFN_TRY(auto batch, DenoiserBatch::Create(network, shape.rows));
  return std::unique_ptr<DenoiserCrew>(
      new DenoiserCrew(std::move(network), shape, std::move(batch)));
}

DenoiserCrew::DenoiserCrew(std::shared_ptr<const Network> network, const BatchShape& shape,
                           std::unique_ptr<DenoiserBatch> batch)
    : network_(std::move(network)), shape_(shape), batch_(std::move(batch)) {
  waiting_.reserve(shape.streams);
  hops_.reserve(shape.rows);
}

DenoiserCrew::Member::Member(DenoiserCrew& crew) : crew_(crew) {
  ++crew_.arriving_;
  crew_.turn_.lock();
  --crew_.arriving_;
  ++crew_.members_;
}

DenoiserCrew::Member::~Member() {
  --crew_.members_;
  if (crew_.AllWait()) crew_.changed_.notify_all();
  crew_.turn_.unlock();
}

Result<std::unique_ptr<Denoiser>> DenoiserCrew::NewDenoiser(const DenoiserOptions& options) {
  // A sound that fills half of a call by itself gains nothing from others.
  if (options.controls.auto_level || options.channels * 2 > shape_.rows) {
    return Denoiser::Create(network_, options);
  }
  DenoiserOptions made = options;
  made.threads = 1;
  made.max_frames_per_call =
      std::min({options.max_frames_per_call, kMostFrames, shape_.FramesOf(options.channels)});
  DFN_TRY(auto denoiser, LiveDenoiser::Create(network_, made));
  return std::unique_ptr<Denoiser>(std::make_unique<CrewDenoiser>(*this, std::move(denoiser)));
}

BatchHop DenoiserCrew::Request::Next(size_t most) {
  const size_t offset = done * denoiser->hop_size();
  for (size_t c = 0; c < next_output.size(); ++c) {
    if (input != nullptr) next_input[c] = input[c] + offset;
    next_output[c] = output[c] + offset;
  }
  return {.denoiser = denoiser,
          .input = input == nullptr ? nullptr : next_input.data(),
          .output = next_output.data(),
          .lsnr_db = lsnr_db == nullptr ? nullptr : lsnr_db + done,
          .frames = std::min(most, left())};
}

void DenoiserCrew::Process(Request& request) noexcept {
  waiting_.push_back(&request);
  for (;;) {
    if (AllWait()) RunUntilOneIsDone();
    if (request.left() == 0) return;
    changed_.wait(turn_);
  }
}

void DenoiserCrew::RunUntilOneIsDone() noexcept {
  const auto is_done = [](const Request* request) { return request->left() == 0; };
  while (std::none_of(waiting_.begin(), waiting_.end(), is_done)) RunOnce();
  std::erase_if(waiting_, is_done);
  changed_.notify_all();
}

// One call of the network, with the next frames of every member.
void DenoiserCrew::RunOnce() noexcept {
  if (waiting_.size() == 1) {
    Request& request = *waiting_.front();
    const BatchHop hop = request.Next(request.left());
    const Clock::time_point start = Clock::now();
    hop.denoiser->Process(hop.input, hop.output, hop.frames, hop.lsnr_db);
    request.own_time += Clock::now() - start;
    request.done += hop.frames;
    return;
  }
  size_t channels = 0;
  for (const Request* request : waiting_) channels += request->next_output.size();
  const size_t frames = std::min(shape_.FramesOf(channels), kMostFrames);
  const Clock::time_point start = Clock::now();
  size_t rows = 0;
  size_t all_rows = 0;
  hops_.clear();
  const auto run = [&] {
    batch_->Process(hops_);
    hops_.clear();
    rows = 0;
  };
  for (Request* request : waiting_) {
    const BatchHop hop = request->Next(frames);
    const size_t count = hop.frames * request->next_output.size();
    all_rows += count;
    if (hop.denoiser->WaitsWithin(hop.input, hop.frames)) {
      hop.denoiser->Process(hop.input, hop.output, hop.frames, hop.lsnr_db);
      continue;
    }
    if (rows + count > shape_.rows) run();
    hops_.push_back(hop);
    rows += count;
  }
  run();
  const auto took = std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start);
  for (Request* request : waiting_) {
    const size_t count = std::min(frames, request->left());
    request->done += count;
    request->own_time += took * static_cast<int64_t>(count * request->next_output.size()) /
                         static_cast<int64_t>(all_rows);
  }
}

}  // namespace dfn
