// The numbers of a large layer, which need not be copied out of the file that holds them.
#ifndef DEEPFILTER_MODEL_WEIGHT_ARRAY_H_
#define DEEPFILTER_MODEL_WEIGHT_ARRAY_H_

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace dfn {

// Floats in memory of its own, or in place in memory that something else keeps. Copies of the former
// have memory of their own; those of the latter refer to the same place.
class WeightArray {
 public:
  WeightArray() = default;
  // Takes the values over. Implicit, as those who compute weights have vectors.
  WeightArray(std::vector<float> values) : own_(std::move(values)) {}
  // `values` stay as they are while `owner` lives, or as long as the program if there is none.
  WeightArray(std::span<const float> values, std::shared_ptr<const void> owner)
      : in_place_(values), owner_(std::move(owner)) {}

  std::span<const float> span() const {
    return in_place_.empty() ? std::span<const float>(own_) : in_place_;
  }
  const float* data() const { return span().data(); }
  size_t size() const { return span().size(); }
  bool empty() const { return span().empty(); }
  const float& operator[](size_t i) const { return span()[i]; }
  const float* begin() const { return data(); }
  const float* end() const { return data() + size(); }

  std::vector<float> Copy() const { return {begin(), end()}; }
  // The values in memory of its own, to change them.
  std::vector<float>& Mutable() {
    if (!in_place_.empty()) *this = Copy();
    return own_;
  }

  bool operator==(const WeightArray& other) const {
    return std::equal(begin(), end(), other.begin(), other.end());
  }

 private:
  std::vector<float> own_;
  std::span<const float> in_place_;  // empty: they are in own_
  std::shared_ptr<const void> owner_;
};

}  // namespace dfn

#endif  // DEEPFILTER_MODEL_WEIGHT_ARRAY_H_
