#include "cli/main/command_line.h"

int main(int argc, char** argv) { return dfn::RunCommandLine(argc, argv); }
