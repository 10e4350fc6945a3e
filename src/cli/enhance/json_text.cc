#include "cli/enhance/json_text.h"

#include <nlohmann/json.hpp>

namespace dfn {
namespace {

// Of a value without parts, which takes no memory when it is destroyed.
std::string TextOf(const JsonText::Value& value) {
  using Json = nlohmann::json;
  const Json json = std::visit([](const auto& held) { return Json(held); }, value);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

void JsonText::Key(std::string_view key) {
  Put(key);
  text_ += ':';
  comma_ = false;
}

void JsonText::Put(const Value& value) { PutJson(TextOf(value)); }

void JsonText::PutJson(std::string_view json) {
  if (comma_) text_ += ',';
  text_ += json;
  comma_ = true;
}

void JsonText::Begin(char bracket) {
  if (comma_) text_ += ',';
  text_ += bracket;
  comma_ = false;
}

void JsonText::End(char bracket) {
  text_ += bracket;
  comma_ = true;
}

}  // namespace dfn
