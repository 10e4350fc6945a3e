#include "cli/main/program_in_library.h"

#include "cli/main/command_line.h"

int dfn_run_program(int argc, const char* const* argv) { return dfn::RunCommandLine(argc, argv); }
