#include "base/aligned_buffer.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace dfn {
namespace {

TEST(AlignedBufferTest, IsAlignedAndZero) {
  for (size_t size : {1u, 15u, 16u, 1000u}) {
    AlignedBuffer<float> buffer(size);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer.data()) % kAlignmentBytes, 0u);
    for (float value : buffer.span()) EXPECT_EQ(value, 0.0f);
  }
}

TEST(AlignedBufferTest, MovingLeavesAnEmptyBuffer) {
  AlignedBuffer<int> from(3);
  from[2] = 7;
  AlignedBuffer<int> to = std::move(from);
  EXPECT_EQ(to[2], 7);
  EXPECT_EQ(from.size(), 0u);
  EXPECT_EQ(from.data(), nullptr);
}

TEST(AlignedBufferTest, ItsContentCanLieInOtherMemory) {
  AlignedBuffer<float> room(32);
  AlignedBuffer<float> buffer(3);
  buffer[2] = 7.0f;
  buffer.MoveTo(room.data() + 16);
  EXPECT_EQ(buffer.data(), room.data() + 16);
  EXPECT_EQ(room[18], 7.0f);
  AlignedBuffer<float> moved = std::move(buffer);
  EXPECT_EQ(moved.data(), room.data() + 16);
  AlignedBuffer<float> empty;
  empty.MoveTo(room.data());
  EXPECT_EQ(empty.data(), nullptr);
}

}  // namespace
}  // namespace dfn
