// Reads the bytes of a pickle from front to back.
#ifndef DEEPFILTER_FORMATS_TORCH_PICKLE_BYTES_H_
#define DEEPFILTER_FORMATS_TORCH_PICKLE_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace dfn::torch {

// Every read checks that the bytes are there; if not, it returns kCorrupt.
class PickleBytes {
 public:
  // `where` is the pickle's name in messages; both must outlive the object.
  PickleBytes(Bytes pickle, const std::string& where) : pickle_(pickle), where_(where) {}

  Error Fail(ErrorCode code, const std::string& what) const { return {code, where_ + ": " + what}; }
  // The same with the place of the current opcode.
  Error Corrupt(const std::string& what) const {
    return Fail(ErrorCode::kCorrupt, what + " at byte " + std::to_string(opcode_at_));
  }

  size_t opcode_at() const { return opcode_at_; }
  size_t at() const { return at_; }

  Result<uint8_t> TakeOpcode() {
    opcode_at_ = at_;
    DFN_TRY(const Bytes opcode, Take(1));
    return opcode[0];
  }

  Result<Bytes> Take(size_t count) {
    if (pickle_.size() - at_ < count) return Corrupt("is cut short");
    const Bytes taken = pickle_.subspan(at_, count);
    at_ += count;
    return taken;
  }

  Status Skip(size_t count) {
    DFN_CHECK(Take(count));
    return {};
  }

  // The next `count` bytes, 8 at most, as an unsigned little-endian number.
  Result<uint64_t> TakeNumber(size_t count) {
    DFN_TRY(const Bytes bytes, Take(count));
    uint64_t number = 0;
    for (size_t i = 0; i < count; ++i) number |= uint64_t{bytes[i]} << (8 * i);
    return number;
  }

  // A number of up to eight bytes in two's complement, after its length in one byte.
  Result<int64_t> TakeLong() {
    DFN_TRY(const uint64_t bytes, TakeNumber(1));
    if (bytes > 8) return Corrupt("has an integer of more than 64 bits");
    DFN_TRY(uint64_t number, TakeNumber(static_cast<size_t>(bytes)));
    if (bytes > 0 && bytes < 8 && (number >> (8 * bytes - 1)) != 0) {
      number |= ~uint64_t{0} << (8 * bytes);
    }
    return static_cast<int64_t>(number);
  }

  // Errors: kUnsupported (a later protocol) besides.
  Status CheckProtocol() {
    DFN_TRY(const Bytes version, Take(1));
    if (version[0] <= kHighestProtocol) return {};
    return Fail(ErrorCode::kUnsupported, "has protocol " + std::to_string(version[0]) +
                                             ", the highest known is " +
                                             std::to_string(kHighestProtocol));
  }

  // The text before the next line feed, which is skipped.
  Result<std::string_view> TakeLine() {
    const std::string_view rest(reinterpret_cast<const char*>(pickle_.data()) + at_,
                                pickle_.size() - at_);
    const size_t length = rest.find('\n');
    if (length == std::string_view::npos) return Corrupt("is cut short");
    at_ += length + 1;
    return rest.substr(0, length);
  }

 private:
  static constexpr uint8_t kHighestProtocol = 5;

  Bytes pickle_;
  const std::string& where_;
  size_t at_ = 0;
  size_t opcode_at_ = 0;
};

}  // namespace dfn::torch

#endif  // DEEPFILTER_FORMATS_TORCH_PICKLE_BYTES_H_
