#include "dsp/fft.h"

#include <kiss_fft.h>

#include <cmath>
#include <numbers>

#include "base/aligned_buffer.h"
#include "kernels/fft.h"
#include "kernels/packed_fft.h"
#include "kernels/targets.h"

namespace dfn {

class RealFft::Plan {
 public:
  virtual ~Plan() = default;
  virtual void Forward(const float* time, float* spectrum) noexcept = 0;
  virtual void Inverse(const float* spectrum, float* time) noexcept = 0;
};

namespace {

static_assert(sizeof(kiss_fft_cpx) == 2 * sizeof(float));

// A KISS FFT configuration in memory of this class. Without memory, KISS FFT only returns the size.
class KissConfig {
 public:
  KissConfig(size_t size, bool inverse) {
    size_t bytes = 0;
    kiss_fft_alloc(static_cast<int>(size), inverse, nullptr, &bytes);
    memory_ = AlignedBuffer<unsigned char>(bytes);
    config_ = kiss_fft_alloc(static_cast<int>(size), inverse, memory_.data(), &bytes);
  }
  kiss_fft_cfg get() const { return config_; }

 private:
  AlignedBuffer<unsigned char> memory_;
  kiss_fft_cfg config_ = nullptr;
};

class VectorPlan final : public RealFft::Plan {
 public:
  explicit VectorPlan(size_t size) : fft_(PackFft(size)), scratch_(FftScratchFloats(fft_)) {}

  void Forward(const float* time, float* spectrum) noexcept override {
    RealFftForward(fft_, time, spectrum, scratch_.data());
  }
  void Inverse(const float* spectrum, float* time) noexcept override {
    RealFftInverse(fft_, spectrum, time, scratch_.data());
  }

 private:
  PackedFft fft_;
  AlignedBuffer<float> scratch_;
};

kiss_fft_cpx Multiply(kiss_fft_cpx a, kiss_fft_cpx b) {
  return {a.r * b.r - a.i * b.i, a.r * b.i + a.i * b.r};
}

// Bluestein's transform: with i k = (i^2 + k^2 - (k - i)^2) / 2 the DFT of any length becomes a
// convolution with a chirp, done here by transforms of a power of two. It costs several times as
// much as VectorPlan and is used only for lengths that VectorPlan has no passes for.
class ChirpPlan final : public RealFft::Plan {
 public:
  explicit ChirpPlan(size_t size)
      : size_(size),
        padded_(PaddedSize(size)),
        forward_(padded_, false),
        inverse_(padded_, true),
        chirp_(size),
        kernel_(padded_),
        input_(size),
        work_(padded_),
        transformed_(padded_) {
    for (size_t i = 0; i < size; ++i) {
      // The value is exp(-pi j i^2 / size); the square is reduced as an integer, which is exact.
      const double angle =
          std::numbers::pi * static_cast<double>(i * i % (2 * size)) / static_cast<double>(size);
      chirp_[i] = {static_cast<float>(std::cos(angle)), static_cast<float>(-std::sin(angle))};
    }
    const float scale = 1.0f / static_cast<float>(padded_);
    for (size_t i = 0; i < size; ++i) {
      const kiss_fft_cpx tap = {chirp_[i].r * scale, -chirp_[i].i * scale};
      work_[i] = tap;
      if (i > 0) work_[padded_ - i] = tap;
    }
    kiss_fft(forward_.get(), work_.data(), kernel_.data());
  }

  void Forward(const float* time, float* spectrum) noexcept override {
    for (size_t i = 0; i < size_; ++i) input_[i] = {time[i], 0.0f};
    Transform();
    for (size_t k = 0; k <= size_ / 2; ++k) {
      spectrum[2 * k] = work_[k].r;
      spectrum[2 * k + 1] = work_[k].i;
    }
  }

  // The inverse of a Hermitian spectrum is the forward transform of its conjugate.
  void Inverse(const float* spectrum, float* time) noexcept override {
    const size_t half = size_ / 2;
    input_[0] = {spectrum[0], 0.0f};
    input_[half] = {spectrum[2 * half], 0.0f};
    for (size_t k = 1; k < half; ++k) {
      input_[k] = {spectrum[2 * k], -spectrum[2 * k + 1]};
      input_[size_ - k] = {spectrum[2 * k], spectrum[2 * k + 1]};
    }
    Transform();
    for (size_t i = 0; i < size_; ++i) time[i] = work_[i].r;
  }

 private:
  static size_t PaddedSize(size_t size) {
    size_t padded = 1;
    while (padded < 2 * size - 1) padded *= 2;
    return padded;
  }

  // Writes the DFT of input_ to the first size_ values of work_.
  void Transform() noexcept {
    for (size_t i = 0; i < size_; ++i) work_[i] = Multiply(input_[i], chirp_[i]);
    for (size_t i = size_; i < padded_; ++i) work_[i] = {0.0f, 0.0f};
    kiss_fft(forward_.get(), work_.data(), transformed_.data());
    for (size_t i = 0; i < padded_; ++i) transformed_[i] = Multiply(transformed_[i], kernel_[i]);
    kiss_fft(inverse_.get(), transformed_.data(), work_.data());
    for (size_t i = 0; i < size_; ++i) work_[i] = Multiply(work_[i], chirp_[i]);
  }

  size_t size_;
  size_t padded_;
  KissConfig forward_;
  KissConfig inverse_;
  AlignedBuffer<kiss_fft_cpx> chirp_;        // [size]
  AlignedBuffer<kiss_fft_cpx> kernel_;       // [padded], transform of the conjugate chirp
  AlignedBuffer<kiss_fft_cpx> input_;        // [size]
  AlignedBuffer<kiss_fft_cpx> work_;         // [padded]
  AlignedBuffer<kiss_fft_cpx> transformed_;  // [padded]
};

std::unique_ptr<RealFft::Plan> NewPlan(size_t size) {
  ChooseKernelTarget();
  if (CanPackFft(size)) return std::make_unique<VectorPlan>(size);
  return std::make_unique<ChirpPlan>(size);
}

}  // namespace

RealFft::RealFft(size_t size) : size_(size), plan_(NewPlan(size)) {}
RealFft::RealFft(RealFft&&) noexcept = default;
RealFft& RealFft::operator=(RealFft&&) noexcept = default;
RealFft::~RealFft() = default;

void RealFft::Forward(const float* time, float* spectrum) noexcept {
  plan_->Forward(time, spectrum);
}

void RealFft::Inverse(const float* spectrum, float* time) noexcept {
  plan_->Inverse(spectrum, time);
}

}  // namespace dfn
