// Samples as bytes: how floats of full scale 1 become the integers and bytes of a stream, and back.
#ifndef DEEPFILTER_AUDIO_SAMPLE_CODEC_H_
#define DEEPFILTER_AUDIO_SAMPLE_CODEC_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dfn {

// Little-endian encodings of a sample in a WAV file or a raw stream.
enum class Encoding { kU8, kS16, kS24, kS32, kF32, kF64 };

size_t BytesPerSample(Encoding encoding);

// Rounds samples to integers of `bits` bits (2 .. 32): the nearest to sample * 2^(bits - 1), halves to
// even. Outside the range it is the nearest end, and `clipped` grows by one; a NaN becomes 0. An integer
// that was read as value / 2^(bits - 1) comes back exactly.
//
// Number is the type to compute with: double, or for up to 16 bits float, which gives the same integers
// in half of the time.
template <class Number = double>
class Quantizer {
 public:
  explicit Quantizer(int bits) : scale_(static_cast<Number>(uint64_t{1} << (bits - 1))) {}

  // Written so that compilers make vectors of a loop around it.
  int32_t operator()(float sample, uint64_t& clipped) const {
    const Number number = sample == sample ? static_cast<Number>(sample) * scale_ : Number{0};
    // One step beyond the range is as far as any.
    const Number near = std::min(std::max(number, -scale_ - 1), scale_);
    // A number of this size has no bits below 1.
    constexpr auto kIntegers = static_cast<Number>(sizeof(Number) == 8 ? 0x1.8p52 : 0x1.8p23);
    const Number rounded = (near + kIntegers) - kIntegers;
    const Number kept = std::min(std::max(rounded, -scale_), scale_ - 1);
    clipped += kept != rounded ? 1 : 0;
    return static_cast<int32_t>(kept);
  }

 private:
  Number scale_;
};

// Appends the samples' bytes.
void EncodeSamples(std::span<const float> samples, Encoding encoding, std::vector<uint8_t>& bytes,
                   uint64_t& clipped);

// bytes: samples.size() * BytesPerSample(encoding) bytes.
void DecodeSamples(const uint8_t* bytes, Encoding encoding, std::span<float> samples);

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_SAMPLE_CODEC_H_
