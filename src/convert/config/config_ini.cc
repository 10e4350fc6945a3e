#include "convert/config/config_ini.h"

#include <charconv>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/float_chars.h"
#include "base/printable.h"

namespace dfn {
namespace {

constexpr const char* kSignal = "df";
constexpr const char* kNetwork = "deepfilternet";
constexpr const char* kTraining = "train";

std::string Lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

template <class T>
std::optional<T> ParseNumber(std::string_view text) {
  text = Trim(text);
  T value{};
  const char* const last = text.data() + text.size();
  const auto [end, error] = [&] {
    if constexpr (std::is_floating_point_v<T>) return FloatFromChars(text.data(), last, value);
    if constexpr (!std::is_floating_point_v<T>) return std::from_chars(text.data(), last, value);
  }();
  if (text.empty() || error != std::errc() || end != last) return std::nullopt;
  return value;
}

// The words of df.config Config.cast.
std::optional<bool> ParseBool(const std::string& text) {
  const std::string word = Lower(text);
  for (const char* yes : {"true", "yes", "y", "on", "1"}) {
    if (word == yes) return true;
  }
  for (const char* no : {"false", "no", "n", "off", "0"}) {
    if (word == no) return false;
  }
  return std::nullopt;
}

std::optional<KernelSize> ParseKernel(std::string_view text) {
  const size_t comma = text.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const auto t = ParseNumber<size_t>(text.substr(0, comma));
  const auto f = ParseNumber<size_t>(text.substr(comma + 1));
  if (!t || !f) return std::nullopt;
  return KernelSize{.t = *t, .f = *f};
}

std::optional<Skip> ParseSkip(const std::string& text) {
  for (Skip skip : {Skip::kNone, Skip::kIdentity, Skip::kGroupedLinear}) {
    if (Lower(text) == SkipName(skip)) return skip;
  }
  return std::nullopt;
}

// The name that a key or section had when the deep filter was called CLC; empty if none.
std::string OldName(std::string name) {
  const size_t at = name.find("df");
  return at == std::string::npos ? std::string() : name.replace(at, 2, "clc");
}

// Reads keys one by one and keeps the first error, so that a list of keys reads as a list.
class KeyReader {
 public:
  KeyReader(const IniFile& ini, const std::string& where) : ini_(ini), where_(where) {}

  const std::optional<Error>& error() const { return error_; }

  size_t Size(const char* section, const char* key, size_t otherwise) {
    return Parsed(section, key, "a whole number, 0 or more", otherwise, ParseNumber<size_t>);
  }
  double Number(const char* section, const char* key, double otherwise) {
    return Parsed(section, key, "a number", otherwise, ParseNumber<double>);
  }
  bool Bool(const char* section, const char* key, bool otherwise) {
    return Parsed(section, key, "true or false", otherwise, ParseBool);
  }
  KernelSize Kernel(const char* key, KernelSize otherwise) {
    return Parsed(kNetwork, key, "frames and bins such as 1,3", otherwise, ParseKernel);
  }
  Skip SkipOf(const char* key) {
    return Parsed(kNetwork, key, "none, identity or groupedlinear", Skip::kNone, ParseSkip,
                  ErrorCode::kUnsupported);
  }
  std::string Word(const char* section, const char* key, const char* otherwise) {
    return Lower(Find(section, key).value_or(otherwise));
  }
  // The value that the package finds: that of the section, by the key's present or old name, else
  // that of [DEFAULT], which configparser adds to every section, else that of [settings].
  std::optional<std::string> Find(const char* section, const char* key) const {
    for (const char* place : {section, "default", "settings"}) {
      if (auto value = FindIn(place, key)) return value;
    }
    return std::nullopt;
  }
  // A key of the signal section that older configs have in the network's.
  size_t SizeInEither(const char* key, size_t otherwise) {
    const bool in_signal = FindIn(kSignal, key).has_value();
    const size_t signal = Size(kSignal, key, otherwise);
    const size_t network = Size(kNetwork, key, otherwise);
    if (in_signal && FindIn(kNetwork, key) && signal != network) {
      Fail(ErrorCode::kMismatch, std::string(key) + " is " + std::to_string(signal) +
                                     " in [df], but " + std::to_string(network) +
                                     " in [deepfilternet]");
    }
    return in_signal ? signal : network;
  }
  // Refuses any other word, the default of an absent key too.
  void Require(const char* key, const char* otherwise, const char* supported) {
    const std::string word = Word(kNetwork, key, otherwise);
    if (word == supported) return;
    Unsupported(key, word, Find(kNetwork, key).has_value(), supported);
  }
  void RequireBool(const char* key, bool otherwise, bool supported) {
    const bool found = Bool(kNetwork, key, otherwise);
    if (found == supported) return;
    Unsupported(key, found ? "true" : "false", Find(kNetwork, key).has_value(),
                supported ? "true" : "false");
  }
  void RequireSize(const char* key, size_t otherwise, size_t supported) {
    const size_t found = Size(kNetwork, key, otherwise);
    if (found == supported) return;
    Unsupported(key, std::to_string(found), Find(kNetwork, key).has_value(),
                std::to_string(supported));
  }
  void Fail(ErrorCode code, const std::string& sentence) {
    if (!error_) error_ = Error{code, where_ + ": " + sentence};
  }

 private:
  // The value in this section alone. Where there is no [df], an old [clc] stands for it.
  std::optional<std::string> FindIn(const std::string& section, const char* key) const {
    if (section == kSignal && !ini_.HasSection(section)) {
      const std::string old_section = OldName(section);
      if (ini_.HasSection(old_section)) return FindIn(old_section, key);
    }
    if (auto value = ini_.Get(section, key)) return value;
    const std::string old_key = OldName(key);
    return old_key.empty() ? std::nullopt : ini_.Get(section, old_key);
  }

  template <class T, class Parse>
  T Parsed(const char* section, const char* key, const char* expected, T otherwise, Parse parse,
           ErrorCode code = ErrorCode::kCorrupt) {
    const std::optional<std::string> text = Find(section, key);
    if (!text) return otherwise;
    if (const std::optional<T> value = parse(*text)) return *value;
    Fail(code, std::string(key) + " is " + Quoted(*text) + ", expected " + expected);
    return otherwise;
  }
  void Unsupported(const char* key, const std::string& found, bool present,
                   const std::string& supported) {
    Fail(ErrorCode::kUnsupported, std::string(key) + " is " + Printable(found) +
                                      (present ? "" : ", the default of an absent key") +
                                      ", expected " + supported);
  }

  const IniFile& ini_;
  const std::string& where_;
  std::optional<Error> error_;
};

Family ReadFamily(KeyReader& keys) {
  const std::string model = keys.Word(kTraining, "model", "");
  if (model == "deepfilternet2") return Family::kDeepFilterNet2;
  if (model == "deepfilternet3") return Family::kDeepFilterNet3;
  keys.Fail(ErrorCode::kUnsupported,
            (keys.Find(kTraining, "model") ? "model in [train] is " + Quoted(model)
                                           : std::string("there is no model in [train]")) +
                ", expected deepfilternet2 or deepfilternet3");
  return Family::kDeepFilterNet3;
}

void ReadSignal(KeyReader& keys, Config& c) {
  c.sample_rate_hz = keys.Size(kSignal, "sr", 48000);
  c.fft_size = keys.Size(kSignal, "fft_size", 960);
  c.hop_size = keys.Size(kSignal, "hop_size", 480);
  c.erb_bands = keys.Size(kSignal, "nb_erb", 32);
  c.df_bins = keys.Size(kSignal, "nb_df", 96);
  c.min_erb_band_bins = keys.Size(kSignal, "min_nb_erb_freqs", 2);
  c.lsnr_max_db = static_cast<float>(keys.Number(kSignal, "lsnr_max", 35.0));
  c.lsnr_min_db = static_cast<float>(keys.Number(kSignal, "lsnr_min", -15.0));
  c.df_order = keys.SizeInEither("df_order", 5);
  c.df_lookahead_frames = keys.SizeInEither("df_lookahead", 0);

  const double norm_tau_s = keys.Number(kSignal, "norm_tau", 1.0);
  if (keys.Find(kSignal, "norm_alpha")) {
    c.norm_alpha = static_cast<float>(keys.Number(kSignal, "norm_alpha", 0.99));
  } else if (!(norm_tau_s > 0.0)) {
    keys.Fail(ErrorCode::kUnsupported,
              "norm_tau is " + std::to_string(norm_tau_s) + ", expected more than 0 seconds");
  } else {
    c.norm_alpha = NormAlpha(c.sample_rate_hz, c.hop_size, norm_tau_s);
  }
}

void ReadNetwork(KeyReader& keys, Config& c) {
  c.conv_lookahead_frames = keys.Size(kNetwork, "conv_lookahead", 0);
  c.conv_channels = keys.Size(kNetwork, "conv_ch", 16);
  c.conv_kernel_inp = keys.Kernel("conv_kernel_inp", {.t = 3, .f = 3});
  c.conv_kernel = keys.Kernel("conv_kernel", {.t = 1, .f = 3});
  c.emb_hidden = keys.Size(kNetwork, "emb_hidden_dim", 256);
  const size_t emb_layers = keys.Size(kNetwork, "emb_num_layers", 2);
  c.erb_gru_layers = emb_layers > 0 ? emb_layers - 1 : 0;
  c.df_hidden = keys.Size(kNetwork, "df_hidden_dim", 256);
  c.df_gru_layers = keys.Size(kNetwork, "df_num_layers", 3);
  c.df_pathway_kernel_t = keys.Size(kNetwork, "df_pathway_kernel_size_t", 1);
  c.linear_groups = keys.Size(kNetwork, "linear_groups", 1);
  c.enc_concat = keys.Bool(kNetwork, "enc_concat", false);
  c.df_skip = keys.SkipOf("df_gru_skip");
  c.mask_only = keys.Bool(kTraining, "mask_only", false);
  c.post_filter = keys.Bool(kNetwork, "mask_pf", false);
}

void ReadDeepFilterNet3(KeyReader& keys, Config& c) {
  c.enc_linear_groups = keys.Size(kNetwork, "enc_linear_groups", 16);
  c.convt_kernel = keys.Kernel("convt_kernel", {.t = 1, .f = 3});
  c.erb_skip = keys.SkipOf("emb_gru_skip");
  c.enc_skip = keys.SkipOf("emb_gru_skip_enc");
  c.post_filter_beta = static_cast<float>(keys.Number(kNetwork, "pf_beta", 0.02));
  keys.RequireSize("df_n_iter", 1, 1);
  keys.RequireBool("lsnr_dropout", false, false);
}

void ReadDeepFilterNet2(KeyReader& keys, Config& c) {
  c.enc_linear_groups = c.linear_groups;
  c.convt_kernel = c.conv_kernel;
  keys.Require("gru_type", "grouped", "squeeze");
  if (c.mask_only) return;  // The other keys are about the deep filter and its decoder.
  keys.Require("df_output_layer", "linear", "groupedlinear");
  keys.Require("dfop_method", "real_unfold", "df");
  keys.RequireSize("df_n_iter", 2, 1);
}

}  // namespace

Result<Config> ReadConfig(const IniFile& ini, const std::string& where, const Limits& limits) {
  KeyReader keys(ini, where);
  Config config;
  config.family = ReadFamily(keys);
  ReadSignal(keys, config);
  ReadNetwork(keys, config);
  if (config.family == Family::kDeepFilterNet3) {
    ReadDeepFilterNet3(keys, config);
  } else {
    ReadDeepFilterNet2(keys, config);
  }
  if (keys.error()) return *keys.error();
  if (Status status = ValidateConfig(config, limits); !status.ok()) {
    return Error{status.error().code, where + ": " + status.error().message};
  }
  return config;
}

}  // namespace dfn
