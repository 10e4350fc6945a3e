// A target of CMake needs a source file.
