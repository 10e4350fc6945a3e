#include "cli/report/report_panels.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <vector>

#include "picture/colour_map.h"
#include "picture/drawing.h"
#include "picture/number_text.h"
#include "picture/plot.h"
#include "picture/png.h"

namespace dfn {
namespace {

// Pixels of a spectrogram; the page stretches it to its width.
constexpr size_t kPictureWidth = 1000;
constexpr size_t kPictureHeight = 200;
constexpr float kReportSpanDb = 80.0f;
// Curves are drawn on a grid of so many units.
constexpr double kGridWidth = 1000.0;
constexpr double kGridHeight = 100.0;
constexpr double kMostAttenuationDb = 100.0;
constexpr size_t kTimeTicks = 10;

// One picture with what stands around it.
struct Panel {
  std::string id;
  std::string title;
  std::string note;     // behind the title: units
  std::string picture;  // HTML
  std::vector<Tick> levels;
  double level_unit = 1.0;  // what a mark's number is divided by
  std::string beside;       // HTML at the right: a bar of colours
};

std::string Marks(const std::vector<Tick>& ticks, const char* side, double unit) {
  std::string html;
  for (size_t i = 0; i < ticks.size(); ++i) {
    fmt::format_to(std::back_inserter(html), "<span{} style=\"{}:{}%\">{}</span>",
                   i % 2 == 1 ? " class=\"odd\"" : "", side, NumberText(100.0 * ticks[i].place, 3),
                   NumberText(ticks[i].value / unit, 3));
  }
  return html;
}

// The marks of the axes say nothing that a screen reader could use.
std::string PanelHtml(const Panel& panel, double seconds) {
  return fmt::format(
      "<figure class=\"panel\" id=\"{0}\">\n<figcaption><b>{1}</b> <span>{2}</span></figcaption>\n"
      "<div class=\"plot\">\n<div class=\"y\" aria-hidden=\"true\">{3}</div>\n"
      "<div class=\"field\">{4}<div class=\"head\"></div></div>\n"
      "<div class=\"beside\" aria-hidden=\"true\">{5}</div>\n"
      "<div class=\"x\" aria-hidden=\"true\">{6}</div>\n"
      "<div class=\"unit\" aria-hidden=\"true\">s</div>\n</div>\n</figure>\n",
      panel.id, panel.title, panel.note, Marks(panel.levels, "bottom", panel.level_unit),
      panel.picture, panel.beside, Marks(LinearTicks(0.0, seconds, kTimeTicks), "left", 1.0));
}

std::string ColourBar(const LevelRange& range) {
  constexpr size_t kStops = 16;
  const auto colours = LevelColours();
  std::string stops;
  for (size_t i = 0; i <= kStops; ++i) {
    const Colour colour = colours[i * (kLevels - 1) / kStops];
    fmt::format_to(std::back_inserter(stops), ",#{:02x}{:02x}{:02x}", colour.red, colour.green,
                   colour.blue);
  }
  return fmt::format("<div class=\"bar\" style=\"background:linear-gradient(to top{})\"></div>{}",
                     stops, Marks(LinearTicks(range.floor_db, range.top_db, 4), "bottom", 1.0));
}

struct PictureWords {
  const char* id;
  const char* title;
  const char* text;  // what it shows, for those who do not see it
};

Result<std::string> SpectrogramPanel(const PictureWords& words, const Spectrogram& spectrogram,
                                     double seconds, const LevelRange& range) {
  DFN_TRY(const std::string png,
          LevelPng(LevelPicture(spectrogram, seconds, kPictureWidth, kPictureHeight, range)));
  const FrequencyAxis& axis = spectrogram.axis();
  const Panel panel = {
      .id = words.id,
      .title = words.title,
      .note = "kHz; level in dB, 0 dB is a sine at full scale",
      .picture = fmt::format("<img alt=\"Spectrogram: {}, 0 to {} Hz over {} s, {} to {} dB.\" "
                             "width=\"{}\" height=\"{}\" src=\"data:image/png;base64,{}\">",
                             words.text, NumberText(axis.high_hz, 0), NumberText(seconds, 1),
                             NumberText(range.floor_db, 0), NumberText(range.top_db, 0),
                             kPictureWidth, kPictureHeight, Base64(png)),
      .levels = FrequencyTicks(axis, 5),
      .level_unit = 1000.0,
      .beside = ColourBar(range)};
  return PanelHtml(panel, seconds);
}

// How values lie on the grid of a curve.
struct Scale {
  double low = 0.0;
  double high = 1.0;
  double YOf(double value) const {
    return kGridHeight * (1.0 - std::clamp((value - low) / (high - low), 0.0, 1.0));
  }
};

std::string Svg(const std::string& text, const std::vector<Tick>& levels,
                const std::string& shapes) {
  std::string grid;
  for (const Tick& tick : levels) {
    const std::string y = NumberText(kGridHeight * (1.0 - tick.place), 2);
    grid += "M0 " + y + "H" + NumberText(kGridWidth, 0);
  }
  return fmt::format(
      "<svg role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\">"
      "<path class=\"grid\" d=\"{}\"/>{}</svg>",
      text, NumberText(kGridWidth, 0), NumberText(kGridHeight, 0), grid, shapes);
}

// Where columns begin on the grid.
double XOf(const Envelope& envelope, size_t column) {
  const auto values = static_cast<double>(std::max<uint64_t>(envelope.values(), 1));
  return kGridWidth * static_cast<double>(column * envelope.values_per_column()) / values;
}

std::string PointText(double x, double y) { return NumberText(x, 1) + " " + NumberText(y, 2); }

// The outline of a waveform, above from left to right and below back.
std::string WavePath(const Envelope& envelope, const Scale& scale, const char* name) {
  std::string above;
  std::string below;
  const auto& columns = envelope.columns();
  for (size_t i = 0; i < columns.size(); ++i) {
    const double x = XOf(envelope, i);
    above += (i == 0 ? "M" : "L") + PointText(x, scale.YOf(columns[i].high));
    below.insert(0, "L" + PointText(x, scale.YOf(columns[i].low)));
  }
  if (above.empty()) return "";
  return fmt::format("<path class=\"{}\" d=\"{}{}Z\"/>", name, above, below);
}

std::string WavePanel(const SoundRecorder& recorder) {
  double peak = 0.0;
  for (const RecordedSide* side : {&recorder.before(), &recorder.after()}) {
    for (const EnvelopeColumn& column : side->envelope.columns()) {
      peak = std::max({peak, std::fabs(static_cast<double>(column.low)),
                       std::fabs(static_cast<double>(column.high))});
    }
  }
  if (peak <= 0.0) peak = 1.0;
  const Scale scale = {-1.05 * peak, 1.05 * peak};
  const std::vector<Tick> levels = LinearTicks(scale.low, scale.high, 4);
  const std::string shapes = WavePath(recorder.before().envelope, scale, "before") +
                             WavePath(recorder.after().envelope, scale, "after");
  const Panel panel = {
      .id = "waves",
      .title = "Waveforms",
      .note =
          "full scale is 1; <i class=\"key before\"></i> before, <i class=\"key after\"></i> after",
      .picture = Svg("Waveforms of before and after, the latter in front.", levels, shapes),
      .levels = levels,
      .beside = {}};
  return PanelHtml(panel, recorder.seconds());
}

struct CurveWords {
  const char* id;
  const char* title;
  const char* note;
  const char* text;
};

// A line through values over time, with gaps where there are none.
std::string CurvePanel(const CurveWords& words, const std::vector<std::optional<double>>& values,
                       double step, double seconds) {
  double low = 0.0;
  double high = 0.0;
  for (const auto& value : values) {
    low = std::min(low, value.value_or(0.0));
    high = std::max(high, value.value_or(0.0));
  }
  // A constant lies in the middle of its picture.
  if (high - low < 6.0) {
    low -= 3.0;
    high += 3.0;
  }
  const Scale scale = {low, high};
  const std::vector<Tick> levels = LinearTicks(low, high, 4);
  std::string path;
  bool drawn = false;
  for (size_t i = 0; i < values.size(); ++i) {
    const double left = static_cast<double>(i) * step;
    const double right = std::min(kGridWidth, left + step);
    if (values[i]) {
      const double y = scale.YOf(*values[i]);
      path += (drawn ? "L" : "M") + PointText(left, y) + "H" + NumberText(right, 1);
    }
    drawn = values[i].has_value();
  }
  const Panel panel = {
      .id = words.id,
      .title = words.title,
      .note = words.note,
      .picture = Svg(words.text, levels, "<path class=\"curve\" d=\"" + path + "\"/>"),
      .levels = levels,
      .beside = {}};
  return PanelHtml(panel, seconds);
}

// The curve of one value for each frame.
std::string FramePanel(const CurveWords& words, const SoundRecorder& recorder,
                       const Envelope& envelope) {
  if (envelope.columns().empty()) return "";
  std::vector<std::optional<double>> values;
  for (const EnvelopeColumn& column : envelope.columns()) values.emplace_back(column.mean());
  const double column_seconds =
      recorder.frame_seconds() * static_cast<double>(envelope.values_per_column());
  return CurvePanel(words, values, kGridWidth * column_seconds / recorder.seconds(),
                    recorder.seconds());
}

std::string AttenuationPanel(const SoundRecorder& recorder) {
  const Envelope& before = recorder.before().envelope;
  const Envelope& after = recorder.after().envelope;
  std::vector<std::optional<double>> values;
  for (size_t i = 0; i < std::min(before.columns().size(), after.columns().size()); ++i) {
    values.push_back(AttenuationDb(before.columns()[i], after.columns()[i]));
  }
  const CurveWords words = {"attenuation", "Attenuation", "dB by which the sound became quieter",
                            "Attenuation over time; the table over time has the figures."};
  return CurvePanel(words, values, XOf(before, 1), recorder.seconds());
}

}  // namespace

std::optional<double> AttenuationDb(const EnvelopeColumn& before, const EnvelopeColumn& after) {
  if (before.mean_square() <= 0.0) return std::nullopt;
  if (after.mean_square() <= 0.0) return kMostAttenuationDb;
  return std::min(kMostAttenuationDb,
                  10.0 * std::log10(before.mean_square() / after.mean_square()));
}

Result<std::string> ReportPanels(const SoundRecorder& recorder) {
  const double seconds = recorder.seconds();
  const LevelRange range =
      RangeOf({&recorder.before().spectrogram, &recorder.after().spectrogram}, kReportSpanDb);
  DFN_TRY(std::string html, SpectrogramPanel({"before", "Before", "the sound before"},
                                             recorder.before().spectrogram, seconds, range));
  DFN_TRY(const std::string after, SpectrogramPanel({"after", "After", "the sound after"},
                                                    recorder.after().spectrogram, seconds, range));
  DFN_TRY(const std::string removed,
          SpectrogramPanel({"removed", "Taken away", "before less after"}, recorder.removed(),
                           seconds, range));
  html += after + removed + WavePanel(recorder) + AttenuationPanel(recorder);
  html += FramePanel({"snr", "Local SNR", "dB, as the network estimates it, of the first channel",
                      "Local SNR over time; the table over time has the figures."},
                     recorder, recorder.local_snr());
  html += FramePanel(
      {"gain", "Level gain", "dB by which the network hears the first channel louder than it is",
       "Level gain over time; the table over time has the figures."},
      recorder, recorder.gain());
  return html;
}

}  // namespace dfn
