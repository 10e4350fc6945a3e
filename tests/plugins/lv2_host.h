// A minimal host of LV2 plugins. Its port indices are those of deepfilter.ttl.
#ifndef DEEPFILTER_TESTS_PLUGINS_LV2_HOST_H_
#define DEEPFILTER_TESTS_PLUGINS_LV2_HOST_H_

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <lv2/atom/atom.h>
#include <lv2/buf-size/buf-size.h>
#include <lv2/core/lv2.h>
#include <lv2/log/log.h>
#include <lv2/options/options.h>
#include <lv2/urid/urid.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "plugins/planar.h"

namespace dfn::test {

class Lv2Library {
 public:
  Lv2Library() : handle_(dlopen(DFN_LV2_PLUGIN, RTLD_NOW | RTLD_LOCAL)) {
    EXPECT_NE(handle_, nullptr) << dlerror();
    if (handle_ == nullptr) return;
    void* symbol = dlsym(handle_, "lv2_descriptor");
    EXPECT_NE(symbol, nullptr);
    std::memcpy(&descriptor_, &symbol, sizeof symbol);
  }
  ~Lv2Library() {
    if (handle_ != nullptr) dlclose(handle_);
  }
  Lv2Library(const Lv2Library&) = delete;
  Lv2Library& operator=(const Lv2Library&) = delete;

  const LV2_Descriptor* descriptor(uint32_t index) const {
    return descriptor_ == nullptr ? nullptr : descriptor_(index);
  }
  const LV2_Descriptor* ForChannels(size_t channels) const {
    return descriptor(static_cast<uint32_t>(channels - 1));
  }

 private:
  void* handle_;
  LV2_Descriptor_Function descriptor_ = nullptr;
};

// The features that a host may offer; 0 means not offered.
struct Lv2Offer {
  int32_t nominal_block = 0;
  int32_t max_block = 0;
  bool log = false;
};

// The features of an offer, and the messages that the plugin has logged.
class Lv2Features {
 public:
  explicit Lv2Features(const Lv2Offer& offer)
      : map_{this, Map},
        log_{this, Printf, Vprintf},
        values_{offer.nominal_block, offer.max_block} {
    const LV2_URID int_type = Map(this, LV2_ATOM__Int);
    constexpr const char* kKeys[] = {LV2_BUF_SIZE__nominalBlockLength,
                                     LV2_BUF_SIZE__maxBlockLength};
    for (size_t i = 0; i < values_.size(); ++i) {
      if (values_[i] == 0) continue;
      options_.push_back(
          {LV2_OPTIONS_INSTANCE, 0, Map(this, kKeys[i]), sizeof(int32_t), int_type, &values_[i]});
    }
    const bool any = !options_.empty();
    options_.push_back({});
    map_feature_ = {LV2_URID__map, &map_};
    options_feature_ = {LV2_OPTIONS__options, options_.data()};
    log_feature_ = {LV2_LOG__log, &log_};
    list_ = {&map_feature_};
    if (any) list_.push_back(&options_feature_);
    if (offer.log) list_.push_back(&log_feature_);
    list_.push_back(nullptr);
  }
  Lv2Features(const Lv2Features&) = delete;
  Lv2Features& operator=(const Lv2Features&) = delete;

  const LV2_Feature* const* list() const { return list_.data(); }
  const std::string& logged() const { return logged_; }

 private:
  static LV2_URID Map(LV2_URID_Map_Handle handle, const char* uri) {
    std::vector<std::string>& uris = static_cast<Lv2Features*>(handle)->uris_;
    const auto found = std::find(uris.begin(), uris.end(), uri);
    const auto number = static_cast<LV2_URID>(found - uris.begin()) + 1;
    if (found == uris.end()) uris.emplace_back(uri);
    return number;
  }
  static int Vprintf(LV2_Log_Handle handle, LV2_URID, const char* format, va_list values) {
    char line[1000];
    const int size = std::vsnprintf(line, sizeof line, format, values);
    static_cast<Lv2Features*>(handle)->logged_ += line;
    return size;
  }
  static int Printf(LV2_Log_Handle handle, LV2_URID type, const char* format, ...) {
    va_list values;
    va_start(values, format);
    const int size = Vprintf(handle, type, format, values);
    va_end(values);
    return size;
  }

  std::vector<std::string> uris_;
  std::string logged_;
  LV2_URID_Map map_;
  LV2_Log_Log log_;
  std::array<int32_t, 2> values_;
  std::vector<LV2_Options_Option> options_;
  LV2_Feature map_feature_, options_feature_, log_feature_;
  std::vector<const LV2_Feature*> list_;
};

class Lv2Instance {
 public:
  Lv2Instance(const LV2_Descriptor* descriptor, double rate_hz, const LV2_Feature* const* features)
      : channels_(std::string(descriptor->URI) == "urn:deepfilter:stereo" ? 2 : 1),
        descriptor_(descriptor),
        handle_(descriptor->instantiate(descriptor, rate_hz, "", features)) {
    if (handle_ == nullptr) return;
    float* controls[] = {&attenuation_limit, &post_filter_beta, &enabled, &latency, &local_snr};
    for (size_t i = 0; i < std::size(controls); ++i) Connect(2 * channels_ + i, controls[i]);
  }
  ~Lv2Instance() {
    if (handle_ != nullptr) descriptor_->cleanup(handle_);
  }
  Lv2Instance(const Lv2Instance&) = delete;
  Lv2Instance& operator=(const Lv2Instance&) = delete;

  bool made() const { return handle_ != nullptr; }
  void Activate() { descriptor_->activate(handle_); }
  void Connect(size_t port, float* data) {
    descriptor_->connect_port(handle_, static_cast<uint32_t>(port), data);
  }
  void Run(size_t samples) { descriptor_->run(handle_, static_cast<uint32_t>(samples)); }

  Planar Process(const Planar& input, const std::vector<size_t>& blocks) {
    Planar in = input;
    Planar out(input.size(), std::vector<float>(input[0].size(), -7.0f));
    size_t turn = 0;
    for (size_t done = 0; done < input[0].size();) {
      const size_t now = std::min(blocks[turn++ % blocks.size()], input[0].size() - done);
      for (size_t c = 0; c < channels_; ++c) {
        Connect(c, in[c].data() + done);
        Connect(channels_ + c, out[c].data() + done);
      }
      Run(now);
      done += now;
    }
    return out;
  }

  float attenuation_limit = 100;
  float post_filter_beta = 0;
  float enabled = 1;
  float latency = -1;
  float local_snr = -100;

 private:
  size_t channels_;
  const LV2_Descriptor* descriptor_;
  LV2_Handle handle_;
};

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_PLUGINS_LV2_HOST_H_
