#include "cli/enhance/shard.h"

#include <charconv>
#include <system_error>

#include "base/printable.h"
#include "store/sha256.h"

namespace dfn {
namespace {

constexpr uint64_t kMostShards = 1'000'000;

// The whole of `text` as a number; nothing else is read.
bool ReadNumber(std::string_view text, int base, uint64_t& number) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number, base);
  return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

}  // namespace

Result<Shard> ParseShard(const std::string& text) {
  if (text.empty()) return Shard{};
  const size_t slash = text.find('/');
  Shard shard;
  const bool numbers = slash != std::string::npos &&
                       ReadNumber(std::string_view(text).substr(0, slash), 10, shard.index) &&
                       ReadNumber(std::string_view(text).substr(slash + 1), 10, shard.count);
  if (numbers && 1 <= shard.index && shard.index <= shard.count && shard.count <= kMostShards) {
    return shard;
  }
  std::string sentence = "--shard is " + Printable(text) +
                         ", expected I/N: one of N shards, I from 1 to N, N at most 1000000";
  if (numbers && shard.index == 0) sentence += "; Slurm counts from 1 with --array=1-N";
  return Error{ErrorCode::kInvalidArgument, sentence};
}

uint64_t ShardOf(std::string_view path, uint64_t count) {
  Sha256 sum;
  sum.Update({reinterpret_cast<const uint8_t*>(path.data()), path.size()});
  constexpr size_t kDigits = 16;
  uint64_t number = 0;
  ReadNumber(std::string_view(sum.Finish()).substr(0, kDigits), 16, number);
  return 1 + number % count;
}

}  // namespace dfn
