// Calls each library that tools/dist/dependencies.sh builds, so that a missing piece shows before the
// program is linked. Its output is the same on every system, but for the last line's lossy formats.
#include <CLI/CLI.hpp>
#include <archive.h>
#include <archive_entry.h>
#include <ebur128.h>
#include <fmt/format.h>
#include <hwy/aligned_allocator.h>
#include <ini.h>
#include <nettle/sha2.h>
#include <nlohmann/json.hpp>
#include <protozero/pbf_writer.hpp>
#include <sndfile.h>
#include <soxr.h>
#include <zlib.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace {

constexpr int kRate = 48000;

// A file in memory, for libsndfile.
struct MemoryFile {
  std::vector<char> bytes;
  sf_count_t at = 0;
};

sf_count_t Length(void* user) {
  return static_cast<sf_count_t>(static_cast<MemoryFile*>(user)->bytes.size());
}

sf_count_t Seek(sf_count_t offset, int whence, void* user) {
  MemoryFile& file = *static_cast<MemoryFile*>(user);
  if (whence == SEEK_SET) file.at = offset;
  if (whence == SEEK_CUR) file.at += offset;
  if (whence == SEEK_END) file.at = Length(user) + offset;
  return file.at;
}

sf_count_t Read(void* target, sf_count_t count, void* user) {
  MemoryFile& file = *static_cast<MemoryFile*>(user);
  const sf_count_t there = std::max<sf_count_t>(0, std::min(count, Length(user) - file.at));
  std::memcpy(target, file.bytes.data() + file.at, static_cast<size_t>(there));
  file.at += there;
  return there;
}

sf_count_t Write(const void* source, sf_count_t count, void* user) {
  MemoryFile& file = *static_cast<MemoryFile*>(user);
  const size_t end = static_cast<size_t>(file.at + count);
  if (file.bytes.size() < end) file.bytes.resize(end);
  std::memcpy(file.bytes.data() + file.at, source, static_cast<size_t>(count));
  file.at += count;
  return count;
}

sf_count_t Tell(void* user) { return static_cast<MemoryFile*>(user)->at; }

std::vector<float> Tone() {
  std::vector<float> samples(kRate);
  for (size_t i = 0; i < samples.size(); ++i) {
    samples[i] = 0.5f * std::sin(static_cast<float>(i) * 0.0575959f);
  }
  return samples;
}

float Power(const std::vector<float>& samples) {
  double sum = 0;
  for (const float sample : samples) sum += static_cast<double>(sample) * sample;
  return static_cast<float>(sum / static_cast<double>(samples.size()));
}

// Writes a tone in a format and reads it back. True if as many samples and as much power come back.
bool RoundTrip(int format, const std::vector<float>& tone) {
  SF_VIRTUAL_IO calls = {Length, Seek, Read, Write, Tell};
  MemoryFile file;
  SF_INFO info = {};
  info.samplerate = kRate;
  info.channels = 1;
  info.format = format;
  SNDFILE* sound = sf_open_virtual(&calls, SFM_WRITE, &info, &file);
  if (sound == nullptr) {
    fmt::print("{:#x}: {}\n", format, sf_strerror(nullptr));
    return false;
  }
  sf_write_float(sound, tone.data(), static_cast<sf_count_t>(tone.size()));
  sf_close(sound);
  file.at = 0;
  info = {};
  sound = sf_open_virtual(&calls, SFM_READ, &info, &file);
  if (sound == nullptr) return false;
  std::vector<float> back(tone.size());
  const sf_count_t frames = sf_read_float(sound, back.data(), static_cast<sf_count_t>(back.size()));
  sf_close(sound);
  return frames == static_cast<sf_count_t>(tone.size()) &&
         std::fabs(Power(back) / Power(tone) - 1) < 0.02f;
}

bool Sounds(const std::vector<float>& tone) {
  bool good = true;
  const std::pair<const char*, int> formats[] = {
      {"wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT},     {"flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_24},
      {"vorbis", SF_FORMAT_OGG | SF_FORMAT_VORBIS}, {"opus", SF_FORMAT_OGG | SF_FORMAT_OPUS},
      {"mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III},
  };
  for (const auto& [name, format] : formats) {
    const bool came_back = RoundTrip(format, tone);
    fmt::print("{} {}\n", name, came_back);
    good = good && came_back;
  }
  return good;
}

// A tar file through each filter and back.
bool Archives() {
  using AddFilter = int (*)(archive*);
  const std::string text = "what is inside";
  bool good = true;
  for (const AddFilter add : {archive_write_add_filter_none, archive_write_add_filter_gzip,
                              archive_write_add_filter_bzip2, archive_write_add_filter_xz,
                              archive_write_add_filter_zstd}) {
    std::vector<char> bytes(65536);
    size_t used = 0;
    archive* writer = archive_write_new();
    archive_write_set_format_ustar(writer);
    add(writer);
    archive_write_open_memory(writer, bytes.data(), bytes.size(), &used);
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, "file");
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_size(entry, static_cast<la_int64_t>(text.size()));
    archive_write_header(writer, entry);
    archive_write_data(writer, text.data(), text.size());
    archive_entry_free(entry);
    archive_write_close(writer);
    archive_write_free(writer);

    archive* reader = archive_read_new();
    archive_read_support_filter_gzip(reader);
    archive_read_support_filter_bzip2(reader);
    archive_read_support_filter_xz(reader);
    archive_read_support_filter_zstd(reader);
    archive_read_support_format_tar(reader);
    archive_read_support_format_zip(reader);
    std::string back(text.size(), ' ');
    good = good && archive_read_open_memory(reader, bytes.data(), used) == ARCHIVE_OK &&
           archive_read_next_header(reader, &entry) == ARCHIVE_OK &&
           archive_read_data(reader, back.data(), back.size()) ==
               static_cast<la_ssize_t>(text.size()) &&
           back == text;
    archive_read_free(reader);
  }
  fmt::print("archives {}\n", good);
  return good;
}

bool Texts() {
  const auto keep = [](void* user, const char*, const char* key, const char* value) {
    *static_cast<std::string*>(user) = std::string(key) + value;
    return 1;
  };
  std::string pair;
  ini_parse_string("[a]\nkey = value\n", keep, &pair);
  sha256_ctx sum;
  sha256_init(&sum);
  sha256_update(&sum, 3, reinterpret_cast<const uint8_t*>("abc"));
  uint8_t digest[SHA256_DIGEST_SIZE];
  sha256_digest(&sum, sizeof(digest), digest);
  std::string message;
  protozero::pbf_writer(message).add_uint32(1, 150);
  const bool good = pair == "keyvalue" && digest[0] == 0xba && digest[31] == 0xad &&
                    crc32(0, reinterpret_cast<const Bytef*>("abc"), 3) == 0x352441c2u &&
                    message == "\x08\x96\x01" && nlohmann::json::parse("[1]").size() == 1 &&
                    hwy::AllocateAligned<float>(16) != nullptr;
  fmt::print("texts {}\n", good);
  return good;
}

bool Levels(const std::vector<float>& tone) {
  ebur128_state* state = ebur128_init(1, kRate, EBUR128_MODE_I);
  ebur128_add_frames_float(state, tone.data(), tone.size());
  double loudness = 0;
  ebur128_loudness_global(state, &loudness);
  ebur128_destroy(&state);
  std::vector<float> slower(tone.size() / 3);
  size_t done = 0;
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_VHQ, 0);
  const soxr_error_t error =
      soxr_oneshot(kRate, kRate / 3.0, 1, tone.data(), tone.size(), nullptr, slower.data(),
                   slower.size(), &done, nullptr, &quality, nullptr);
  const bool good = error == nullptr && std::fabs(Power(slower) / Power(tone) - 1) < 0.02f;
  fmt::print("loudness {:.2f} LUFS, resampled {} {}\n", loudness, done, good);
  return good && std::fabs(loudness + 9.7) < 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("checks libraries");
  CLI11_PARSE(app, argc, argv);
  const std::vector<float> tone = Tone();
  // All of them, whatever fails.
  const bool good = (static_cast<int>(Sounds(tone)) & static_cast<int>(Archives()) &
                     static_cast<int>(Texts()) & static_cast<int>(Levels(tone))) != 0;
  return good ? 0 : 1;
}
