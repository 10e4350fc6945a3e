#include "cli/plot/plot_command.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <system_error>
#include <utility>

#include "base/float_chars.h"
#include "base/path_text.h"
#include "base/printable.h"
#include "cli/arguments.h"
#include "cli/message.h"
#include "cli/plot/plotted_sounds.h"
#include "cli/side_file.h"
#include "picture/plot.h"

namespace dfn {
namespace {

// Levels that a plot shows below the loudest, without --range.
constexpr float kSpanDb = 80.0f;
constexpr size_t kDefaultWidth = 1000;
constexpr size_t kMostSide = 8000;
constexpr double kMostPlotDb = 300.0;

Error PlotUsage(std::string sentence) { return {ErrorCode::kInvalidArgument, std::move(sentence)}; }

Result<PlotFormat> FormatOf(const std::string& output) {
  if (HasExtension(output, "png")) return PlotFormat::kPng;
  if (HasExtension(output, "svg")) return PlotFormat::kSvg;
  return PlotUsage(output + ": a plot's name ends with .png or .svg");
}

// Rows of panels that fit the size; three sounds have three.
size_t DefaultHeight(size_t panels) { return panels == 1 ? 380 : 90 + 230 * panels; }

Result<PlotOptions> SizeOf(const PlotCommandOptions& options, size_t panels) {
  PlotOptions plot;
  plot.width = kDefaultWidth;
  plot.height = DefaultHeight(panels);
  if (!options.size.empty()) {
    DFN_TRY(const NumberPair size, ParsePair("--size", options.size, 'x'));
    for (const double side : {size.first, size.second}) {
      if (!(side >= 1.0 && side <= kMostSide) || side != std::floor(side)) {
        return PlotUsage("--size is " + Printable(options.size) +
                         ", expected pixels as 1000x600, each at most 8000");
      }
    }
    plot.width = static_cast<size_t>(size.first);
    plot.height = static_cast<size_t>(size.second);
  }
  plot.title = options.title.value_or("");
  plot.start_seconds = options.start_seconds;
  if (plot.width < 300 || PlotPanelHeight(plot, panels) < 40.0) {
    return PlotUsage(fmt::format("--size {}x{} leaves no room for {} panel{}; 300x{} is the least",
                                 plot.width, plot.height, panels, panels == 1 ? "" : "s",
                                 90 * panels + 70));
  }
  return plot;
}

Result<LevelRange> RangeFor(const PlotCommandOptions& options, const PlottedSounds& plotted) {
  if (options.range.empty()) {
    std::vector<const Spectrogram*> all;
    for (const Spectrogram& sound : plotted.sounds) all.push_back(&sound);
    return RangeOf(all, kSpanDb);
  }
  DFN_TRY(const NumberPair range, ParsePair("--range", options.range, ':'));
  if (!(range.first >= -kMostPlotDb && range.second <= kMostPlotDb &&
        range.second - range.first >= 1.0)) {
    return PlotUsage("--range is " + Printable(options.range) +
                     ", expected dB from quiet to loud as -100:-20");
  }
  return LevelRange{static_cast<float>(range.first), static_cast<float>(range.second)};
}

Status CheckPart(const PlotCommandOptions& options) {
  if (!(options.start_seconds >= 0.0 && options.start_seconds < 1e9)) {
    return PlotUsage("--start is a time in seconds, 0 or more");
  }
  if (options.length_seconds && !(*options.length_seconds > 0.0 && *options.length_seconds < 1e9)) {
    return PlotUsage("--length is a time in seconds above 0");
  }
  if (options.max_hz && !(*options.max_hz >= 200.0 && *options.max_hz < 1e6)) {
    return PlotUsage("--max-hz is a frequency of 200 Hz or more");
  }
  if (options.inputs.size() > 2) return PlotUsage("one or two sounds can be plotted");
  return {};
}

std::string FileName(const std::string& path) { return PathText(PathOf(path).filename()); }

std::vector<PlotPanel> PanelsOf(const PlotCommandOptions& options, const PlottedSounds& plotted) {
  std::vector<PlotPanel> panels;
  for (size_t i = 0; i < plotted.sounds.size(); ++i) {
    panels.push_back({FileName(options.inputs[i]), &plotted.sounds[i]});
  }
  if (plotted.difference) {
    panels.push_back(
        {"Difference: what the first has and the second does not", &*plotted.difference});
  }
  return panels;
}

Status WritePlot(const PlotCommandOptions& options) {
  DFN_CHECK(CheckPart(options));
  DFN_TRY(const PlotFormat format, FormatOf(options.output));
  // All that is wrong with the options is found before anything is read.
  const size_t most_panels = options.inputs.size() == 2 ? 3 : 1;
  DFN_TRY(const PlotOptions most, SizeOf(options, most_panels));
  DFN_TRY(const LevelRange checked, RangeFor(options, {}));
  DFN_CHECK(CheckSideFile(options.output, options.inputs, "plot", options.force));
  const PlottedPart part = {.start_seconds = options.start_seconds,
                            .length_seconds = options.length_seconds,
                            .max_hz = options.max_hz,
                            .logarithmic = options.logarithmic,
                            .width = most.width,
                            .height = static_cast<size_t>(PlotPanelHeight(most, most_panels))};
  DFN_TRY(const PlottedSounds plotted, ReadPlottedSounds(options.inputs, part));
  const std::vector<PlotPanel> panels = PanelsOf(options, plotted);
  DFN_TRY(PlotOptions plot, SizeOf(options, panels.size()));
  plot.range = checked;
  if (options.range.empty()) {
    DFN_TRY(plot.range, RangeFor(options, plotted));
  }
  DFN_TRY(const std::string picture, DrawPlot(format, panels, plot));
  return WriteSideFile(options.output, picture, options.force);
}

}  // namespace

Result<NumberPair> ParsePair(const std::string& option, const std::string& text, char between) {
  // A number's own sign may be the first character.
  const size_t cut = text.find(between, 1);
  std::array<float, 2> values = {};
  bool good = cut != std::string::npos;
  for (size_t i = 0; good && i < 2; ++i) {
    const char* const begin = text.data() + (i == 0 ? 0 : cut + 1);
    const char* const end = text.data() + (i == 0 ? cut : text.size());
    const auto read = FloatFromChars(begin, end, values[i]);
    good = read.ec == std::errc() && read.ptr == end && std::isfinite(values[i]);
  }
  if (good) return NumberPair{values[0], values[1]};
  return PlotUsage(option + " is " + Printable(text) + ", expected two numbers with \"" +
                   std::string(1, between) + "\" between them");
}

void DefinePlot(Arguments& command, PlotCommandOptions& options) {
  command.Option("SOUND", &options.inputs, {.required = true});
  command.Option("-o,--output", &options.output, {.required = true});
  command.Option("--title", &options.title);
  command.Option("--size", &options.size);
  command.Choice<bool>("--axis", options.logarithmic, {{"linear", false}, {"log", true}});
  command.Option("--max-hz", &options.max_hz);
  command.Option("--start", &options.start_seconds);
  command.Option("--length", &options.length_seconds);
  command.Option("--range", &options.range);
  command.Flag("-f,--force", options.force);
}

ExitCode RunPlot(const PlotCommandOptions& options) {
  const Status written = WritePlot(options);
  return written.ok() ? kExitOk : Fail(written.error());
}

}  // namespace dfn
