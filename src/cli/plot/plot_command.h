// deepfilter plot.
#ifndef DEEPFILTER_CLI_PLOT_PLOT_COMMAND_H_
#define DEEPFILTER_CLI_PLOT_PLOT_COMMAND_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/exit_code.h"

namespace dfn {

class Arguments;

struct PlotCommandOptions {
  std::vector<std::string> inputs;  // one or two
  std::string output;
  std::optional<std::string> title;  // empty: the names of the inputs
  std::string size;                  // "WIDTHxHEIGHT"; empty: by the number of panels
  bool logarithmic = false;
  std::optional<float> max_hz;
  double start_seconds = 0.0;
  std::optional<float> length_seconds;
  std::string range;  // "LOW:HIGH" in dB; empty: by the sounds
  bool force = false;
};

void DefinePlot(Arguments& command, PlotCommandOptions& options);

// Draws the spectrograms of one or two sounds into a file. Memory does not grow with their length.
ExitCode RunPlot(const PlotCommandOptions& options);

// Two numbers with a sign between them, as "1000x600" and "-100:-20". Errors: kInvalidArgument, with a
// sentence that begins with `option`.
struct NumberPair {
  double first = 0.0;
  double second = 0.0;
};
Result<NumberPair> ParsePair(const std::string& option, const std::string& text, char between);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_PLOT_PLOT_COMMAND_H_
