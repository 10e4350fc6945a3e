#include "os/large_pages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

namespace dfn {
namespace {

TEST(LargePagesTest, BlocksOfAnySizeAreAlignedAndWritable) {
  for (size_t bytes : {size_t{1}, size_t{4096}, (size_t{2} << 20) - 1, size_t{2} << 20,
                       (size_t{2} << 20) + 1, size_t{9'000'000}}) {
    const MemoryBlock block(bytes, LargePages());
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block.data()) % kAlignmentBytes, 0u) << bytes;
    auto* begin = static_cast<unsigned char*>(block.data());
    std::fill_n(begin, bytes, static_cast<unsigned char>(0xa5));
    EXPECT_EQ(begin[bytes - 1], 0xa5) << bytes;
  }
}

TEST(LargePagesTest, WhatCannotBeHadIsNull) {
  EXPECT_EQ(LargePages().allocate(SIZE_MAX / 4), nullptr);
  EXPECT_THROW(MemoryBlock(SIZE_MAX / 4, LargePages()), std::bad_alloc);
}

}  // namespace
}  // namespace dfn
