// The element's properties.
#ifndef DEEPFILTER_PLUGINS_GSTREAMER_SETTINGS_H_
#define DEEPFILTER_PLUGINS_GSTREAMER_SETTINGS_H_

#include <gst/gst.h>

#include <atomic>
#include <cstdint>
#include <string>

#include "common/parameters.h"
#include "deepfilter/deepfilter.h"

namespace dfn::gst {

// Properties are set and read on any thread, and the streaming thread reads them without a lock.
struct Settings {
  // Read when a stream is made.
  std::atomic<int> profile = DFN_PROFILE_REFERENCE;
  std::atomic<int> channel_mode = DFN_CHANNELS_LINKED;
  std::atomic<int> precision = DFN_PRECISION_MODEL;
  std::atomic<int> work_mode = DFN_WORK_DIRECT;
  std::atomic<bool> silence_skip = false;
  // Read with each buffer.
  std::atomic<float> attenuation_limit_db = plugin::kAttenuationLimit.default_value;
  std::atomic<float> post_filter_beta = plugin::kPostFilterBeta.default_value;
  std::atomic<int> level = DFN_LEVEL_DEFAULT;
  std::atomic<float> level_gain_db = 0.0f;
  std::atomic<float> min_db_threshold = plugin::kMinThreshold.default_value;
  std::atomic<float> max_db_erb_threshold = plugin::kMaxErbThreshold.default_value;
  std::atomic<float> max_db_df_threshold = plugin::kMaxDfThreshold.default_value;
  std::atomic<bool> bypass = false;
  std::atomic<uint64_t> max_gap_ns = 200'000'000;
  std::atomic<bool> post_messages = false;
  std::atomic<uint64_t> interval_ns = 100'000'000;
  // What the element reports.
  std::atomic<float> local_snr_db = plugin::kLocalSnr.default_value;
  std::atomic<float> heard_gain_db = 0.0f;
  std::atomic<uint64_t> delay_ns = 0;  // 0 as long as there is no stream

  // Under the object's lock.
  std::string model;
};

// Gives a class the properties of the table in settings.cc.
void InstallProperties(GObjectClass* object_class);
// Sets or reads a property by its id; false if there is none with this id. The model's name is
// under `object`'s lock.
bool SetProperty(Settings& settings, GstObject* object, guint id, const GValue* value);
bool GetProperty(Settings& settings, GstObject* object, guint id, GValue* value);

// All but the rate and the channels.
dfn_stream_options StreamOptions(const Settings& settings);

// Tells a stream those of its controls that have changed since the last call.
class ControlSender {
 public:
  // Notes what a new stream was made with.
  void Begin(const dfn_stream_options& options) noexcept;
  // Real-time.
  void Send(const Settings& settings, dfn_stream* stream) noexcept;

 private:
  float attenuation_limit_db_ = 0.0f;
  float post_filter_beta_ = 0.0f;
  float level_gain_db_ = 0.0f;
  float min_db_ = 0.0f, max_erb_db_ = 0.0f, max_df_db_ = 0.0f;
  int level_ = DFN_LEVEL_DEFAULT;
  bool bypass_ = false;
};

}  // namespace dfn::gst

#endif  // DEEPFILTER_PLUGINS_GSTREAMER_SETTINGS_H_
