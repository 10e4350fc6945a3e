// The door to the program that is a part of the shared library (CMake option
// DEEPFILTER_PROGRAM_IN_LIBRARY). No public header has it.
#ifndef DEEPFILTER_CLI_MAIN_PROGRAM_IN_LIBRARY_H_
#define DEEPFILTER_CLI_MAIN_PROGRAM_IN_LIBRARY_H_

#include "deepfilter/deepfilter.h"

// As main(): returns the exit status. Reads and writes the standard streams, and sets handlers of
// signals, so it is for the program alone.
extern "C" DFN_API int dfn_run_program(int argc, const char* const* argv);

#endif  // DEEPFILTER_CLI_MAIN_PROGRAM_IN_LIBRARY_H_
