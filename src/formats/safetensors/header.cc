#include "formats/safetensors/header.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "base/printable.h"

namespace dfn::safetensors {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kMetadata = "__metadata__";

// Takes the parser's events: no tree is built, so that a header of any depth takes no memory. Each
// function returns whether to go on.
class HeaderEvents : public nlohmann::json_sax<Json> {
 public:
  explicit HeaderEvents(const Limits& limits) : limits_(limits) {}

  std::optional<Error> error;
  std::vector<Entry> entries;

  bool start_object(std::size_t) override {
    ++depth_;
    if (depth_ == 2 && !in_metadata_) {
      if (entries.size() >= limits_.max_tensors) {
        return Stop(ErrorCode::kLimit,
                    "has more than " + std::to_string(limits_.max_tensors) + " tensors");
      }
      entries.push_back({.name = key_});
      key_.clear();
    }
    return depth_ > 1 || !seen_root_++ || Broken();
  }
  bool end_object() override {
    --depth_;
    return true;
  }
  bool start_array(std::size_t) override {
    ++depth_;
    if (depth_ == 1) return Broken();
    if (InField() && key_ == "shape") entries.back().has_shape = true;
    return depth_ > 2 || Broken();
  }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool key(std::string& text) override {
    if (depth_ == 1) {
      in_metadata_ = text == kMetadata;
      if (text.size() > limits_.max_name_bytes) {
        return Stop(ErrorCode::kLimit, "has a name of " + std::to_string(text.size()) +
                                           " bytes, the limit is " +
                                           std::to_string(limits_.max_name_bytes));
      }
      if (!names_.insert(text).second) {
        return Stop(ErrorCode::kCorrupt, "has two entries " + Quoted(text));
      }
    }
    if (depth_ <= 2) key_ = text;
    return true;
  }
  bool string(std::string& text) override {
    if (depth_ < 2) return Broken();
    if (!in_metadata_ && depth_ == 2 && key_ == "dtype") entries.back().type = text;
    return true;
  }
  bool number_unsigned(Json::number_unsigned_t number) override {
    if (depth_ < 2) return Broken();
    if (!InField()) return true;
    Entry& entry = entries.back();
    std::vector<size_t>* to = nullptr;
    if (key_ == "shape") to = &entry.shape;
    if (key_ == "data_offsets") to = &entry.offsets;
    if (!to) return true;
    if (to->size() >= limits_.max_tensor_rank) {
      return Stop(ErrorCode::kLimit, "has more than " + std::to_string(limits_.max_tensor_rank) +
                                         " numbers in " + Quoted(key_) + " of tensor " +
                                         Quoted(entry.name));
    }
    if (number > SIZE_MAX) return Broken();
    to->push_back(static_cast<size_t>(number));
    return true;
  }
  bool null() override { return depth_ >= 2 && !InField() ? true : Broken(); }
  bool boolean(bool) override { return null(); }
  bool number_integer(Json::number_integer_t) override { return null(); }
  bool number_float(Json::number_float_t, const std::string&) override { return null(); }
  bool binary(Json::binary_t&) override { return Broken(); }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    return Stop(ErrorCode::kCorrupt,
                "has a header that is no JSON at byte " + std::to_string(position));
  }

 private:
  // Inside the array of an entry.
  bool InField() const { return depth_ == 3 && !in_metadata_ && !entries.empty(); }

  bool Stop(ErrorCode code, std::string what) {
    if (!error) error = Error{code, std::move(what)};
    return false;
  }
  bool Broken() {
    return Stop(
        ErrorCode::kCorrupt,
        "has a header that is no object of tensors, each with dtype, shape and data_offsets");
  }

  const Limits& limits_;
  size_t depth_ = 0;
  int seen_root_ = 0;
  bool in_metadata_ = false;
  std::string key_;  // the last one of the root or of an entry
  std::set<std::string, std::less<>> names_;
};

}  // namespace

Result<std::vector<Entry>> ReadHeader(std::string_view json, const Limits& limits) {
  HeaderEvents events(limits);
  const bool read = Json::sax_parse(json.begin(), json.end(), &events);
  if (events.error) return *events.error;
  if (!read) return Error{ErrorCode::kCorrupt, "has a header that is no JSON"};
  return std::move(events.entries);
}

}  // namespace dfn::safetensors
