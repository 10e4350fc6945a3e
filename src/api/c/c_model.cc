#include "api/c/c_model.h"

#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "api/c/c_error.h"
#include "api/c/c_options.h"
#include "api/c/hash.h"
#include "api/open/network.h"
#include "api/open/open.h"
#include "base/limits.h"
#include "convert/packed/config_entries.h"
#include "formats/packed/packed_file.h"
#include "model/layers.h"

namespace dfn {
namespace {

uint64_t HashValues(std::span<const float> values, uint64_t seed) {
  return Hash(values.data(), values.size() * sizeof(float), seed);
}

uint64_t HashLayer(const Conv& conv, uint64_t seed) {
  return HashValues(conv.bias, HashValues(conv.weight, seed));
}
uint64_t HashLayer(const GroupedLinear& linear, uint64_t seed) {
  return HashValues(linear.weight, seed);
}
uint64_t HashLayer(const Gru& gru, uint64_t seed) {
  return HashValues(gru.bias_hidden,
                    HashValues(gru.bias_input,
                               HashValues(gru.weight_hidden, HashValues(gru.weight_input, seed))));
}
uint64_t HashLayer(const ScalarHead& head, uint64_t seed) {
  return Hash(&head.bias, sizeof(head.bias), HashValues(head.weight, seed));
}

uint64_t HashModel(const Model& model) {
  PackedWriter config;
  PackConfig(model.config, config);
  const std::vector<uint8_t> bytes = config.Finish();
  uint64_t sum = Hash(bytes.data(), bytes.size(), 0);
  for (const LayerRef& ref : Layers(model)) {
    sum = std::visit([&](const auto* layer) { return HashLayer(*layer, sum); }, ref.layer);
  }
  return sum;
}

struct Opening {
  dfn_model_options options;
  Limits limits;
};

Result<Opening> ReadOpening(const dfn_model_options* options) {
  DFN_TRY(const dfn_model_options found, ReadOptions(options, sizeof(dfn_model_options),
                                                     DefaultModelOptions(), "dfn_model_options"));
  Limits limits;
  limits.max_file_bytes = limits.max_archive_bytes = found.max_file_bytes;
  return Opening{found, limits};
}

Status Finish(Model&& model, const Opening& opening, dfn_model** out) {
  auto made =
      std::make_unique<dfn_model>(std::move(model), opening.options.log, opening.options.log_data);
  *out = made.release();
  return {};
}

// The common part of the three ways to open a model. `load` takes the limits and returns a
// Result<Model>.
template <class Load>
dfn_result Open(const dfn_model_options* options, dfn_model** out, dfn_error** error,
                const Load& load) noexcept {
  if (out != nullptr) *out = nullptr;
  return Guarded(error, [&]() -> Status {
    if (out == nullptr) return NullArgument("model");
    DFN_TRY(const Opening opening, ReadOpening(options));
    DFN_CHECK(PrepareTarget());
    // A Model is kilobytes, and callers' stacks may be small: one of them, here and below.
    Result<Model> model = load(opening.limits);
    return model.ok() ? Finish(*std::move(model), opening, out) : Status(std::move(model).error());
  });
}

Result<std::vector<NamedView>> ViewFiles(const dfn_file* files, size_t count,
                                         const Limits& limits) {
  if (files == nullptr) return NullArgument("files");
  std::vector<NamedView> views;
  size_t left = limits.max_file_bytes;
  for (const dfn_file& file : std::span(files, count)) {
    if (file.name == nullptr) return NullArgument("the name of a file");
    if (file.bytes == nullptr && file.size > 0) return NullArgument("a file's bytes");
    if (file.size > left) {
      return Error{ErrorCode::kLimit, "the files have more bytes than the limit of " +
                                          std::to_string(limits.max_file_bytes)};
    }
    left -= file.size;
    views.push_back({file.name, Bytes(static_cast<const uint8_t*>(file.bytes), file.size)});
  }
  return views;
}

}  // namespace

dfn_model_options DefaultModelOptions() noexcept {
  dfn_model_options options = {};
  options.size = sizeof(options);
  options.max_file_bytes = Limits().max_file_bytes;
  return options;
}

Result<Precision> ToPrecision(int value, const dfn_model& model) {
  switch (value) {
    case DFN_PRECISION_F32:
      return Precision::kF32;
    case DFN_PRECISION_F16:
      return Precision::kF16;
    case DFN_PRECISION_I8:
      return Precision::kI8;
    case DFN_PRECISION_MODEL:
      return model.precision();
    default:
      return Error{ErrorCode::kInvalidArgument,
                   "precision is " + std::to_string(value) +
                       ", expected 0 (f32) to 3 (as the model has it)"};
  }
}

}  // namespace dfn

dfn_model::dfn_model(dfn::Model&& model, dfn_log_function log, void* log_data)
    : model_(std::move(model)),
      name_(dfn::VariantName(model_.config)),
      fingerprint_(dfn::HashModel(model_)),
      log_(log),
      log_data_(log_data) {
  Log(DFN_LOG_INFO, "opened " + model_.origin.source + " (" + model_.origin.form + "): " + name_);
}

dfn::Result<std::shared_ptr<const dfn::Network>> dfn_model::NetworkOf(
    dfn::Precision precision) const {
  const std::scoped_lock lock(packing_);
  auto& network = networks_[static_cast<size_t>(precision)];
  if (network == nullptr) {
    DFN_TRY(network, dfn::MakeNetwork(model_, precision));
  }
  return network;
}

void dfn_model_options_init(dfn_model_options* options, size_t size) {
  dfn::InitOptions(options, size, dfn::DefaultModelOptions());
}

dfn_result dfn_model_open(const char* source, const dfn_model_options* options, dfn_model** model,
                          dfn_error** error) {
  return dfn::Open(options, model, error, [&](const dfn::Limits& limits) {
    return dfn::OpenModel(source == nullptr ? "" : source, limits);
  });
}

dfn_result dfn_model_open_memory(const void* bytes, size_t size, const dfn_model_options* options,
                                 dfn_model** model, dfn_error** error) {
  return dfn::Open(options, model, error,
                   [&](const dfn::Limits& limits) -> dfn::Result<dfn::Model> {
                     if (bytes == nullptr) return dfn::NullArgument("bytes");
                     return dfn::OpenModelBytes({static_cast<const uint8_t*>(bytes), size},
                                                "the model in memory", limits);
                   });
}

dfn_result dfn_model_open_files(const dfn_file* files, size_t count,
                                const dfn_model_options* options, dfn_model** model,
                                dfn_error** error) {
  return dfn::Open(options, model, error,
                   [&](const dfn::Limits& limits) -> dfn::Result<dfn::Model> {
                     DFN_TRY(const auto views, dfn::ViewFiles(files, count, limits));
                     return dfn::OpenModelFiles(views, "memory", limits);
                   });
}

void dfn_model_free(dfn_model* model) { delete model; }

const char* dfn_model_name(const dfn_model* model) {
  return model == nullptr ? "" : model->name().c_str();
}

uint32_t dfn_model_sample_rate_hz(const dfn_model* model) {
  return model == nullptr ? 0 : static_cast<uint32_t>(model->config().sample_rate_hz);
}

size_t dfn_model_hop_samples(const dfn_model* model) {
  return model == nullptr ? 0 : model->config().hop_size;
}

dfn_precision dfn_model_precision(const dfn_model* model) {
  if (model == nullptr) return DFN_PRECISION_F32;
  return static_cast<dfn_precision>(model->precision());
}
