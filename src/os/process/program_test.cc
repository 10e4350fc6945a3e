#include "os/process/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

namespace dfn {
namespace {

// Runs a program with all its output taken.
Result<ProgramEnd> RunAll(const std::string& program, const std::vector<std::string>& arguments,
                          std::string* output) {
  const auto take = [output](Bytes more) {
    output->append(reinterpret_cast<const char*>(more.data()), more.size());
    return true;
  };
  return RunProgram(program, arguments, take, [] { return true; });
}

TEST(ProgramTest, OutputComplaintAndStatusComeBack) {
  std::string output;
  const Result<ProgramEnd> end = RunAll(
      "sh", {"-c", "echo good; echo \"bad $1\" >&2; exit 3", "sh", "a  'b\"; exit 4"}, &output);
  ASSERT_TRUE(end.ok()) << end.error().message;
  EXPECT_EQ(output, "good\n");
  EXPECT_EQ(end->complaint, "bad a  'b\"; exit 4\n");
  EXPECT_EQ(end->status, 3);
}

TEST(ProgramTest, OutputMayBeLargerThanAnyBuffer) {
  std::string output;
  const Result<ProgramEnd> end = RunAll("sh", {"-c", "head -c 3000000 /dev/zero"}, &output);
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(output, std::string(3'000'000, '\0'));
}

TEST(ProgramTest, OfALongComplaintTheEndIsKept) {
  std::string output;
  const Result<ProgramEnd> end =
      RunAll("sh", {"-c", "head -c 100000 /dev/zero >&2; echo end >&2"}, &output);
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end->complaint.size(), kMostComplaintBytes);
  EXPECT_THAT(end->complaint, ::testing::EndsWith("end\n"));
}

TEST(ProgramTest, StandardInputIsEmpty) {
  std::string output;
  const Result<ProgramEnd> end = RunAll("cat", {}, &output);
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(output, "");
  EXPECT_EQ(end->status, 0);
}

TEST(ProgramTest, AProgramThatIsNotThere) {
  if (std::getenv("DEEPFILTER_TEST_EMULATOR") != nullptr)
    GTEST_SKIP() << "NOT TESTED: an emulator's child fails where a child's memory should tell";
  std::string output;
  const Result<ProgramEnd> end = RunAll("deepfilter-no-such-program", {}, &output);
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(end.error().message, ::testing::HasSubstr("deepfilter-no-such-program"));
}

TEST(ProgramTest, ASignalHasNoStatus) {
  std::string output;
  const Result<ProgramEnd> end = RunAll("sh", {"-c", "kill -9 $$"}, &output);
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end->status, -1);
}

TEST(ProgramTest, EitherCallEndsIt) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  int calls = 0;
  ASSERT_TRUE(RunProgram(
                  "sleep", {"60"}, [](Bytes) { return true; }, [&] { return ++calls < 3; })
                  .ok());
  EXPECT_EQ(calls, 3);
  ASSERT_TRUE(
      RunProgram(
          "sh", {"-c", "echo; exec sleep 60"}, [](Bytes) { return false; }, [] { return true; })
          .ok());
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(30));
}

}  // namespace
}  // namespace dfn
