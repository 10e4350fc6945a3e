#include "api/tools/inspect_model.h"

#include <utility>

#include "api/open/open.h"
#include "api/tools/report_json.h"
#include "base/decimal.h"
#include "base/precision_name.h"
#include "model/state_layout.h"

namespace dfn {
namespace {

ReportJson StateJson(const StateLayout& layout) {
  ReportJson entries = ReportJson::array();
  for (const StateEntry& entry : layout.entries()) {
    entries.push_back({{"name", entry.name},
                       {"shape", entry.shape},
                       {"offset", entry.offset},
                       {"start", {entry.start_first, entry.start_last}}});
  }
  return {{"floats", layout.size()}, {"entries", entries}};
}

ReportJson PartJson(size_t parameters, size_t macs) {
  return {{"parameters", parameters}, {"macs_per_frame", macs}};
}

ReportJson RunsJson(const InspectedRuns& runs) {
  ReportJson json = {{"modes", RunModeNames(runs.modes)},
                     {"mode", nullptr},
                     {"form", nullptr},
                     {"files", nullptr},
                     {"window_frames", nullptr},
                     {"inexact", nullptr},
                     {"notes", ReportJson::array()},
                     {"sample_rate_hz", nullptr},
                     {"refusal", nullptr}};
  if (!runs.choice) {
    json["refusal"] = runs.refusal;
    return json;
  }
  json["mode"] = RunModeName(runs.choice->mode);
  json["form"] = RunFormName(runs.choice->form);
  json["files"] = runs.choice->files;
  json["window_frames"] = runs.choice->window_frames;
  if (!runs.choice->inexact.empty()) json["inexact"] = runs.choice->inexact;
  json["notes"] = runs.choice->notes;
  if (runs.choice->sample_rate_hz) json["sample_rate_hz"] = *runs.choice->sample_rate_hz;
  return json;
}

InspectedRuns InspectRuns(const std::string& source) {
  InspectedRuns runs;
  auto choice = ChooseRun(source);
  if (choice.ok()) {
    runs.choice = std::move(choice).value();
  } else {
    runs.refusal = choice.error().message;
  }
  auto modes = FindModes(source);
  if (modes.ok()) runs.modes = std::move(modes).value();
  return runs;
}

ReportJson ModelJson(const Model& model, const InspectedRuns& runs) {
  const Config& c = model.config;
  const ModelSize size = CountModel(model);
  return {{"variant", VariantName(c)},
          {"family", FamilyName(c.family)},
          {"source", model.origin.source},
          {"form", model.origin.form},
          {"opset", model.origin.opset},
          {"packed", model.origin.packed},
          {"precision", PrecisionName(model.precision)},
          {"stateful", !model.origin.state_inputs.empty()},
          {"state_inputs", model.origin.state_inputs},
          {"sample_rate_hz", c.sample_rate_hz},
          {"fft_size", c.fft_size},
          {"hop_size", c.hop_size},
          {"erb_bands", c.erb_bands},
          {"norm_alpha", Decimal(c.norm_alpha)},
          {"mask_only", c.mask_only},
          {"df_bins", c.df_bins},
          {"df_order", c.df_order},
          {"lookahead_frames", c.lookahead_frames()},
          {"conv_lookahead_frames", c.conv_lookahead_frames},
          {"df_lookahead_frames", c.df_lookahead_frames},
          {"lookahead_ms", Milliseconds(LookaheadSamples(c), c)},
          {"delay_samples", c.delay_samples()},
          {"delay_ms", Milliseconds(c.delay_samples(), c)},
          {"conv_channels", c.conv_channels},
          {"emb_hidden", c.emb_hidden},
          {"erb_gru_layers", c.erb_gru_layers},
          {"df_hidden", c.df_hidden},
          {"df_gru_layers", c.df_gru_layers},
          {"post_filter", c.post_filter},
          {"post_filter_beta", Decimal(c.post_filter_beta)},
          {"lsnr_min_db", Decimal(c.lsnr_min_db)},
          {"lsnr_max_db", Decimal(c.lsnr_max_db)},
          {"parameters", size.parameters()},
          {"macs_per_frame", size.macs()},
          {"parts",
           {{"encoder", PartJson(size.encoder_parameters, size.encoder_macs)},
            {"erb_decoder", PartJson(size.erb_decoder_parameters, size.erb_decoder_macs)},
            {"df_decoder", PartJson(size.df_decoder_parameters, size.df_decoder_macs)}}},
          {"native", true},
          {"onnx_runtime", RunsJson(runs)},
          {"network_state", StateJson(NetworkStateLayout(model))},
          {"signal_state", StateJson(SignalStateLayout(c))}};
}

}  // namespace

std::vector<std::string> RunModeNames(const std::vector<RunMode>& modes) {
  std::vector<std::string> names;
  for (const RunMode mode : modes) names.emplace_back(RunModeName(mode));
  return names;
}

double Milliseconds(size_t samples, const Config& config) {
  return 1000.0 * static_cast<double>(samples) / static_cast<double>(config.sample_rate_hz);
}

size_t LookaheadSamples(const Config& config) {
  return config.lookahead_frames() * config.hop_size;
}

Result<Inspection> InspectModel(const std::string& source, const StepFunction& step) {
  ToolSteps steps(step, 2);
  Inspection found{.source = source, .model = {}, .refusal = {}, .runs = {}};
  auto model = OpenModel(source);
  DFN_CHECK(steps.Done());
  found.runs = InspectRuns(source);
  if (model.ok()) {
    found.model = std::move(model).value();
  } else if (found.runs.choice && MayRunElsewhere(source, model.error())) {
    found.refusal = model.error().message;
  } else {
    return model.error();
  }
  DFN_CHECK(steps.Done());
  return found;
}

std::string InspectionText(const Inspection& found) {
  if (found.model) return ToText(ModelJson(*found.model, found.runs));
  return ToText({{"source", found.source},
                 {"native", false},
                 {"native_refusal", found.refusal},
                 {"onnx_runtime", RunsJson(found.runs)}});
}

}  // namespace dfn
