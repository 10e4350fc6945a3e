#include "os/process/child_process.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <utility>
#include <vector>

namespace dfn {
namespace {

using Message = std::vector<uint8_t>;

// Adds one to every number that comes.
void Increment(MessageChannel& channel) {
  for (;;) {
    const Result<Message> question = channel.Receive();
    if (!question.ok()) return;
    if (!channel.Send(Message{static_cast<uint8_t>(question->front() + 1)}).ok()) return;
  }
}

TEST(ChildProcessTest, AnswersFromAnotherProcess) {
  auto child = ChildProcess::Start(Increment);
  ASSERT_TRUE(child.ok());
  for (uint8_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(child->channel().Send(Message{i}).ok());
    const Result<Message> answer = child->channel().Receive();
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(*answer, Message{static_cast<uint8_t>(i + 1)});
  }
}

TEST(ChildProcessTest, MessagesMayBeLargerThanAnyBuffer) {
  auto child = ChildProcess::Start(
      [](MessageChannel& channel) { (void)channel.Send(Message(10'000'000, 7)).ok(); });
  ASSERT_TRUE(child.ok());
  const Result<Message> answer = child->channel().Receive();
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(*answer, Message(10'000'000, 7));
}

TEST(ChildProcessTest, AChildThatDiesIsAnError) {
  auto child = ChildProcess::Start([](MessageChannel&) { _exit(1); });
  ASSERT_TRUE(child.ok());
  const Result<Message> answer = child->channel().Receive();
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::kIo);
  // The system may still accept a message for a child that is gone; it must not end this process.
  for (uint8_t i = 0; i < 3; ++i) (void)child->channel().Send(Message{i}).ok();
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
  ASSERT_TRUE(children.front()->channel().Send(Message{41}).ok());
  const Result<Message> answer = children.front()->channel().Receive();
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(*answer, Message{42});
}

}  // namespace
}  // namespace dfn
