// Spectrograms below each other on one scale, with axes and a bar of colours.
#ifndef DEEPFILTER_PICTURE_PLOT_H_
#define DEEPFILTER_PICTURE_PLOT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "picture/image.h"
#include "picture/spectrogram.h"

namespace dfn {

// The ends of a scale of levels, against a sine at full scale.
struct LevelRange {
  float floor_db = -100.0f;
  float top_db = -20.0f;
};

// The range that shows the loudest sound in full and `span_db` below it; the top is a multiple of 5.
LevelRange RangeOf(const std::vector<const Spectrogram*>& spectrograms, float span_db);

// The picture of a spectrogram, high frequencies at the top, over `seconds` from its start on. Columns
// of pixels between two of the spectrogram's are interpolated in dB; one that covers several has their
// mean power.
LevelImage LevelPicture(const Spectrogram& spectrogram, double seconds, size_t width, size_t height,
                        const LevelRange& range);

struct PlotPanel {
  std::string title;
  const Spectrogram* spectrogram = nullptr;
};

struct PlotOptions {
  size_t width = 1000;  // of the whole, 300 or more
  size_t height = 600;  // PlotPanelHeight(...) > 0
  std::string title = {};
  double start_seconds = 0.0;  // what the time axis begins with
  LevelRange range = {};
};

// Pixels of a panel's own height. Not above 0: there is no room for it.
double PlotPanelHeight(const PlotOptions& options, size_t panels);

// Draws one panel or more, all of one frequency axis. Errors: kIo (out of memory).
enum class PlotFormat { kPng, kSvg };
Result<std::string> DrawPlot(PlotFormat format, const std::vector<PlotPanel>& panels,
                             const PlotOptions& options);

}  // namespace dfn

#endif  // DEEPFILTER_PICTURE_PLOT_H_
