// One part of a run over many files.
#ifndef DEEPFILTER_CLI_ENHANCE_SHARD_H_
#define DEEPFILTER_CLI_ENHANCE_SHARD_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace dfn {

// Shards are counted from 1, as by `split -n K/N` and the test runners that take "K/N".
struct Shard {
  uint64_t index = 1;  // 1 .. count
  uint64_t count = 1;
};

// Reads "I/N" with 1 <= I <= N <= 1,000,000; an empty text is 1/1. Errors: kInvalidArgument.
Result<Shard> ParseShard(const std::string& text);

// The shard of 1 .. `count` to which a file belongs: 1 + (the first 16 hexadecimal digits of the
// SHA-256 of `path`, as a number) mod `count`. `path` is a PlannedFile's, byte for byte. It depends
// on nothing else, so that other files move none, and other programs can compute the same.
uint64_t ShardOf(std::string_view path, uint64_t count);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_SHARD_H_
