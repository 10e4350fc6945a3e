// The checkpoints of tests/data, for tests.
#ifndef DEEPFILTER_CONVERT_TESTING_CHECKPOINTS_H_
#define DEEPFILTER_CONVERT_TESTING_CHECKPOINTS_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/bytes.h"
#include "base/testing/file_content.h"

namespace dfn {

inline std::string CheckpointFolder() {
  return std::string(DFN_SOURCE_DIR) + "/tests/data/checkpoints/";
}

inline Bytes BytesOf(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// The configurations that make_checkpoints.py makes.
inline constexpr const char* kCheckpointFixtures[] = {
    "dfn2_concat", "dfn2_time2",    "dfn2_time3",   "dfn3_none",
    "dfn3_time2",  "dfn3_identity", "dfn3_grouped", "dfn3_concat_odd",
};

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_TESTING_CHECKPOINTS_H_
