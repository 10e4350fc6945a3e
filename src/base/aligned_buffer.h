// A zero-initialised array that is aligned for the widest vectors and allocated once, at
// preparation.
#ifndef DEEPFILTER_BASE_ALIGNED_BUFFER_H_
#define DEEPFILTER_BASE_ALIGNED_BUFFER_H_

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

namespace dfn {

// The size of a cache line, and of the widest vectors (512 bits).
inline constexpr size_t kAlignmentBytes = 64;
// Floats in an aligned unit. Rows padded to a multiple of it need no partial vectors.
inline constexpr size_t kAlignmentFloats = kAlignmentBytes / sizeof(float);

template <class T>
class AlignedBuffer {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  AlignedBuffer() = default;
  // Throws std::bad_alloc: preparation only, never real-time.
  explicit AlignedBuffer(size_t size) : size_(size) {
    if (size == 0) return;
    data_.reset(
        static_cast<T*>(::operator new(size * sizeof(T), std::align_val_t(kAlignmentBytes))));
    std::fill_n(data_.get(), size, T{});
  }
  // Uses `memory`, of the same alignment and not initialised, whose owner keeps it alive.
  AlignedBuffer(size_t size, void* memory)
      : data_(static_cast<T*>(memory), Free{.owner = false}), size_(size) {}
  AlignedBuffer(AlignedBuffer&& other) noexcept
      : data_(std::move(other.data_)), size_(std::exchange(other.size_, 0)) {}
  AlignedBuffer& operator=(AlignedBuffer&& other) noexcept {
    data_ = std::move(other.data_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }

  // Copies the content to `memory` and uses that from now on. `memory` has the same alignment and
  // enough room; its owner keeps it alive as long as this buffer.
  void MoveTo(void* memory) {
    if (size_ == 0) return;
    T* to = static_cast<T*>(memory);
    std::copy_n(data_.get(), size_, to);
    data_ = {to, Free{.owner = false}};
  }

  // Whether the memory is its own.
  bool owns_memory() const { return data_ != nullptr && data_.get_deleter().owner; }

  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  size_t size() const { return size_; }
  T& operator[](size_t i) { return data_.get()[i]; }
  const T& operator[](size_t i) const { return data_.get()[i]; }
  std::span<T> span() { return {data(), size_}; }
  std::span<const T> span() const { return {data(), size_}; }

 private:
  struct Free {
    bool owner = true;
    void operator()(T* p) const {
      if (owner) ::operator delete(p, std::align_val_t(kAlignmentBytes));
    }
  };
  std::unique_ptr<T, Free> data_;
  size_t size_ = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_BASE_ALIGNED_BUFFER_H_
