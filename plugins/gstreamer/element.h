// The element "deepfilter": GStreamer's buffers and events around a Filter and a Timeline.
#ifndef DEEPFILTER_PLUGINS_GSTREAMER_ELEMENT_H_
#define DEEPFILTER_PLUGINS_GSTREAMER_ELEMENT_H_

#include <gst/audio/gstaudiofilter.h>
#include <gst/gst.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "common/model_registry.h"
#include "gstreamer/filter.h"
#include "gstreamer/settings.h"
#include "gstreamer/timeline.h"

namespace dfn::gst {

// What one element does. Its base, GstAudioFilter, negotiates formats, answers for allocation and
// quality of service, leaves out sound outside the segment and hands over buffers that may be
// written. The library takes blocks of any length, so nothing is collected: a buffer is enhanced
// where it lies, and goes out with the times of the samples that came out for it.
//
// The base class calls Transform and the serialised events on the streaming thread, AddLatency and
// the properties on any. After Setup, Transform allocates nothing and takes no lock of its own;
// what GStreamer does around it (buffers that somebody else holds too, messages, the object's lock
// for controlled properties) is GStreamer's.
class Element {
 public:
  explicit Element(GstBaseTransform* base) : base_(base) {}
  Element(const Element&) = delete;
  Element& operator=(const Element&) = delete;

  Settings& settings() { return settings_; }

  // These two post an error and return false if they fail.
  bool Start();
  bool Setup(const GstAudioInfo* info);
  void Stop();
  GstFlowReturn Transform(GstBuffer* buffer);
  // The base class has dropped a buffer, since it is late or outside the segment.
  void NoteDropped() { dropped_ = true; }
  // Called before the base class handles the event. True: the event is done with.
  bool BeforeEvent(GstEvent* event);
  // Adds the delay to a latency that has been asked for upstream.
  void AddLatency(GstQuery* query) const;

 private:
  bool PlaysBackward() const { return base_->segment.rate < 0.0; }
  void SyncControls(const GstBuffer* buffer);
  GstFlowReturn MeetTime(const GstBuffer* buffer);
  GstFlowReturn Bridge(uint64_t samples);
  GstFlowReturn Drain();
  void Clear();
  void Report(uint64_t time_ns, size_t samples);
  // Gives `buffer`, which holds a whole block, the size and times of the part that comes out.
  void Trim(GstBuffer* buffer, const Timeline::Part& part) const;
  void Stamp(GstBuffer* buffer, const Timeline::Part& part) const;
  bool BridgesGap(GstEvent* event);
  bool Continues(GstEvent* segment_event) const;

  GstBaseTransform* const base_;
  Settings settings_;
  plugin::SharedModel model_;
  std::unique_ptr<Filter> filter_;
  Timeline timeline_;
  // Added to a sample's number it is the buffer's offset, if the source has offsets.
  uint64_t first_offset_ = GST_BUFFER_OFFSET_NONE;
  bool dropped_ = false;  // the buffer before
  uint64_t interval_samples_ = 0;
  uint64_t interval_time_ns_ = kNoTime;
};

// The type GstDeepFilter.
GType ElementType();

}  // namespace dfn::gst

#endif  // DEEPFILTER_PLUGINS_GSTREAMER_ELEMENT_H_
