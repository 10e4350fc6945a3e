#include "kernels/activations.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "kernels/activations_scalar.h"
#include "kernels/testing/compare.h"

namespace dfn {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

struct Function {
  const char* name;
  void (*vector)(size_t, const float*, float*) noexcept;
  Activation activation;
  float lowest;
};
constexpr Function kFunctions[] = {{"sigmoid", Sigmoid, Activation::kSigmoid, 0.0f},
                                   {"tanh", Tanh, Activation::kTanh, -1.0f}};

// Maps consecutive integers to the floats in ascending order, across zero.
float FromOrder(int64_t order) {
  const auto magnitude = static_cast<uint32_t>(order < 0 ? -order : order);
  const float value = std::bit_cast<float>(magnitude);
  return order < 0 ? -value : value;
}
int64_t ToOrder(float value) {
  const auto magnitude = static_cast<int64_t>(std::bit_cast<uint32_t>(std::fabs(value)));
  return std::signbit(value) ? -magnitude : magnitude;
}

// Walks from `first` to `last` in steps of `stride` floats, block by block.
void Walk(const Function& f, float first, float last, int64_t stride,
          const std::function<void(const std::vector<float>&, const std::vector<float>&)>& check) {
  constexpr size_t kBlock = 4096;
  std::vector<float> x;
  std::vector<float> y;
  for (int64_t order = ToOrder(first); order <= ToOrder(last);) {
    x.clear();
    for (; x.size() < kBlock && order <= ToOrder(last); order += stride) {
      x.push_back(FromOrder(order));
    }
    y.resize(x.size());
    f.vector(x.size(), x.data(), y.data());
    check(x, y);
  }
}

class ActivationsTest : public ::testing::TestWithParam<Function> {};

TEST_P(ActivationsTest, StaysNearTheExactValueAndInRange) {
  const Function& f = GetParam();
  ForEachKernelTarget([&f] {
    double worst = 0.0;
    // A prime stride visits every exponent and every low bit.
    Walk(f, -20.0f, 20.0f, 997, [&](const std::vector<float>& x, const std::vector<float>& y) {
      for (size_t i = 0; i < x.size(); ++i) {
        const double error =
            std::fabs(static_cast<double>(y[i]) - scalar::Activate(x[i], f.activation));
        worst = std::max(worst, error);
        ASSERT_GE(y[i], f.lowest) << x[i];
        ASSERT_LE(y[i], 1.0f) << x[i];
      }
    });
    EXPECT_LE(worst, kActivationError);
  });
}

void ExpectMonotone(const Function& f, float first, float last, int64_t stride) {
  float before = -kInf;
  size_t inversions = 0;
  Walk(f, first, last, stride, [&](const std::vector<float>&, const std::vector<float>& y) {
    for (float value : y) {
      if (!(value >= before)) ++inversions;
      before = value;
    }
  });
  EXPECT_EQ(inversions, 0u) << f.name << " from " << first << " to " << last;
}

TEST_P(ActivationsTest, NeverDecreases) {
  const Function& f = GetParam();
  ForEachKernelTarget([&f] {
    // A stride of 1 over all 4.28 x 10^9 floats passes too, but takes a minute.
    ExpectMonotone(f, -kInf, kInf, 211);
    ExpectMonotone(f, -1e-37f, 1e-37f, 101);
    // These walks take every float around 0, 1, and the first seams of the exponential's range
    // reduction.
    for (float x : {-8.0f, -1.0f, -0.6931472f, -0.3465736f, 0.3465736f, 0.6931472f, 1.0f, 8.0f}) {
      const int64_t order = ToOrder(x);
      ExpectMonotone(f, FromOrder(order - 100'000), FromOrder(order + 100'000), 1);
    }
    // The seams are at n ln 2 for sigmoid and n ln 2 / 2 for tanh; a few thousand floats on each
    // side are checked.
    for (int n = -250; n <= 250; ++n) {
      const int64_t order = ToOrder(static_cast<float>(n * 0.34657359027997264));
      ExpectMonotone(f, FromOrder(order - 2000), FromOrder(order + 2000), 1);
    }
  });
}

TEST_P(ActivationsTest, SpecialValues) {
  const Function& f = GetParam();
  ForEachKernelTarget([&f] {
    const float x[] = {-kInf, -1e30f, -0.0f, 0.0f, 1e30f, kInf, kNan, -kNan};
    for (size_t i = 0; i < std::size(x); ++i) {
      float y = 2.0f;
      f.vector(1, x + i, &y);
      EXPECT_NEAR(y, scalar::Activate(x[i], f.activation), kActivationError) << x[i];
    }
    float y[std::size(x)];
    f.vector(std::size(x), x, y);
    EXPECT_EQ(y[2], y[3]);
    EXPECT_NEAR(y[6], f.lowest, kActivationError) << "NaN";
  });
}

TEST_P(ActivationsTest, PlaceInTheArrayDoesNotMatter) {
  const Function& f = GetParam();
  ForEachKernelTarget([&f] {
    const std::vector<float> x = RandomFloats(1).Vector(67, 4.0f);
    std::vector<float> whole(x.size());
    f.vector(x.size(), x.data(), whole.data());
    for (size_t i = 0; i < x.size(); ++i) {
      float one = 0.0f;
      f.vector(1, x.data() + i, &one);
      EXPECT_EQ(one, whole[i]);
    }
  });
}

TEST_P(ActivationsTest, TheOutputMayBeTheInput) {
  const Function& f = GetParam();
  ForEachKernelTarget([&f] {
    std::vector<float> values = RandomFloats(1).Vector(67, 4.0f);
    std::vector<float> apart(values.size());
    f.vector(values.size(), values.data(), apart.data());
    f.vector(values.size(), values.data(), values.data());
    EXPECT_EQ(values, apart);
  });
}

TEST(TanhTest, IsOdd) {
  ForEachKernelTarget([] {
    const std::vector<float> x = RandomFloats(2).Vector(1000, 5.0f);
    std::vector<float> minus_x(x);
    for (float& value : minus_x) value = -value;
    std::vector<float> y(x.size());
    std::vector<float> minus_y(x.size());
    Tanh(x.size(), x.data(), y.data());
    Tanh(x.size(), minus_x.data(), minus_y.data());
    for (size_t i = 0; i < x.size(); ++i) EXPECT_EQ(y[i], -minus_y[i]);
  });
}

INSTANTIATE_TEST_SUITE_P(Both, ActivationsTest, ::testing::ValuesIn(kFunctions),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace dfn
