#include "media/media_info.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/printable.h"

namespace dfn {
namespace {

using Json = nlohmann::json;

// How far FFmpeg reads to find all streams: some of a transport stream begin late.
constexpr char kProbeBytes[] = "50000000";
constexpr char kProbeMicroseconds[] = "20000000";
// A stream's first frame of sound comes with one of its first packets.
constexpr char kFirstPackets[] = "%+#24";

// ffprobe writes most numbers as text. 0 for what is no number.
double Number(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return 0.0;
  if (found->is_number()) return found->get<double>();
  if (!found->is_string()) return 0.0;
  const auto& text = found->get_ref<const std::string&>();
  // Its numbers have at most six digits after the point: no exponents, no other forms.
  double whole = 0.0;
  double unit = 0.0;
  const bool negative = text.starts_with('-');
  for (size_t i = negative ? 1 : 0; i < text.size(); ++i) {
    if (text[i] == '.' && unit == 0.0) {
      unit = 1.0;
    } else if (text[i] >= '0' && text[i] <= '9') {
      whole = whole * 10.0 + (text[i] - '0');
      unit *= 10.0;
    } else {
      return 0.0;
    }
  }
  const double value = unit > 1.0 ? whole / unit : whole;
  return negative ? -value : value;
}

size_t Count(const Json& object, const char* name) {
  const double value = Number(object, name);
  return value > 0.0 && value < 1e15 ? static_cast<size_t>(value) : 0;
}

std::string Text(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// "1/48000" as seconds a tick.
double TimeBase(const Json& stream) {
  const std::string text = Text(stream, "time_base");
  const size_t slash = text.find('/');
  if (slash == std::string::npos) return 0.0;
  uint64_t parts[2] = {0, 0};
  std::from_chars(text.data(), text.data() + slash, parts[0]);
  std::from_chars(text.data() + slash + 1, text.data() + text.size(), parts[1]);
  return parts[1] == 0 ? 0.0 : static_cast<double>(parts[0]) / static_cast<double>(parts[1]);
}

StreamKind KindOf(const std::string& name) {
  if (name == "audio") return StreamKind::kAudio;
  if (name == "video") return StreamKind::kVideo;
  if (name == "subtitle") return StreamKind::kSubtitle;
  if (name == "data") return StreamKind::kData;
  if (name == "attachment") return StreamKind::kAttachment;
  return StreamKind::kOther;
}

void ReadDispositions(const Json& json, MediaStream& stream) {
  stream.dispositions = "0";
  const auto found = json.find("disposition");
  if (found == json.end() || !found->is_object()) return;
  for (const auto& [name, value] : found->items()) {
    if (!value.is_number() || value.get<double>() == 0.0) continue;
    stream.dispositions = stream.dispositions == "0" ? name : stream.dispositions + "+" + name;
    if (name == "default") stream.is_default = true;
  }
}

MediaStream ReadStream(const Json& json) {
  MediaStream stream;
  stream.index = Count(json, "index");
  stream.kind = KindOf(Text(json, "codec_type"));
  stream.codec = Text(json, "codec_name");
  stream.profile = Text(json, "profile");
  stream.tag = Text(json, "codec_tag_string");
  const double tick = TimeBase(json);
  stream.start_seconds = Number(json, "start_pts") * tick;
  if (json.contains("duration")) stream.seconds = Number(json, "duration");
  stream.rate_hz = Count(json, "sample_rate");
  stream.channels = Count(json, "channels");
  stream.bits = static_cast<int>(
      std::max(Count(json, "bits_per_raw_sample"), Count(json, "bits_per_sample")));
  stream.bit_rate = Count(json, "bit_rate");
  if (const auto tags = json.find("tags"); tags != json.end() && tags->is_object()) {
    stream.language = Text(*tags, "language");
    // Written by mkvmerge beside the streams that have no bit rate of their own.
    for (const char* name : {"BPS", "BPS-eng"}) {
      if (stream.bit_rate == 0) stream.bit_rate = Count(*tags, name);
    }
  }
  ReadDispositions(json, stream);
  return stream;
}

// A file with one audio stream and nothing else has its bit rate.
void FillBitRate(const Json& format, MediaInfo& media) {
  if (media.streams.size() != 1) return;
  MediaStream& only = media.streams.front();
  if (only.kind == StreamKind::kAudio && only.bit_rate == 0) {
    only.bit_rate = Count(format, "bit_rate");
  }
}

Result<Json> Parsed(std::string_view text, const std::string& path) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_object()) return json;
  return Error{ErrorCode::kCorrupt, path + ": ffprobe's answer is no JSON"};
}

Error WithName(Error error, const std::string& path) {
  if (error.code == ErrorCode::kCancelled) return error;
  return {error.code == ErrorCode::kIo ? ErrorCode::kIo : ErrorCode::kUnsupported,
          path + ": FFmpeg cannot read it: " + error.message};
}

}  // namespace

std::vector<size_t> MediaInfo::AudioTracks() const {
  std::vector<size_t> tracks;
  for (size_t i = 0; i < streams.size(); ++i) {
    const MediaStream& stream = streams[i];
    if (stream.kind == StreamKind::kAudio && !stream.codec.empty() && stream.rate_hz > 0 &&
        stream.channels > 0) {
      tracks.push_back(i);
    }
  }
  return tracks;
}

Result<MediaInfo> ParseMediaInfo(std::string_view text, const std::string& path) {
  DFN_TRY(const Json json, Parsed(text, path));
  MediaInfo media;
  media.path = path;
  const Json empty = Json::object();
  const auto format = json.find("format");
  const Json& container = format != json.end() && format->is_object() ? *format : empty;
  media.format = Text(container, "format_name");
  media.seconds = Number(container, "duration");
  media.start_seconds = Number(container, "start_time");
  if (const auto tags = container.find("tags"); tags != container.end() && tags->is_object()) {
    for (const auto& [name, value] : tags->items()) {
      if (name.starts_with("com.")) media.has_dotted_tags = true;
    }
  }
  if (const auto list = json.find("streams"); list != json.end() && list->is_array()) {
    for (const Json& stream : *list) {
      if (stream.is_object()) media.streams.push_back(ReadStream(stream));
    }
  }
  if (const auto list = json.find("chapters"); list != json.end() && list->is_array()) {
    media.chapters = list->size();
  }
  FillBitRate(container, media);
  return media;
}

Result<MediaInfo> ReadMediaInfo(const MediaTools& tools, const std::string& path) {
  std::vector<std::string> arguments = QuietFfprobe();
  for (const char* word : {"-probesize", kProbeBytes, "-analyzeduration", kProbeMicroseconds,
                           "-show_format", "-show_streams", "-show_chapters", "-of", "json"}) {
    arguments.emplace_back(word);
  }
  for (std::string& word : InputArguments(path)) arguments.push_back(std::move(word));
  const Result<std::string> answer = RunTool(tools.ffprobe, arguments, path);
  if (!answer.ok()) return WithName(answer.error(), path);
  return ParseMediaInfo(*answer, path);
}

namespace {

// The first value of `field` among the entries of a list, in ticks of the stream.
std::optional<double> FirstTime(const Json& json, const char* list, const char* field) {
  const auto entries = json.find(list);
  const auto streams = json.find("streams");
  if (entries == json.end() || !entries->is_array() || streams == json.end() ||
      !streams->is_array() || streams->empty()) {
    return std::nullopt;
  }
  const double tick = TimeBase(streams->front());
  for (const Json& entry : *entries) {
    const auto found = entry.find(field);
    if (found != entry.end() && found->is_number()) return found->get<double>() * tick;
  }
  return std::nullopt;
}

Result<std::optional<double>> AskFirstTime(const MediaTools& tools, const std::string& path,
                                           const std::string& stream, const char* list,
                                           const char* entry, const char* field) {
  std::vector<std::string> arguments = QuietFfprobe();
  for (const std::string& word :
       {std::string("-probesize"), std::string(kProbeBytes), std::string("-analyzeduration"),
        std::string(kProbeMicroseconds), std::string("-select_streams"), stream,
        std::string("-read_intervals"), std::string(kFirstPackets), std::string("-show_entries"),
        std::string(entry) + "=" + field + ":stream=time_base", std::string("-of"),
        std::string("json")}) {
    arguments.push_back(word);
  }
  for (std::string& word : InputArguments(path)) arguments.push_back(std::move(word));
  const Result<std::string> answer = RunTool(tools.ffprobe, arguments, path);
  if (!answer.ok()) return WithName(answer.error(), path);
  DFN_TRY(const Json json, Parsed(*answer, path));
  return FirstTime(json, list, field);
}

}  // namespace

Result<double> FirstSoundSeconds(const MediaTools& tools, const MediaInfo& media,
                                 const MediaStream& stream) {
  DFN_TRY(const std::optional<double> first,
          AskFirstTime(tools, media.path, std::to_string(stream.index), "frames", "frame",
                       "best_effort_timestamp"));
  return first.value_or(stream.start_seconds);
}

Result<double> FirstPacketSeconds(const MediaTools& tools, const std::string& path) {
  DFN_TRY(const std::optional<double> first,
          AskFirstTime(tools, path, "0", "packets", "packet", "pts"));
  if (first) return *first;
  return Error{ErrorCode::kCorrupt, path + ": holds no packet"};
}

}  // namespace dfn
