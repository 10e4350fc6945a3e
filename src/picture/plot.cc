#include "picture/plot.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "picture/colour_map.h"
#include "picture/drawing.h"
#include "picture/number_text.h"

namespace dfn {
namespace {

constexpr double kText = 13.0;
constexpr double kTitleText = 15.0;
// Room around the panels for marks, their text and the bar of colours.
constexpr double kLeft = 62.0;
constexpr double kRight = 92.0;
constexpr double kTop = 14.0;
constexpr double kTitleHeight = 24.0;
constexpr double kPanelTitleHeight = 22.0;
constexpr double kPanelFoot = 24.0;
constexpr double kBottom = 24.0;
constexpr double kMark = 5.0;
constexpr double kBarWidth = 14.0;
constexpr double kBarGap = 16.0;
constexpr char kLevelUnit[] = "dB re full-scale sine";

// The mean power of the columns from `first` to `end`, both in columns and fractions of them.
float MeanPower(const Spectrogram& spectrogram, size_t row, double first, double end) {
  const auto from = static_cast<size_t>(first);
  const size_t to =
      std::clamp<size_t>(static_cast<size_t>(std::ceil(end)), from + 1, spectrogram.columns());
  float sum = 0.0f;
  for (size_t c = from; c < to; ++c) sum += spectrogram.power(c, row);
  return sum / static_cast<float>(to - from);
}

// The level at a place in columns, between the middles of two.
float LevelBetween(const Spectrogram& spectrogram, size_t row, double place, float floor_db) {
  const auto last = static_cast<double>(spectrogram.columns() - 1);
  const double at = std::clamp(place, 0.0, last);
  const auto left = static_cast<size_t>(at);
  const size_t right = std::min(left + 1, spectrogram.columns() - 1);
  const auto part = static_cast<float>(at - std::floor(at));
  return (1.0f - part) * PowerDb(spectrogram.power(left, row), floor_db) +
         part * PowerDb(spectrogram.power(right, row), floor_db);
}

class Plot {
 public:
  Plot(Drawing& drawing, const std::vector<PlotPanel>& panels, const PlotOptions& options)
      : drawing_(drawing),
        panels_(panels),
        options_(options),
        panel_height_(PlotPanelHeight(options, panels.size())),
        panel_width_(static_cast<double>(options.width) - kLeft - kRight) {
    for (const PlotPanel& panel : panels) {
      seconds_ = std::max(seconds_, panel.spectrogram->seconds());
    }
  }

  Status Draw() {
    double y = kTop;
    if (!options_.title.empty()) {
      drawing_.Text(kLeft, y + kTitleText, options_.title, {.size = kTitleText});
      y += kTitleHeight;
    }
    for (const PlotPanel& panel : panels_) {
      if (!panel.title.empty()) drawing_.Text(kLeft, y + kText + 1.0, panel.title, {.size = kText});
      const Box box = {kLeft, std::round(y + kPanelTitleHeight), panel_width_,
                       std::floor(panel_height_)};
      DFN_CHECK(DrawPanel(box, *panel.spectrogram));
      y += kPanelTitleHeight + panel_height_ + kPanelFoot;
    }
    drawing_.Text(kLeft + 0.5 * panel_width_, y + kText + 2.0, "Time in s",
                  {.anchor = Anchor::kMiddle});
    return {};
  }

 private:
  Status DrawPanel(const Box& box, const Spectrogram& spectrogram) {
    DFN_CHECK(
        drawing_.Picture(box, LevelPicture(spectrogram, seconds_, static_cast<size_t>(box.width),
                                           static_cast<size_t>(box.height), options_.range)));
    Frame(box);
    FrequencyMarks(box, spectrogram.axis());
    TimeMarks(box);
    return DrawBar({box.x + box.width + kBarGap, box.y, kBarWidth, box.height});
  }

  void Frame(const Box& box) {
    const double right = box.x + box.width;
    const double bottom = box.y + box.height;
    drawing_.Line(box.x - 0.5, box.y - 0.5, right + 0.5, box.y - 0.5);
    drawing_.Line(box.x - 0.5, bottom + 0.5, right + 0.5, bottom + 0.5);
    drawing_.Line(box.x - 0.5, box.y - 0.5, box.x - 0.5, bottom + 0.5);
    drawing_.Line(right + 0.5, box.y - 0.5, right + 0.5, bottom + 0.5);
  }

  void FrequencyMarks(const Box& box, const FrequencyAxis& axis) {
    for (const Tick& tick : FrequencyTicks(axis, static_cast<size_t>(box.height / 28.0))) {
      const double y = std::round(box.y + (1.0 - tick.place) * box.height) - 0.5;
      drawing_.Line(box.x - kMark, y, box.x, y);
      drawing_.Text(box.x - kMark - 3.0, y + 0.35 * kText, NumberText(tick.value / 1000.0, 3),
                    {.size = kText, .anchor = Anchor::kEnd});
    }
    drawing_.Text(16.0, box.y + 0.5 * box.height, "Frequency in kHz",
                  {.size = kText, .anchor = Anchor::kMiddle, .upwards = true});
  }

  void TimeMarks(const Box& box) {
    const double start = options_.start_seconds;
    const auto wanted = static_cast<size_t>(box.width / 75.0);
    for (const Tick& tick : LinearTicks(start, start + seconds_, wanted)) {
      const double x = std::round(box.x + tick.place * box.width) - 0.5;
      const double bottom = box.y + box.height;
      drawing_.Line(x, bottom, x, bottom + kMark);
      drawing_.Text(x, bottom + kMark + kText, NumberText(tick.value, 3),
                    {.size = kText, .anchor = Anchor::kMiddle});
    }
  }

  Status DrawBar(const Box& box) {
    LevelImage bar{{.width = 1, .height = kLevels, .pixels = std::vector<uint8_t>(kLevels)}};
    for (size_t i = 0; i < kLevels; ++i) bar.pixels[i] = static_cast<uint8_t>(kLevels - 1 - i);
    DFN_CHECK(drawing_.Picture(box, bar));
    Frame(box);
    const double right = box.x + box.width;
    const LevelRange& range = options_.range;
    for (const Tick& tick :
         LinearTicks(range.floor_db, range.top_db, static_cast<size_t>(box.height / 30.0))) {
      const double y = std::round(box.y + (1.0 - tick.place) * box.height) - 0.5;
      drawing_.Line(right, y, right + kMark, y);
      drawing_.Text(right + kMark + 3.0, y + 0.35 * kText, NumberText(tick.value, 1),
                    {.size = kText});
    }
    drawing_.Text(box.x + kRight - kBarGap - 7.0, box.y + 0.5 * box.height, kLevelUnit,
                  {.size = kText, .anchor = Anchor::kMiddle, .upwards = true});
    return {};
  }

  Drawing& drawing_;
  const std::vector<PlotPanel>& panels_;
  const PlotOptions& options_;
  double panel_height_;
  double panel_width_;
  double seconds_ = 0.0;
};

// For those who do not see the picture.
std::string Description(const std::vector<PlotPanel>& panels, const PlotOptions& options) {
  std::string text;
  for (const PlotPanel& panel : panels) {
    const FrequencyAxis& axis = panel.spectrogram->axis();
    text += "Spectrogram: " + panel.title + ", " + NumberText(panel.spectrogram->seconds(), 3) +
            " s, " + NumberText(axis.low_hz, 0) + " to " + NumberText(axis.high_hz, 0) + " Hz. ";
  }
  return text + "Colours from dark to light: " + NumberText(options.range.floor_db, 1) + " to " +
         NumberText(options.range.top_db, 1) + " " + kLevelUnit + ".";
}

}  // namespace

LevelRange RangeOf(const std::vector<const Spectrogram*>& spectrograms, float span_db) {
  float most = 0.0f;
  for (const Spectrogram* spectrogram : spectrograms) {
    for (size_t c = 0; c < spectrogram->columns(); ++c) {
      for (size_t r = 0; r < spectrogram->axis().rows; ++r) {
        most = std::max(most, spectrogram->power(c, r));
      }
    }
  }
  // Silence has a scale like that of ordinary speech.
  const float top_db = most > 0.0f ? 5.0f * std::ceil(PowerDb(most, -200.0f) / 5.0f) : -20.0f;
  return {top_db - span_db, top_db};
}

LevelImage LevelPicture(const Spectrogram& spectrogram, double seconds, size_t width, size_t height,
                        const LevelRange& range) {
  LevelImage image{
      {.width = width, .height = height, .pixels = std::vector<uint8_t>(width * height)}};
  if (spectrogram.columns() == 0) return image;
  // Columns of the spectrogram to one of pixels.
  const double step = seconds / spectrogram.column_seconds() / static_cast<double>(width);
  const auto columns = static_cast<double>(spectrogram.columns());
  for (size_t x = 0; x < width; ++x) {
    const double first = static_cast<double>(x) * step;
    if (first >= columns) break;
    for (size_t y = 0; y < height; ++y) {
      const size_t row = (height - 1 - y) * spectrogram.axis().rows / height;
      const float level_db =
          step > 1.0 ? PowerDb(MeanPower(spectrogram, row, first, first + step), range.floor_db)
                     : LevelBetween(spectrogram, row, first + 0.5 * step - 0.5, range.floor_db);
      image.pixels[y * width + x] = LevelIndex(level_db, range.floor_db, range.top_db);
    }
  }
  return image;
}

double PlotPanelHeight(const PlotOptions& options, size_t panels) {
  const double title = options.title.empty() ? 0.0 : kTitleHeight;
  const double all = static_cast<double>(options.height) - kTop - title - kBottom;
  return all / static_cast<double>(panels) - kPanelTitleHeight - kPanelFoot;
}

Result<std::string> DrawPlot(PlotFormat format, const std::vector<PlotPanel>& panels,
                             const PlotOptions& options) {
  const std::unique_ptr<Drawing> drawing =
      format == PlotFormat::kPng
          ? NewPngDrawing(options.width, options.height)
          : NewSvgDrawing(options.width, options.height,
                          options.title.empty() ? panels.front().title : options.title,
                          Description(panels, options));
  DFN_CHECK(Plot(*drawing, panels, options).Draw());
  return drawing->Finish();
}

}  // namespace dfn
