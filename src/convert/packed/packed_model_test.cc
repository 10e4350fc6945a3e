#include "convert/packed/packed_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "base/precision_name.h"
#include "engine/native/native_network.h"
#include "engine/testing/network_runner.h"
#include "engine/testing/random_model.h"
#include "model/layers.h"

namespace dfn {
namespace {

Model SomeModel(const Config& config, Grouping grouping = Grouping::kPackage) {
  Model model = RandomModel(config, 3, grouping);
  model.origin = {.source = "/home/me/models/mine.tar.gz",
                  .form = "ONNX networks",
                  .state_inputs = {"enc.onnx: h0", "df_dec.onnx: h0"},
                  .opset = 14,
                  .weights = {}};
  return model;
}

Model Load(const std::vector<uint8_t>& file) {
  auto model = LoadPackedModel(file, "x.dfn");
  EXPECT_TRUE(model.ok()) << model.error().message;
  return model.ok() ? std::move(model).value() : Model();
}

void ExpectSameWeights(const Model& found, const Model& expected) {
  EXPECT_EQ(found.encoder, expected.encoder);
  EXPECT_EQ(found.erb_decoder, expected.erb_decoder);
  EXPECT_EQ(found.df_decoder, expected.df_decoder);
}

class PackedModelTest : public ::testing::TestWithParam<std::tuple<NamedConfig, Grouping>> {
 protected:
  Model SomeModel() const {
    return dfn::SomeModel(std::get<0>(GetParam()).config, std::get<1>(GetParam()));
  }
};

TEST_P(PackedModelTest, AtF32TheModelComesBack) {
  Model model = SomeModel();
  if (!model.config.mask_only) {
    model.df_decoder.alpha.emplace(
        ScalarHead{.in = model.config.df_hidden,
                   .weight = std::vector<float>(model.config.df_hidden, 0.5f),
                   .bias = -1.0f});
  }
  const Model loaded = Load(PackModel(model, Precision::kF32));
  EXPECT_EQ(loaded.config, model.config);
  ExpectSameWeights(loaded, model);
  EXPECT_EQ(loaded.precision, Precision::kF32);
  EXPECT_EQ(loaded.origin.source, "x.dfn");
  EXPECT_EQ(loaded.origin.form, model.origin.form);
  EXPECT_EQ(loaded.origin.opset, model.origin.opset);
  EXPECT_EQ(loaded.origin.state_inputs, model.origin.state_inputs);
  EXPECT_EQ(loaded.origin.weights, "mine.tar.gz");
  EXPECT_TRUE(loaded.origin.packed);
}

// What a network computes at a precision is the same from the model and from its file of that
// precision, bit for bit.
TEST_P(PackedModelTest, AtItsPrecisionANetworkComputesTheSame) {
  constexpr size_t kFrames = 12;
  const Model model = SomeModel();
  for (const Precision precision : Precisions()) {
    const Model loaded = Load(PackModel(model, precision));
    EXPECT_EQ(loaded.precision, precision);
    const auto run = [&](const Model& of) {
      const auto network = NewNativeNetwork(of, {.precision = precision});
      const auto workspace = network->NewWorkspace(kFrames);
      TestStream stream(*network, kFrames, 2);
      RunCall(*network, *workspace, {&stream}, {kFrames});
      return stream;
    };
    EXPECT_TRUE(run(model).SameOutputs(run(loaded))) << PrecisionName(precision);
  }
}

TEST_P(PackedModelTest, PackingAgainGivesTheSameBytes) {
  const Model model = SomeModel();
  for (const Precision precision : Precisions()) {
    const std::vector<uint8_t> file = PackModel(model, precision);
    EXPECT_EQ(PackModel(model, precision), file) << PrecisionName(precision);
    EXPECT_EQ(PackModel(Load(file), precision), file) << PrecisionName(precision);
  }
}

// The weights are the same in place, also where the bytes are not aligned.
TEST_P(PackedModelTest, InPlaceTheModelIsTheSame) {
  const Model model = SomeModel();
  for (const Precision precision : Precisions()) {
    const auto file = std::make_shared<const std::vector<uint8_t>>(PackModel(model, precision));
    const Model copied = Load(*file);
    std::vector<uint8_t> shifted(1);
    shifted.insert(shifted.end(), file->begin(), file->end());
    const auto in_place = LoadPackedModel(*file, "x.dfn", {}, {.bytes_stay = true, .owner = file});
    const auto not_aligned =
        LoadPackedModel(Bytes(shifted).subspan(1), "x.dfn", {}, {.bytes_stay = true});
    ASSERT_TRUE(in_place.ok() && not_aligned.ok());
    ExpectSameWeights(*in_place, copied);
    ExpectSameWeights(*not_aligned, copied);
    const bool is_kept = file.use_count() > 1;
    EXPECT_EQ(is_kept, precision == Precision::kF32 && std::endian::native == std::endian::little);
  }
}

INSTANTIATE_TEST_SUITE_P(SmallConfigs, PackedModelTest,
                         ::testing::Combine(::testing::ValuesIn(SmallConfigs()),
                                            ::testing::Values(Grouping::kPackage,
                                                              Grouping::kOther)),
                         [](const auto& info) {
                           return std::get<0>(info.param).name +
                                  (std::get<1>(info.param) == Grouping::kOther ? "OtherGroups"
                                                                               : "");
                         });

// A file's entries written anew, each as `change` leaves it; entries whose name it empties are left
// out.
std::vector<uint8_t> Rewritten(const std::vector<uint8_t>& file,
                               const std::function<void(PackedEntry&)>& change) {
  const auto entries = ReadPacked(file, "x.dfn");
  EXPECT_TRUE(entries.ok());
  PackedWriter writer;
  for (PackedEntry entry : *entries) {
    change(entry);
    if (entry.name.empty()) continue;
    // Whatever the type, its bytes: the types' own codes follow from the method.
    const uint8_t* data = entry.data.data();
    const size_t size = entry.elements();
    std::vector<float> floats;
    std::vector<uint16_t> halves;
    switch (entry.type) {
      case PackedType::kText:
        writer.Text(entry.name, {reinterpret_cast<const char*>(data), size});
        break;
      case PackedType::kInteger:
        writer.Integer(entry.name, LoadLittleEndian<uint64_t>(data));
        break;
      case PackedType::kF32:
        for (size_t i = 0; i < size; ++i) floats.push_back(LoadFloat(data + 4 * i));
        writer.Floats(entry.name, entry.shape, floats);
        break;
      case PackedType::kF16:
        for (size_t i = 0; i < size; ++i) {
          halves.push_back(LoadLittleEndian<uint16_t>(data + 2 * i));
        }
        writer.Halves(entry.name, entry.shape, halves);
        break;
      case PackedType::kI8:
        writer.Int8s(entry.name, entry.shape, {reinterpret_cast<const int8_t*>(data), size});
        break;
    }
  }
  return writer.Finish();
}

class DamagedModelTest : public ::testing::Test {
 protected:
  void ExpectRefused(std::string_view entry, const std::function<void(PackedEntry&)>& change,
                     ErrorCode code, const std::string& words) {
    const auto file = Rewritten(file_, [&](PackedEntry& found) {
      if (found.name == entry) change(found);
    });
    ASSERT_NE(file, file_) << entry;
    const auto model = LoadPackedModel(file, "x.dfn");
    ASSERT_FALSE(model.ok()) << entry;
    EXPECT_EQ(model.error().code, code) << model.error().message;
    EXPECT_TRUE(model.error().message.starts_with("x.dfn: ")) << model.error().message;
    EXPECT_NE(model.error().message.find(words), std::string::npos) << model.error().message;
  }
  // A change that puts other bytes of the same number into an entry.
  template <class T>
  std::function<void(PackedEntry&)> Put(T value) {
    bytes_.assign(sizeof(T), 0);
    std::memcpy(bytes_.data(), &value, sizeof(T));
    // Numbers of the file are little-endian.
    if (std::endian::native == std::endian::big) std::reverse(bytes_.begin(), bytes_.end());
    return [this](PackedEntry& entry) {
      whole_.assign(entry.data.begin(), entry.data.end());
      std::copy(bytes_.begin(), bytes_.end(), whole_.begin());
      entry.data = whole_;
    };
  }
  static std::function<void(PackedEntry&)> Drop() {
    return [](PackedEntry& entry) { entry.name = {}; };
  }
  static std::function<void(PackedEntry&)> Name(std::string_view name) {
    return [name](PackedEntry& entry) { entry.name = name; };
  }

  Config config_ = SmallConfigs().front().config;
  std::vector<uint8_t> file_ = PackModel(SomeModel(config_), Precision::kI8);
  std::vector<uint8_t> bytes_, whole_;
};

TEST_F(DamagedModelTest, RewritingAloneChangesNothing) {
  EXPECT_EQ(Rewritten(file_, [](PackedEntry&) {}), file_);
}

TEST_F(DamagedModelTest, EntriesAreCheckedBeforeTheyAreTaken) {
  ExpectRefused("precision", Drop(), ErrorCode::kCorrupt, "is where \"precision\" belongs");
  ExpectRefused("precision", Put<uint8_t>('x'), ErrorCode::kUnsupported, "none of f32, f16");
  ExpectRefused("config.df_bins", Drop(), ErrorCode::kCorrupt, "is where \"config.df_bins\"");
  ExpectRefused("config.mask_only", Put<uint64_t>(2), ErrorCode::kCorrupt, "expected 0 or 1");
  ExpectRefused("config.enc_skip", Put<uint8_t>('N'), ErrorCode::kUnsupported, "is none of none");
  ExpectRefused("config.family", Put<uint8_t>('d'), ErrorCode::kUnsupported, "is none of");
  ExpectRefused("enc.lsnr_fc.bias", Drop(), ErrorCode::kCorrupt, "belongs");
  ExpectRefused("df_dec.df_out.weight.largest", Drop(), ErrorCode::kCorrupt, "is missing");
  ExpectRefused("df_dec.df_out.weight", Name("df_dec.df_fc_b.weight"), ErrorCode::kCorrupt,
                "\"df_dec.df_fc_b.weight\" is where \"df_dec.df_out.weight\" belongs");
}

TEST_F(DamagedModelTest, SizesFollowFromTheConfig) {
  ExpectRefused("config.emb_hidden", Put<uint64_t>(60'000), ErrorCode::kMismatch,
                "\"enc.linear_in.weight\" has shape [4, 8, 6], expected [4, 8, 15000]");
  ExpectRefused("config.emb_hidden", Put<uint64_t>(UINT64_MAX), ErrorCode::kCorrupt,
                "more than a size can be");
  ExpectRefused("config.fft_size", Put<uint64_t>(100'000), ErrorCode::kLimit, "fft_size is 100000");
  ExpectRefused("config.norm_alpha", Put(1.5f), ErrorCode::kUnsupported, "norm_alpha is 1.5");
  const auto turn = [](PackedEntry& entry) { std::swap(entry.shape[0], entry.shape[1]); };
  ExpectRefused("enc.gru0.weight_input", turn, ErrorCode::kMismatch, "expected [72, 24]");
}

TEST_F(DamagedModelTest, WeightsAreFinite) {
  ExpectRefused("enc.erb_conv0.weight", Put(UINT32_C(0x7fc00000)), ErrorCode::kCorrupt,
                "is not finite");
  ExpectRefused("enc.gru0.weight_input.largest", Put(-1.0f), ErrorCode::kCorrupt,
                "\"enc.gru0.weight_input\" has a weight of -128");
  ExpectRefused("enc.gru0.weight_input", Put<uint8_t>(0x80), ErrorCode::kCorrupt, "of -128");
  file_ = PackModel(SomeModel(config_), Precision::kF16);
  ExpectRefused("enc.gru0.weight_input", Put<uint16_t>(0x7c00), ErrorCode::kCorrupt,
                "is not finite");
}

TEST_F(DamagedModelTest, AFileOfOnePrecisionHoldsNoOther) {
  PackedWriter writer;
  const std::string text = "f32";
  const std::vector<uint8_t> bytes(text.begin(), text.end());
  ExpectRefused(
      "precision",
      [&](PackedEntry& entry) {
        entry.data = bytes;
        entry.shape = {3};
      },
      ErrorCode::kCorrupt, "is of type i8, expected f32");
}

TEST_F(DamagedModelTest, EveryEntryHasItsPlace) {
  const auto entries = ReadPacked(file_, "x.dfn");
  ASSERT_TRUE(entries.ok());
  PackedWriter writer;
  writer.Text("precision", "i8");
  ASSERT_FALSE(LoadPackedModel(writer.Finish(), "x.dfn").ok());
  // The optional head at the end, and something behind it.
  ExpectRefused("df_dec.df_out.weight", Name("df_dec.df_out"), ErrorCode::kCorrupt, "belongs");
  Model model = SomeModel(config_);
  model.df_decoder.alpha.emplace(ScalarHead{.in = 40, .weight = std::vector<float>(40)});
  file_ = PackModel(model, Precision::kI8);
  ExpectRefused("df_dec.df_fc_a.weight", Name("df_dec.df_fc_b.weight"), ErrorCode::kCorrupt,
                "has no place in the model");
  ExpectRefused("df_dec.df_fc_a.bias", Drop(), ErrorCode::kCorrupt, "is missing");
}

// Texts of a foreign file reach a terminal.
TEST_F(DamagedModelTest, TextsArePrintable) {
  const std::string escape = "\x1b[2J";
  const std::vector<uint8_t> bytes(escape.begin(), escape.end());
  const auto file = Rewritten(file_, [&](PackedEntry& entry) {
    if (entry.name != "origin.form") return;
    entry.data = bytes;
    entry.shape = {bytes.size()};
  });
  EXPECT_EQ(Load(file).origin.form, "\\x1b[2J");
}

}  // namespace
}  // namespace dfn
