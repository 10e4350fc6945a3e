#include "audio/resample.h"

#include <soxr.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <new>
#include <string>
#include <utility>

namespace dfn {
namespace {

struct DeleteSoxr {
  void operator()(soxr* handle) const { soxr_delete(handle); }
};

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};

// The most that soxr 0.1.3 allocates in one call for a channel, from 1 to 768 kHz: 0.47 MB when it is
// made, 0.75 MB while its buffers grow or at the end of the sound, in pieces as below.
constexpr size_t kMostPerChannel = size_t{1} << 20;
// Frames of input and of output of a call. The buffers grow with them.
constexpr size_t kPieceFrames = 2048;

// Memory for a library that uses what malloc gives it without a look: as much as a call of it takes is
// held, and given back right before the call. Where there is too little, it is then this allocation
// that fails, with std::bad_alloc. (Another thread may take the memory in between.)
class Reserve {
 public:
  explicit Reserve(size_t bytes) : bytes_(bytes) { Take(); }

  template <class Call>
  void Lend(const Call& call) {
    block_.reset();
    call();
    Take();
  }

 private:
  void Take() {
    block_.reset(std::malloc(bytes_));
    if (block_ == nullptr) throw std::bad_alloc();
  }

  size_t bytes_;
  std::unique_ptr<void, Free> block_;
};

}  // namespace

struct Resampler::State {
  State(size_t in_hz, size_t out_hz, size_t channel_count)
      : channels(channel_count),
        ratio(static_cast<double>(out_hz) / static_cast<double>(in_hz)),
        reserve(in_hz == out_hz ? 1 : kMostPerChannel * channel_count) {}

  size_t channels;
  double ratio;  // output over input rate
  Reserve reserve;
  std::unique_ptr<soxr, DeleteSoxr> handle;  // null: equal rates
  uint64_t emitted = 0;                      // frames

  // Input frames of a piece.
  size_t PieceFrames() const {
    const auto frames =
        static_cast<size_t>(static_cast<double>(kPieceFrames) / std::max(ratio, 1.0));
    return std::max<size_t>(frames, 1);
  }

  // Appends what `frames` more input samples, or the end (null), make ready.
  void Feed(const float* input, size_t frames, std::vector<float>& output) {
    // Enough room that one call takes all of the input; the rest comes with the next calls.
    const auto room = static_cast<size_t>(std::ceil(static_cast<double>(frames) * ratio)) + 4096;
    for (;;) {
      const size_t start = output.size();
      output.resize(start + room * channels);
      size_t taken = 0;
      size_t made = 0;
      reserve.Lend([&] {
        soxr_process(handle.get(), input, frames, &taken, output.data() + start, room, &made);
      });
      output.resize(start + made * channels);
      emitted += made;
      if (input != nullptr) {
        input += taken * channels;
        frames -= taken;
      }
      if (made < room && (input == nullptr || frames == 0 || taken == 0)) return;
    }
  }
};

uint64_t ResampledFrames(uint64_t frames, size_t in_hz, size_t out_hz) {
  // In two parts, so that no product overflows.
  const uint64_t seconds = frames / in_hz;
  return seconds * out_hz + (frames % in_hz * out_hz + in_hz - 1) / in_hz;
}

Resampler::Resampler(std::unique_ptr<State> state) : state_(std::move(state)) {}
Resampler::Resampler(Resampler&&) noexcept = default;
Resampler::~Resampler() = default;

Result<Resampler> Resampler::Create(size_t in_hz, size_t out_hz, size_t channels) {
  auto state = std::make_unique<State>(in_hz, out_hz, channels);
  if (in_hz != out_hz) {
    const soxr_io_spec_t samples = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
    const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_VHQ, 0);
    const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
    soxr_error_t error = nullptr;
    state->reserve.Lend([&] {
      state->handle.reset(soxr_create(static_cast<double>(in_hz), static_cast<double>(out_hz),
                                      static_cast<unsigned>(channels), &error, &samples, &quality,
                                      &runtime));
    });
    if (error != nullptr || state->handle == nullptr) {
      return Error{ErrorCode::kUnsupported,
                   "cannot convert " + std::to_string(in_hz) + " Hz to " + std::to_string(out_hz) +
                       " Hz: " + (error == nullptr ? "out of memory" : soxr_strerror(error))};
    }
  }
  return Resampler(std::move(state));
}

void Resampler::Process(std::span<const float> input, std::vector<float>& output) {
  const size_t frames = input.size() / state_->channels;
  if (frames == 0) return;  // soxr would take it for the end
  if (state_->handle == nullptr) {
    output.insert(output.end(), input.begin(), input.end());
    state_->emitted += frames;
    return;
  }
  const size_t piece = state_->PieceFrames();
  for (size_t done = 0; done < frames; done += piece) {
    state_->Feed(input.data() + done * state_->channels, std::min(piece, frames - done), output);
  }
}

void Resampler::Finish(uint64_t total_frames, std::vector<float>& output) {
  if (state_->handle != nullptr) state_->Feed(nullptr, 0, output);
  if (state_->emitted < total_frames) {
    output.resize(output.size() + (total_frames - state_->emitted) * state_->channels, 0.0f);
  } else {
    const uint64_t excess = (state_->emitted - total_frames) * state_->channels;
    output.resize(output.size() - std::min<uint64_t>(excess, output.size()));
  }
  state_->emitted = total_frames;
}

}  // namespace dfn
