#include "model/layers.h"

#include <algorithm>
#include <initializer_list>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "base/throw.h"

namespace dfn {
namespace {

std::string Key(const char* key, size_t value) {
  return std::string(key) + " = " + std::to_string(value);
}

std::string Key(const char* key, const KernelSize& kernel) {
  return Key(key, kernel.t) + "," + std::to_string(kernel.f);
}

std::string Join(std::initializer_list<std::string> keys) {
  std::string text;
  for (const std::string& key : keys) text += (text.empty() ? "" : ", ") + key;
  return text;
}

// The keys that sizes follow from, as LayerSpec::config_keys shows them.
struct ConfigKeys {
  explicit ConfigKeys(const Config& c)
      : channels(Key("conv_ch", c.conv_channels)),
        maps(Join({channels, Key("nb_erb", c.erb_bands)})),
        conv_input(Join({channels, Key("conv_kernel_inp", c.conv_kernel_inp)})),
        conv(Join({channels, Key("conv_kernel", c.conv_kernel)})),
        convt(Join({channels, Key(c.convt_kernel_key(), c.convt_kernel)})),
        pathway(Join({channels, Key("df_order", c.df_order),
                      Key("df_pathway_kernel_size_t", c.df_pathway_kernel_t)})),
        df_fc_emb(Join({Key(c.enc_linear_groups_key(), c.enc_linear_groups), channels,
                        Key("nb_df", c.df_bins), Key("nb_erb", c.erb_bands)})),
        emb_hidden(Key("emb_hidden_dim", c.emb_hidden)),
        emb(c.emb_has_linear_out() ? maps : emb_hidden),
        groups(Key("linear_groups", c.linear_groups)),
        enc_block(Join(
            {groups, emb_hidden, maps, c.enc_concat ? "enc_concat = true" : "enc_concat = false"})),
        erb_block(Join({groups, emb_hidden, Key("emb_num_layers", c.erb_gru_layers + 1), maps})),
        df_hidden(Key("df_hidden_dim", c.df_hidden)),
        df_block(Join({df_hidden, Key("df_num_layers", c.df_gru_layers),
                       std::string("df_gru_skip = ") + SkipName(c.df_skip), emb})),
        df_out(Join({groups, df_hidden, Key("df_order", c.df_order), Key("nb_df", c.df_bins)})) {}

  std::string channels, maps, conv_input, conv, convt, pathway, df_fc_emb, emb_hidden, emb, groups,
      enc_block, erb_block, df_hidden, df_block, df_out;
};

Conv Single(size_t in, size_t out, size_t groups, KernelSize kernel, size_t stride_f) {
  Conv conv;
  conv.in_channels = in;
  conv.out_channels = out;
  conv.groups = groups;
  conv.kernel_t = kernel.t;
  conv.kernel_f = kernel.f;
  conv.stride_f = stride_f;
  return conv;
}

GroupedLinear Linear(size_t in, size_t out, size_t groups) {
  return {.groups = groups, .in = in, .out = out, .weight = {}};
}

ScalarHead Head(size_t in) { return {.in = in, .weight = {}}; }

// A recurrent block's sizes; `layers` gives the number of GRUs.
GruBlock Block(GroupedLinear linear_in, size_t layers) {
  Gru gru;
  gru.in = gru.hidden = linear_in.out;
  return {.linear_in = std::move(linear_in),
          .layers = std::vector<Gru>(layers, gru),
          .linear_out = {},
          .skip = {}};
}

template <class Layer>
LayerSpec::Place PlaceOf(Layer& layer, bool) {
  return &layer;
}
template <class Layer>
LayerSpec::Place PlaceOf(std::optional<Layer>& layer, bool make) {
  if (make && !layer) layer.emplace();
  return layer ? &*layer : nullptr;
}

// The names of a recurrent block's layers.
struct BlockNames {
  std::string part;   // "enc"
  std::string block;  // "emb_gru", in graphs and state dicts
  std::string config_keys;
  std::string skip;        // "gru_skip"
  std::string skip_graph;  // "emb_gru/skip"
  std::string skip_key;    // "emb_gru.gru_skip"
};

class TableBuilder {
 public:
  // `held`, if not null: layers that this model has, wanted or not, get a row too.
  explicit TableBuilder(Model* held) : held_(held) {}

  // A layer outside the recurrent blocks. In the Python package such linear layers and heads are
  // the first module of an nn.Sequential. `get` takes a Model& to a layer or an optional one.
  template <class Get>
  LayerSpec& Add(const std::string& part, const std::string& name, const std::string& config_keys,
                 LayerSizes sizes, std::string_view activation, Get get) {
    const bool conv = std::holds_alternative<ConvLayer>(sizes);
    return Push({.name = part + "." + name,
                 .graph_name = name,
                 .checkpoint_key = part + "." + name + (conv ? "" : ".0"),
                 .config_keys = config_keys,
                 .sizes = std::move(sizes),
                 .activation = activation},
                get);
  }
  template <class Get>
  LayerSpec& AddConv(const std::string& part, const std::string& name,
                     const std::string& config_keys, ConvLayer sizes, size_t bins, Get get) {
    LayerSpec& spec = Add(part, name, config_keys, std::move(sizes), "Relu", get);
    spec.bins = bins;
    return spec;
  }
  void AddBlock(const BlockNames& names, const GruBlock& wanted, GruBlock& (*get)(Model&));

  std::vector<LayerSpec> Take() { return std::move(layers_); }

 private:
  template <class Get>
  LayerSpec& Push(LayerSpec spec, Get get) {
    spec.place = [get](Model& model, bool make) { return PlaceOf(get(model), make); };
    layers_.push_back(std::move(spec));
    return layers_.back();
  }

  Model* held_;
  std::vector<LayerSpec> layers_;
};

void TableBuilder::AddBlock(const BlockNames& names, const GruBlock& wanted,
                            GruBlock& (*get)(Model&)) {
  const GruBlock none;
  const GruBlock& held = held_ == nullptr ? none : get(*held_);
  const std::string graph = names.block + "/";
  const std::string key = names.part + "." + names.block + ".";
  const auto linear = [&](const std::string& name, const GroupedLinear& sizes, auto place) {
    Push({.name = names.part + "." + name,
          .graph_name = graph + name,
          .checkpoint_key = key + name + ".0",
          .config_keys = names.config_keys,
          .sizes = sizes,
          .activation = "Relu"},
         place);
  };
  linear("linear_in", wanted.linear_in,
         [get](Model& m) -> GroupedLinear& { return get(m).linear_in; });
  for (size_t i = 0; i < std::max(wanted.layers.size(), held.layers.size()); ++i) {
    const std::string name = "gru" + std::to_string(i);
    layers_.push_back({.name = names.part + "." + name,
                       .graph_name = graph + name,
                       .checkpoint_key = key + "gru",
                       .config_keys = names.config_keys,
                       .sizes = i < wanted.layers.size() ? wanted.layers[i] : Gru{},
                       .gru_index = i,
                       .place = [get, i](Model& m, bool make) -> LayerSpec::Place {
                         std::vector<Gru>& layers = get(m).layers;
                         if (make && layers.size() <= i) layers.resize(i + 1);
                         return i < layers.size() ? &layers[i] : nullptr;
                       }});
  }
  if (wanted.linear_out || held.linear_out) {
    linear("linear_out", wanted.linear_out.value_or(GroupedLinear{}),
           [get](Model& m) -> std::optional<GroupedLinear>& { return get(m).linear_out; });
  }
  if (!wanted.skip && !held.skip) return;
  Push({.name = names.part + "." + names.skip,
        .graph_name = names.skip_graph,
        .checkpoint_key = names.part + "." + names.skip_key,
        .config_keys = names.config_keys,
        .sizes = wanted.skip.value_or(GroupedLinear{})},
       [get](Model& m) -> std::optional<GroupedLinear>& { return get(m).skip; });
}

std::optional<GroupedLinear> SkipLinear(Skip skip, size_t in, size_t out, size_t groups) {
  if (skip != Skip::kGroupedLinear) return std::nullopt;
  return Linear(in, out, groups);
}

void AddEncoder(const Config& c, const ConfigKeys& keys, TableBuilder& table) {
  const size_t channels = c.conv_channels;
  const auto erb_conv = [&](size_t i, const std::string& config_keys, ConvLayer sizes) {
    table.AddConv("enc", "erb_conv" + std::to_string(i), config_keys, std::move(sizes),
                  c.erb_bins(i == 0 ? 0 : i - 1),
                  [i](Model& m) -> ConvLayer& { return m.encoder.erb_conv[i]; });
  };
  erb_conv(0, keys.conv_input, SeparableConv(1, channels, c.conv_kernel_inp));
  erb_conv(1, keys.conv, SeparableConv(channels, channels, c.conv_kernel, 2));
  erb_conv(2, keys.conv, SeparableConv(channels, channels, c.conv_kernel, 2));
  erb_conv(3, keys.conv, SeparableConv(channels, channels, c.conv_kernel));
  table.AddConv("enc", "df_conv0", keys.conv_input, SeparableConv(2, channels, c.conv_kernel_inp),
                c.df_bins, [](Model& m) -> ConvLayer& { return m.encoder.df_conv[0]; });
  table.AddConv("enc", "df_conv1", keys.conv, SeparableConv(channels, channels, c.conv_kernel, 2),
                c.df_bins, [](Model& m) -> ConvLayer& { return m.encoder.df_conv[1]; });
  table.Add("enc", "df_fc_emb", keys.df_fc_emb,
            Linear(channels * c.df_conv_bins(1), c.emb_in(), c.enc_linear_groups), "Relu",
            [](Model& m) -> GroupedLinear& { return m.encoder.df_fc_emb; });
  GruBlock block =
      Block(Linear((c.enc_concat ? 2 : 1) * c.emb_in(), c.emb_hidden, c.linear_groups), 1);
  if (c.emb_has_linear_out()) {
    block.linear_out = Linear(c.emb_hidden, c.emb_in(), c.linear_groups);
  }
  block.skip = SkipLinear(c.enc_skip, c.emb_in(), c.emb_in(), c.linear_groups);
  table.AddBlock({"enc", "emb_gru", keys.enc_block, "gru_skip", "emb_gru/skip", "emb_gru.gru_skip"},
                 block, [](Model& m) -> GruBlock& { return m.encoder.emb_gru; });
  table.Add("enc", "lsnr_fc", keys.emb, Head(c.emb_width()), "Sigmoid",
            [](Model& m) -> ScalarHead& { return m.encoder.lsnr; });
}

void AddErbDecoder(const Config& c, const ConfigKeys& keys, TableBuilder& table) {
  const size_t channels = c.conv_channels;
  GruBlock block = Block(Linear(c.emb_width(), c.emb_hidden, c.linear_groups), c.erb_gru_layers);
  block.linear_out = Linear(c.emb_hidden, c.emb_in(), c.linear_groups);
  block.skip = SkipLinear(c.erb_skip, c.emb_in(), c.emb_in(), c.linear_groups);
  table.AddBlock(
      {"erb_dec", "emb_gru", keys.erb_block, "gru_skip", "emb_gru/skip", "emb_gru.gru_skip"}, block,
      [](Model& m) -> GruBlock& { return m.erb_decoder.emb_gru; });
  // At each level a pathway from the encoder's map of that level, then a convolution of the sum.
  const auto pathway = [&](size_t i) {
    table.AddConv("erb_dec", "conv" + std::to_string(i) + "p", keys.channels,
                  SeparableConv(channels, channels, {.t = 1, .f = 1}), c.erb_bins(i),
                  [i](Model& m) -> ConvLayer& { return m.erb_decoder.convp[i]; });
  };
  const ConvLayer transposed = SeparableConv(channels, channels, c.convt_kernel, 2, true);
  pathway(3);
  table.AddConv("erb_dec", "convt3", keys.conv, SeparableConv(channels, channels, c.conv_kernel),
                c.erb_bins(3), [](Model& m) -> ConvLayer& { return m.erb_decoder.convt3; });
  pathway(2);
  table.AddConv("erb_dec", "convt2", keys.convt, transposed, c.erb_bins(2),
                [](Model& m) -> ConvLayer& { return m.erb_decoder.convt2; });
  pathway(1);
  table.AddConv("erb_dec", "convt1", keys.convt, transposed, c.erb_bins(1),
                [](Model& m) -> ConvLayer& { return m.erb_decoder.convt1; });
  pathway(0);
  table
      .AddConv("erb_dec", "conv0_out", keys.conv, SeparableConv(channels, 1, c.conv_kernel),
               c.erb_bins(0), [](Model& m) -> ConvLayer& { return m.erb_decoder.conv0_out; })
      .activation = "Sigmoid";
}

void AddDfDecoder(const Config& c, const ConfigKeys& keys, TableBuilder& table) {
  const size_t coefs = 2 * c.df_order;
  GruBlock block = Block(Linear(c.emb_width(), c.df_hidden, kDfGruLinearGroups), c.df_gru_layers);
  block.skip = SkipLinear(c.df_skip, c.emb_width(), c.df_hidden, c.linear_groups);
  table.AddBlock({"df_dec", "df_gru", keys.df_block, "df_skip", "df_skip", "df_skip"}, block,
                 [](Model& m) -> GruBlock& { return m.df_decoder.df_gru; });
  table
      .AddConv("df_dec", "df_convp", keys.pathway,
               SeparableConv(c.conv_channels, coefs, {.t = c.df_pathway_kernel_t, .f = 1}),
               c.df_bins, [](Model& m) -> ConvLayer& { return m.df_decoder.df_convp; })
      .transposed_fir = true;
  table.Add("df_dec", "df_out", keys.df_out,
            Linear(c.df_hidden, c.df_bins * coefs, c.linear_groups), "Tanh",
            [](Model& m) -> GroupedLinear& { return m.df_decoder.df_out; });
  table
      .Add("df_dec", "df_fc_a", keys.df_hidden, Head(c.df_hidden), "Sigmoid",
           [](Model& m) -> std::optional<ScalarHead>& { return m.df_decoder.alpha; })
      .optional = true;
}

std::vector<LayerSpec> BuildTable(const Config& config, Model* held) {
  const ConfigKeys keys(config);
  TableBuilder table(held);
  AddEncoder(config, keys, table);
  AddErbDecoder(config, keys, table);
  // A model that holds a DF decoder although its config leaves it out shows that in its layers.
  const bool holds_decoder = held != nullptr && !held->df_decoder.df_gru.layers.empty();
  if (!config.mask_only || holds_decoder) AddDfDecoder(config, keys, table);
  return table.Take();
}

}  // namespace

ConvLayer SeparableConv(size_t in, size_t out, KernelSize kernel, size_t stride_f,
                        bool transposed) {
  const size_t groups = std::gcd(in, out);
  ConvLayer layer{.conv = Single(in, out, groups, kernel, stride_f), .pointwise = {}};
  layer.conv.transposed = transposed;
  if (groups > 1 && (transposed || std::max(kernel.t, kernel.f) > 1)) {
    layer.pointwise = Single(out, out, 1, {.t = 1, .f = 1}, 1);
  }
  return layer;
}

size_t GroupsOf(const Conv& conv, size_t inner) {
  const size_t channels = conv.transposed ? conv.out_channels : conv.in_channels;
  if (inner == 0 || channels % inner != 0) return conv.groups;
  const size_t groups = channels / inner;
  const bool divides = conv.in_channels % groups == 0 && conv.out_channels % groups == 0;
  return divides ? groups : conv.groups;
}

void SetPointwise(ConvLayer& layer, bool pointwise) {
  if (pointwise == layer.pointwise.has_value()) return;
  layer.pointwise.reset();
  const size_t channels = layer.conv.out_channels;
  if (pointwise) layer.pointwise = Single(channels, channels, 1, {.t = 1, .f = 1}, 1);
}

LayerTable::LayerTable(const Config& config) : layers_(BuildTable(config, nullptr)) {}

const LayerSpec* LayerTable::Find(std::string_view name) const {
  for (const LayerSpec& spec : layers_) {
    if (spec.name == name) return &spec;
  }
  return nullptr;
}

std::vector<const LayerSpec*> LayerTable::Grus(const std::string& part) const {
  std::vector<const LayerSpec*> grus;
  for (const LayerSpec& spec : layers_) {
    if (std::holds_alternative<Gru>(spec.sizes) && spec.name.starts_with(part + ".")) {
      grus.push_back(&spec);
    }
  }
  return grus;
}

const LayerSpec& LayerTable::operator[](std::string_view name) const {
  if (const LayerSpec* spec = Find(name)) return *spec;
  Throw(std::out_of_range("no layer " + std::string(name)));
}

Model Architecture(const Config& config) {
  Model model;
  model.config = config;
  for (const LayerSpec& spec : LayerTable(config)) {
    if (spec.optional) continue;
    std::visit([&](const auto& sizes) { spec.Make<std::decay_t<decltype(sizes)>>(model) = sizes; },
               spec.sizes);
  }
  return model;
}

std::vector<LayerRef> Layers(const Model& model) {
  std::vector<LayerRef> all;
  const auto push = [&all](const LayerSpec& spec, const char* suffix, const auto* layer,
                           size_t bins) {
    all.push_back({spec.name + suffix, layer, bins, spec.optional});
  };
  // Looking up a layer leaves the model as it is.
  for (const LayerSpec& spec : BuildTable(model.config, const_cast<Model*>(&model))) {
    const auto add = [&]<class Layer>(const Layer&) {
      const Layer* layer = spec.Find<Layer>(model);
      if (layer == nullptr) return;
      if constexpr (!std::is_same_v<Layer, ConvLayer>) {
        push(spec, "", layer, 0);
      } else if (!layer->pointwise) {
        push(spec, "", &layer->conv, spec.bins);
      } else {
        const size_t stride = layer->conv.stride_f;
        push(spec, ".dw", &layer->conv, spec.bins);
        push(spec, ".pw", &*layer->pointwise,
             layer->conv.transposed ? spec.bins * stride : spec.bins / stride);
      }
    };
    std::visit(add, spec.sizes);
  }
  return all;
}

LayerCount CountLayer(const LayerRef& ref) {
  if (const auto* conv = std::get_if<const Conv*>(&ref.layer)) {
    const Conv& c = **conv;
    const size_t weights = c.out_channels * c.in_channels * c.kernel_t * c.kernel_f / c.groups;
    // Each weight is used once for each output bin; transposed, for each input bin.
    const size_t bins = c.transposed ? ref.bins : ref.bins / c.stride_f;
    return {weights + c.bias.size(), weights * bins};
  }
  if (const auto* linear = std::get_if<const GroupedLinear*>(&ref.layer)) {
    const size_t weights = (*linear)->in * (*linear)->out / (*linear)->groups;
    return {weights, weights};
  }
  if (const auto* gru = std::get_if<const Gru*>(&ref.layer)) {
    const size_t weights = 3 * (*gru)->hidden * ((*gru)->in + (*gru)->hidden);
    return {weights + 6 * (*gru)->hidden, weights};
  }
  const ScalarHead& head = *std::get<const ScalarHead*>(ref.layer);
  return {head.in + 1, head.in};
}

}  // namespace dfn
