#include "kernels/gru.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "kernels/gru_scalar.h"
#include "kernels/matmul.h"
#include "kernels/test_util.h"

namespace dfn {
namespace {

// Rounding of the sums, carried on by a recurrence that forgets.
constexpr float kTolerance = 5e-6f;
constexpr size_t kFrames = 23;
constexpr size_t kInputs = 40;
// More than a register tile takes, on every target.
constexpr size_t kMaxStreams = 15;
// Stands where no row may write.
constexpr float kUntouched = -7.0f;

// ONNX weights of one layer.
struct Weights {
  std::vector<float> w, r, bias_w, bias_r;
};

class GruTest : public ::testing::TestWithParam<size_t> {
 protected:
  GruTest() : hidden_(GetParam()) {
    RandomFloats random(hidden_);
    const float scale = 1.5f / std::sqrt(static_cast<float>(hidden_));
    weights_ = {random.Vector(3 * hidden_ * kInputs, scale),
                random.Vector(3 * hidden_ * hidden_, scale), random.Vector(3 * hidden_),
                random.Vector(3 * hidden_)};
    gru_ = PackGru(kInputs, hidden_, weights_.w, weights_.r, weights_.bias_w, weights_.bias_r);
    x_ = random.Vector(kFrames * kInputs);
    projected_ = AlignedBuffer<float>(kFrames * gru_.projected());
    MatMul(gru_.projection, kFrames, x_.data(), kInputs, projected_.data(), gru_.projected(),
           Activation::kNone);
    scratch_.Fit(kMaxStreams);
    start_ = AlignedBuffer<float>(gru_.padded());
    for (size_t i = 0; i < hidden_; ++i) start_[i] = random.Next();
  }

  struct Outcome {
    std::vector<float> output;  // [frames, stride]
    std::vector<float> state;
    bool operator==(const Outcome&) const = default;
  };

  size_t stride() const { return gru_.padded() + 16; }

  AlignedBuffer<float> StartState() const {
    AlignedBuffer<float> state(gru_.padded());
    std::copy_n(start_.data(), start_.size(), state.data());
    return state;
  }

  // In calls of `cut` frames each.
  Outcome Run(size_t cut, bool scalar = false) {
    Outcome outcome{std::vector<float>(kFrames * stride(), kUntouched), {}};
    AlignedBuffer<float> state = StartState();
    for (size_t t = 0; t < kFrames; t += cut) {
      const GruStream stream{state.data(), std::min(cut, kFrames - t),
                             projected_.data() + t * gru_.projected(),
                             outcome.output.data() + t * stride()};
      if (scalar) {
        scalar::GruSteps(gru_, stream, stride());
      } else {
        GruSteps(gru_, {&stream, 1}, stride(), scratch_);
      }
    }
    outcome.state.assign(state.data(), state.data() + state.size());
    return outcome;
  }

  size_t hidden_;
  Weights weights_;
  PackedGru gru_;
  std::vector<float> x_;
  AlignedBuffer<float> projected_;
  AlignedBuffer<float> start_;
  GruStepScratch scratch_;
};

TEST_P(GruTest, EqualsItsScalarTwin) {
  const Outcome expected = Run(kFrames, true);
  ForEachKernelTarget([&] {
    const Outcome outcome = Run(kFrames);
    for (size_t i = 0; i < expected.output.size(); ++i) {
      ASSERT_NEAR(outcome.output[i], expected.output[i], kTolerance) << i;
    }
    for (size_t i = 0; i < expected.state.size(); ++i) {
      ASSERT_NEAR(outcome.state[i], expected.state[i], kTolerance) << i;
    }
  });
}

// ONNX's formulas on ONNX's weights, in double: packing, bias placement and twin are right.
TEST_P(GruTest, TwinComputesTheOnnxOperator) {
  const auto sigmoid = [](double v) { return 1.0 / (1.0 + std::exp(-v)); };
  std::vector<double> h(start_.data(), start_.data() + hidden_);
  const Outcome outcome = Run(kFrames, true);
  for (size_t t = 0; t < kFrames; ++t) {
    std::vector<double> next(hidden_);
    for (size_t j = 0; j < hidden_; ++j) {
      double in[3];
      double recurrent[3];
      for (size_t g = 0; g < 3; ++g) {
        const size_t row = g * hidden_ + j;
        in[g] = weights_.bias_w[row];
        recurrent[g] = weights_.bias_r[row];
        for (size_t k = 0; k < kInputs; ++k) {
          in[g] += double{x_[t * kInputs + k]} * weights_.w[row * kInputs + k];
        }
        for (size_t k = 0; k < hidden_; ++k) recurrent[g] += h[k] * weights_.r[row * hidden_ + k];
      }
      const double z = sigmoid(in[0] + recurrent[0]);
      const double r = sigmoid(in[1] + recurrent[1]);
      const double n = std::tanh(in[2] + r * recurrent[2]);
      next[j] = (1.0 - z) * n + z * h[j];
    }
    h = next;
    for (size_t j = 0; j < hidden_; ++j) {
      ASSERT_NEAR(outcome.output[t * stride() + j], h[j], kTolerance) << t << " " << j;
    }
  }
}

TEST_P(GruTest, AnyCutGivesTheSameBits) {
  ForEachKernelTarget([&] {
    const Outcome whole = Run(kFrames);
    for (size_t cut : {1u, 2u, 7u}) EXPECT_EQ(Run(cut), whole) << cut;
  });
}

// Streams of different lengths, none among them, beginning at different rows.
TEST_P(GruTest, ManyStreamsGiveTheBitsOfEachAlone) {
  ForEachKernelTarget([&] {
    for (size_t count = 2; count <= kMaxStreams; ++count) {
      std::vector<AlignedBuffer<float>> states;
      std::vector<std::vector<float>> outputs;
      std::vector<GruStream> streams;
      for (size_t i = 0; i < count; ++i) {
        states.push_back(StartState());
        outputs.emplace_back(kFrames * stride(), kUntouched);
        const size_t first = i % 4;
        streams.push_back({states[i].data(), (i * 5 + 3) % (kFrames - 4),
                           projected_.data() + first * gru_.projected(), outputs[i].data()});
      }
      GruSteps(gru_, streams, stride(), scratch_);
      for (size_t i = 0; i < count; ++i) {
        AlignedBuffer<float> state = StartState();
        std::vector<float> output(kFrames * stride(), kUntouched);
        const GruStream alone{state.data(), streams[i].frames, streams[i].projected, output.data()};
        GruSteps(gru_, {&alone, 1}, stride(), scratch_);
        ASSERT_EQ(outputs[i], output) << "stream " << i << " of " << count;
        ASSERT_TRUE(std::ranges::equal(states[i].span(), state.span()));
      }
    }
  });
}

TEST_P(GruTest, PaddingStaysZero) {
  ForEachKernelTarget([&] {
    const Outcome outcome = Run(kFrames);
    for (size_t i = hidden_; i < gru_.padded(); ++i) {
      EXPECT_EQ(outcome.state[i], 0.0f);
      EXPECT_EQ(outcome.output[i], 0.0f);
    }
    EXPECT_EQ(outcome.output[gru_.padded()], kUntouched) << "wrote between the rows";
  });
}

TEST_P(GruTest, NotANumberDoesNotStayInTheState) {
  ForEachKernelTarget([&] {
    AlignedBuffer<float> projected(kFrames * gru_.projected());
    std::copy_n(projected_.data(), projected.size(), projected.data());
    for (size_t i = 0; i < gru_.projected(); ++i) projected[i] = std::nanf("");
    AlignedBuffer<float> state(gru_.padded());
    std::vector<float> output(kFrames * stride());
    const GruStream stream{state.data(), kFrames, projected.data(), output.data()};
    GruSteps(gru_, {&stream, 1}, stride(), scratch_);
    for (float value : state.span()) EXPECT_TRUE(std::isfinite(value));
  });
}

INSTANTIATE_TEST_SUITE_P(Hidden, GruTest, ::testing::Values(1, 16, 20, 48, 96, 200),
                         ::testing::PrintToStringParamName());

}  // namespace
}  // namespace dfn
