#include "kernels/byte_dot.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ostream>
#include <string>

#include "kernels/quantized_matmul.h"
#include "kernels/quantized_rows.h"
#include "kernels/testing/compare.h"

namespace dfn {
namespace {

constexpr int32_t kUntouched = 0x5a5a5a5a;

struct Shape {
  size_t groups, panels_a_group, depth;
};
void PrintTo(const Shape& s, std::ostream* out) {
  *out << s.groups << "x" << s.depth << "to" << s.panels_a_group << "panels";
}
// Depths of 64 and its multiples fill tiles; groups of one panel share no input.
constexpr Shape kShapes[] = {{1, 1, 8},  {1, 3, 64},  {1, 16, 256}, {1, 5, 192},  {4, 1, 64},
                             {7, 1, 96}, {3, 4, 128}, {2, 3, 64},   {16, 4, 16},  {1, 6, 3072},
                             {2, 9, 40}, {1, 2, 512}, {1, 1, 64},   {1, 48, 256}, {32, 1, 8}};

class ByteDotTest : public ::testing::TestWithParam<Shape> {
 protected:
  static constexpr size_t kMostRows = 40;

  ByteDotTest() : shape_(GetParam()), limit_(InputLimit(shape_.depth)) {
    const size_t width = shape_.panels_a_group * kPanel;
    RandomFloats random(shape_.depth + width);
    weights_ = random.Vector(shape_.groups * shape_.depth * width);
    // A column of the largest weights meets inputs of the largest values in the first rows.
    for (size_t k = 0; k < shape_.depth; ++k) weights_[k * width + 3] = 1.0f;
    for (size_t k = 0; k < shape_.depth; ++k) weights_[k * width + 4] = -1.0f;
    reduced_ =
        PackMatrix(shape_.groups, 1, shape_.depth, width, weights_, {}, Precision::kI8).reduced;
    for (float x : random.Vector(kMostRows * row_values())) {
      x_.push_back(static_cast<uint8_t>(std::fabs(x) * static_cast<float>(limit_)));
    }
    std::fill_n(x_.begin(), row_values(), limit_);
    scratch_.Fit(kMostRows, shape_.groups, shape_.depth);
  }

  size_t row_values() const { return shape_.groups * PaddedDepth(shape_.depth); }
  size_t panels() const { return shape_.groups * shape_.panels_a_group; }

  int32_t Expected(size_t row, size_t column) const {
    const size_t panel = column / kPanel;
    const size_t group = panel / shape_.panels_a_group;
    int64_t sum = 0;
    for (size_t k = 0; k < shape_.depth; ++k) {
      const size_t quad = panel * Quads(shape_.depth) + k / 4;
      sum += reduced_.bytes[(quad * kPanel + column % kPanel) * 4 + k % 4] *
             x_[row * row_values() + group * PaddedDepth(shape_.depth) + k];
    }
    return static_cast<int32_t>(sum);
  }

  // All sums of rows [0, rows), [rows][panels][kPanel].
  std::vector<int32_t> Run(size_t rows, size_t unit, bool backwards) {
    std::vector<int32_t> all(rows * panels() * kPanel, kUntouched);
    const QuantizedProduct product(reduced_, shape_.groups, shape_.panels_a_group, shape_.depth,
                                   rows, scratch_);
    for (size_t row = 0; row < rows; ++row) {
      product.SetRow(row, [&](size_t, auto* to) {
        std::copy_n(x_.data() + row * row_values(), row_values(), to);
      });
    }
    product.ForEachPart(unit, backwards, [&](size_t first_row, const ByteCall& part) {
      EXPECT_EQ(part.panels % unit, 0u);
      for (size_t row = 0; row < part.rows; ++row) {
        std::copy_n(part.sums + row * part.panels * kPanel, part.panels * kPanel,
                    all.data() + ((first_row + row) * panels() + part.panel) * kPanel);
      }
    });
    return all;
  }

  Shape shape_;
  uint8_t limit_;
  std::vector<float> weights_;
  ReducedWeights reduced_;
  std::vector<uint8_t> x_;
  QuantizedRows scratch_;
};

// Every target against sums of 64 bits: so all targets give the same bits.
TEST_P(ByteDotTest, SumsAreExactOnEveryTarget) {
  std::vector<int32_t> expected;
  for (size_t row = 0; row < kMostRows; ++row) {
    for (size_t column = 0; column < panels() * kPanel; ++column) {
      expected.push_back(Expected(row, column));
    }
  }
  ForEachKernelTarget([&] {
    for (size_t rows : {1u, 2u, 3u, 4u, 5u, 6u, 7u, 15u, 16u, 17u, 24u, 31u, 33u, 40u}) {
      const std::vector<int32_t> first(
          expected.begin(), expected.begin() + static_cast<ptrdiff_t>(rows * panels() * kPanel));
      ASSERT_EQ(Run(rows, 1, false), first) << rows << " rows";
      ASSERT_EQ(Run(rows, panels() % 3 == 0 ? 3 : 1, true), first) << rows << " rows, backwards";
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Shapes, ByteDotTest, ::testing::ValuesIn(kShapes));

// Targets of the same vectors compute floats alike too, so a product's outputs have the same bits
// with and without instructions for bytes.
TEST(ByteDotTargetsTest, ProductsHaveTheBitsOfTheSameVectorsWithoutInstructionsForBytes) {
  constexpr size_t kRows = 50;
  constexpr size_t kDepth = 128;
  constexpr size_t kOutputs = 72;
  RandomFloats random(5);
  const PackedMatrix matrix = PackMatrix(1, 1, kDepth, kOutputs, random.Vector(kDepth * kOutputs),
                                         random.Vector(kOutputs), Precision::kI8);
  const std::vector<float> x = random.Vector(kRows * kDepth);
  QuantizedRows scratch;
  FitRows(matrix, kRows, scratch);
  const auto run = [&] {
    std::vector<float> y(kRows * kOutputs);
    QuantizedMatMul(matrix, kRows, x.data(), kDepth, y.data(), kOutputs, Activation::kTanh,
                    scratch);
    return y;
  };
  ForEachKernelTarget([&] {
    const KernelTarget target = ActiveKernelTarget();
    const std::vector<float> y = run();
    ForceKernelTarget({target.vectors});
    EXPECT_EQ(run(), y);
  });
}

// Every byte, each the only one of its row that is not zero, so that no other hides its error.
TEST(ByteDotTargetsTest, EveryByteIsMultipliedExactly) {
  constexpr size_t kRows = 8;
  constexpr size_t kQuads = 16;
  constexpr size_t kInputs = kQuads * 4;
  for (const int8_t weight : {int8_t{-127}, int8_t{127}}) {
    AlignedBuffer<int8_t> bytes(kQuads * kPanel * 4);
    std::fill_n(bytes.data(), bytes.size(), weight);
    AlignedBuffer<int32_t> column_sums(kPanel);
    std::fill_n(column_sums.data(), kPanel, static_cast<int32_t>(kInputs) * weight);
    AlignedBuffer<uint8_t> x(kRows * kInputs);
    AlignedBuffer<int32_t> sums(kRows * kPanel);
    ForEachKernelTarget([&] {
      const ByteSumFunction sum = ActiveByteSum(kRows, kQuads);
      if (sum == nullptr) return;
      for (size_t first = 0; first < 256; first += kRows) {
        std::fill_n(x.data(), x.size(), uint8_t{0});
        for (size_t row = 0; row < kRows; ++row) {
          x[row * kInputs + (first + row) % kInputs] = static_cast<uint8_t>(first + row);
        }
        sum({bytes.data(), column_sums.data(), kQuads, 1, x.data(), kInputs, kRows, 0, 1,
             sums.data()});
        for (size_t row = 0; row < kRows; ++row) {
          ASSERT_EQ(sums[row * kPanel], static_cast<int>(first + row) * weight);
        }
      }
    });
  }
}

TEST(ByteDotTargetsTest, AMachineWithoutInstructionsForBytesUsesNone) {
  ForceKernelTarget(SupportedKernelTargets().back());
  EXPECT_EQ(ActiveByteDotKind(), SupportedKernelTargets().back().bytes);
  EXPECT_EQ(ActiveByteSum(1, 16), nullptr);
  ForceKernelTarget({});
}

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 11
// The compiler also asks whether the operating system keeps the vectors.
TEST(ByteDotTargetsTest, TheProcessorHasWhatTheCompilersRuntimeFinds) {
  if (__builtin_cpu_supports("avx2")) {
    EXPECT_EQ(ProcessorHasByteDot(ByteDotKind::kAvxVnni), __builtin_cpu_supports("avxvnni") != 0);
  }
  if (__builtin_cpu_supports("avx512f")) {
    EXPECT_EQ(ProcessorHasByteDot(ByteDotKind::kAvx512Vnni),
              __builtin_cpu_supports("avx512vnni") != 0);
  }
}
#endif

}  // namespace
}  // namespace dfn
