#include "api/open/open.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/testing/environment.h"
#include "base/testing/scratch_folder.h"
#include "store/cache.h"
#include "store/embedded.h"
#include "store/known_models.h"

namespace dfn {
namespace {

using testing::HasSubstr;

// An empty cache folder for the duration of a test.
class OpenModelTest : public testing::Test {
 protected:
  // A known model that is not built in, so that only the cache can have it.
  static const KnownModel& NotBuiltIn() {
    for (const KnownModel& model : KnownModels()) {
      if (model.name != EmbeddedModelName()) return model;
    }
    ADD_FAILURE() << "every known model is built in";
    return KnownModels().front();
  }

  const ScratchFolder scratch_;
  const std::filesystem::path folder_ = scratch_.path();
  const ScopedVariable cache_{"DEEPFILTER_CACHE", folder_.string()};
};

TEST_F(OpenModelTest, AnAbsentModelSaysHowToGetIt) {
  const std::string name(NotBuiltIn().name);
  const auto model = OpenModel(name);
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(model.error().message, HasSubstr("deepfilter models pull " + name));
  const auto network = OpenNetwork(name);
  ASSERT_FALSE(network.ok());
  EXPECT_EQ(network.error().message, model.error().message);
}

TEST_F(OpenModelTest, ADamagedArchiveIsNotLoaded) {
  const KnownModel& known = NotBuiltIn();
  std::ofstream(CachedModelPath(folder_, known)) << "not the archive";
  const auto model = OpenModel(std::string(known.name));
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(model.error().message, HasSubstr(CachedModelPath(folder_, known).string()));
}

TEST_F(OpenModelTest, NeitherAPathNorAName) {
  const auto model = OpenModel("no-such-model");
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(model.error().message, HasSubstr("no-such-model"));
  EXPECT_THAT(model.error().message, HasSubstr("dfn3_ll"));
}

TEST_F(OpenModelTest, APathThatExistsIsTakenAsAPath) {
  std::ofstream(folder_ / "junk.tar.gz") << "junk";
  const auto model = OpenModel((folder_ / "junk.tar.gz").string());
  ASSERT_FALSE(model.ok());
  EXPECT_THAT(model.error().message, HasSubstr("junk.tar.gz"));
  EXPECT_NE(model.error().code, ErrorCode::kNotFound);
}

TEST_F(OpenModelTest, WithoutANameTheDefaultIsMeant) {
  const auto model = OpenModel("");
  if (EmbeddedModelName().empty()) {
    ASSERT_FALSE(model.ok());
    EXPECT_THAT(model.error().message, HasSubstr(std::string(kDefaultModelName)));
  } else {
    ASSERT_TRUE(model.ok()) << model.error().message;
    EXPECT_THAT(model->origin.source, HasSubstr(std::string(EmbeddedModelName())));
  }
}

}  // namespace
}  // namespace dfn
