#include "cli/enhance/enhance_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/arguments.h"

namespace dfn {
namespace {

using testing::HasSubstr;

// Parses and checks the options; returns the error's sentence, or "" if they are valid.
std::string Refusal(const std::string& arguments, EnhanceOptions* options_out = nullptr) {
  Arguments program("0");
  EnhanceOptions options;
  DefineEnhance(program, options);
  const ParsedArguments parsed = program.Parse(arguments);
  if (parsed.kind == ParsedArguments::Kind::kUsageError) return "parser: " + parsed.text;
  const Status status = CheckEnhanceOptions(options);
  if (options_out != nullptr) *options_out = options;
  if (status.ok()) return "";
  EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
  return status.error().message;
}

JobSettings Settings(const std::string& arguments, const Config& model = {}) {
  EnhanceOptions options;
  EXPECT_EQ(Refusal("in.wav -o out.wav " + arguments, &options), "");
  return SettingsOf(options, model);
}

TEST(EnhanceOptionsTest, DefaultsFollowTheProfile) {
  const JobSettings reference = Settings("");
  EXPECT_EQ(reference.denoiser.profile, Profile::kReference);
  EXPECT_EQ(reference.denoiser.reduce_mask, ReduceMask::kNone);
  EXPECT_EQ(reference.denoiser.controls.atten_lim_db, 100.0f);
  EXPECT_FALSE(reference.denoiser.controls.post_filter);
  EXPECT_TRUE(reference.compensate_delay);
  EXPECT_EQ(reference.denoiser.threads, 1u);
  EXPECT_FALSE(reference.denoiser.silence_skip);
  EXPECT_FALSE(reference.check_silence);
  const JobSettings libdf = Settings("--profile libdf");
  EXPECT_EQ(libdf.denoiser.profile, Profile::kLibdf);
  EXPECT_EQ(libdf.denoiser.reduce_mask, ReduceMask::kMax);
  EXPECT_EQ(libdf.denoiser.controls.min_db_thresh, -15.0f);
  EXPECT_EQ(libdf.denoiser.controls.max_db_erb_thresh, 35.0f);
  EXPECT_EQ(libdf.denoiser.controls.max_db_df_thresh, 35.0f);
}

TEST(EnhanceOptionsTest, ThePostFilterFollowsTheModelInReferenceOnly) {
  Config model;
  model.post_filter = true;
  model.post_filter_beta = 0.05f;
  EXPECT_TRUE(Settings("", model).denoiser.controls.post_filter);
  EXPECT_EQ(Settings("", model).denoiser.controls.post_filter_beta, 0.05f);
  EXPECT_FALSE(Settings("--no-pf", model).denoiser.controls.post_filter);
  EXPECT_FALSE(Settings("--profile libdf", model).denoiser.controls.post_filter);
  EXPECT_EQ(Settings("--profile libdf --pf", model).denoiser.controls.post_filter_beta, 0.02f);
  EXPECT_TRUE(Settings("--pf-beta 0.1").denoiser.controls.post_filter);
  EXPECT_EQ(Settings("--pf-beta 0.1", model).denoiser.controls.post_filter_beta, 0.1f);
}

TEST(EnhanceOptionsTest, TheLevelFollowsTheProfile) {
  EXPECT_TRUE(Settings("").denoiser.controls.auto_level);
  EXPECT_FALSE(Settings("--profile libdf").denoiser.controls.auto_level);
  EXPECT_TRUE(Settings("--profile libdf --level auto").denoiser.controls.auto_level);
  // The band goes with the level unless it is given.
  EXPECT_TRUE(Settings("").fills_band);
  EXPECT_FALSE(Settings("--profile libdf").fills_band);
  EXPECT_FALSE(Settings("--level keep").fills_band);
  EXPECT_TRUE(Settings("--level keep --band auto").fills_band);
  EXPECT_FALSE(Settings("--band keep").fills_band);
  EXPECT_TRUE(Settings("--profile libdf --band auto").fills_band);
  EXPECT_FALSE(Settings("--level keep").denoiser.controls.auto_level);
  EXPECT_EQ(Settings("--level keep").denoiser.controls.level_gain_db, 0.0f);
  EXPECT_FALSE(Settings("--level=-12.5").denoiser.controls.auto_level);
  EXPECT_EQ(Settings("--level=-12.5").denoiser.controls.level_gain_db, -12.5f);
  EXPECT_EQ(Settings("--level +20").denoiser.controls.level_gain_db, 20.0f);
  for (const char* wrong : {"loud", "60.1", "-61", "nan", "3dB", "+-3", "inf"}) {
    EXPECT_THAT(Refusal(std::string("in.wav -o out.wav --level=") + wrong), HasSubstr("--level is"))
        << wrong;
  }
}

TEST(EnhanceOptionsTest, OptionsReachTheDenoiser) {
  const JobSettings settings = Settings(
      "--profile libdf -a -6 --min-db-thresh -10 --max-db-erb-thresh 30 --max-db-df-thresh 20 "
      "--reduce-mask 2 -D --downmix --latency --threads 3 --silence-skip --json");
  EXPECT_EQ(settings.denoiser.controls.atten_lim_db, -6.0f);
  EXPECT_EQ(settings.denoiser.controls.min_db_thresh, -10.0f);
  EXPECT_EQ(settings.denoiser.controls.max_db_erb_thresh, 30.0f);
  EXPECT_EQ(settings.denoiser.controls.max_db_df_thresh, 20.0f);
  EXPECT_EQ(settings.denoiser.reduce_mask, ReduceMask::kMean);
  EXPECT_TRUE(settings.downmix);
  EXPECT_TRUE(settings.one_hop_calls);
  EXPECT_EQ(settings.denoiser.threads, 3u);
  EXPECT_TRUE(settings.denoiser.silence_skip);
  EXPECT_TRUE(settings.check_silence);
  EXPECT_TRUE(Settings("-v").check_silence);
  EXPECT_FALSE(Settings("--no-delay-compensation").compensate_delay);
}

TEST(EnhanceOptionsTest, ContradictionsAreRefused) {
  const auto refusal = [](const std::string& more) { return Refusal("in.wav -o out.wav " + more); };
  EXPECT_THAT(refusal("--min-db-thresh -10"), HasSubstr("--profile libdf"));
  EXPECT_THAT(refusal("--max-db-erb-thresh 30"), HasSubstr("--profile libdf"));
  EXPECT_THAT(refusal("--max-db-df-thresh 30"), HasSubstr("--profile libdf"));
  EXPECT_THAT(refusal("--reduce-mask 1"), HasSubstr("--profile libdf"));
  EXPECT_EQ(refusal("--reduce-mask 0"), "");
  EXPECT_THAT(refusal("--reduce-mask 3"), HasSubstr("parser"));
  for (const char* wrong : {"--threads 0", "--threads 257", "--threads all"}) {
    EXPECT_THAT(refusal(wrong), HasSubstr("parser")) << wrong;
  }
  EXPECT_THAT(refusal("--profile torch"), HasSubstr("parser"));
  EXPECT_THAT(refusal("-D --no-delay-compensation"), HasSubstr("parser"));
  EXPECT_THAT(refusal("--no-pf --pf-beta 0.1"), HasSubstr("--no-pf"));
  EXPECT_THAT(refusal("--pf-beta -1"), HasSubstr("--pf-beta"));
  EXPECT_THAT(refusal("-a nan"), HasSubstr("--atten-lim-db"));
  EXPECT_THAT(refusal("--rate 16000"), HasSubstr("--raw-format"));
  EXPECT_THAT(refusal("--raw-format s16"), HasSubstr("needs -"));
  EXPECT_THAT(Refusal("in.wav"), HasSubstr("parser"));
  EXPECT_THAT(Refusal("-o out.wav"), HasSubstr("parser"));
}

TEST(EnhanceOptionsTest, AReportIsAPageOfOneRun) {
  EXPECT_EQ(Refusal("a.wav -o b.wav --report r.html"), "");
  EXPECT_EQ(Refusal("a.wav -o b.wav --report R.HTM"), "");
  EXPECT_THAT(Refusal("a.wav -o b.wav --report r.json"), HasSubstr(".html"));
  EXPECT_THAT(Refusal("a/ -o b/ --report r.html --resume"), HasSubstr("manifest"));
}

TEST(EnhanceOptionsTest, StandardStreams) {
  EXPECT_EQ(Refusal("- -o -"), "");
  EXPECT_THAT(Refusal("- - -o out"), HasSubstr("once"));
  EXPECT_THAT(Refusal("a.wav -o - --json"), HasSubstr("--json"));
  EXPECT_THAT(Refusal("- -o - --raw-format s16"), HasSubstr("--rate"));
  EXPECT_EQ(Refusal("a.wav -o - --raw-format s16"), "");
  EXPECT_THAT(Refusal("a.wav -o - --raw-format s16 --sample-format f32"),
              HasSubstr("--sample-format"));
  EXPECT_THAT(Refusal("a.wav -o - --raw-format s16 --rate 8000"), HasSubstr("standard input"));
  EnhanceOptions options;
  EXPECT_EQ(Refusal("- -o out.wav --raw-format s24 --rate 8000 --channels 2", &options), "");
  const auto raw = RawInput(options);
  ASSERT_TRUE(raw.has_value());
  EXPECT_EQ(raw->encoding, Encoding::kS24);
  EXPECT_EQ(raw->rate_hz, 8000u);
  EXPECT_EQ(raw->channels, 2u);
}

}  // namespace
}  // namespace dfn
