#include "cli/enhance/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dfn {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ProgressLineTest, ShowsLengthBarSpeedAndTimeLeft) {
  EXPECT_EQ(ProgressLine("interview.flac", {380.5, 761.0, 5.0}, 100),
            "interview.flac  12:41  [###############---------------]   50 %  76x real time  0:05 "
            "left");
  EXPECT_EQ(ProgressLine("interview.flac", {761.0, 761.0, 9.4}, 100),
            "interview.flac  12:41  [##############################]  100 %  81x real time");
}

TEST(ProgressLineTest, WithoutALengthThereIsNoBar) {
  EXPECT_EQ(ProgressLine("-", {65.0, std::nullopt, 1.0}, 80), "-  1:05  65x real time");
}

TEST(ProgressLineTest, FitsTheTerminal) {
  const std::string name(200, 'x');
  for (const size_t columns : {64, 80, 200}) {
    const std::string line = ProgressLine(name + "end.wav", {10.0, 3600.0, 3.0}, columns);
    EXPECT_LT(line.size(), columns);
    EXPECT_THAT(line, HasSubstr("end.wav"));
    EXPECT_THAT(line, HasSubstr("left"));
  }
}

TEST(ProgressLineTest, OddNumbersDoNoHarm) {
  EXPECT_THAT(ProgressLine("a", {0.0, 0.0, 0.0}, 80), HasSubstr("100 %"));
  EXPECT_THAT(ProgressLine("a", {20.0, 10.0, 1.0}, 80), HasSubstr("100 %"));
  EXPECT_THAT(ProgressLine("a", {0.0, 10.0, 0.0}, 0), Not(HasSubstr("left")));
}

TEST(ProgressJsonTest, IsOneLineForPrograms) {
  EXPECT_EQ(ProgressJson("a\n\xff.wav", {1.5, 3.0, 9.0}),
            "{\"progress\":{\"input\":\"a\\n\xEF\xBF\xBD.wav\",\"done_seconds\":1.5,"
            "\"total_seconds\":3.0}}");
  EXPECT_THAT(ProgressJson("-", {1.5, std::nullopt, 9.0}), HasSubstr("\"total_seconds\":null"));
}

TEST(ProgressLineTest, TransfersCountBytes) {
  EXPECT_EQ(TransferLine("dfn3", 4'000'000, 8'000'000, 2.0),
            "dfn3  8.0 MB  [###############---------------]   50 %  2.0 MB/s  0:02 left");
  EXPECT_THAT(TransferLine("dfn3", 0, 0, 0.0), HasSubstr("100 %"));
}

TEST(FormatTimeTest, GrowsWithTheTime) {
  EXPECT_EQ(FormatTime(0.0), "0:00");
  EXPECT_EQ(FormatTime(7.9), "0:07");
  EXPECT_EQ(FormatTime(761.0), "12:41");
  EXPECT_EQ(FormatTime(3723.0), "1:02:03");
}

}  // namespace
}  // namespace dfn
