#include "kernels/panel_packing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "base/half.h"
#include "kernels/panel_packing_scalar.h"
#include "kernels/testing/compare.h"

namespace dfn {
namespace {

constexpr size_t kDepth = 203;  // more than a block, and the last quad is not full
constexpr size_t kColumns = 43;
constexpr size_t kPanels = 3;  // the last one is not full

// The weights as both kinds of layers have them: [depth][columns] and [columns][depth].
class PanelPackingTest : public ::testing::TestWithParam<bool> {
 protected:
  PanelPackingTest() : weights_(RandomFloats(1).Vector(kDepth * kColumns)) {
    for (size_t k = 0; k < kDepth; ++k) Weight(k, 5) = 0.0f;
  }

  float& Weight(size_t k, size_t column) {
    return weights_[GetParam() ? k * kColumns + column : column * kDepth + k];
  }
  float Expected(size_t k, size_t column) { return column < kColumns ? Weight(k, column) : 0.0f; }

  void Pack(Precision precision, size_t side_by_side, MemoryRoom* room = nullptr,
            decltype(&PackPanel) pack = PackPanel) {
    NewPanels(kPanels, kDepth, precision, room, {floats_, reduced_});
    for (size_t panel = 0; panel < kPanels; ++panel) {
      const size_t column = panel * kPanel;
      const size_t columns = std::min(kPanel, kColumns - column);
      const PanelSource source =
          GetParam() ? PanelSource{weights_.data() + column, columns, 1, kColumns}
                     : PanelSource{weights_.data() + column * kDepth, columns, kDepth, 1};
      pack(source, kDepth, precision, panel, side_by_side, {floats_, reduced_});
    }
  }

  // Where a weight is among floats or halves.
  static size_t At(size_t k, size_t column, size_t side_by_side) {
    const size_t width = side_by_side * kPanel;
    return column / width * kDepth * width + k * width + column % width;
  }

  std::vector<float> weights_;
  AlignedBuffer<float> floats_;
  ReducedWeights reduced_;
};

TEST_P(PanelPackingTest, FloatsAndHalvesGoToTheirPlaces) {
  for (size_t side_by_side : {size_t{1}, kPanels}) {
    for (Precision precision : {Precision::kF32, Precision::kF16}) {
      Pack(precision, side_by_side);
      const bool halves = precision == Precision::kF16;
      for (size_t k = 0; k < kDepth; ++k) {
        for (size_t column = 0; column < kPanels * kPanel; ++column) {
          const float weight = Expected(k, column);
          const size_t at = At(k, column, side_by_side);
          const float packed =
              halves && !kWidensHalves ? FloatFromHalf(reduced_.halves[at]) : floats_[at];
          ASSERT_EQ(packed, halves ? FloatFromHalf(HalfFromFloat(weight)) : weight) << k;
        }
      }
    }
  }
}

TEST_P(PanelPackingTest, BytesAreWithinHalfAStepOfEachColumn) {
  Pack(Precision::kI8, 1);
  ASSERT_EQ(reduced_.bytes.size(), kPanels * kPanel * PaddedDepth(kDepth));
  for (size_t column = 0; column < kPanels * kPanel; ++column) {
    const float scale = reduced_.scales[column];
    int largest = 0;
    int sum = 0;
    for (size_t k = 0; k < PaddedDepth(kDepth); ++k) {
      const size_t quad = column / kPanel * Quads(kDepth) + k / 4;
      const int byte = reduced_.bytes[(quad * kPanel + column % kPanel) * 4 + k % 4];
      const float weight = k < kDepth ? Expected(k, column) : 0.0f;
      ASSERT_NEAR(static_cast<float>(byte) * scale, weight, 0.5001f * scale);
      largest = std::max(largest, std::abs(byte));
      sum += byte;
    }
    EXPECT_EQ(largest, column == 5 || column >= kColumns ? 0 : 127);
    EXPECT_EQ(reduced_.column_sums[column], sum);
  }
}

// What the room held before is overwritten, the padding too.
TEST_P(PanelPackingTest, ARoomOfTheToldSizeHoldsEverythingAndNothingOfBefore) {
  for (Precision precision : {Precision::kF32, Precision::kF16, Precision::kI8}) {
    const size_t bytes = PanelBytes(kPanels, kDepth, precision);
    AlignedBuffer<uint8_t> block(bytes);
    std::fill(block.span().begin(), block.span().end(), uint8_t{0xa5});
    MemoryRoom room(block.data(), bytes);
    Pack(precision, 1, &room);
    EXPECT_EQ(room.Take<uint8_t>(1), nullptr);
    EXPECT_FALSE(floats_.owns_memory());
    EXPECT_FALSE(reduced_.bytes.owns_memory());
    const auto is_zero = [](auto value) { return value == 0; };
    if (!floats_.span().empty()) {
      const auto last = floats_.span().subspan(At(kDepth - 1, kColumns, 1));
      EXPECT_TRUE(std::ranges::all_of(last, is_zero));
    }
    if (precision == Precision::kI8) {
      // The depths behind the last one fill all but three bytes of the last two quads.
      for (size_t k = kDepth; k < PaddedDepth(kDepth); ++k) {
        const size_t quad = 2 * Quads(kDepth) + k / 4;
        EXPECT_EQ(reduced_.bytes[quad * kPanel * 4 + k % 4], 0);
      }
    }
    floats_ = {};
    reduced_ = {};
  }
}

INSTANTIATE_TEST_SUITE_P(Orders, PanelPackingTest, ::testing::Bool());

// Weights of every exponent, and around each place where the rounding to halves changes.
std::vector<float> TellingWeights() {
  std::vector<float> weights = {0.0f,
                                65504.0f,
                                65505.0f,
                                65519.0f,
                                65520.0f,
                                std::numeric_limits<float>::max(),
                                std::numeric_limits<float>::denorm_min()};
  for (uint32_t bits = 0; bits < 0x7f800000u; bits += 40961) {
    weights.push_back(std::bit_cast<float>(bits));
  }
  for (uint16_t half = 0; half < 0x7bff; ++half) {
    const float low = FloatFromHalf(half);
    const float middle = low + (FloatFromHalf(static_cast<uint16_t>(half + 1)) - low) / 2;
    for (float value : {low, middle, std::nextafter(middle, 0.0f), std::nextafter(middle, 1e6f)}) {
      weights.push_back(value);
    }
  }
  const size_t positive = weights.size();
  for (size_t i = 0; i < positive; ++i) weights.push_back(-weights[i]);
  return weights;
}

// Weights of a panel whose quotients are on and beside the places between two bytes.
std::vector<float> WeightsBetweenBytes(size_t count) {
  std::vector<float> weights(count);
  for (size_t i = 0; i < count; ++i) {
    const auto middle = static_cast<float>(i % 127) + 0.5f;
    const float beside[] = {middle, std::nextafter(middle, 0.0f), std::nextafter(middle, 1e6f)};
    weights[i] = (i % 2 == 0 ? 1.0f : -1.0f) * beside[i % 3];
  }
  return weights;
}

template <class T>
void ExpectSameBits(const AlignedBuffer<T>& found, const AlignedBuffer<T>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  if (found.size() == 0) return;
  EXPECT_EQ(std::memcmp(found.data(), expected.data(), found.size() * sizeof(T)), 0);
}

void ExpectSameBits(const ReducedWeights& found, const ReducedWeights& expected) {
  ExpectSameBits(found.halves, expected.halves);
  ExpectSameBits(found.bytes, expected.bytes);
  ExpectSameBits(found.scales, expected.scales);
  ExpectSameBits(found.column_sums, expected.column_sums);
}

TEST_P(PanelPackingTest, EveryPanelHasTheBitsOfTheScalarTwin) {
  for (size_t side_by_side : {size_t{1}, kPanels}) {
    for (Precision precision : {Precision::kF32, Precision::kF16, Precision::kI8}) {
      floats_ = {};
      reduced_ = {};
      Pack(precision, side_by_side, nullptr, scalar::PackPanel);
      const AlignedBuffer<float> floats = std::exchange(floats_, {});
      const ReducedWeights reduced = std::exchange(reduced_, {});
      Pack(precision, side_by_side);
      ExpectSameBits(floats_, floats);
      ExpectSameBits(reduced_, reduced);
    }
  }
}

void ExpectThePackingOfTheScalarTwin(const std::vector<float>& weights, size_t depth,
                                     size_t columns, bool depths_adjacent) {
  const PanelSource source = depths_adjacent ? PanelSource{weights.data(), columns, depth, 1}
                                             : PanelSource{weights.data(), columns, 1, columns};
  for (Precision precision : {Precision::kF32, Precision::kF16, Precision::kI8}) {
    AlignedBuffer<float> floats, expected_floats;
    ReducedWeights reduced, expected;
    NewPanels(1, depth, precision, nullptr, {floats, reduced});
    NewPanels(1, depth, precision, nullptr, {expected_floats, expected});
    PackPanel(source, depth, precision, 0, 1, {floats, reduced});
    scalar::PackPanel(source, depth, precision, 0, 1, {expected_floats, expected});
    ExpectSameBits(floats, expected_floats);
    ExpectSameBits(reduced, expected);
  }
}

TEST(PanelPackingTargetsTest, EveryTargetPacksTheBitsOfTheScalarTwin) {
  const std::vector<float> telling = TellingWeights();
  ForEachKernelTarget([&] {
    for (bool depths_adjacent : {false, true}) {
      ExpectThePackingOfTheScalarTwin(telling, telling.size() / kPanel, kPanel, depths_adjacent);
      for (size_t depth : {1, 3, 4, 7, 64, 65, 131, 256}) {
        for (size_t columns : {size_t{1}, size_t{11}, kPanel}) {
          const size_t count = depth * columns;
          for (const auto& weights :
               {RandomFloats(depth).Vector(count, 0.3f), RandomFloats(depth).Vector(count, 1e-39f),
                WeightsBetweenBytes(count)}) {
            ExpectThePackingOfTheScalarTwin(weights, depth, columns, depths_adjacent);
          }
        }
      }
    }
  });
}

TEST(MemoryRoomTest, BuffersBeyondItHaveMemoryOfTheirOwn) {
  AlignedBuffer<uint8_t> block(2 * kAlignmentBytes);
  MemoryRoom room(block.data(), block.size());
  const AlignedBuffer<float> first = NewBuffer<float>(17, &room);
  EXPECT_FALSE(first.owns_memory());
  const AlignedBuffer<float> second = NewBuffer<float>(1, &room);
  EXPECT_TRUE(second.owns_memory());
}

}  // namespace
}  // namespace dfn
