#include "os/process/piped_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/path_text.h"
#include "base/testing/environment.h"
#include "base/testing/scratch_folder.h"
#include "os/descriptor.h"
#include "os/process/find_program.h"
#include "os/process/pipe.h"

namespace dfn {
namespace {

bool Always() { return true; }

std::string ReadAll(int descriptor) {
  std::string text;
  std::array<uint8_t, 4096> block;
  for (;;) {
    const Transfer read = ReadSome(descriptor, block);
    if (read.count == 0) return text;
    text.append(block.begin(), block.begin() + static_cast<std::ptrdiff_t>(read.count));
  }
}

TEST(PipedProgramTest, OutputComesThroughThePipe) {
  auto program = PipedProgram::Start("sh", {"-c", "head -c 300000 /dev/zero; echo bad >&2; exit 4"},
                                     PipedStream::kOutput);
  ASSERT_TRUE(program.ok()) << program.error().message;
  EXPECT_EQ(ReadAll((*program)->descriptor()), std::string(300'000, '\0'));
  const ProgramEnd end = (*program)->Finish(Always);
  EXPECT_EQ(end.status, 4);
  EXPECT_EQ(end.complaint, "bad\n");
}

TEST(PipedProgramTest, InputEndsWithFinish) {
  auto program = PipedProgram::Start("sh", {"-c", "cat >&2"}, PipedStream::kInput);
  ASSERT_TRUE(program.ok());
  const std::string text = "one\ntwo\n";
  ASSERT_EQ(WriteSome((*program)->descriptor(),
                      {reinterpret_cast<const uint8_t*>(text.data()), text.size()})
                .count,
            text.size());
  const ProgramEnd end = (*program)->Finish(Always);
  EXPECT_EQ(end.status, 0);
  EXPECT_EQ(end.complaint, text);
}

TEST(PipedProgramTest, APipeThatNobodyReadsFails) {
  auto program = PipedProgram::Start("sh", {"-c", "exec <&-; echo gone >&2"}, PipedStream::kInput);
  ASSERT_TRUE(program.ok());
  const BrokenPipesFail held;
  const std::vector<uint8_t> block(65536);
  Transfer written;
  for (int i = 0; i < 100 && written.error == 0; ++i) {
    written = WriteSome((*program)->descriptor(), block);
  }
  EXPECT_EQ(written.error, EPIPE);
  EXPECT_EQ((*program)->Finish(Always).complaint, "gone\n");
}

TEST(PipedProgramTest, OneThatIsNotWantedAnyMoreEnds) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  for (const bool finish : {false, true}) {
    // With another program of its own, which holds the standard error, too.
    auto program = PipedProgram::Start("sh", {"-c", "sleep 60; :"}, PipedStream::kOutput);
    ASSERT_TRUE(program.ok());
    if (!finish) continue;
    EXPECT_EQ((*program)->Finish([] { return false; }).status, -1);
  }
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(30));
}

TEST(PipedProgramTest, ProgramsDoNotHoldEachOthersPipes) {
  auto first = PipedProgram::Start("cat", {}, PipedStream::kInput);
  auto second = PipedProgram::Start("cat", {}, PipedStream::kInput);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ((*first)->Finish(Always).status, 0);
  EXPECT_EQ((*second)->Finish(Always).status, 0);
}

TEST(FindProgramTest, LooksIntoThePath) {
  const auto found = FindProgram("sh");
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->is_absolute());
  EXPECT_THAT(PathText(*found), ::testing::EndsWith("/sh"));
  EXPECT_FALSE(FindProgram("deepfilter-no-such-program"));
}

TEST(FindProgramTest, PassesOverWhatMayNotRun) {
  const ScratchFolder folder;
  const char* name = "deepfilter-test-program";
  const std::filesystem::path plain = folder / "plain";
  const std::filesystem::path good = folder / "good";
  for (const auto& place : {plain, good}) {
    std::filesystem::create_directory(place);
    std::ofstream(place / name) << "#!/bin/sh\n";
  }
  const ScopedVariable path("PATH", PathText(plain) + ":" + PathText(good));
  EXPECT_FALSE(FindProgram(name));
  std::filesystem::permissions(good / name, std::filesystem::perms::owner_exec,
                               std::filesystem::perm_options::add);
  EXPECT_EQ(FindProgram(name), good / name);
}

}  // namespace
}  // namespace dfn
