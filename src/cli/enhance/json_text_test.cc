#include "cli/enhance/json_text.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace dfn {
namespace {

TEST(JsonTextTest, WritesWhatTheLibraryWould) {
  JsonText json;
  json.BeginObject();
  json.Add("a \"name\"", "caf\xc3\xa9\n");
  json.Add("flag", true);
  json.Add("least", std::numeric_limits<int64_t>::min());
  json.Add("most", std::numeric_limits<uint64_t>::max());
  json.Add("float", 0.1f);
  json.Add("known", std::optional<double>(-2.5));
  json.Add("unknown", std::optional<double>());
  json.Add("infinite", std::numeric_limits<double>::infinity());
  json.AddTextOrNull("none", "");
  json.Key("list");
  json.BeginArray();
  json.Put(1.0);
  json.BeginObject();
  json.EndObject();
  json.BeginArray();
  json.EndArray();
  json.Put(nullptr);
  json.EndArray();
  json.Key("more");
  json.PutJson(R"({"x":1})");
  json.EndObject();
  const nlohmann::ordered_json expected = {
      {"a \"name\"", "caf\xc3\xa9\n"},
      {"flag", true},
      {"least", std::numeric_limits<int64_t>::min()},
      {"most", std::numeric_limits<uint64_t>::max()},
      {"float", 0.1f},
      {"known", -2.5},
      {"unknown", nullptr},
      {"infinite", nullptr},
      {"none", nullptr},
      {"list", {1.0, nlohmann::ordered_json::object(), nlohmann::ordered_json::array(), nullptr}},
      {"more", {{"x", 1}}}};
  EXPECT_EQ(json.text(), expected.dump());
}

TEST(JsonTextTest, BytesThatAreNotUtf8AreReplaced) {
  JsonText json;
  json.Put("caf\xe9");
  EXPECT_EQ(json.text(), "\"caf\xef\xbf\xbd\"");
}

}  // namespace
}  // namespace dfn
