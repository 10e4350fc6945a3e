// Samples as bytes: how floats of full scale 1 become the integers and bytes of a stream, and back.
#ifndef DEEPFILTER_AUDIO_SAMPLE_CODEC_H_
#define DEEPFILTER_AUDIO_SAMPLE_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dfn {

// Little-endian encodings of a sample in a WAV file or a raw stream.
enum class Encoding { kU8, kS16, kS24, kS32, kF32, kF64 };

size_t BytesPerSample(Encoding encoding);

// The nearest integer of `bits` bits (2 .. 32) to sample * 2^(bits - 1), halves to even. Outside
// the range it is the nearest end, and `clipped` grows by one; a NaN becomes 0. An integer that was
// read as value / 2^(bits - 1) comes back exactly.
int32_t Quantize(float sample, int bits, uint64_t& clipped);

// Appends the samples' bytes.
void EncodeSamples(std::span<const float> samples, Encoding encoding, std::vector<uint8_t>& bytes,
                   uint64_t& clipped);

// bytes: samples.size() * BytesPerSample(encoding) bytes.
void DecodeSamples(const uint8_t* bytes, Encoding encoding, std::span<float> samples);

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_SAMPLE_CODEC_H_
