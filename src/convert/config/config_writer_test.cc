#include "convert/config/config_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "convert/config/config_ini.h"
#include "convert/testing/graphs.h"
#include "formats/ini/ini.h"

namespace dfn {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Config Reread(const Config& config) {
  const std::string text = WriteConfig(config);
  const auto ini = IniFile::Parse({reinterpret_cast<const uint8_t*>(text.data()), text.size()},
                                  "config.ini", {});
  EXPECT_TRUE(ini.ok());
  const auto read = ReadConfig(*ini, "config.ini", {});
  EXPECT_TRUE(read.ok()) << read.error().message;
  return *read;
}

TEST(ConfigWriterTest, EveryKindOfModelIsReadBackEqual) {
  for (const char* name :
       {"dfn2", "dfn2_time2", "dfn3", "dfn3_h0", "dfn3_skips", "dfn3_skips2", "dfn3_time2"}) {
    const Config config = test::ReadTinyConfig(std::string("tiny/") + name);
    EXPECT_EQ(Reread(config), config) << name;
  }
}

TEST(ConfigWriterTest, ValuesApartFromTheDefaultsAreKept) {
  Config config = test::ReadTinyConfig("tiny/dfn3");
  config.lsnr_min_db = -12.5f;
  config.lsnr_max_db = 40.0f;
  config.post_filter = true;
  config.post_filter_beta = 0.035f;
  config.enc_concat = true;
  config.erb_skip = Skip::kGroupedLinear;
  EXPECT_EQ(Reread(config), config);
  config.sample_rate_hz = 16000;
  EXPECT_EQ(Reread(config), config);
}

TEST(ConfigWriterTest, MaskOnlyIsWrittenWhereItIsSet) {
  for (const char* name : {"dfn2", "dfn3"}) {
    Config config = test::ReadTinyConfig(std::string("tiny/") + name);
    EXPECT_THAT(WriteConfig(config), Not(HasSubstr("mask_only")));
    config.mask_only = true;
    EXPECT_THAT(WriteConfig(config), HasSubstr("mask_only = True\n"));
    EXPECT_EQ(Reread(config), config);
  }
}

TEST(ConfigWriterTest, AnySmoothingFactorIsKept) {
  Config config = test::ReadTinyConfig("tiny/dfn3");
  for (float alpha : {0.99f, 0.995f, 0.9f, 0.5f, 0.9995f, 0.98765432f, 0.9999999f}) {
    config.norm_alpha = alpha;
    EXPECT_EQ(Reread(config).norm_alpha, alpha);
  }
}

TEST(ConfigWriterTest, TheOfficialTimeConstantIsWrittenAsSuch) {
  Config config = test::ReadTinyConfig("tiny/dfn3");
  EXPECT_THAT(WriteConfig(config), HasSubstr("norm_tau = 1\n"));
  EXPECT_THAT(WriteConfig(config), Not(HasSubstr("norm_alpha")));
}

}  // namespace
}  // namespace dfn
