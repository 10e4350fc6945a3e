// Sounds read into the spectrograms of a plot.
#ifndef DEEPFILTER_CLI_PLOT_PLOTTED_SOUNDS_H_
#define DEEPFILTER_CLI_PLOT_PLOTTED_SOUNDS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "picture/spectrogram.h"

namespace dfn {

struct PlottedPart {
  double start_seconds = 0.0;
  std::optional<double> length_seconds = std::nullopt;  // empty: to the end
  std::optional<double> max_hz = std::nullopt;          // empty: half the highest rate
  bool logarithmic = false;
  size_t width = 900;  // pixels of a panel
  size_t height = 250;
};

struct PlottedSounds {
  std::vector<Spectrogram> sounds;        // in the order of the names
  std::optional<Spectrogram> difference;  // first less second, if rate and length are the same
};

// Reads one or two sounds; channels are averaged. What is wrong with one that is whole all the same is
// said. Errors: those of OpenSoundOrTrack and CheckWhole; kInvalidArgument (the part holds nothing);
// kCancelled.
Result<PlottedSounds> ReadPlottedSounds(const std::vector<std::string>& paths,
                                        const PlottedPart& part);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_PLOT_PLOTTED_SOUNDS_H_
