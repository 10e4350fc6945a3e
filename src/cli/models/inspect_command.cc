#include "cli/models/inspect_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "api/open/open.h"
#include "cli/arguments.h"
#include "cli/message.h"
#include "model/state_layout.h"

namespace dfn {
namespace {

using Json = nlohmann::ordered_json;

double Milliseconds(size_t samples, const Config& config) {
  return 1000.0 * static_cast<double>(samples) / static_cast<double>(config.sample_rate_hz);
}

size_t LookaheadSamples(const Config& config) {
  return config.lookahead_frames() * config.hop_size;
}

std::string StatesText(const Origin& origin) {
  if (origin.state_inputs.empty()) return "none in the files (a stateless export)";
  return fmt::format("in the files: {}", fmt::join(origin.state_inputs, ", "));
}

std::string Line(const char* name, const std::string& text) {
  return fmt::format("{:<13}{}\n", name, text);
}

std::string StateTable(const char* title, const StateLayout& layout) {
  std::string text = fmt::format("{}, {} floats\n", title, layout.size());
  for (const StateEntry& entry : layout.entries()) {
    text += fmt::format("  {:<22} [{}]", entry.name, fmt::join(entry.shape, ", "));
    if (entry.start_first != 0.0f || entry.start_last != 0.0f) {
      text += fmt::format("  starts at {:g} .. {:g}", entry.start_first, entry.start_last);
    }
    text += '\n';
  }
  return text;
}

Json StateJson(const StateLayout& layout) {
  Json entries = Json::array();
  for (const StateEntry& entry : layout.entries()) {
    entries.push_back({{"name", entry.name},
                       {"shape", entry.shape},
                       {"offset", entry.offset},
                       {"start", {entry.start_first, entry.start_last}}});
  }
  return {{"floats", layout.size()}, {"entries", entries}};
}

std::string RunLines(const InspectedRuns& runs) {
  std::string text;
  for (const auto& [name, line] : DescribeRuns(runs)) text += Line(name.c_str(), line);
  return text;
}

std::string Dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

// The text for a model that only ONNX Runtime can run.
std::string DescribeUnlifted(const InspectOptions& options, const Error& refusal,
                             const InspectedRuns& runs) {
  if (options.json) {
    return Dump({{"source", options.source},
                 {"native", false},
                 {"native_refusal", refusal.message},
                 {"onnx_runtime", RunsJson(runs)}});
  }
  return Line("source", options.source) + Line("native", "no: " + refusal.message) + RunLines(runs);
}

Json PartJson(size_t parameters, size_t macs) {
  return {{"parameters", parameters}, {"macs_per_frame", macs}};
}

}  // namespace

std::string DescribeModel(const Model& model, const InspectedRuns& runs) {
  const Config& c = model.config;
  const ModelSize size = CountModel(model);
  std::string text;
  text += Line("variant", fmt::format("{} ({})", VariantName(c), FamilyName(c.family)));
  text += Line("source", model.origin.source);
  text += Line("form", fmt::format("{}, opset {}", model.origin.form, model.origin.opset));
  text += Line("states", StatesText(model.origin));
  text +=
      Line("signal", fmt::format("{} Hz, FFT {}, hop {}, {} bins, {} ERB bands, norm alpha {:g}",
                                 c.sample_rate_hz, c.fft_size, c.hop_size, c.freq_bins(),
                                 c.erb_bands, c.norm_alpha));
  text +=
      Line("deep filter", c.mask_only ? "none (mask_only in config.ini), gains on all bins"
                                      : fmt::format("{} bins, order {}", c.df_bins, c.df_order));
  text +=
      Line("look-ahead",
           fmt::format("{} frames, {:g} ms (convolutions {}{})", c.lookahead_frames(),
                       Milliseconds(LookaheadSamples(c), c), c.conv_lookahead_frames,
                       c.mask_only ? "" : fmt::format(", deep filter {}", c.df_lookahead_frames)));
  text += Line("delay", fmt::format("{} samples, {:g} ms", c.delay_samples(),
                                    Milliseconds(c.delay_samples(), c)));
  text +=
      Line("network", fmt::format("{} channels, encoder and ERB decoder H {} with {} GRU layers{}",
                                  c.conv_channels, c.emb_hidden, 1 + c.erb_gru_layers,
                                  c.mask_only ? ""
                                              : fmt::format(", DF decoder H {} with {}",
                                                            c.df_hidden, c.df_gru_layers)));
  text += Line("post filter", fmt::format("{} by default, beta {:g}", c.post_filter ? "on" : "off",
                                          c.post_filter_beta));
  text += Line("local SNR", fmt::format("{:g} .. {:g} dB", c.lsnr_min_db, c.lsnr_max_db));
  text += RunLines(runs);
  text += fmt::format("\n{:<13}{:>12} {:>14}\n", "part", "parameters", "MACs a frame");
  const auto part = [&](const char* name, size_t parameters, size_t macs) {
    text += fmt::format("{:<13}{:>12} {:>14}\n", name, parameters, macs);
  };
  part("encoder", size.encoder_parameters, size.encoder_macs);
  part("ERB decoder", size.erb_decoder_parameters, size.erb_decoder_macs);
  if (!c.mask_only) part("DF decoder", size.df_decoder_parameters, size.df_decoder_macs);
  part("all", size.parameters(), size.macs());
  text += '\n' + StateTable("network state of a channel", NetworkStateLayout(model));
  text += '\n' + StateTable("signal state of a channel", SignalStateLayout(c));
  return text;
}

std::string DescribeModelJson(const Model& model, const InspectedRuns& runs) {
  const Config& c = model.config;
  const ModelSize size = CountModel(model);
  const Json json = {
      {"variant", VariantName(c)},
      {"family", FamilyName(c.family)},
      {"source", model.origin.source},
      {"form", model.origin.form},
      {"opset", model.origin.opset},
      {"stateful", !model.origin.state_inputs.empty()},
      {"state_inputs", model.origin.state_inputs},
      {"sample_rate_hz", c.sample_rate_hz},
      {"fft_size", c.fft_size},
      {"hop_size", c.hop_size},
      {"erb_bands", c.erb_bands},
      {"norm_alpha", c.norm_alpha},
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
      {"post_filter_beta", c.post_filter_beta},
      {"lsnr_min_db", c.lsnr_min_db},
      {"lsnr_max_db", c.lsnr_max_db},
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
  return Dump(json);
}

void DefineInspect(Arguments& command, InspectOptions& options) {
  command.Option("MODEL", &options.source, {.required = true});
  command.Flag("--json", options.json);
}

ExitCode RunInspect(const InspectOptions& options) {
  const auto model = OpenModel(options.source);
  const InspectedRuns runs = InspectRuns(options.source);
  if (!model.ok()) {
    if (!runs.choice || !MayRunElsewhere(options.source, model.error())) {
      return Fail(model.error());
    }
    return PrintResult(DescribeUnlifted(options, model.error(), runs));
  }
  return PrintResult(options.json ? DescribeModelJson(*model, runs) : DescribeModel(*model, runs));
}

}  // namespace dfn
