// The program where its code is in the shared library.
#include "cli/main/program_in_library.h"

int main(int argc, char** argv) { return dfn_run_program(argc, argv); }
