#include "os/process/child_process.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace dfn {
namespace {

using Message = std::vector<uint8_t>;

// Adds one to every number that comes.
void Increment(Bytes /*request*/, MessageChannel& channel) {
  for (;;) {
    const Result<Message> question = channel.Receive();
    if (!question.ok()) return;
    if (!channel.Send(Message{static_cast<uint8_t>(question->front() + 1)}).ok()) return;
  }
}

// Sends as many bytes as the request has, each by one larger than there.
void SendLarger(Bytes request, MessageChannel& channel) {
  Message message(request.begin(), request.end());
  for (uint8_t& byte : message) ++byte;
  (void)channel.Send(message).ok();
}

void Die(Bytes /*request*/, MessageChannel& /*channel*/) { std::_Exit(1); }

constexpr ChildWork kWorks[] = {{"increment", Increment}, {"larger", SendLarger}, {"die", Die}};
constexpr ChildWork kIncrement = kWorks[0];
constexpr ChildWork kLarger = kWorks[1];
constexpr ChildWork kDie = kWorks[2];

TEST(ChildProcessTest, AnswersFromAnotherProcess) {
  auto child = ChildProcess::Start(kIncrement, {});
  ASSERT_TRUE(child.ok());
  for (uint8_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(child->channel().Send(Message{i}).ok());
    const Result<Message> answer = child->channel().Receive();
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(*answer, Message{static_cast<uint8_t>(i + 1)});
  }
}

TEST(ChildProcessTest, MessagesMayBeLargerThanAnyBuffer) {
  auto child = ChildProcess::Start(kLarger, Message(10'000'000, 6));
  ASSERT_TRUE(child.ok());
  const Result<Message> answer = child->channel().Receive();
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(*answer, Message(10'000'000, 7));
}

TEST(ChildProcessTest, AChildThatDiesIsAnError) {
  auto child = ChildProcess::Start(kDie, {});
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
    auto child = ChildProcess::Start(kIncrement, {});
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

int main(int argc, char** argv) {
  if (const std::optional<int> status = dfn::RunAsChild(dfn::kWorks)) return *status;
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
