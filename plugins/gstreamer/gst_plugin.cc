// The type of the element, and the plugin that offers it.

#include <gst/audio/gstaudiofilter.h>
#include <gst/gst.h>

#include <exception>
#include <new>

#include "deepfilter/deepfilter.h"
#include "gstreamer/element.h"

#define DFN_TEXT_OF(x) #x
#define DFN_TEXT(x) DFN_TEXT_OF(x)
#define DFN_VERSION_TEXT      \
  DFN_TEXT(DFN_VERSION_MAJOR) \
  "." DFN_TEXT(DFN_VERSION_MINOR) "." DFN_TEXT(DFN_VERSION_PATCH)

GST_DEBUG_CATEGORY(gst_deepfilter_debug);
#define GST_CAT_DEFAULT gst_deepfilter_debug

namespace dfn::gst {
namespace {

constexpr char kCaps[] =
    "audio/x-raw, format = (string) { " GST_AUDIO_NE(F32) ", " GST_AUDIO_NE(S16) " }, "
    "rate = (int) [ 8000, 192000 ], channels = (int) [ 1, 8 ], layout = (string) interleaved";

struct Object {
  GstAudioFilter parent;
  Element* element;
};
struct ObjectClass {
  GstAudioFilterClass parent;
};

gpointer g_parent_class = nullptr;

Element& Of(gpointer object) { return *static_cast<Object*>(object)->element; }

// No exception may pass through GStreamer's C. Memory that cannot be had is reported like other
// errors of a start.
template <typename Call>
gboolean Guarded(gpointer object, Call call) {
  try {
    return call() ? TRUE : FALSE;
  } catch (const std::exception& e) {
    GST_ELEMENT_ERROR(object, RESOURCE, NO_SPACE_LEFT, ("%s", e.what()), (nullptr));
    return FALSE;
  }
}

gboolean Start(GstBaseTransform* base) {
  return Guarded(base, [base] { return Of(base).Start(); });
}

gboolean Stop(GstBaseTransform* base) {
  Of(base).Stop();
  return TRUE;
}

gboolean Setup(GstAudioFilter* filter, const GstAudioInfo* info) {
  return Guarded(filter, [&] { return Of(filter).Setup(info); });
}

GstFlowReturn Transform(GstBaseTransform* base, GstBuffer* buffer) {
  return Of(base).Transform(buffer);
}

GstFlowReturn Submit(GstBaseTransform* base, gboolean discontinuous, GstBuffer* buffer) {
  const GstFlowReturn flow =
      GST_BASE_TRANSFORM_CLASS(g_parent_class)->submit_input_buffer(base, discontinuous, buffer);
  if (flow == GST_BASE_TRANSFORM_FLOW_DROPPED) Of(base).NoteDropped();
  return flow;
}

gboolean SinkEvent(GstBaseTransform* base, GstEvent* event) {
  if (Of(base).BeforeEvent(event)) {
    gst_event_unref(event);
    return TRUE;
  }
  return GST_BASE_TRANSFORM_CLASS(g_parent_class)->sink_event(base, event);
}

gboolean Query(GstBaseTransform* base, GstPadDirection direction, GstQuery* query) {
  if (direction == GST_PAD_SRC && GST_QUERY_TYPE(query) == GST_QUERY_LATENCY) {
    if (!gst_pad_peer_query(base->sinkpad, query)) return FALSE;
    Of(base).AddLatency(query);
    return TRUE;
  }
  return GST_BASE_TRANSFORM_CLASS(g_parent_class)->query(base, direction, query);
}

void SetObjectProperty(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  if (!SetProperty(Of(object).settings(), GST_OBJECT(object), id, value)) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

void GetObjectProperty(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  if (!GetProperty(Of(object).settings(), GST_OBJECT(object), id, value)) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

void Finalize(GObject* object) {
  delete static_cast<Object*>(static_cast<gpointer>(object))->element;
  G_OBJECT_CLASS(g_parent_class)->finalize(object);
}

void InitClass(gpointer type_class, gpointer) {
  g_parent_class = g_type_class_peek_parent(type_class);
  GObjectClass* object_class = G_OBJECT_CLASS(type_class);
  object_class->set_property = SetObjectProperty;
  object_class->get_property = GetObjectProperty;
  object_class->finalize = Finalize;
  InstallProperties(object_class);

  gst_element_class_set_static_metadata(
      GST_ELEMENT_CLASS(type_class), "DeepFilter", "Filter/Effect/Audio",
      "Takes noise out of speech with DeepFilterNet", "The authors of deepfilter");
  GstCaps* caps = gst_caps_from_string(kCaps);
  gst_audio_filter_class_add_pad_templates(GST_AUDIO_FILTER_CLASS(type_class), caps);
  gst_caps_unref(caps);

  GstBaseTransformClass* base_class = GST_BASE_TRANSFORM_CLASS(type_class);
  base_class->start = Start;
  base_class->stop = Stop;
  base_class->submit_input_buffer = Submit;
  base_class->transform_ip = Transform;
  base_class->sink_event = SinkEvent;
  base_class->query = Query;
  GST_AUDIO_FILTER_CLASS(type_class)->setup = Setup;
}

void InitInstance(GTypeInstance* instance, gpointer) {
  auto* object = static_cast<Object*>(static_cast<gpointer>(instance));
  GstBaseTransform* base = GST_BASE_TRANSFORM(instance);
  object->element = new Element(base);
  // Buffers are enhanced where they lie.
  gst_base_transform_set_in_place(base, TRUE);
}

gboolean InitPlugin(GstPlugin* plugin) {
  GST_DEBUG_CATEGORY_INIT(gst_deepfilter_debug, "deepfilter", 0, "noise suppression");
  return gst_element_register(plugin, "deepfilter", GST_RANK_NONE, ElementType());
}

}  // namespace

GType ElementType() {
  static const GType type = g_type_register_static_simple(
      GST_TYPE_AUDIO_FILTER, g_intern_static_string("GstDeepFilter"), sizeof(ObjectClass),
      InitClass, sizeof(Object), InitInstance, static_cast<GTypeFlags>(0));
  return type;
}

}  // namespace dfn::gst

#define PACKAGE "deepfilter"
GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, deepfilter,
                  "Noise suppression for speech with DeepFilterNet", dfn::gst::InitPlugin,
                  DFN_VERSION_TEXT, "MIT/X11", "deepfilter", "deepfilter")
