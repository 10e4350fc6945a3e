#include "model/model.h"

#include <span>

#include "base/checked.h"
#include "base/finite.h"
#include "model/layers.h"

namespace dfn {
namespace {

std::string Text(std::initializer_list<size_t> shape) {
  std::string text = "[";
  for (size_t dimension : shape) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(dimension);
  }
  return text + "]";
}

// A layer's sizes, in one line.
std::string Describe(const Conv& c) {
  return std::string(c.transposed ? "transposed " : "") + "kernel " +
         Text({c.out_channels, c.in_channels, c.kernel_t, c.kernel_f}) + " in " +
         std::to_string(c.groups) + " groups with stride " + std::to_string(c.stride_f);
}
std::string Describe(const GroupedLinear& l) {
  return Text({l.in, l.out}) + " in " + std::to_string(l.groups) + " groups";
}
std::string Describe(const Gru& g) {
  return "input " + std::to_string(g.in) + ", hidden " + std::to_string(g.hidden);
}
std::string Describe(const ScalarHead& head) { return "input " + std::to_string(head.in); }

size_t Product(size_t a, size_t b, size_t c = 1, size_t d = 1) { return a * b * c * d; }

struct Values {
  const char* what;
  std::span<const float> values;
  size_t expected;
  bool optional = false;
};

Status CheckValues(const std::string& layer, std::span<const Values> tensors) {
  for (const Values& t : tensors) {
    if (t.optional && t.values.empty()) continue;
    if (t.values.size() != t.expected) {
      return Error{ErrorCode::kMismatch, layer + " has " + std::to_string(t.values.size()) +
                                             " values of " + t.what + ", expected " +
                                             std::to_string(t.expected)};
    }
    const size_t odd = FirstNotFinite(t.values);
    if (odd == t.values.size()) continue;
    return Error{ErrorCode::kCorrupt, layer + " has a " + t.what + " that is not finite, at " +
                                          std::to_string(odd) + " of " +
                                          std::to_string(t.values.size())};
  }
  return {};
}

Status CheckContent(const std::string& name, const Conv& c) {
  const size_t weights = Product(c.out_channels, c.in_channels, c.kernel_t, c.kernel_f) / c.groups;
  const Values tensors[] = {{"weight", c.weight, weights}, {"bias", c.bias, c.out_channels, true}};
  return CheckValues(name, tensors);
}

Status CheckContent(const std::string& name, const GroupedLinear& l) {
  const Values tensors[] = {{"weight", l.weight, Product(l.in, l.out) / l.groups}};
  return CheckValues(name, tensors);
}

Status CheckContent(const std::string& name, const Gru& g) {
  const Values tensors[] = {{"input weight", g.weight_input, Product(3, g.hidden, g.in)},
                            {"hidden weight", g.weight_hidden, Product(3, g.hidden, g.hidden)},
                            {"input bias", g.bias_input, 3 * g.hidden},
                            {"hidden bias", g.bias_hidden, 3 * g.hidden}};
  return CheckValues(name, tensors);
}

Status CheckContent(const std::string& name, const ScalarHead& head) {
  const Values tensors[] = {{"weight", head.weight, head.in}, {"bias", {&head.bias, 1}, 1}};
  return CheckValues(name, tensors);
}

// Fits what the config leaves open of a layer to the layer that is there.
template <class Layer>
void FitTo(const Layer&, Layer&) {}
void FitTo(const Conv& found, Conv& wanted) {
  const size_t groups = found.groups;
  if (groups == 0 || wanted.in_channels % groups != 0 || wanted.out_channels % groups != 0) return;
  wanted.groups = groups;
}
void FitTo(const ConvLayer& found, ConvLayer& wanted) {
  SetPointwise(wanted, found.pointwise.has_value());
  FitTo(found.conv, wanted.conv);
  if (found.pointwise) FitTo(*found.pointwise, *wanted.pointwise);
}

template <class Layer>
Status CheckLayer(const std::string& name, const Layer& layer, const Layer& wanted) {
  const std::string found = Describe(layer);
  const std::string expected = Describe(wanted);
  if (found != expected) {
    return Error{ErrorCode::kMismatch,
                 name + " has " + found + ", but the config asks for " + expected};
  }
  return CheckContent(name, layer);
}

Status CheckLayers(const Model& model) {
  Model wanted_model = Architecture(model.config);
  for (const LayerSpec& spec : LayerTable(model.config)) {
    const auto fit = [&]<class Layer>(const Layer& sizes) {
      const Layer* found = spec.Find<Layer>(model);
      if (found == nullptr) return;
      Layer& wanted = spec.Make<Layer>(wanted_model);
      if (spec.optional) wanted = sizes;
      FitTo(*found, wanted);
    };
    std::visit(fit, spec.sizes);
  }
  const std::vector<LayerRef> layers = Layers(model);
  const std::vector<LayerRef> wanted = Layers(wanted_model);
  for (size_t i = 0; i < wanted.size() || i < layers.size(); ++i) {
    const std::string& name = i < layers.size() ? layers[i].name : wanted[i].name;
    if (i >= wanted.size() || i >= layers.size() || layers[i].name != wanted[i].name) {
      return Error{ErrorCode::kMismatch,
                   i < wanted.size()
                       ? "the config asks for " + wanted[i].name + " in place of " + name
                       : "the config does not ask for " + name};
    }
    const auto check = [&]<class Layer>(const Layer* layer) {
      return CheckLayer(name, *layer, *std::get<const Layer*>(wanted[i].layer));
    };
    DFN_CHECK(std::visit(check, layers[i].layer));
  }
  return {};
}

Config OfficialDfn3() {
  Config c;
  c.conv_channels = 64;
  c.conv_lookahead_frames = c.df_lookahead_frames = 2;
  c.erb_gru_layers = 2;
  c.df_gru_layers = 2;
  c.df_pathway_kernel_t = 5;
  c.linear_groups = 16;
  c.enc_linear_groups = 32;
  c.df_skip = Skip::kGroupedLinear;
  return c;
}

Config OfficialDfn3LowLatency() {
  Config c = OfficialDfn3();
  c.conv_lookahead_frames = c.df_lookahead_frames = 0;
  c.emb_hidden = c.df_hidden = 512;
  c.df_gru_layers = 3;
  c.conv_kernel.t = 2;
  c.enc_linear_groups = 16;
  return c;
}

Config OfficialDfn2() {
  Config c = OfficialDfn3();
  c.family = Family::kDeepFilterNet2;
  c.linear_groups = c.enc_linear_groups = 8;
  c.enc_concat = true;
  c.df_skip = Skip::kNone;
  return c;
}

Config OfficialDfn2LowLatency() {
  Config c = OfficialDfn2();
  c.conv_lookahead_frames = c.df_lookahead_frames = 0;
  c.df_pathway_kernel_t = 3;
  return c;
}

}  // namespace

std::string WeightsName(const Origin& origin) {
  if (!origin.weights.empty()) return origin.weights;
  std::string path = origin.source;
  while (!path.empty() && (path.back() == '/' || path.back() == '\\')) path.pop_back();
  return path.substr(path.find_last_of("/\\") + 1);
}

Status ValidateModel(const Model& model, const std::string& where) {
  Status status = CheckLayers(model);
  if (status.ok()) return status;
  return Error{status.error().code, where + ": " + status.error().message};
}

ModelSize CountModel(const Model& model) {
  ModelSize size;
  for (const LayerRef& ref : Layers(model)) {
    const LayerCount count = CountLayer(ref);
    const bool enc = ref.name.starts_with("enc.");
    const bool erb = ref.name.starts_with("erb_dec.");
    (enc   ? size.encoder_parameters
     : erb ? size.erb_decoder_parameters
           : size.df_decoder_parameters) += count.parameters;
    (enc ? size.encoder_macs : erb ? size.erb_decoder_macs : size.df_decoder_macs) += count.macs;
  }
  return size;
}

std::string VariantName(const Config& config) {
  Config sizes = config;
  // The post filter is no size: users choose it.
  sizes.post_filter = Config{}.post_filter;
  sizes.post_filter_beta = Config{}.post_filter_beta;
  if (sizes == OfficialDfn2()) return "dfn2";
  if (sizes == OfficialDfn2LowLatency()) return "dfn2_ll";
  if (sizes == OfficialDfn3()) return "dfn3";
  if (sizes == OfficialDfn3LowLatency()) return "dfn3_ll";
  return FamilyName(config.family);
}

}  // namespace dfn
