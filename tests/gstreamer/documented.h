// The commands of docs/gstreamer.md.
#ifndef DEEPFILTER_TESTS_GSTREAMER_DOCUMENTED_H_
#define DEEPFILTER_TESTS_GSTREAMER_DOCUMENTED_H_

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace dfn::test {

// The fenced block of the page that has this text in it.
inline std::string Documented(const std::string& text) {
  std::ifstream page(DFN_SOURCE_DIR "/docs/gstreamer.md");
  std::string block;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("```")) {
      if (inside && block.find(text) != std::string::npos) return block;
      inside = !inside;
      block.clear();
    } else if (inside) {
      block += line + "\n";
    }
  }
  ADD_FAILURE() << "docs/gstreamer.md has no block with " << text;
  return "false";
}

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_GSTREAMER_DOCUMENTED_H_
