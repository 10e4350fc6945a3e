#include "cli/enhance/manifest_row.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "cli/enhance/json_text.h"

namespace dfn {
namespace {

using Json = nlohmann::ordered_json;

// Hears the parts of a row as they are parsed; false ends the parsing.
class RowListener : public nlohmann::json_sax<Json> {
 public:
  ReadRow row;

  bool null() override { return Hear(nullptr); }
  bool boolean(bool value) override { return Hear(value); }
  bool number_integer(int64_t value) override { return Hear(value); }
  bool number_unsigned(uint64_t value) override { return Hear(value); }
  bool number_float(double value, const std::string&) override { return Hear(value); }
  bool string(std::string& value) override { return Hear(std::string_view(value)); }
  bool binary(Json::binary_t&) override { return false; }
  bool start_object(size_t) override {
    if (depth_ > 0) return Begin([](JsonText& options) { options.BeginObject(); });
    depth_ = 1;
    return true;
  }
  bool end_object() override {
    return End([](JsonText& options) { options.EndObject(); });
  }
  bool start_array(size_t) override {
    return Begin([](JsonText& options) { options.BeginArray(); });
  }
  bool end_array() override {
    return End([](JsonText& options) { options.EndArray(); });
  }
  bool key(std::string& name) override {
    if (depth_ == 1) {
      member_ = name;
      Forget();
    } else if (depth_ == 2) {
      part_ = name;
    }
    if (depth_ > 1 && member_ == "options") options_.Key(name);
    return true;
  }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  static constexpr int kMostDepth = 16;

  // What an earlier member of this name said.
  void Forget() {
    part_.clear();
    if (std::optional<std::string>* text = Text()) text->reset();
    if (member_ == "model") row.model_sha256.reset();
    if (member_ == "options") options_ = JsonText();
    if (member_ == "options") row.options.clear();
    if (member_ == "source") row.source = {};
    if (member_ == "target_bytes") row.target_bytes = 0;
  }

  std::optional<std::string>* Text() {
    if (member_ == "path") return &row.path;
    if (member_ == "status") return &row.status;
    if (member_ == "error") return &row.error;
    return nullptr;
  }

  bool Hear(const JsonText::Value& value) {
    if (depth_ == 0) return false;
    if (depth_ > 1 && member_ == "options") options_.Put(value);
    const auto* text = std::get_if<std::string_view>(&value);
    if (depth_ == 1) {
      if (std::optional<std::string>* member = Text(); member != nullptr && text != nullptr) {
        *member = std::string(*text);
      }
      if (member_ == "target_bytes") row.target_bytes = static_cast<uint64_t>(Whole(value));
    } else if (depth_ == 2) {
      if (member_ == "model" && part_ == "sha256" && text != nullptr) {
        row.model_sha256 = std::string(*text);
      }
      if (member_ == "source" && part_ == "bytes") {
        row.source.bytes = static_cast<uint64_t>(Whole(value));
      }
      if (member_ == "source" && part_ == "mtime_ns") row.source.mtime_ns = Whole(value);
    }
    return true;
  }

  // The bits of a whole number; 0 for other values.
  static int64_t Whole(const JsonText::Value& value) {
    if (const auto* number = std::get_if<uint64_t>(&value)) return static_cast<int64_t>(*number);
    const auto* number = std::get_if<int64_t>(&value);
    return number != nullptr ? *number : 0;
  }

  template <class Tell>
  bool Begin(const Tell& tell) {
    if (depth_ == 0 || depth_ == kMostDepth) return false;
    if (member_ == "options") tell(options_);
    ++depth_;
    return true;
  }

  template <class Tell>
  bool End(const Tell& tell) {
    --depth_;
    if (depth_ == 0 || member_ != "options") return true;
    tell(options_);
    if (depth_ == 1) row.options = options_.text();
    return true;
  }

  int depth_ = 0;
  std::string member_;  // of the row
  std::string part_;    // of that member
  JsonText options_;
};

}  // namespace

std::optional<ReadRow> ReadManifestRow(std::string_view line) {
  RowListener listener;
  if (!Json::sax_parse(line, &listener)) return std::nullopt;
  return std::move(listener.row);
}

}  // namespace dfn
