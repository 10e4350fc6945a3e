// JSON on one line, written value by value.
#ifndef DEEPFILTER_CLI_ENHANCE_JSON_TEXT_H_
#define DEEPFILTER_CLI_ENHANCE_JSON_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace dfn {

// For what has to be told in want of memory, too: objects and arrays of nlohmann::json allocate when
// they are destroyed, and end the program where that fails. The caller sees to it that keys and values
// take turns and that what begins has an end.
class JsonText {
 public:
  using Value = std::variant<std::nullptr_t, bool, int64_t, uint64_t, double, std::string_view>;

  // The next value is the member `key` of the object that is open.
  void Key(std::string_view key);
  // Numbers that are not finite become null, bytes that are not UTF-8 the replacement character.
  void Put(const Value& value);
  // A value that is JSON on one line already.
  void PutJson(std::string_view json);
  void BeginObject() { Begin('{'); }
  void EndObject() { End('}'); }
  void BeginArray() { Begin('['); }
  void EndArray() { End(']'); }

  void Add(std::string_view key, const Value& value) {
    Key(key);
    Put(value);
  }
  // Null for nothing.
  template <class Number>
  void Add(std::string_view key, const std::optional<Number>& value) {
    Add(key, value ? Value(*value) : Value(nullptr));
  }
  // Null for an empty text.
  void AddTextOrNull(std::string_view key, std::string_view text) {
    Add(key, text.empty() ? Value(nullptr) : Value(text));
  }

  const std::string& text() const { return text_; }

 private:
  void Begin(char bracket);
  void End(char bracket);

  std::string text_;
  bool comma_ = false;  // whether one stands before the next key or value
};

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_JSON_TEXT_H_
