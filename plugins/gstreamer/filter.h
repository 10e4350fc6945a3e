// A stream of the library behind interleaved samples in place, as GStreamer's buffers hold them.
#ifndef DEEPFILTER_PLUGINS_GSTREAMER_FILTER_H_
#define DEEPFILTER_PLUGINS_GSTREAMER_FILTER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/model_registry.h"
#include "deepfilter/deepfilter.h"
#include "gstreamer/settings.h"
#include "gstreamer/timeline.h"

namespace dfn::gst {

struct SampleFormat {
  bool is_float = true;  // else 16-bit integers; both in the machine's byte order
  uint32_t rate_hz = 48000;
  uint32_t channels = 1;
  size_t frame_bytes() const noexcept { return channels * (is_float ? 4 : 2); }
};

class Filter {
 public:
  // Not real-time. Null on an error, which `sentence` then describes.
  static std::unique_ptr<Filter> Create(plugin::SharedModel model, const Settings& settings,
                                        const SampleFormat& format, std::string& sentence);
  ~Filter();
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  const SampleFormat& format() const noexcept { return format_; }
  size_t delay_samples() const noexcept { return dfn_stream_delay_samples(stream_); }

  // Enhances [samples, channels] in place, with the settings' controls. Real-time.
  void Process(void* data, size_t samples, const Settings& settings) noexcept;
  // Writes the `rest` of the sound, [rest.samples, channels], and returns to the start. Real-time.
  void Flush(void* data, const Timeline::Part& rest) noexcept;
  // Returns to the start. Real-time.
  void Reset() noexcept { dfn_stream_reset(stream_); }

  // The local SNRs of the hops that Process has finished since the last call: their number, and
  // their mean in dB. Real-time.
  size_t TakeMeanSnr(double& mean_db) noexcept;
  float local_snr_db() const noexcept { return dfn_stream_local_snr_db(stream_); }
  float heard_gain_db() const noexcept { return dfn_stream_level_gain_db(stream_); }

 private:
  Filter(plugin::SharedModel model, const SampleFormat& format);
  bool MakeStream(const Settings& settings, std::string& sentence);
  void ProcessPiece(void* data, size_t samples) noexcept;
  void FlushPiece(void* data, size_t skip, size_t samples) noexcept;

  const plugin::SharedModel model_;
  const SampleFormat format_;
  dfn_stream* stream_ = nullptr;
  ControlSender controls_;
  size_t piece_samples_ = 0;
  std::vector<float> planes_;        // [channels][piece_samples_]
  std::vector<float*> plane_heads_;  // [channels]
  double snr_sum_db_ = 0.0;
  size_t snr_count_ = 0;
};

}  // namespace dfn::gst

#endif  // DEEPFILTER_PLUGINS_GSTREAMER_FILTER_H_
