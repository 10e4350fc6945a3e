#include "cli/enhance/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/testing/file_content.h"
#include "base/testing/scratch_folder.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const RunIdentity kIdentity = {.model_sha256 = "ab12", .settings = R"({"level":"auto","pf":1.0})"};

// Each test runs in its own folder, with three inputs in `in`.
class ManifestTest : public testing::Test {
 protected:
  void SetUp() override {
    before_ = fs::current_path();
    fs::current_path(folder_.path());
    fs::create_directories("in/sub");
    for (const char* name : {"in/a.wav", "in/b.wav", "in/sub/c.wav"}) Write(name, "input");
    options_.inputs = {"in"};
    options_.output = "out";
    options_.resume = true;
  }
  void TearDown() override { fs::current_path(before_); }

  static void Write(const fs::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
  }
  static std::vector<std::string> Lines(const fs::path& path) {
    std::ifstream file(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }
  OutputPlan Plan() const { return *PlanOutputs(options_.inputs, options_.output); }

  // As a run would: makes the outputs of the plan and their rows.
  static void Make(const OutputPlan& plan, Manifest& manifest,
                   const RunIdentity& identity = kIdentity) {
    RunReport report;
    report.identity = identity;
    for (const PlannedFile& planned : plan.files) {
      FileReport file;
      file.path = planned.path;
      file.input = planned.input;
      file.source = StateOfFile(planned.input);
      fs::create_directories(planned.folder);
      Write(planned.output, "output");
      file.output_state = StateOfFile(planned.output);
      ASSERT_TRUE(manifest.Add(ManifestRow(report, file)).ok());
    }
  }

  // Makes everything once.
  void MakeAll() {
    OutputPlan plan = Plan();
    auto manifest = Manifest::Open(options_, plan);
    ASSERT_TRUE(manifest.ok()) << manifest.error().message;
    ASSERT_TRUE((*manifest)->Settle(kIdentity, plan).ok());
    Make(plan, **manifest);
  }

  // The paths that a further run would make, after what it says.
  std::vector<std::string> Rest(const RunIdentity& identity = kIdentity) {
    OutputPlan plan = Plan();
    const size_t files = plan.files.size();
    auto manifest = Manifest::Open(options_, plan);
    if (!manifest.ok()) return {"error: " + manifest.error().message};
    const auto counts = (*manifest)->Settle(identity, plan);
    if (!counts.ok()) return {"error: " + counts.error().message};
    std::vector<std::string> rest = {ResumeText(*counts, files)};
    for (const PlannedFile& file : plan.files) rest.push_back(file.path);
    return rest;
  }
  // Names as they are on other systems than Windows.
  std::string Refusal() {
    std::string said = Rest().front();
#if defined(_WIN32)
    std::replace(said.begin(), said.end(), '\\', '/');
#endif
    return said;
  }

  fs::path before_;
  const ScratchFolder folder_;
  EnhanceOptions options_;
};

using Paths = std::vector<std::string>;

TEST_F(ManifestTest, WhatIsDoneIsLeft) {
  EXPECT_EQ(Rest(), (Paths{"", "a.wav", "b.wav", "sub/c.wav"}));
  MakeAll();
  EXPECT_EQ(Rest(), (Paths{"3 of 3 files are done already"}));
  EXPECT_EQ(Lines("out/manifest.jsonl").size(), 3u);
}

TEST_F(ManifestTest, WhatChangedIsMadeAgainAndItsRowGoes) {
  MakeAll();
  Write("in/a.wav", "another input");
  EXPECT_EQ(Rest(),
            (Paths{"2 of 3 files are done already; made again: 1 whose input changed", "a.wav"}));
  Write("out/b.wav", "");
  EXPECT_EQ(Rest(), (Paths{"1 of 3 files are done already; made again: 1 whose output is gone or "
                           "changed",
                           "a.wav", "b.wav"}));
  ASSERT_EQ(Lines("out/manifest.jsonl").size(), 1u);
  RunIdentity other = kIdentity;
  other.model_sha256 = "cd34";
  EXPECT_EQ(Rest(other).front(),
            "0 of 3 files are done already; made again: 1 made with other options or another "
            "model");
  EXPECT_EQ(Rest().size(), 4u);
}

TEST_F(ManifestTest, OtherOptionsMakeAllAgain) {
  MakeAll();
  const RunIdentity other = {.model_sha256 = kIdentity.model_sha256,
                             .settings = R"({"level":"keep","pf":1.0})"};
  EXPECT_EQ(Rest(other).size(), 4u);
}

TEST_F(ManifestTest, FailuresAreMadeAgain) {
  OutputPlan plan = Plan();
  {
    auto manifest = Manifest::Open(options_, plan);
    ASSERT_TRUE(manifest.ok());
    RunReport report;
    report.identity = kIdentity;
    FileReport file;
    file.path = "b.wav";
    file.error = "in/b.wav: is no sound file";
    ASSERT_TRUE((*manifest)->Add(ManifestRow(report, file)).ok());
    const auto row = nlohmann::json::parse(Lines("out/manifest.jsonl").front());
    EXPECT_EQ(row["status"], "failed");
    EXPECT_EQ(row["error"], file.error);
    EXPECT_TRUE(row["target_bytes"].is_null());
  }
  EXPECT_EQ(Rest().front(), "0 of 3 files are done already; made again: 1 that failed");
}

TEST_F(ManifestTest, ATornRowGoes) {
  MakeAll();
  const std::vector<std::string> lines = Lines("out/manifest.jsonl");
  for (const size_t cut : {size_t{1}, size_t{5}, lines[2].size() / 2, lines[2].size()}) {
    Write("out/manifest.jsonl", lines[0] + "\n" + lines[1] + "\n" + lines[2].substr(0, cut));
    EXPECT_EQ(Rest().size(), 2u) << cut;
    EXPECT_EQ(Lines("out/manifest.jsonl"), (Paths{lines[0], lines[1]}));
  }
}

TEST_F(ManifestTest, RowsOfOtherFilesStay) {
  MakeAll();
  fs::remove("in/a.wav");
  Write("in/d.wav", "input");
  EXPECT_EQ(Rest(), (Paths{"2 of 3 files are done already", "d.wav"}));
  EXPECT_EQ(Lines("out/manifest.jsonl").size(), 3u);
}

TEST_F(ManifestTest, WhatIsNoManifestIsNotTouched) {
  const std::string deep = R"({"path":"a.wav","status":"done","model":)" +
                           std::string(200000, '[') + std::string(200000, ']') + "}\n";
  for (const std::string& text :
       {std::string("Dear diary\n"), std::string("Dear diary"), std::string("{}\n"),
        std::string("[1]\n"), std::string("{\"path\":1}\n"), std::string("\n"), deep}) {
    fs::create_directories("out");
    Write("out/manifest.jsonl", text);
    EXPECT_THAT(Refusal(), HasSubstr("line 1 is no row of a manifest")) << text.substr(0, 80);
    EXPECT_EQ(FileContent("out/manifest.jsonl"), text);
  }
}

TEST_F(ManifestTest, FilesOfOthersAreNotReplaced) {
  fs::create_directories("out");
  Write("out/b.wav", "precious");
  EXPECT_THAT(Refusal(), HasSubstr("out/b.wav: exists already, and there is no manifest"));
  Write("out/a.wav", "precious");
  EXPECT_THAT(Refusal(), HasSubstr("out/a.wav and 1 more output exist already"));
  EXPECT_FALSE(fs::exists("out/manifest.jsonl"));
  options_.force = true;
  EXPECT_EQ(Rest().size(), 4u);
}

TEST_F(ManifestTest, AnotherRunNeedsResumeOrForce) {
  MakeAll();
  options_.resume = false;
  EXPECT_THAT(Refusal(), HasSubstr("--resume goes on with that run"));
  EXPECT_EQ(Lines("out/manifest.jsonl").size(), 3u);
  options_.force = true;
  EXPECT_EQ(Rest().size(), 4u);
  EXPECT_TRUE(Lines("out/manifest.jsonl").empty());
}

TEST_F(ManifestTest, TwoRunsDoNotShareAManifest) {
  const OutputPlan plan = Plan();
  const auto manifest = Manifest::Open(options_, plan);
  ASSERT_TRUE(manifest.ok());
  EXPECT_THAT(Refusal(), HasSubstr("is in use by another run"));
}

TEST_F(ManifestTest, HalfWrittenOutputsOfKilledRunsGo) {
  OutputPlan plan = Plan();
  std::string label;
  {
    const auto manifest = Manifest::Open(options_, plan);
    ASSERT_TRUE(manifest.ok());
    label = (*manifest)->label();
  }
  fs::create_directories("out/sub");
  const std::string other = "out/.deepfilter-run-other-1-0.part";
  Write(other, "half");
  Write("out/.deepfilter-" + label + "-1-0.part", "half");
  Write("out/sub/.deepfilter-" + label + "-1-1.part", "half");
  EXPECT_EQ(Rest().size(), 4u);
  EXPECT_TRUE(fs::exists(other));
  EXPECT_FALSE(fs::exists("out/.deepfilter-" + label + "-1-0.part"));
  EXPECT_TRUE(fs::is_empty("out/sub"));
}

TEST_F(ManifestTest, OutputFolderAndInputFolderDiffer) {
  options_.output = "./in/";
  EXPECT_THAT(Refusal(), HasSubstr("is input and output folder"));
  options_.inputs = {"in/a.wav"};
  options_.output = "out.wav";
  EXPECT_THAT(Refusal(), HasSubstr("need a folder as output"));
}

TEST_F(ManifestTest, NoSoundBecomesAManifest) {
  options_.force = true;
  for (const char* sound : {"in/b.wav", "./out/a.wav"}) {
    options_.manifest = sound;
    EXPECT_THAT(Refusal(), HasSubstr("is a sound of this run")) << sound;
  }
  EXPECT_TRUE(fs::exists("in/b.wav"));
}

TEST_F(ManifestTest, ShardsPartTheFiles) {
  for (int i = 0; i < 40; ++i) Write("in/" + std::to_string(i) + ".wav", "");
  std::ofstream("in/x.m4a") << "left out";
  const OutputPlan whole = Plan();
  std::vector<std::string> found;
  size_t left_out = 0;
  for (uint64_t index = 1; index <= 5; ++index) {
    OutputPlan plan = whole;
    KeepShard({.index = index, .count = 5}, plan);
    for (const PlannedFile& file : plan.files) {
      found.push_back(file.path);
      // It stays where it is when other files come and go.
      EXPECT_EQ(ShardOf(file.path, 5), index);
    }
    left_out += plan.left_out.size();
  }
  std::vector<std::string> all;
  for (const PlannedFile& file : whole.files) all.push_back(file.path);
  EXPECT_THAT(found, testing::UnorderedElementsAreArray(all));
  EXPECT_EQ(left_out, 1u);
}

TEST_F(ManifestTest, NamesThatAreNotUtf8AreTold) {
  EXPECT_EQ(ManifestPath("\xC3\xA4.wav"), "\xC3\xA4.wav");
  EXPECT_EQ(ManifestPath("\xE4.wav"), "\\xe4.wav");
}

}  // namespace
}  // namespace dfn
