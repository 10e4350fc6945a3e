#include "engine/testing/reference_network.h"

#include <algorithm>
#include <cmath>

namespace dfn::reference {
namespace {

using Vector = std::vector<double>;
using Vectors = std::vector<Vector>;  // [T][width]

double SigmoidOf(double x) { return 1.0 / (1.0 + std::exp(-x)); }

template <class F>
Map MapEach(Map map, F f) {
  for (Vector& frame : map.frames) {
    for (double& value : frame) value = f(value);
  }
  return map;
}

Map Relu(Map map) {
  return MapEach(std::move(map), [](double x) { return std::max(x, 0.0); });
}

// Computes ONNX Conv and ConvTranspose, gathering the products of each output.
Map Convolve(const Conv& conv, const Map& input) {
  Map output{
      .channels = conv.out_channels,
      .bins = conv.transposed ? input.bins * conv.stride_f : (input.bins - 1) / conv.stride_f + 1,
      .frames = {}};
  const size_t group_in = conv.in_channels / conv.groups;
  const size_t group_out = conv.out_channels / conv.groups;
  const int pad = static_cast<int>(conv.kernel_f / 2);
  for (size_t t = 0; t < input.frames.size(); ++t) {
    Vector frame(output.channels * output.bins);
    for (size_t o = 0; o < output.channels; ++o) {
      for (size_t out = 0; out < output.bins; ++out) {
        double sum = conv.bias.empty() ? 0.0 : conv.bias[o];
        for (size_t j = 0; j < group_in; ++j) {
          const size_t i = o / group_out * group_in + j;
          for (size_t age = 0; age < conv.kernel_t && age <= t; ++age) {
            for (size_t k = 0; k < conv.kernel_f; ++k) {
              const size_t kt = conv.transposed ? age : conv.kernel_t - 1 - age;
              const size_t w = conv.transposed ? i * group_out + o % group_out : o * group_in + j;
              int bin = 0;
              if (conv.transposed) {
                bin = static_cast<int>(out) + pad - static_cast<int>(k);
                if (bin % static_cast<int>(conv.stride_f) != 0) continue;
                bin /= static_cast<int>(conv.stride_f);
              } else {
                bin = static_cast<int>(out * conv.stride_f + k) - pad;
              }
              if (bin < 0 || bin >= static_cast<int>(input.bins)) continue;
              sum += input.frames[t - age][i * input.bins + static_cast<size_t>(bin)] *
                     conv.weight[(w * conv.kernel_t + kt) * conv.kernel_f + k];
            }
          }
        }
        frame[o * output.bins + out] = sum;
      }
    }
    output.frames.push_back(std::move(frame));
  }
  return output;
}

Vectors RunLinear(const GroupedLinear& linear, const Vectors& x) {
  const size_t in = linear.in / linear.groups;
  const size_t out = linear.out / linear.groups;
  Vectors y(x.size(), Vector(linear.out));
  for (size_t t = 0; t < x.size(); ++t) {
    for (size_t g = 0; g < linear.groups; ++g) {
      for (size_t i = 0; i < in; ++i) {
        for (size_t h = 0; h < out; ++h) {
          y[t][g * out + h] += x[t][g * in + i] * linear.weight[(g * in + i) * out + h];
        }
      }
    }
  }
  return y;
}

Vectors Relu(Vectors x) {
  for (Vector& row : x) {
    for (double& value : row) value = std::max(value, 0.0);
  }
  return x;
}

Vectors Add(Vectors a, const Vectors& b) {
  for (size_t t = 0; t < a.size(); ++t) {
    for (size_t i = 0; i < a[t].size(); ++i) a[t][i] += b[t][i];
  }
  return a;
}

Vectors RunGru(const Gru& gru, const Vectors& x) {
  const size_t hidden = gru.hidden;
  Vector h(hidden);
  Vectors y;
  for (const Vector& frame : x) {
    Vector next(hidden);
    for (size_t j = 0; j < hidden; ++j) {
      double a[3];
      double b[3];
      for (size_t g = 0; g < 3; ++g) {
        const size_t row = g * hidden + j;
        a[g] = gru.bias_input[row];
        b[g] = gru.bias_hidden[row];
        for (size_t i = 0; i < gru.in; ++i) a[g] += frame[i] * gru.weight_input[row * gru.in + i];
        for (size_t i = 0; i < hidden; ++i) b[g] += h[i] * gru.weight_hidden[row * hidden + i];
      }
      const double z = SigmoidOf(a[0] + b[0]);
      const double r = SigmoidOf(a[1] + b[1]);
      next[j] = (1.0 - z) * std::tanh(a[2] + r * b[2]) + z * h[j];
    }
    h = next;
    y.push_back(h);
  }
  return y;
}

Vectors RunBlock(const GruBlock& block, bool inner_identity, Skip skip, const Vectors& x) {
  const Vectors a = Relu(RunLinear(block.linear_in, x));
  Vectors g = a;
  for (const Gru& gru : block.layers) g = RunGru(gru, g);
  if (inner_identity) g = Add(g, a);
  if (block.linear_out) g = Relu(RunLinear(*block.linear_out, g));
  if (skip == Skip::kIdentity) g = Add(g, x);
  if (skip == Skip::kGroupedLinear) g = Add(g, RunLinear(*block.skip, x));
  return g;
}

// Returns [T, F * C] with index f * C + c.
Vectors Flatten(const Map& map) {
  Vectors rows;
  for (const Vector& frame : map.frames) {
    Vector row(frame.size());
    for (size_t c = 0; c < map.channels; ++c) {
      for (size_t f = 0; f < map.bins; ++f) row[f * map.channels + c] = frame[c * map.bins + f];
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Map Unflatten(const Vectors& rows, size_t bins) {
  const size_t channels = rows.empty() ? 0 : rows[0].size() / bins;
  Map map{.channels = channels, .bins = bins, .frames = {}};
  for (const Vector& row : rows) {
    Vector frame(row.size());
    for (size_t c = 0; c < channels; ++c) {
      for (size_t f = 0; f < bins; ++f) frame[c * bins + f] = row[f * channels + c];
    }
    map.frames.push_back(std::move(frame));
  }
  return map;
}

template <class T>
std::vector<T> Pick(const std::vector<T>& all, const std::vector<uint32_t>& rows) {
  std::vector<T> some;
  for (uint32_t row : rows) some.push_back(all[row]);
  return some;
}

Map Pick(const Map& map, const std::vector<uint32_t>& rows) {
  return {.channels = map.channels, .bins = map.bins, .frames = Pick(map.frames, rows)};
}

Map Add(Map a, const Map& b) {
  a.frames = Add(std::move(a.frames), b.frames);
  return a;
}

struct Encoded {
  Map e[4];
  Map c0;
  Vectors emb;
};

Encoded Encode(const Model& model, const std::vector<float>& feat_erb,
               const std::vector<float>& feat_spec) {
  const Config& c = model.config;
  const EncoderWeights& w = model.encoder;
  Map erb{.channels = 1, .bins = c.erb_bands, .frames = {}};
  Map spec{.channels = 2, .bins = c.df_bins, .frames = {}};
  for (size_t t = 0; t < feat_erb.size() / c.erb_bands; ++t) {
    const auto from = feat_erb.begin() + static_cast<ptrdiff_t>(t * c.erb_bands);
    erb.frames.emplace_back(from, from + static_cast<ptrdiff_t>(c.erb_bands));
    Vector frame(2 * c.df_bins);
    for (size_t i = 0; i < frame.size(); ++i) {
      frame[i % 2 * c.df_bins + i / 2] = feat_spec[t * frame.size() + i];
    }
    spec.frames.push_back(std::move(frame));
  }
  Encoded out;
  out.e[0] = Relu(RunConv(w.erb_conv[0], erb));
  for (size_t i = 1; i < 4; ++i) out.e[i] = Relu(RunConv(w.erb_conv[i], out.e[i - 1]));
  out.c0 = Relu(RunConv(w.df_conv[0], spec));
  const Map c1 = Relu(RunConv(w.df_conv[1], out.c0));
  const Vectors cemb = Relu(RunLinear(w.df_fc_emb, Flatten(c1)));
  Vectors combined = Flatten(out.e[3]);
  if (c.enc_concat) {
    for (size_t t = 0; t < combined.size(); ++t) {
      combined[t].insert(combined[t].end(), cemb[t].begin(), cemb[t].end());
    }
  } else {
    combined = Add(combined, cemb);
  }
  out.emb = RunBlock(w.emb_gru, false, c.enc_skip, combined);
  return out;
}

Vector DecodeErb(const Model& model, const Encoded& enc, const std::vector<uint32_t>& rows) {
  const Config& c = model.config;
  const ErbDecoderWeights& w = model.erb_decoder;
  Map x =
      Unflatten(RunBlock(w.emb_gru, c.gru_skip_from_linear_in(), c.erb_skip, Pick(enc.emb, rows)),
                c.erb_bins(3));
  const ConvLayer* up[] = {&w.conv0_out, &w.convt1, &w.convt2, &w.convt3};
  for (size_t level = 4; level-- > 0;) {
    x = Add(Relu(RunConv(w.convp[level], Pick(enc.e[level], rows))), x);
    x = RunConv(*up[level], x);
    x = level > 0 ? Relu(x) : MapEach(x, SigmoidOf);
  }
  Vector gains;
  for (const Vector& frame : x.frames) gains.insert(gains.end(), frame.begin(), frame.end());
  return gains;
}

Vector DecodeDf(const Model& model, const Encoded& enc, const std::vector<uint32_t>& rows) {
  const Config& c = model.config;
  const DfDecoderWeights& w = model.df_decoder;
  const Vectors g = RunBlock(w.df_gru, c.gru_skip_from_linear_in(), c.df_skip, Pick(enc.emb, rows));
  Vectors coefs = RunLinear(w.df_out, g);
  for (Vector& row : coefs) {
    for (double& value : row) value = std::tanh(value);
  }
  coefs = Add(coefs, Flatten(Relu(RunConv(w.df_convp, Pick(enc.c0, rows)))));
  Vector flat;
  for (const Vector& row : coefs) flat.insert(flat.end(), row.begin(), row.end());
  return flat;
}

}  // namespace

Map RunConv(const ConvLayer& layer, const Map& input) {
  Map map = Convolve(layer.conv, input);
  return layer.pointwise ? Convolve(*layer.pointwise, map) : map;
}

Outputs RunNetwork(const Model& model, const std::vector<float>& feat_erb,
                   const std::vector<float>& feat_spec, const std::vector<uint32_t>& erb_rows,
                   const std::vector<uint32_t>& df_rows) {
  const Config& c = model.config;
  const Encoded enc = Encode(model, feat_erb, feat_spec);
  Outputs out;
  for (const Vector& emb : enc.emb) {
    double sum = model.encoder.lsnr.bias;
    for (size_t i = 0; i < emb.size(); ++i) sum += emb[i] * model.encoder.lsnr.weight[i];
    out.lsnr_db.push_back(SigmoidOf(sum) * (c.lsnr_max_db - c.lsnr_min_db) + c.lsnr_min_db);
  }
  out.gains = DecodeErb(model, enc, erb_rows);
  if (!model.config.mask_only) out.coefs = DecodeDf(model, enc, df_rows);
  return out;
}

}  // namespace dfn::reference
