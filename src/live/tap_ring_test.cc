#include "live/tap_ring.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace dfn {
namespace {

TEST(TapRingTest, GivesWhatWasPutInOrder) {
  TapRing ring(8);
  ASSERT_EQ(ring.capacity(), 8u);
  std::vector<float> out(8);
  float next = 0.0f;
  float expected = 0.0f;
  for (int round = 0; round < 10; ++round) {
    ASSERT_GE(ring.Room(), 5u);
    for (size_t i = 0; i < 5; ++i) ring.Put(i, next++);
    ring.Commit(5);
    EXPECT_EQ(ring.Waiting(), 5u);
    ASSERT_EQ(ring.Take(out.data(), 8), 5u);
    for (size_t i = 0; i < 5; ++i) EXPECT_EQ(out[i], expected++);
  }
  EXPECT_EQ(ring.written(), 50u);
  EXPECT_EQ(ring.taken(), 50u);
}

TEST(TapRingTest, TellsWhenThereIsNoRoom) {
  TapRing ring(4);
  for (size_t i = 0; i < 4; ++i) ring.Put(i, 1.0f);
  ring.Commit(4);
  EXPECT_EQ(ring.Room(), 0u);
  float one = 0.0f;
  ring.Take(&one, 1);
  EXPECT_EQ(ring.Room(), 1u);
}

// Under ThreadSanitizer also a test of the order of memory.
TEST(TapRingTest, TwoThreadsLoseNothing) {
  TapRing ring(1024);
  constexpr size_t kCount = 400000;
  std::thread writer([&] {
    for (size_t at = 0; at < kCount;) {
      if (ring.Room() < 40) {
        std::this_thread::yield();
        continue;
      }
      for (size_t i = 0; i < 40; ++i) ring.Put(i, static_cast<float>(at + i));
      ring.Commit(40);
      at += 40;
    }
  });
  std::vector<float> out(100);
  for (size_t at = 0; at < kCount;) {
    const size_t count = ring.Take(out.data(), out.size());
    for (size_t i = 0; i < count; ++i) ASSERT_EQ(out[i], static_cast<float>(at + i));
    at += count;
    if (count == 0) std::this_thread::yield();
  }
  writer.join();
}

}  // namespace
}  // namespace dfn
