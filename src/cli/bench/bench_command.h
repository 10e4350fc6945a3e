// deepfilter bench.
#ifndef DEEPFILTER_CLI_BENCH_BENCH_COMMAND_H_
#define DEEPFILTER_CLI_BENCH_BENCH_COMMAND_H_

#include <string>
#include <vector>

#include "cli/exit_code.h"

namespace dfn {

class Arguments;

struct BenchOptions {
  std::string model;                    // as `enhance` takes it
  std::string sound;                    // empty: a synthetic one
  std::string reference;                // empty: float32 on the best target
  std::vector<std::string> modes;       // empty: all
  std::vector<std::string> precisions;  // empty: all
  std::vector<std::string> targets;     // empty: --simd's, else the best for all modes, the
                                        // others for some
  std::string simd;                     // empty: $DEEPFILTER_SIMD, else the best
  double seconds = 1.0;                 // a line
  bool json = false;
};

void DefineBench(Arguments& command, BenchOptions& options);

// Measures and prints the tables.
ExitCode RunBench(const BenchOptions& options);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_BENCH_BENCH_COMMAND_H_
