// Opens models on a thread with the stack that deepfilter.h names.
#include <gtest/gtest.h>
#include <pthread.h>

#include <cstddef>

#include "deepfilter/deepfilter.h"

namespace {

// With what the C library keeps on a thread's stack for itself.
constexpr std::size_t kStackBytes = std::size_t{48} << 10;

struct Opening {
  const char* source;
  dfn_result result = DFN_ERROR_INTERNAL;
};

void* Open(void* data) {
  auto* opening = static_cast<Opening*>(data);
  dfn_model* model = nullptr;
  opening->result = dfn_model_open(opening->source, nullptr, &model, nullptr);
  dfn_model_free(model);
  return nullptr;
}

dfn_result OpenOnASmallStack(const char* source) {
  Opening opening{.source = source};
  pthread_attr_t attributes;
  EXPECT_EQ(pthread_attr_init(&attributes), 0);
  EXPECT_EQ(pthread_attr_setstacksize(&attributes, kStackBytes), 0);
  pthread_t thread;
  EXPECT_EQ(pthread_create(&thread, &attributes, Open, &opening), 0);
  EXPECT_EQ(pthread_join(thread, nullptr), 0);
  pthread_attr_destroy(&attributes);
  return opening.result;
}

TEST(SmallStackTest, OpensAFolder) {
  EXPECT_EQ(OpenOnASmallStack(DFN_SOURCE_DIR "/tests/data/tiny/dfn3"), DFN_OK);
}

TEST(SmallStackTest, OpensACheckpoint) {
  EXPECT_EQ(OpenOnASmallStack(DFN_SOURCE_DIR "/tests/data/checkpoints/dfn3_grouped"), DFN_OK);
}

TEST(SmallStackTest, OpensTheBuiltInModelOrSaysThatThereIsNone) {
  const dfn_result result = OpenOnASmallStack(nullptr);
  EXPECT_TRUE(result == DFN_OK || result == DFN_ERROR_NOT_FOUND) << result;
}

}  // namespace
