#include "bench/layer_parts.h"

#include <array>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/aligned_buffer.h"
#include "base/checked.h"
#include "base/noise.h"
#include "dsp/deep_filter.h"
#include "dsp/erb.h"
#include "dsp/feature_norm.h"
#include "dsp/stft.h"
#include "engine/native/causal_conv.h"
#include "engine/native/linear.h"
#include "engine/native/transposed_fir_conv.h"
#include "kernels/gru.h"
#include "kernels/matmul.h"
#include "model/state_layout.h"

namespace dfn::bench {
namespace {

// Values in [-0.5, 0.5), the same every time: no zeros that a kernel could profit from, nothing
// near the denormals.
AlignedBuffer<float> Noise(size_t size) {
  AlignedBuffer<float> buffer(size);
  NoiseGenerator noise;
  for (float& value : buffer.span()) value = 0.5f * noise.Next();
  return buffer;
}

size_t BytesOf(const ReducedWeights& weights) {
  return weights.halves.size() * sizeof(uint16_t) + weights.bytes.size() +
         weights.scales.size() * sizeof(float);
}

size_t BytesOf(const PackedMatrix& matrix) {
  return (matrix.weights.size() + matrix.bias.size()) * sizeof(float) + BytesOf(matrix.reduced);
}

// Each weight meets each output bin once; transposed, each input bin.
size_t MacsOf(const Conv& conv, size_t bins_in) {
  const size_t bins = conv.transposed ? bins_in : bins_in / conv.stride_f;
  return conv.weight.size() * bins;
}

size_t BytesOf(const ConvLayer& layer) {
  size_t weights = layer.conv.weight.size() + layer.conv.bias.size();
  if (layer.pointwise) weights += layer.pointwise->weight.size() + layer.pointwise->bias.size();
  return weights * sizeof(float);
}

size_t MacsOf(const ConvLayer& layer, size_t bins_in) {
  const size_t bins_out =
      layer.conv.transposed ? bins_in * layer.conv.stride_f : bins_in / layer.conv.stride_f;
  return MacsOf(layer.conv, bins_in) + (layer.pointwise ? MacsOf(*layer.pointwise, bins_out) : 0);
}

class PartList {
 public:
  PartList(const Model& model, const CallShape& shape, Precision precision)
      : model_(model),
        config_(model.config),
        shape_(shape),
        precision_(precision),
        layout_(NetworkStateLayout(model.config)),
        states_(std::make_shared<AlignedBuffer<float>>(layout_.size() * shape.streams)) {}

  Status AddAnalysis();
  void AddEncoder();
  void AddErbDecoder();
  void AddDfDecoder();
  Status AddSynthesis();
  std::vector<Part> Take() { return std::move(parts_); }

 private:
  void AddConv(const std::string& name, const ConvLayer& layer, size_t bins_in,
               Activation activation);
  void AddPendingConv(const std::string& name, const ConvLayer& layer, size_t bins,
                      Activation activation);
  void AddMatrix(const std::string& name, PackedMatrix matrix, size_t macs, Activation activation);
  void AddLinear(const std::string& name, const GroupedLinear& linear, Activation activation) {
    AddMatrix(name, PackLinear(linear, precision_), linear.weight.size(), activation);
  }
  void AddHead(const std::string& name, const ScalarHead& head);
  void AddGru(const std::string& name, const Gru& gru);
  void AddBlock(const std::string& network, const GruBlock& block);
  Result<ErbBands> Bands() const {
    return ErbBands::Create(config_.sample_rate_hz, config_.fft_size, config_.erb_bands,
                            config_.min_erb_band_bins);
  }

  const Model& model_;
  const Config& config_;
  CallShape shape_;
  Precision precision_;
  StateLayout layout_;
  std::shared_ptr<AlignedBuffer<float>> states_;  // [streams, layout_.size()]
  std::vector<Part> parts_;
};

void PartList::AddConv(const std::string& name, const ConvLayer& layer, size_t bins_in,
                       Activation activation) {
  struct Work {
    CausalConv conv;
    AlignedBuffer<float> input;
    AlignedBuffer<float> output;
    ConvScratch scratch;
  };
  CausalConv conv(PackedConv(layer, bins_in, activation), layout_, name);
  const size_t in = conv.packed().frame_in();
  const size_t out = conv.packed().frame_out();
  auto work = std::make_shared<Work>(
      Work{std::move(conv), Noise(shape_.rows() * in), Noise(shape_.rows() * out), {}});
  work->scratch.Fit(work->conv.packed().scratch_floats(), work->conv.packed().kernel_t());
  const auto run = [work, in, out, shape = shape_, states = states_, size = layout_.size()] {
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
  const size_t bytes = BytesOf(layer);
  parts_.push_back({name, bytes, bytes * shape_.rows(), MacsOf(layer, bins_in), run});
}

void PartList::AddPendingConv(const std::string& name, const ConvLayer& layer, size_t bins,
                              Activation activation) {
  struct Work {
    TransposedFirConv conv;
    AlignedBuffer<float> input;
    AlignedBuffer<float> output;
    ConvScratch scratch;
  };
  TransposedFirConv conv(layer, bins, activation, layout_, name);
  const size_t in = conv.frame_in();
  const size_t out = conv.frame_out();
  auto work = std::make_shared<Work>(
      Work{std::move(conv), Noise(shape_.rows() * in), Noise(shape_.rows() * out), {}});
  work->scratch.Fit(work->conv.scratch_floats(), 0);
  const auto run = [work, in, out, shape = shape_, states = states_, size = layout_.size()] {
    for (size_t row = 0; row < shape.rows(); ++row) {
      work->conv.Run(states->data() + row / shape.frames * size, work->input.data() + row * in,
                     work->output.data() + row * out, work->scratch);
    }
  };
  const size_t bytes = BytesOf(layer);
  parts_.push_back({name, bytes, bytes * shape_.rows(), MacsOf(layer, bins), run});
}

void PartList::AddMatrix(const std::string& name, PackedMatrix matrix, size_t macs,
                         Activation activation) {
  struct Work {
    PackedMatrix matrix;
    AlignedBuffer<float> input;
    AlignedBuffer<float> output;
    QuantizedRows quantized;
  };
  const size_t in = matrix.groups * matrix.inputs;
  const size_t out = RoundUp(matrix.groups * matrix.outputs, kPanel);
  const size_t bytes = BytesOf(matrix);
  auto work = std::make_shared<Work>(
      Work{std::move(matrix), Noise(shape_.rows() * in), Noise(shape_.rows() * out), {}});
  work->quantized.Fit(work->matrix, shape_.rows());
  const auto run = [work, in, out, activation, rows = shape_.rows()] {
    RunLinear(work->matrix, rows, work->input.data(), in, work->output.data(), out, activation,
              work->quantized);
  };
  parts_.push_back({name, bytes, bytes, macs, run});
}

void PartList::AddHead(const std::string& name, const ScalarHead& head) {
  struct Work {
    PackedDots dots;
    AlignedBuffer<float> input;
    AlignedBuffer<float> output;
  };
  const size_t in = RoundUp(head.weight.size(), kDotLanes);
  auto work = std::make_shared<Work>(
      Work{PackHead(head, in), Noise(shape_.rows() * in), Noise(shape_.rows())});
  const auto run = [work, in, rows = shape_.rows()] {
    const float* input = work->input.data();
    DotProducts(work->dots, rows, &input, in, work->output.data(), Activation::kSigmoid);
  };
  const size_t bytes = (in + 1) * sizeof(float);
  parts_.push_back({name, bytes, bytes, head.weight.size(), run});
}

void PartList::AddGru(const std::string& name, const Gru& gru) {
  struct Work {
    PackedGru gru;
    AlignedBuffer<float> input;
    AlignedBuffer<float> projected;
    AlignedBuffer<float> output;
    QuantizedRows quantized;
    std::vector<GruStream> streams;
    GruStepScratch steps;
  };
  PackedGru packed = PackGru(gru.in, gru.hidden, gru.weight_input, gru.weight_hidden,
                             gru.bias_input, gru.bias_hidden, precision_);
  const size_t input_bytes = BytesOf(packed.projection);
  const size_t step_bytes =
      (packed.recurrent.size() + packed.bias_n.size()) * sizeof(float) + BytesOf(packed.reduced);
  const size_t rows = shape_.rows();
  const size_t projected = packed.projected();
  const size_t padded = packed.padded();
  auto work = std::make_shared<Work>(Work{std::move(packed),
                                          Noise(rows * gru.in),
                                          Noise(rows * projected),
                                          Noise(rows * padded),
                                          {},
                                          {},
                                          {}});
  work->quantized.Fit(work->gru.projection, rows);
  work->steps.Fit(work->gru, shape_.streams);
  const size_t offset = layout_.Find(name)->offset;
  for (size_t stream = 0; stream < shape_.streams; ++stream) {
    const size_t row = stream * shape_.frames;
    work->streams.push_back({states_->data() + stream * layout_.size() + offset, shape_.frames,
                             work->projected.data() + row * projected,
                             work->output.data() + row * padded});
  }
  // `streams` points into `states`.
  const auto run = [work, projected, padded, rows, in = gru.in, states = states_] {
    RunLinear(work->gru.projection, rows, work->input.data(), in, work->projected.data(), projected,
              Activation::kNone, work->quantized);
    GruSteps(work->gru, work->streams, padded, work->steps);
  };
  parts_.push_back({name, input_bytes + step_bytes, input_bytes + step_bytes * shape_.frames,
                    gru.weight_input.size() + gru.weight_hidden.size(), run});
}

void PartList::AddBlock(const std::string& network, const GruBlock& block) {
  AddLinear(network + ".linear_in", block.linear_in, Activation::kRelu);
  for (size_t i = 0; i < block.layers.size(); ++i) {
    AddGru(network + ".gru" + std::to_string(i), block.layers[i]);
  }
  if (block.linear_out) {
    AddLinear(network + ".linear_out", *block.linear_out, Activation::kRelu);
  }
  if (block.skip) AddLinear(network + ".skip", *block.skip, Activation::kNone);
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

void PartList::AddEncoder() {
  const EncoderWeights& w = model_.encoder;
  const std::array<size_t, 4> erb_in = {config_.erb_bins(0), config_.erb_bins(0),
                                        config_.erb_bins(1), config_.erb_bins(2)};
  for (size_t i = 0; i < w.erb_conv.size(); ++i) {
    AddConv("enc.erb_conv" + std::to_string(i), w.erb_conv[i], erb_in[i], Activation::kRelu);
  }
  for (size_t i = 0; i < w.df_conv.size(); ++i) {
    AddConv("enc.df_conv" + std::to_string(i), w.df_conv[i], config_.df_conv_bins(0),
            Activation::kRelu);
  }
  AddLinear("enc.df_fc_emb", w.df_fc_emb, Activation::kRelu);
  AddBlock("enc", w.emb_gru);
  AddHead("enc.lsnr", w.lsnr);
}

void PartList::AddErbDecoder() {
  const ErbDecoderWeights& w = model_.erb_decoder;
  AddBlock("erb_dec", w.emb_gru);
  const std::array<const ConvLayer*, 4> up = {&w.conv0_out, &w.convt1, &w.convt2, &w.convt3};
  const std::array<const char*, 4> names = {"conv0_out", "convt1", "convt2", "convt3"};
  for (size_t level = up.size(); level-- > 0;) {
    AddConv("erb_dec.conv" + std::to_string(level) + "p", w.convp[level], config_.erb_bins(level),
            Activation::kRelu);
    AddConv(std::string("erb_dec.") + names[level], *up[level], config_.erb_bins(level),
            level == 0 ? Activation::kSigmoid : Activation::kRelu);
  }
}

void PartList::AddDfDecoder() {
  const DfDecoderWeights& w = model_.df_decoder;
  AddBlock("df_dec", w.df_gru);
  AddLinear("df_dec.df_out", w.df_out, Activation::kTanh);
  AddPendingConv("df_dec.df_convp", w.df_convp, config_.df_bins, Activation::kRelu);
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
  const size_t coefs = config_.df_bins * config_.df_order * 2;
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
  parts_.push_back({"deep_filter", 0, 0, config_.df_bins * config_.df_order * 4, filter});
  parts_.push_back({"stft.synthesis", 0, 0, 0, synthesis});
  return {};
}

}  // namespace

Result<std::vector<Part>> MakeParts(const Model& model, const CallShape& shape,
                                    Precision precision) {
  PartList list(model, shape, precision);
  DFN_CHECK(list.AddAnalysis());
  list.AddEncoder();
  list.AddErbDecoder();
  list.AddDfDecoder();
  DFN_CHECK(list.AddSynthesis());
  return list.Take();
}

}  // namespace dfn::bench
