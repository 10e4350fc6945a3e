#include "dsp/fft.h"

#include <algorithm>
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

struct Complex {
  float re;
  float im;
};

// Bluestein's transform: with i k = (i^2 + k^2 - (k - i)^2) / 2 the DFT of any length becomes a
// convolution with a chirp, done here by transforms of a power of two. It costs several times as
// much as VectorPlan and is used only for lengths that VectorPlan has no passes for.
//
// The chirp is the same forwards and backwards, so that the spectra of its real and its imaginary
// part are real, and the convolution needs transforms of real sequences only.
class ChirpPlan final : public RealFft::Plan {
 public:
  explicit ChirpPlan(size_t size)
      : size_(size),
        padded_(PaddedSize(size)),
        fft_(PackFft(padded_)),
        scratch_(FftScratchFloats(fft_)),
        chirp_(size),
        kernel_(padded_ / 2 + 1) {
    for (AlignedBuffer<float>* part : {&re_, &im_}) *part = AlignedBuffer<float>(padded_);
    for (AlignedBuffer<float>* part : {&re_spectrum_, &im_spectrum_}) {
      *part = AlignedBuffer<float>(padded_ + 2);
    }
    for (size_t i = 0; i < size; ++i) {
      // The value is exp(-pi j i^2 / size); the square is reduced as an integer, which is exact.
      const double angle =
          std::numbers::pi * static_cast<double>(i * i % (2 * size)) / static_cast<double>(size);
      chirp_[i] = {static_cast<float>(std::cos(angle)), static_cast<float>(-std::sin(angle))};
    }
    const float scale = 1.0f / static_cast<float>(padded_);
    for (size_t i = 0; i < size; ++i) {
      for (const size_t at : {i, (padded_ - i) % padded_}) {
        re_[at] = chirp_[i].re * scale;
        im_[at] = -chirp_[i].im * scale;
      }
    }
    TransformParts();
    for (size_t k = 0; k < kernel_.size(); ++k)
      kernel_[k] = {re_spectrum_[2 * k], im_spectrum_[2 * k]};
  }

  void Forward(const float* time, float* spectrum) noexcept override {
    for (size_t i = 0; i < size_; ++i) SetInput(i, {time[i], 0.0f});
    Transform();
    for (size_t k = 0; k <= size_ / 2; ++k) {
      const Complex bin = Output(k);
      spectrum[2 * k] = bin.re;
      spectrum[2 * k + 1] = bin.im;
    }
  }

  // The inverse of a Hermitian spectrum is the forward transform of its conjugate.
  void Inverse(const float* spectrum, float* time) noexcept override {
    const size_t half = size_ / 2;
    SetInput(0, {spectrum[0], 0.0f});
    SetInput(half, {spectrum[2 * half], 0.0f});
    for (size_t k = 1; k < half; ++k) {
      SetInput(k, {spectrum[2 * k], -spectrum[2 * k + 1]});
      SetInput(size_ - k, {spectrum[2 * k], spectrum[2 * k + 1]});
    }
    Transform();
    for (size_t i = 0; i < size_; ++i) time[i] = Output(i).re;
  }

 private:
  static size_t PaddedSize(size_t size) {
    size_t padded = 4;
    while (padded < 2 * size - 1) padded *= 2;
    return padded;
  }

  static Complex Multiply(Complex a, Complex b) noexcept {
    return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
  }

  void SetInput(size_t i, Complex value) noexcept {
    const Complex turned = Multiply(value, chirp_[i]);
    re_[i] = turned.re;
    im_[i] = turned.im;
  }
  Complex Output(size_t k) const noexcept { return Multiply({re_[k], im_[k]}, chirp_[k]); }

  void TransformParts() noexcept {
    RealFftForward(fft_, re_.data(), re_spectrum_.data(), scratch_.data());
    RealFftForward(fft_, im_.data(), im_spectrum_.data(), scratch_.data());
  }

  // Convolves the input with the chirp.
  void Transform() noexcept {
    std::fill(re_.data() + size_, re_.data() + padded_, 0.0f);
    std::fill(im_.data() + size_, im_.data() + padded_, 0.0f);
    TransformParts();
    for (size_t i = 0; i < re_spectrum_.size(); ++i) {
      const Complex product = Multiply({re_spectrum_[i], im_spectrum_[i]}, kernel_[i / 2]);
      re_spectrum_[i] = product.re;
      im_spectrum_[i] = product.im;
    }
    RealFftInverse(fft_, re_spectrum_.data(), re_.data(), scratch_.data());
    RealFftInverse(fft_, im_spectrum_.data(), im_.data(), scratch_.data());
  }

  size_t size_;
  size_t padded_;
  PackedFft fft_;  // of padded_ values
  AlignedBuffer<float> scratch_;
  AlignedBuffer<Complex> chirp_;   // [size]
  AlignedBuffer<Complex> kernel_;  // [padded / 2 + 1] spectra of the parts of the conjugate chirp
  AlignedBuffer<float> re_;        // [padded]
  AlignedBuffer<float> im_;        // [padded]
  AlignedBuffer<float> re_spectrum_;  // [padded / 2 + 1, 2]
  AlignedBuffer<float> im_spectrum_;  // [padded / 2 + 1, 2]
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
