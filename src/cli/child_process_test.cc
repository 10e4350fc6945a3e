#include "cli/child_process.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace dfn {
namespace {

using Json = nlohmann::ordered_json;

// Adds one to every number that comes.
void Increment(MessageChannel& channel) {
  for (;;) {
    const Result<Json> question = channel.Receive();
    if (!question.ok()) return;
    if (!channel.Send({{"number", question->at("number").get<int>() + 1}}).ok()) return;
  }
}

TEST(ChildProcessTest, AnswersFromAnotherProcess) {
  auto child = ChildProcess::Start(Increment);
  ASSERT_TRUE(child.ok());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(child->channel().Send({{"number", i}}).ok());
    const Result<Json> answer = child->channel().Receive();
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->at("number"), i + 1);
  }
}

TEST(ChildProcessTest, MessagesMayBeLargerThanAnyBuffer) {
  auto child = ChildProcess::Start([](MessageChannel& channel) {
    (void)channel.Send({{"bytes", Json::binary(std::vector<uint8_t>(10'000'000, 7))}}).ok();
  });
  ASSERT_TRUE(child.ok());
  const Result<Json> answer = child->channel().Receive();
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->at("bytes").get_binary(), Json::binary_t(std::vector<uint8_t>(10'000'000, 7)));
}

TEST(ChildProcessTest, AChildThatDiesIsAnError) {
  auto child = ChildProcess::Start([](MessageChannel&) { _exit(1); });
  ASSERT_TRUE(child.ok());
  const Result<Json> answer = child->channel().Receive();
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::kIo);
  // A message to nobody may still be taken by the system; it must not end this process.
  for (int i = 0; i < 3; ++i) (void)child->channel().Send({{"number", i}}).ok();
}

// Later children hold copies of the earlier ones' connections.
TEST(ChildProcessTest, SeveralEndInAnyOrder) {
  std::vector<std::unique_ptr<ChildProcess>> children;
  for (int i = 0; i < 3; ++i) {
    auto child = ChildProcess::Start(Increment);
    ASSERT_TRUE(child.ok());
    children.push_back(std::make_unique<ChildProcess>(std::move(child).value()));
  }
  children.erase(children.begin());
  ASSERT_TRUE(children.front()->channel().Send({{"number", 41}}).ok());
  const Result<Json> answer = children.front()->channel().Receive();
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->at("number"), 42);
}

}  // namespace
}  // namespace dfn
