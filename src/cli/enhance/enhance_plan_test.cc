#include "cli/enhance/enhance_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#if !defined(_WIN32)
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#endif

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/testing/scratch_folder.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// Each test runs in its own folder, so that plans contain short relative paths.
class EnhancePlanTest : public testing::Test {
 protected:
  void SetUp() override {
    before_ = fs::current_path();
    fs::current_path(folder_.path());
  }
  void TearDown() override { fs::current_path(before_); }
  static void Touch(const fs::path& path) {
    if (path.has_parent_path()) fs::create_directories(path.parent_path());
    std::ofstream(path) << "x";
  }

  fs::path before_;
  const ScratchFolder folder_;
};

// Names as they are on other systems than Windows.
std::string WithSlashes(std::string text) {
#if defined(_WIN32)
  std::replace(text.begin(), text.end(), '\\', '/');
#endif
  return text;
}

// Returns "input > output" for each file.
std::vector<std::string> Plan(const std::vector<std::string>& inputs, const std::string& output) {
  const auto plan = PlanOutputs(inputs, output);
  if (!plan.ok()) return {WithSlashes("error: " + plan.error().message)};
  std::vector<std::string> lines;
  for (const PlannedFile& file : plan->files) {
    lines.push_back(WithSlashes(file.input + " > " + file.output));
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST_F(EnhancePlanTest, OneSound) {
  fs::create_directories("dir");
  EXPECT_EQ(Plan({"a.wav"}, "b.flac"), Lines{"a.wav > b.flac"});
  EXPECT_EQ(Plan({"in/a.wav"}, "dir"), Lines{"in/a.wav > dir/a.wav"});
  EXPECT_EQ(Plan({"in/a.wav"}, "new/"), Lines{"in/a.wav > new/a.wav"});
  EXPECT_EQ(Plan({"-"}, "-"), Lines{"- > -"});
}

TEST_F(EnhancePlanTest, SeveralSoundsKeepTheirNames) {
  EXPECT_EQ(Plan({"a.wav", "x/b.mp3"}, "out"), (Lines{"a.wav > out/a.wav", "x/b.mp3 > out/b.mp3"}));
}

TEST_F(EnhancePlanTest, AFolderKeepsItsTree) {
  Touch("in/b.wav");
  Touch("in/sub/deep/c.FLAC");
  Touch("in/notes.txt");
  Touch("in/.hidden.wav");
  Touch("in/.git/d.wav");
  const Lines expected = {"in/b.wav > out/b.wav", "in/sub/deep/c.FLAC > out/sub/deep/c.FLAC"};
  EXPECT_EQ(Plan({"in"}, "out"), expected);
  EXPECT_EQ(Plan({"in/"}, "out/"), expected);
  fs::current_path("in");
  EXPECT_EQ(Plan({"."}, "../out"),
            (Lines{"./b.wav > ../out/b.wav", "./sub/deep/c.FLAC > ../out/sub/deep/c.FLAC"}));
}

// What is sound or video by its name or its bytes is told; other files are not.
TEST_F(EnhancePlanTest, WhatIsLeftOutOfAFolderIsTold) {
  Touch("in/a.wav");
  for (const char* name : {"in/z.m4a", "in/sub/B.MKV", "in/c.txt", "in/.d.m4a", "in/.git/e.m4a",
                           "in/f.jpg", "in/g", "in/h.wav.pdf", "out/i.m4a"}) {
    Touch(name);
  }
  std::ofstream("in/take") << "fLaC";
  std::ofstream("in/talk.bak") << "RIFF....WAVE";
  std::ofstream("in/video.old") << "\x1a\x45\xdf\xa3";
  fs::create_directories("in/folder.m4a");
  const auto plan = PlanOutputs({"in"}, "out");
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->files.size(), 1u);
  std::vector<std::string> reasons;
  for (const LeftOutFile& file : plan->left_out) {
    EXPECT_EQ(file.reason.rfind(file.input + ": is left out: it is ", 0), 0u) << file.reason;
    // What follows is how FFmpeg comes onto this machine.
    reasons.push_back(WithSlashes(file.needs_ffmpeg ? file.reason.substr(0, file.reason.find(';'))
                                                    : file.reason));
  }
  const std::string unnamed = ", but its name does not say so; rename it, or name the file itself";
  EXPECT_EQ(reasons,
            (Lines{"in/sub/B.MKV: is left out: it is Matroska, which is read by FFmpeg",
                   "in/take: is left out: it is FLAC" + unnamed,
                   "in/talk.bak: is left out: it is WAV" + unnamed,
                   "in/video.old: is left out: it is Matroska or WebM, which is read by FFmpeg",
                   "in/z.m4a: is left out: it is MP4, which is read by FFmpeg"}));
  // A folder with nothing else is no folder without sounds.
  Touch("only/a.m4a");
  const auto only = PlanOutputs({"only"}, "out");
  ASSERT_TRUE(only.ok());
  EXPECT_TRUE(only->files.empty());
  EXPECT_EQ(only->left_out.size(), 1u);
  // A file that is named itself is an input, whatever its name.
  EXPECT_EQ(Plan({"only/a.m4a", "in/take"}, "out"),
            (Lines{"only/a.m4a > out/a.m4a", "in/take > out/take"}));
}

// Where FFmpeg is there, media are inputs, if their names say what they are.
TEST_F(EnhancePlanTest, MediaAreInputsWithFfmpeg) {
  for (const char* name : {"in/a.wav", "in/b.mp4", "in/sub/C.MKV", "in/d.ape", "in/e.txt"}) {
    Touch(name);
  }
  std::ofstream("in/video.old") << "\x1a\x45\xdf\xa3";
  const auto plan = PlanOutputs({"in"}, "out", true);
  ASSERT_TRUE(plan.ok());
  Lines lines;
  for (const PlannedFile& file : plan->files) {
    lines.push_back(WithSlashes(file.input + " > " + file.output));
  }
  // Monkey's Audio is read and never written.
  EXPECT_EQ(lines, (Lines{"in/a.wav > out/a.wav", "in/b.mp4 > out/b.mp4", "in/d.ape > out/d.flac",
                          "in/sub/C.MKV > out/sub/C.MKV"}));
  ASSERT_EQ(plan->left_out.size(), 1u);
  EXPECT_EQ(WithSlashes(plan->left_out.front().reason),
            "in/video.old: is left out: it is Matroska or WebM, but its name does not say so; "
            "rename it, or name the file itself");
  EXPECT_FALSE(plan->left_out.front().needs_ffmpeg);
  const auto clash = PlanOutputs({"in/b.mp4", "in/sub"}, "one.mp4", true);
  ASSERT_FALSE(clash.ok());
}

#if !defined(_WIN32)  // files of these kinds
// Opening a pipe would wait for another program.
TEST_F(EnhancePlanTest, PipesAndSocketsInAFolderAreLeftOut) {
  Touch("in/a.wav");
  ASSERT_EQ(mkfifo("in/pipe.wav", 0600), 0);
  ASSERT_EQ(mkfifo("in/pipe", 0600), 0);
  ASSERT_EQ(mkfifo("in/pipe.m4a", 0600), 0);
  const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "in/socket.flac"};
  ASSERT_EQ(bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  close(listener);
  fs::create_symlink("/dev/zero", "in/zero.raw.wav");
  fs::create_symlink("a.wav", "in/link.wav");
  fs::create_symlink("nothing.wav", "in/lost.wav");
  const auto plan = PlanOutputs({"in"}, "out");
  ASSERT_TRUE(plan.ok());
  Lines inputs, reasons;
  for (const PlannedFile& file : plan->files) inputs.push_back(file.input);
  for (const LeftOutFile& file : plan->left_out) reasons.push_back(file.reason);
  EXPECT_EQ(inputs, (Lines{"in/a.wav", "in/link.wav", "in/lost.wav"}));
  const std::string rest = ", not a file; name it itself to read it";
  EXPECT_EQ(reasons, (Lines{"in/pipe.wav: is left out: it is a pipe" + rest,
                            "in/socket.flac: is left out: it is a socket" + rest,
                            "in/zero.raw.wav: is left out: it is a device" + rest}));
  EXPECT_EQ(Plan({"in/pipe.wav"}, "out/"), Lines{"in/pipe.wav > out/pipe.wav"});
}
#endif

TEST_F(EnhancePlanTest, OutputsOfTheLastRunAreNoInputs) {
  Touch("a.wav");
  Touch("out/a.wav");
  EXPECT_EQ(Plan({"."}, "out"), Lines{"./a.wav > out/a.wav"});
}

TEST_F(EnhancePlanTest, RefusalsAreSentences) {
  Touch("file");
  Touch("empty/readme.txt");
  const auto refusal = [](const std::vector<std::string>& inputs, const std::string& output) {
    return Plan(inputs, output).front();
  };
  EXPECT_THAT(refusal({"a.wav", "x/a.wav"}, "out"), HasSubstr("would both become out/a.wav"));
  EXPECT_THAT(refusal({"a.wav", "b.wav"}, "file"), HasSubstr("need a folder"));
  EXPECT_THAT(refusal({"a.wav", "b.wav"}, "-"), HasSubstr("need a folder"));
  EXPECT_THAT(refusal({"-"}, "out/"), HasSubstr("standard input"));
  EXPECT_THAT(refusal({"empty"}, "out"), HasSubstr("no sound files"));
}

}  // namespace
}  // namespace dfn
