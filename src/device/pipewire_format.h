// The format of a PipeWire stream as the parameter that the server reads.
#ifndef DEEPFILTER_DEVICE_PIPEWIRE_FORMAT_H_
#define DEEPFILTER_DEVICE_PIPEWIRE_FORMAT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "device/pipewire_api.h"

namespace dfn {

// Planar floats of 1 or 2 channels at a rate, as an object of parameters in memory.
class PipewireFormat {
 public:
  PipewireFormat(size_t channels, size_t rate_hz);
  const pw::Pod* pod() const { return reinterpret_cast<const pw::Pod*>(words_.data()); }
  std::span<const uint32_t> words() const { return {words_.data(), size_}; }

 private:
  void Put(uint32_t word) { words_[size_++] = word; }
  void PutNumber(uint32_t key, uint32_t type, uint32_t value);

  alignas(8) std::array<uint32_t, 64> words_ = {};
  size_t size_ = 0;
};

// The rate in a format that a stream has got; 0 if it names none.
size_t RateIn(const pw::Pod* format);

}  // namespace dfn

#endif  // DEEPFILTER_DEVICE_PIPEWIRE_FORMAT_H_
