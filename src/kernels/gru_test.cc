#include "kernels/gru.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "kernels/gru_scalar.h"
#include "kernels/matmul.h"
#include "kernels/quantized_matmul.h"
#include "kernels/testing/compare.h"

namespace dfn {
namespace {

// The sums' rounding errors accumulate in the recurrence, which damps them.
constexpr float kTolerance = 5e-6f;
constexpr size_t kFrames = 23;
constexpr size_t kInputs = 40;
// This is more than the rows of a register tile on every target.
constexpr size_t kMaxStreams = 15;
// Marks elements that no row may overwrite.
constexpr float kUntouched = -7.0f;

// ONNX weights of one layer.
struct Weights {
  std::vector<float> w, r, bias_w, bias_r;
};

struct Layer {
  size_t hidden;
  Precision precision;
};
std::string LayerName(const ::testing::TestParamInfo<Layer>& info) {
  constexpr const char* kNames[] = {"f32_", "f16_", "i8_"};
  return kNames[static_cast<size_t>(info.param.precision)] + std::to_string(info.param.hidden);
}

class GruTest : public ::testing::TestWithParam<Layer> {
 protected:
  GruTest() : hidden_(GetParam().hidden), precision_(GetParam().precision) {
    RandomFloats random(hidden_);
    const float scale = 1.5f / std::sqrt(static_cast<float>(hidden_));
    weights_ = {random.Vector(3 * hidden_ * kInputs, scale),
                random.Vector(3 * hidden_ * hidden_, scale), random.Vector(3 * hidden_),
                random.Vector(3 * hidden_)};
    gru_ = PackGru(kInputs, hidden_, weights_.w, weights_.r, weights_.bias_w, weights_.bias_r,
                   precision_);
    x_ = random.Vector(kFrames * kInputs);
    projected_ = AlignedBuffer<float>(kFrames * gru_.projected());
    if (precision_ == Precision::kI8) {
      QuantizedRows quantized;
      FitRows(gru_.projection, kFrames, quantized);
      QuantizedMatMul(gru_.projection, kFrames, x_.data(), kInputs, projected_.data(),
                      gru_.projected(), Activation::kNone, quantized);
    } else {
      MatMul(gru_.projection, kFrames, x_.data(), kInputs, projected_.data(), gru_.projected(),
             Activation::kNone);
    }
    scratch_.Fit(gru_, kMaxStreams);
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

  // Runs all frames in calls of `cut` frames each.
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

  // Runs each frame from the state that `twin` had before it. With weights of kI8 a difference in the
  // state's last bit may round to the next byte, so that the twins would part.
  Outcome RunFrom(const Outcome& twin) {
    Outcome outcome{std::vector<float>(kFrames * stride(), kUntouched), {}};
    AlignedBuffer<float> state = StartState();
    for (size_t t = 0; t < kFrames; ++t) {
      if (t > 0) std::copy_n(twin.output.data() + (t - 1) * stride(), state.size(), state.data());
      const GruStream stream{state.data(), 1, projected_.data() + t * gru_.projected(),
                             outcome.output.data() + t * stride()};
      GruSteps(gru_, {&stream, 1}, stride(), scratch_);
    }
    outcome.state.assign(state.data(), state.data() + state.size());
    return outcome;
  }

  // The errors of some hundred weights, half a step of 2^-11 of each (kF16) or of 1 / 127 of the
  // largest (kI8), add up like noise.
  float OnnxTolerance() const {
    return precision_ == Precision::kF32   ? kTolerance
           : precision_ == Precision::kF16 ? 1e-3f
                                           : 2e-2f;
  }

  size_t hidden_;
  Precision precision_;
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
    const Outcome outcome = precision_ == Precision::kI8 ? RunFrom(expected) : Run(kFrames);
    for (size_t i = 0; i < expected.output.size(); ++i) {
      ASSERT_NEAR(outcome.output[i], expected.output[i], kTolerance) << i;
    }
    for (size_t i = 0; i < expected.state.size(); ++i) {
      ASSERT_NEAR(outcome.state[i], expected.state[i], kTolerance) << i;
    }
  });
}

// Compares with ONNX's formulas on ONNX's weights in double, which checks packing, placement of
// biases and the twin.
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
      ASSERT_NEAR(outcome.output[t * stride() + j], h[j], OnnxTolerance()) << t << " " << j;
    }
  }
}

TEST_P(GruTest, AnyCutGivesTheSameBits) {
  ForEachKernelTarget([&] {
    const Outcome whole = Run(kFrames);
    for (size_t cut : {1u, 2u, 7u}) EXPECT_EQ(Run(cut), whole) << cut;
  });
}

// The streams have different lengths, 0 among them, and begin at different rows.
TEST_P(GruTest, ManyStreamsGiveTheBitsOfEachAlone) {
  ForEachKernelTarget([&] {
    for (size_t count : {size_t{2}, size_t{3}, size_t{7}, kMaxStreams}) {
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

std::vector<Layer> Layers() {
  std::vector<Layer> layers;
  for (Precision precision : {Precision::kF32, Precision::kF16, Precision::kI8}) {
    for (size_t hidden : {1u, 16u, 20u, 33u, 96u, 200u}) layers.push_back({hidden, precision});
  }
  return layers;
}
INSTANTIATE_TEST_SUITE_P(Layers, GruTest, ::testing::ValuesIn(Layers()), LayerName);

}  // namespace
}  // namespace dfn
