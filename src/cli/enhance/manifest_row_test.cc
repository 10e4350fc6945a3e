#include "cli/enhance/manifest_row.h"

#include <gtest/gtest.h>

#include <string>

namespace dfn {
namespace {

TEST(ManifestRowTest, HasTheMembersThatCount) {
  const auto row = ReadManifestRow(
      R"({"path":"a\n.wav", "status" : "done","error":null,"level":{"path":"no","gain_db":[0.0]},)"
      R"("source":{"bytes":18446744073709551615,"mtime_ns":-5},"target_bytes":7,)"
      R"("model":{"source":"default","sha256":"ab12"},)"
      R"("options": {"atten_lim_db": 100.0, "x": [1, {"y": null}], "s": "\u00e9"}})");
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->path, "a\n.wav");
  EXPECT_EQ(row->status, "done");
  EXPECT_FALSE(row->error.has_value());
  EXPECT_EQ(row->source, (FileState{.bytes = UINT64_MAX, .mtime_ns = -5}));
  EXPECT_EQ(row->target_bytes, 7u);
  EXPECT_EQ(row->model_sha256, "ab12");
  EXPECT_EQ(row->options, "{\"atten_lim_db\":100.0,\"x\":[1,{\"y\":null}],\"s\":\"\xc3\xa9\"}");
}

TEST(ManifestRowTest, WhatIsOfAnotherTypeIsNotThere) {
  const auto row = ReadManifestRow(
      R"({"path":3,"status":["done"],"error":{"path":"x"},"source":[1,2],"target_bytes":1.5,)"
      R"("model":"ab12","options":null})");
  ASSERT_TRUE(row.has_value());
  EXPECT_FALSE(row->path || row->status || row->error || row->model_sha256);
  EXPECT_EQ(row->source, FileState());
  EXPECT_EQ(row->target_bytes, 0u);
  EXPECT_EQ(row->options, "");
}

TEST(ManifestRowTest, TheLastOfAMemberCounts) {
  const auto row = ReadManifestRow(
      R"({"path":"a","path":"b","status":"done","status":1,"options":{"x":1},"options":{},)"
      R"("model":{"sha256":"ab"},"model":{},"source":{"bytes":1},"source":2,)"
      R"("target_bytes":3,"target_bytes":null})");
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->path, "b");
  EXPECT_FALSE(row->status || row->model_sha256);
  EXPECT_EQ(row->options, "{}");
  EXPECT_EQ(row->source.bytes + row->target_bytes, 0u);
}

TEST(ManifestRowTest, OtherLinesAreNoRows) {
  const auto nested = [](size_t depth) {
    std::string line = R"({"a":)";
    line.append(depth, '[').append(depth, ']').append("}");
    return ReadManifestRow(line).has_value();
  };
  EXPECT_TRUE(nested(15));
  EXPECT_FALSE(nested(16));
  for (const char* line : {"", "[]", "3", "null", "\"path\"", "{", "{}x", "{} {}", "{\"a\":}"}) {
    EXPECT_FALSE(ReadManifestRow(line).has_value()) << line;
  }
}

}  // namespace
}  // namespace dfn
