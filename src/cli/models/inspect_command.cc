#include "cli/models/inspect_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "api/tools/inspect_model.h"
#include "base/precision_name.h"
#include "cli/arguments.h"
#include "cli/message.h"
#include "model/state_layout.h"

namespace dfn {
namespace {

std::string StatesText(const Origin& origin) {
  if (origin.state_inputs.empty()) return "none in the files (a stateless export)";
  return fmt::format("in the files: {}", fmt::join(origin.state_inputs, ", "));
}

std::string FormText(const Model& model) {
  const std::string form = fmt::format("{}, opset {}", model.origin.form, model.origin.opset);
  if (!model.origin.packed) return form;
  return fmt::format("packed model file with {} weights, from {}", PrecisionName(model.precision),
                     form);
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

std::string RunLines(const InspectedRuns& runs) {
  std::string lines;
  if (!runs.modes.empty()) {
    lines += Line("ort modes", fmt::format("{}", fmt::join(RunModeNames(runs.modes), ", ")));
  }
  if (!runs.choice) {
    lines += Line("ort", "cannot run it: " + runs.refusal);
    return lines;
  }
  const RunChoice& choice = *runs.choice;
  std::string text = fmt::format("{}, form {}", RunModeName(choice.mode), RunFormName(choice.form));
  if (choice.window_frames > 1) text += fmt::format(", window {} frames", choice.window_frames);
  lines += Line("ort takes", text + fmt::format(" ({})", choice.files));
  if (choice.mode == RunMode::kAudio) {
    lines += Line("ort rate", choice.sample_rate_hz
                                  ? fmt::format("{} Hz", *choice.sample_rate_hz)
                                  : "not told by the file; \"enhance\" takes --model-rate HZ");
  }
  if (!choice.inexact.empty()) lines += Line("ort note", choice.inexact);
  for (const std::string& note : choice.notes) lines += Line("ort note", note);
  return lines;
}

// The text for a model that only ONNX Runtime can run.
std::string DescribeUnlifted(const Inspection& found) {
  return Line("source", found.source) + Line("native", "no: " + found.refusal) +
         RunLines(found.runs);
}

std::string DescribeModel(const Model& model, const InspectedRuns& runs) {
  const Config& c = model.config;
  const ModelSize size = CountModel(model);
  std::string text;
  text += Line("variant", fmt::format("{} ({})", VariantName(c), FamilyName(c.family)));
  text += Line("source", model.origin.source);
  text += Line("form", FormText(model));
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

}  // namespace

void DefineInspect(Arguments& command, InspectOptions& options) {
  command.Option("MODEL", &options.source, {.required = true});
  command.Flag("--json", options.json);
}

ExitCode RunInspect(const InspectOptions& options) {
  const auto found = InspectModel(options.source);
  if (!found.ok()) return Fail(found.error());
  if (options.json) return PrintResult(InspectionText(*found));
  return PrintResult(found->model ? DescribeModel(*found->model, found->runs)
                                  : DescribeUnlifted(*found));
}

}  // namespace dfn
