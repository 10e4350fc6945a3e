// GStreamer with all its plugins in this process, for pipelines that play in real time.
#ifndef DEEPFILTER_TESTS_GSTREAMER_LIVE_H_
#define DEEPFILTER_TESTS_GSTREAMER_LIVE_H_

#include <gst/gst.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "plugins/host_programs.h"

namespace dfn::test {

// The first of these elements that is not here, or "".
inline std::string MissingElement(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    GstElementFactory* found = gst_element_factory_find(name);
    if (found == nullptr) return name;
    gst_object_unref(found);
  }
  return "";
}

}  // namespace dfn::test

// Ends the test as skipped, or as failed under CI, unless these elements are here.
#define DFN_ELEMENTS_OR_SKIP(...)                                                    \
  do {                                                                               \
    const std::string dfn_element = ::dfn::test::MissingElement({__VA_ARGS__});      \
    if (dfn_element.empty()) break;                                                  \
    const std::string dfn_missing = "NOT TESTED: the element " + dfn_element +       \
                                    " is not here; tools/setup.sh test installs it"; \
    if (::dfn::test::ProgramsMayBeMissing()) GTEST_SKIP() << dfn_missing;            \
    FAIL() << dfn_missing;                                                           \
  } while (false)

#endif  // DEEPFILTER_TESTS_GSTREAMER_LIVE_H_
