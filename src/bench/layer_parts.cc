#include "bench/layer_parts.h"

#include <cstdint>
#include <memory>
#include <utility>
#include <variant>

#include "base/aligned_buffer.h"
#include "base/checked.h"
#include "base/noise.h"
#include "dsp/deep_filter.h"
#include "dsp/erb.h"
#include "dsp/feature_norm.h"
#include "dsp/stft.h"
#include "engine/native/layer_packer.h"
#include "engine/native/linear.h"
#include "kernels/gru.h"
#include "model/layers.h"

namespace dfn::bench {
namespace {

// Values in [-0.5, 0.5), the same every time, without zeros or denormals, which would change the
// speed.
AlignedBuffer<float> Noise(size_t size) {
  AlignedBuffer<float> buffer(size);
  NoiseGenerator noise;
  for (float& value : buffer.span()) value = 0.5f * noise.Next();
  return buffer;
}

size_t BytesOf(const ReducedWeights& weights) {
  return weights.halves.size() * sizeof(uint16_t) + weights.bytes.size() +
         weights.scales.size() * sizeof(float) + weights.column_sums.size() * sizeof(int32_t);
}

size_t BytesOf(const PackedMatrix& matrix) {
  return (matrix.weights.size() + matrix.bias.size()) * sizeof(float) + BytesOf(matrix.reduced);
}

class PartList {
 public:
  PartList(const Model& model, const CallShape& shape, Precision precision)
      : config_(model.config),
        refs_(Layers(model)),
        shape_(shape),
        pack_(model, precision),
        states_(std::make_shared<AlignedBuffer<float>>(pack_.layout().size() * shape.streams)) {}

  Status AddAnalysis();
  void AddLayers();
  Status AddSynthesis();
  std::vector<Part> Take() { return std::move(parts_); }

 private:
  // Each takes the layer's sizes.
  void Add(const LayerSpec& spec, const ConvLayer&);
  void Add(const LayerSpec& spec, const GroupedLinear&);
  void Add(const LayerSpec& spec, const Gru& layer);
  void Add(const LayerSpec& spec, const ScalarHead& layer);
  void AddCausalConv(const LayerSpec& spec);
  void AddTransposedFirConv(const LayerSpec& spec);
  LayerCount CountOf(const LayerSpec& spec) const;
  Result<ErbBands> Bands() const {
    return ErbBands::Create(config_.sample_rate_hz, config_.fft_size, config_.erb_bands,
                            config_.min_erb_band_bins);
  }

  const Config& config_;
  const std::vector<LayerRef> refs_;
  CallShape shape_;
  LayerPacker pack_;
  std::shared_ptr<AlignedBuffer<float>> states_;  // [streams, layout().size()]
  std::vector<Part> parts_;
};

void PartList::AddLayers() {
  for (const LayerSpec& spec : pack_.layers()) {
    if (spec.optional) continue;  // no deep filter uses it, so the engine does not run it
    std::visit([&](const auto& sizes) { Add(spec, sizes); }, spec.sizes);
  }
}

LayerCount PartList::CountOf(const LayerSpec& spec) const {
  LayerCount all;
  for (const LayerRef& ref : refs_) {
    if (ref.name != spec.name && !ref.name.starts_with(spec.name + ".")) continue;
    const LayerCount count = CountLayer(ref);
    all.parameters += count.parameters;
    all.macs += count.macs;
  }
  return all;
}

void PartList::Add(const LayerSpec& spec, const ConvLayer&) {
  spec.transposed_fir ? AddTransposedFirConv(spec) : AddCausalConv(spec);
}

void PartList::AddCausalConv(const LayerSpec& spec) {
  struct Work {
    CausalConv conv;
    AlignedBuffer<float> input;
    AlignedBuffer<float> output;
    ConvScratch scratch;
  };
  CausalConv conv = pack_.Causal(spec.name);
  const size_t in = conv.packed().frame_in();
  const size_t out = conv.packed().frame_out();
  auto work = std::make_shared<Work>(
      Work{std::move(conv), Noise(shape_.rows() * in), Noise(shape_.rows() * out), {}});
  work->scratch.Fit(work->conv.packed().scratch_floats(), work->conv.packed().kernel_t());
  const auto run = [work, in, out, shape = shape_, states = states_, size = pack_.layout().size()] {
    for (size_t stream = 0; stream < shape.streams; ++stream) {
      float* state = states->data() + stream * size;
      const RowView rows{work->input.data() + stream * shape.frames * in, in};
      float* output = work->output.data() + stream * shape.frames * out;
      for (size_t i = 0; i < shape.frames; ++i) {
        work->conv.Run(state, rows, i, output + i * out, work->scratch);
      }
      work->conv.Advance(state, rows, shape.frames);
    }
  };
  const LayerCount count = CountOf(spec);
  const size_t bytes = count.parameters * sizeof(float);
  parts_.push_back({spec.name, bytes, bytes * shape_.rows(), count.macs, run});
}

void PartList::AddTransposedFirConv(const LayerSpec& spec) {
  struct Work {
    TransposedFirConv conv;
    AlignedBuffer<float> input;
    AlignedBuffer<float> output;
    ConvScratch scratch;
  };
  TransposedFirConv conv = pack_.TransposedFir(spec.name);
  const size_t in = conv.frame_in();
  const size_t out = conv.frame_out();
  auto work = std::make_shared<Work>(
      Work{std::move(conv), Noise(shape_.rows() * in), Noise(shape_.rows() * out), {}});
  work->scratch.Fit(work->conv.scratch_floats(), 0);
  const auto run = [work, in, out, shape = shape_, states = states_, size = pack_.layout().size()] {
    for (size_t row = 0; row < shape.rows(); ++row) {
      work->conv.Run(states->data() + row / shape.frames * size, work->input.data() + row * in,
                     work->output.data() + row * out, work->scratch);
    }
  };
  const LayerCount count = CountOf(spec);
  const size_t bytes = count.parameters * sizeof(float);
  parts_.push_back({spec.name, bytes, bytes * shape_.rows(), count.macs, run});
}

void PartList::Add(const LayerSpec& spec, const GroupedLinear&) {
  struct Work {
    PackedLinear linear;
    AlignedBuffer<float> input;
    AlignedBuffer<float> output;
    QuantizedRows quantized;
  };
  PackedLinear linear = pack_.Linear(spec.name);
  const PackedMatrix& matrix = linear.matrix;
  const size_t in = matrix.groups * matrix.inputs;
  const size_t out = RoundUp(matrix.groups * matrix.outputs, kPanel);
  const size_t bytes = BytesOf(matrix);
  auto work = std::make_shared<Work>(
      Work{std::move(linear), Noise(shape_.rows() * in), Noise(shape_.rows() * out), {}});
  FitRows(work->linear.matrix, shape_.rows(), work->quantized);
  const auto run = [work, in, out, rows = shape_.rows()] {
    RunLinear(work->linear, rows, work->input.data(), in, work->output.data(), out,
              work->quantized);
  };
  parts_.push_back({spec.name, bytes, bytes, CountOf(spec).macs, run});
}

void PartList::Add(const LayerSpec& spec, const ScalarHead& layer) {
  struct Work {
    PackedDots dots;
    AlignedBuffer<float> input;
    AlignedBuffer<float> output;
  };
  const size_t in = RoundUp(layer.in, kDotLanes);
  auto work = std::make_shared<Work>(
      Work{pack_.Head(spec.name, in), Noise(shape_.rows() * in), Noise(shape_.rows())});
  const auto run = [work, in, rows = shape_.rows()] {
    const float* input = work->input.data();
    DotProducts(work->dots, rows, &input, in, work->output.data(), Activation::kSigmoid);
  };
  const size_t bytes = (in + 1) * sizeof(float);
  parts_.push_back({spec.name, bytes, bytes, layer.in, run});
}

void PartList::Add(const LayerSpec& spec, const Gru& layer) {
  struct Work {
    PackedGru gru;
    AlignedBuffer<float> input;
    AlignedBuffer<float> projected;
    AlignedBuffer<float> output;
    QuantizedRows quantized;
    std::vector<GruStream> streams;
    GruStepScratch steps;
  };
  auto [packed, state] = pack_.Gru(spec.name);
  const size_t input_bytes = BytesOf(packed.projection);
  const size_t step_bytes =
      (packed.recurrent.size() + packed.bias_n.size()) * sizeof(float) + BytesOf(packed.reduced);
  const size_t rows = shape_.rows();
  const size_t projected = packed.projected();
  const size_t padded = packed.padded();
  auto work = std::make_shared<Work>(Work{std::move(packed),
                                          Noise(rows * layer.in),
                                          Noise(rows * projected),
                                          Noise(rows * padded),
                                          {},
                                          {},
                                          {}});
  FitRows(work->gru.projection, rows, work->quantized);
  work->steps.Fit(work->gru, shape_.streams);
  for (size_t stream = 0; stream < shape_.streams; ++stream) {
    const size_t row = stream * shape_.frames;
    work->streams.push_back({states_->data() + stream * pack_.layout().size() + state,
                             shape_.frames, work->projected.data() + row * projected,
                             work->output.data() + row * padded});
  }
  // `streams` points into `states`.
  const auto run = [work, projected, padded, rows, in = layer.in, states = states_] {
    RunLinear(work->gru.projection, rows, work->input.data(), in, work->projected.data(), projected,
              Activation::kNone, work->quantized);
    GruSteps(work->gru, work->streams, padded, work->steps);
  };
  parts_.push_back({spec.name, input_bytes + step_bytes, input_bytes + step_bytes * shape_.frames,
                    CountOf(spec).macs, run});
}

Status PartList::AddAnalysis() {
  struct Work {
    Stft stft;
    ErbBands bands;
    AlignedBuffer<float> hops;
    AlignedBuffer<float> memory;
    AlignedBuffer<float> spectra;
    AlignedBuffer<float> power;
    AlignedBuffer<float> erb_mean;
    AlignedBuffer<float> spec_mean;
    AlignedBuffer<float> features;
  };
  DFN_TRY(ErbBands bands, Bands());
  const size_t hop = config_.hop_size;
  const size_t spectrum = 2 * config_.freq_bins();
  const size_t erb = config_.erb_bands;
  const size_t df = config_.df_bins;
  auto work = std::make_shared<Work>(
      Work{Stft(hop), std::move(bands), Noise(shape_.rows() * hop), Noise(shape_.streams * hop),
           Noise(shape_.rows() * spectrum), Noise(erb), Noise(erb * shape_.streams),
           Noise(df * shape_.streams), Noise(shape_.rows() * (erb + 2 * df))});
  for (float& mean : work->spec_mean.span()) mean += 1.0f;  // positive, as a mean magnitude is
  const auto analyse = [work, hop, spectrum, shape = shape_] {
    for (size_t row = 0; row < shape.rows(); ++row) {
      work->stft.Analyze(work->hops.data() + row * hop,
                         work->memory.data() + row / shape.frames * hop,
                         work->spectra.data() + row * spectrum);
    }
  };
  const auto features = [work, spectrum, erb, df, shape = shape_, alpha = config_.norm_alpha] {
    for (size_t row = 0; row < shape.rows(); ++row) {
      const size_t stream = row / shape.frames;
      const float* frame = work->spectra.data() + row * spectrum;
      float* feature = work->features.data() + row * (erb + 2 * df);
      work->bands.MeanPower(frame, work->power.data());
      NormalizeErb(work->power.data(), erb, alpha, work->erb_mean.data() + stream * erb, feature);
      NormalizeSpectrum(frame, df, alpha, work->spec_mean.data() + stream * df, feature + erb);
    }
  };
  parts_.push_back({"stft.analysis", 0, 0, 0, analyse});
  parts_.push_back({"features", 0, 0, 0, features});
  return {};
}

Status PartList::AddSynthesis() {
  struct Work {
    Stft stft;
    ErbBands bands;
    AlignedBuffer<float> gains;
    AlignedBuffer<float> coefs;
    AlignedBuffer<float> spectra;
    AlignedBuffer<float> enhanced;
    AlignedBuffer<float> memory;
    AlignedBuffer<float> hops;
  };
  DFN_TRY(ErbBands bands, Bands());
  const size_t hop = config_.hop_size;
  const size_t spectrum = 2 * config_.freq_bins();
  const size_t erb = config_.erb_bands;
  const size_t coefs = config_.coef_floats();
  auto work = std::make_shared<Work>(
      Work{Stft(hop), std::move(bands), Noise(shape_.rows() * erb), Noise(shape_.rows() * coefs),
           Noise((shape_.rows() + config_.df_order) * spectrum), Noise(shape_.rows() * spectrum),
           Noise(shape_.streams * hop), Noise(shape_.rows() * hop)});
  const auto gains = [work, spectrum, erb, rows = shape_.rows()] {
    for (size_t row = 0; row < rows; ++row) {
      work->bands.ApplyGains(work->gains.data() + row * erb, work->spectra.data() + row * spectrum,
                             work->enhanced.data() + row * spectrum);
    }
  };
  const auto filter = [work, spectrum, coefs, rows = shape_.rows(), order = config_.df_order,
                       bins = config_.df_bins] {
    for (size_t row = 0; row < rows; ++row) {
      DeepFilter(work->spectra.data() + row * spectrum, spectrum, order,
                 work->coefs.data() + row * coefs, bins, work->enhanced.data() + row * spectrum);
    }
  };
  const auto synthesis = [work, spectrum, hop, shape = shape_] {
    for (size_t row = 0; row < shape.rows(); ++row) {
      work->stft.Synthesize(work->enhanced.data() + row * spectrum,
                            work->memory.data() + row / shape.frames * hop,
                            work->hops.data() + row * hop);
    }
  };
  parts_.push_back({"gains", 0, 0, 0, gains});
  if (coefs > 0) parts_.push_back({"deep_filter", 0, 0, 2 * coefs, filter});
  parts_.push_back({"stft.synthesis", 0, 0, 0, synthesis});
  return {};
}

}  // namespace

Result<std::vector<Part>> MakeParts(const Model& model, const CallShape& shape,
                                    Precision precision) {
  PartList list(model, shape, precision);
  DFN_CHECK(list.AddAnalysis());
  list.AddLayers();
  DFN_CHECK(list.AddSynthesis());
  return list.Take();
}

}  // namespace dfn::bench
