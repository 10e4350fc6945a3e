#include "gstreamer/element.h"

#include <gst/audio/audio.h>

#include <algorithm>
#include <utility>

GST_DEBUG_CATEGORY_EXTERN(gst_deepfilter_debug);
#define GST_CAT_DEFAULT gst_deepfilter_debug

namespace dfn::gst {

bool Element::Start() {
  GST_OBJECT_LOCK(base_);
  const std::string source = settings_.model;
  GST_OBJECT_UNLOCK(base_);
  std::string sentence;
  model_ = plugin::OpenSharedModel(source, sentence);
  if (model_ == nullptr) {
    GST_ELEMENT_ERROR(base_, RESOURCE, OPEN_READ, ("%s", sentence.c_str()), (nullptr));
    return false;
  }
  return true;
}

bool Element::Setup(const GstAudioInfo* info) {
  const SampleFormat format = {.is_float = GST_AUDIO_INFO_FORMAT(info) == GST_AUDIO_FORMAT_F32,
                               .rate_hz = static_cast<uint32_t>(GST_AUDIO_INFO_RATE(info)),
                               .channels = static_cast<uint32_t>(GST_AUDIO_INFO_CHANNELS(info))};
  std::string sentence;
  filter_ = Filter::Create(model_, settings_, format, sentence);
  if (filter_ == nullptr) {
    GST_ELEMENT_ERROR(base_, LIBRARY, SETTINGS, ("%s", sentence.c_str()), (nullptr));
    return false;
  }
  timeline_ = Timeline(format.rate_hz, filter_->delay_samples());
  Clear();
  // Rounded up, so that no sink waits too little.
  const uint64_t delay_ns = SamplesToNs(filter_->delay_samples(), format.rate_hz) + 1;
  if (settings_.delay_ns.exchange(delay_ns) != delay_ns) {
    gst_element_post_message(GST_ELEMENT(base_), gst_message_new_latency(GST_OBJECT(base_)));
  }
  GST_DEBUG_OBJECT(base_, "a stream of %u channels at %u Hz, %zu samples of delay", format.channels,
                   format.rate_hz, filter_->delay_samples());
  return true;
}

void Element::Stop() {
  filter_.reset();
  model_.reset();
  timeline_ = Timeline();
  settings_.delay_ns = 0;
}

void Element::Clear() {
  timeline_.Clear();
  first_offset_ = GST_BUFFER_OFFSET_NONE;
  dropped_ = false;
  interval_samples_ = 0;
  interval_time_ns_ = kNoTime;
}

GstFlowReturn Element::Transform(GstBuffer* buffer) {
  if (filter_ == nullptr) return GST_FLOW_NOT_NEGOTIATED;
  // Backward, sound comes in pieces whose ends do not belong together.
  if (PlaysBackward()) return GST_FLOW_OK;
  SyncControls(buffer);
  const GstFlowReturn flow = MeetTime(buffer);
  if (flow != GST_FLOW_OK) return flow;

  GstMapInfo map;
  if (!gst_buffer_map(buffer, &map, GST_MAP_READWRITE)) {
    GST_ELEMENT_ERROR(base_, RESOURCE, FAILED, ("a buffer's memory cannot be had"), (nullptr));
    return GST_FLOW_ERROR;
  }
  const size_t samples = map.size / filter_->format().frame_bytes();
  filter_->Process(map.data, samples, settings_);
  gst_buffer_unmap(buffer, &map);

  if (timeline_.empty()) first_offset_ = GST_BUFFER_OFFSET(buffer);
  Report(GST_BUFFER_PTS(buffer), samples);
  const Timeline::Part part = timeline_.Take(samples, GST_BUFFER_PTS(buffer));
  if (part.samples == 0) return GST_BASE_TRANSFORM_FLOW_DROPPED;
  Trim(buffer, part);
  return GST_FLOW_OK;
}

void Element::SyncControls(const GstBuffer* buffer) {
  const GstSegment& segment = base_->segment;
  if (segment.format != GST_FORMAT_TIME) return;
  const uint64_t time =
      gst_segment_to_stream_time(&segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer));
  if (GST_CLOCK_TIME_IS_VALID(time)) gst_object_sync_values(GST_OBJECT(base_), time);
}

GstFlowReturn Element::MeetTime(const GstBuffer* buffer) {
  const bool dropped = std::exchange(dropped_, false);
  const bool discontinuous = dropped || GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DISCONT);
  const Timeline::Verdict verdict =
      timeline_.Judge(GST_BUFFER_PTS(buffer), discontinuous, settings_.max_gap_ns);
  if (verdict.kind == Timeline::Verdict::kContinue) return GST_FLOW_OK;
  GST_DEBUG_OBJECT(base_, "expected time %" GST_TIME_FORMAT ", found %" GST_TIME_FORMAT,
                   GST_TIME_ARGS(timeline_.next_time_ns()), GST_TIME_ARGS(GST_BUFFER_PTS(buffer)));
  if (verdict.kind == Timeline::Verdict::kBridge) return Bridge(verdict.bridge_samples);
  return Drain();
}

GstFlowReturn Element::Bridge(uint64_t samples) {
  // A block is small, and a gap of the longest that is bridged takes many.
  const size_t block_samples = filter_->format().rate_hz / 10;
  while (samples > 0) {
    const size_t now = static_cast<size_t>(std::min<uint64_t>(block_samples, samples));
    const size_t bytes = now * filter_->format().frame_bytes();
    GstBuffer* silence = gst_buffer_new_allocate(nullptr, bytes, nullptr);
    gst_buffer_memset(silence, 0, 0, bytes);
    GstMapInfo map;
    if (gst_buffer_map(silence, &map, GST_MAP_READWRITE)) {
      filter_->Process(map.data, now, settings_);
      gst_buffer_unmap(silence, &map);
    }
    const Timeline::Part part = timeline_.Take(now, timeline_.next_time_ns());
    samples -= now;
    if (part.samples == 0) {
      gst_buffer_unref(silence);
      continue;
    }
    Trim(silence, part);
    const GstFlowReturn flow = gst_pad_push(base_->srcpad, silence);
    if (flow != GST_FLOW_OK) return flow;
  }
  return GST_FLOW_OK;
}

GstFlowReturn Element::Drain() {
  if (filter_ == nullptr || timeline_.empty()) return GST_FLOW_OK;
  const Timeline::Part rest = timeline_.Rest();
  GstBuffer* buffer =
      gst_buffer_new_allocate(nullptr, rest.samples * filter_->format().frame_bytes(), nullptr);
  GstMapInfo map;
  if (gst_buffer_map(buffer, &map, GST_MAP_WRITE)) {
    filter_->Flush(map.data, rest);
    gst_buffer_unmap(buffer, &map);
  }
  Stamp(buffer, rest);
  Clear();
  return gst_pad_push(base_->srcpad, buffer);
}

void Element::Trim(GstBuffer* buffer, const Timeline::Part& part) const {
  const size_t frame_bytes = filter_->format().frame_bytes();
  if (part.skip > 0) {
    gst_buffer_resize(buffer, static_cast<gssize>(part.skip * frame_bytes),
                      static_cast<gssize>(part.samples * frame_bytes));
    // It tells the number of samples again.
    if (GstAudioMeta* meta = gst_buffer_get_audio_meta(buffer); meta != nullptr) {
      gst_buffer_remove_meta(buffer, &meta->meta);
    }
  }
  Stamp(buffer, part);
}

void Element::Stamp(GstBuffer* buffer, const Timeline::Part& part) const {
  GST_BUFFER_PTS(buffer) = part.time_ns;
  GST_BUFFER_DTS(buffer) = GST_CLOCK_TIME_NONE;
  // The sound before the silence that came in may still be on its way out.
  GST_BUFFER_FLAG_UNSET(buffer, GST_BUFFER_FLAG_GAP);
  GST_BUFFER_DURATION(buffer) = SamplesToNs(part.samples, filter_->format().rate_hz);
  const bool has_offset = first_offset_ != GST_BUFFER_OFFSET_NONE;
  GST_BUFFER_OFFSET(buffer) = has_offset ? first_offset_ + part.first : GST_BUFFER_OFFSET_NONE;
  GST_BUFFER_OFFSET_END(buffer) =
      has_offset ? first_offset_ + part.first + part.samples : GST_BUFFER_OFFSET_NONE;
}

void Element::Report(uint64_t time_ns, size_t samples) {
  settings_.local_snr_db = filter_->local_snr_db();
  settings_.heard_gain_db = filter_->heard_gain_db();
  if (!settings_.post_messages) return;
  if (interval_samples_ == 0) interval_time_ns_ = time_ns;
  interval_samples_ += samples;
  const uint64_t duration = SamplesToNs(interval_samples_, filter_->format().rate_hz);
  if (duration < settings_.interval_ns) return;
  interval_samples_ = 0;
  double mean_db = 0.0;
  if (filter_->TakeMeanSnr(mean_db) == 0) mean_db = filter_->local_snr_db();
  const GstSegment& segment = base_->segment;
  const bool timed = segment.format == GST_FORMAT_TIME && interval_time_ns_ != kNoTime;
  const auto in_segment = [&](auto* convert) {
    return timed ? convert(&segment, GST_FORMAT_TIME, interval_time_ns_) : kNoTime;
  };
  GstStructure* structure = gst_structure_new(
      "deepfilter", "timestamp", G_TYPE_UINT64, interval_time_ns_, "stream-time", G_TYPE_UINT64,
      in_segment(gst_segment_to_stream_time), "running-time", G_TYPE_UINT64,
      in_segment(gst_segment_to_running_time), "duration", G_TYPE_UINT64, duration, "local-snr",
      G_TYPE_DOUBLE, mean_db, "heard-gain", G_TYPE_DOUBLE,
      static_cast<double>(settings_.heard_gain_db.load()), nullptr);
  gst_element_post_message(GST_ELEMENT(base_),
                           gst_message_new_element(GST_OBJECT(base_), structure));
}

// Whether a new segment goes on with the same running time, so that the sound does not end with the
// old one.
bool Element::Continues(GstEvent* segment_event) const {
  const GstSegment* next = nullptr;
  gst_event_parse_segment(segment_event, &next);
  const GstSegment& now = base_->segment;
  const uint64_t time = timeline_.next_time_ns();
  if (now.format != GST_FORMAT_TIME || next->format != GST_FORMAT_TIME || time == kNoTime ||
      now.rate != next->rate || now.applied_rate != next->applied_rate) {
    return false;
  }
  const uint64_t running = gst_segment_to_running_time(&now, GST_FORMAT_TIME, time);
  return running != kNoTime && running == gst_segment_to_running_time(next, GST_FORMAT_TIME, time);
}

bool Element::BridgesGap(GstEvent* event) {
  GstClockTime time = kNoTime, duration = kNoTime;
  gst_event_parse_gap(event, &time, &duration);
  if (filter_ == nullptr || timeline_.next_time_ns() == kNoTime || PlaysBackward() ||
      !GST_CLOCK_TIME_IS_VALID(duration)) {
    return false;
  }
  const uint64_t max_gap_ns = settings_.max_gap_ns;
  const Timeline::Verdict verdict = timeline_.Judge(time + duration, true, max_gap_ns);
  if (verdict.kind == Timeline::Verdict::kRestart) return false;
  // What comes out for the silence is sound, and takes the event's place.
  if (verdict.kind == Timeline::Verdict::kBridge) Bridge(verdict.bridge_samples);
  return true;
}

bool Element::BeforeEvent(GstEvent* event) {
  switch (GST_EVENT_TYPE(event)) {
    case GST_EVENT_FLUSH_STOP:
      if (filter_ != nullptr) filter_->Reset();
      Clear();
      return false;
    case GST_EVENT_GAP:
      if (BridgesGap(event)) return true;
      break;
    case GST_EVENT_SEGMENT:
      if (Continues(event)) return false;
      break;
    case GST_EVENT_CAPS: {
      GstCaps* next = nullptr;
      gst_event_parse_caps(event, &next);
      GstCaps* now = gst_pad_get_current_caps(base_->srcpad);
      const bool same = now != nullptr && gst_caps_is_equal(now, next);
      gst_clear_caps(&now);
      if (same) return false;
      break;
    }
    case GST_EVENT_EOS:
    case GST_EVENT_SEGMENT_DONE:
    case GST_EVENT_STREAM_START:
      break;
    default:
      return false;
  }
  // A push that fails is found again by the next buffer.
  Drain();
  return false;
}

void Element::AddLatency(GstQuery* query) const {
  gboolean live = FALSE;
  GstClockTime least = 0, most = GST_CLOCK_TIME_NONE;
  gst_query_parse_latency(query, &live, &least, &most);
  const uint64_t delay_ns = settings_.delay_ns;
  if (GST_CLOCK_TIME_IS_VALID(most)) most += delay_ns;
  gst_query_set_latency(query, live, least + delay_ns, most);
}

}  // namespace dfn::gst
