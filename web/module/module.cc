// The C API for JavaScript: functions of numbers alone, without structs, over a page of memory for the
// samples of a stream. web/src/core.ts is their one caller, and says what each is for.
//
// Pointers and sizes are 32 bits. Where a function fails it returns 0, and dfnw_error gives the sentence.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

#include "deepfilter/deepfilter.h"

#define DFNW_EXPORT(name) extern "C" __attribute__((export_name(#name)))
#define DFNW_IMPORT(name) extern "C" __attribute__((import_module("env"), import_name(#name)))

// Called by dfnw_enhance. 0 goes on; anything else cancels.
DFNW_IMPORT(progress) int dfnw_progress(double done, double total);

namespace {

// The most samples that JavaScript passes at a time, at least: some render quanta, and a few kilobytes.
constexpr uint32_t kBlockSamples = 1024;
constexpr uint32_t kMostChannels = 16;

dfn_error* last_error = nullptr;

// Keeps the error of a call, in place of the one before.
dfn_error** NewError() {
  dfn_error_free(last_error);
  last_error = nullptr;
  return &last_error;
}

// A stream, and the samples of a block on their way in and out: [channels, capacity].
struct Stream {
  dfn_stream* stream = nullptr;
  uint32_t capacity = 0;  // a multiple of the stream's block_multiple
  float* samples = nullptr;
  float* planes[kMostChannels] = {};

  ~Stream() {
    dfn_stream_free(stream);
    std::free(samples);
  }
};

// As the caller of dfnw_options sets it.
dfn_stream_options options;

int OnProgress(void*, uint64_t done, uint64_t total) {
  return dfnw_progress(static_cast<double>(done), static_cast<double>(total));
}

}  // namespace

DFNW_EXPORT(dfnw_alloc) void* dfnw_alloc(uint32_t bytes) { return std::malloc(bytes); }
DFNW_EXPORT(dfnw_free) void dfnw_free(void* memory) { std::free(memory); }
DFNW_EXPORT(dfnw_version) const char* dfnw_version() { return dfn_version(); }
DFNW_EXPORT(dfnw_error) const char* dfnw_error() { return dfn_error_message(last_error); }

DFNW_EXPORT(dfnw_model_open) dfn_model* dfnw_model_open(const void* bytes, uint32_t size) {
  dfn_model* model = nullptr;
  dfn_model_open_memory(bytes, size, nullptr, &model, NewError());
  return model;
}
DFNW_EXPORT(dfnw_model_free) void dfnw_model_free(dfn_model* model) { dfn_model_free(model); }
DFNW_EXPORT(dfnw_model_name) const char* dfnw_model_name(const dfn_model* model) {
  return dfn_model_name(model);
}
DFNW_EXPORT(dfnw_model_precision) int dfnw_model_precision(const dfn_model* model) {
  return dfn_model_precision(model);
}
DFNW_EXPORT(dfnw_model_rate) uint32_t dfnw_model_rate(const dfn_model* model) {
  return dfn_model_sample_rate_hz(model);
}

// Sets the options of the next dfnw_stream_create or dfnw_enhance.
DFNW_EXPORT(dfnw_options)
void dfnw_options(uint32_t sample_rate_hz, uint32_t channels, int channel_mode, int profile,
                  int precision, uint32_t block_multiple, int work_mode, float attenuation_limit_db,
                  float post_filter_beta, int level, float level_gain_db) {
  dfn_stream_options_init(&options, sizeof(options));
  options.sample_rate_hz = sample_rate_hz;
  options.channels = channels;
  options.channel_mode = static_cast<dfn_channel_mode>(channel_mode);
  options.profile = static_cast<dfn_profile>(profile);
  options.precision = static_cast<dfn_precision>(precision);
  options.block_multiple = block_multiple;
  options.work_mode = static_cast<dfn_work_mode>(work_mode);
  options.attenuation_limit_db = attenuation_limit_db;
  options.post_filter_beta = post_filter_beta;
  options.level = static_cast<dfn_level>(level);
  options.level_gain_db = level_gain_db;
}

DFNW_EXPORT(dfnw_stream_create) Stream* dfnw_stream_create(const dfn_model* model) {
  dfn_stream* created = nullptr;
  if (dfn_stream_create(model, &options, &created, NewError()) != DFN_OK) return nullptr;
  auto* stream = new Stream;
  stream->stream = created;
  const uint32_t multiple = options.block_multiple;
  stream->capacity = (kBlockSamples + multiple - 1) / multiple * multiple;
  stream->samples =
      static_cast<float*>(std::calloc(size_t{options.channels} * stream->capacity, sizeof(float)));
  if (stream->samples == nullptr) std::abort();
  for (uint32_t c = 0; c < options.channels; ++c) {
    stream->planes[c] = stream->samples + size_t{c} * stream->capacity;
  }
  return stream;
}
DFNW_EXPORT(dfnw_stream_free) void dfnw_stream_free(Stream* stream) { delete stream; }
DFNW_EXPORT(dfnw_stream_samples) float* dfnw_stream_samples(Stream* stream) {
  return stream->samples;
}
DFNW_EXPORT(dfnw_stream_capacity) uint32_t dfnw_stream_capacity(const Stream* stream) {
  return stream->capacity;
}
DFNW_EXPORT(dfnw_stream_delay) uint32_t dfnw_stream_delay(const Stream* stream) {
  return static_cast<uint32_t>(dfn_stream_delay_samples(stream->stream));
}
// These two return a dfn_result.
DFNW_EXPORT(dfnw_stream_process) int dfnw_stream_process(Stream* stream, uint32_t samples) {
  return dfn_stream_process(stream->stream, stream->planes, stream->planes, samples);
}
DFNW_EXPORT(dfnw_stream_flush) int dfnw_stream_flush(Stream* stream, uint32_t samples) {
  return dfn_stream_flush(stream->stream, stream->planes, samples);
}
DFNW_EXPORT(dfnw_stream_reset) void dfnw_stream_reset(Stream* stream) {
  dfn_stream_reset(stream->stream);
}
DFNW_EXPORT(dfnw_stream_set_attenuation_limit)
void dfnw_stream_set_attenuation_limit(Stream* stream, float limit_db) {
  dfn_stream_set_attenuation_limit_db(stream->stream, limit_db);
}
DFNW_EXPORT(dfnw_stream_set_post_filter)
void dfnw_stream_set_post_filter(Stream* stream, float beta) {
  dfn_stream_set_post_filter_beta(stream->stream, beta);
}
DFNW_EXPORT(dfnw_stream_set_level)
void dfnw_stream_set_level(Stream* stream, int level, float gain_db) {
  dfn_stream_set_level(stream->stream, static_cast<dfn_level>(level), gain_db);
}
DFNW_EXPORT(dfnw_stream_set_bypass) void dfnw_stream_set_bypass(Stream* stream, int bypass) {
  dfn_stream_set_bypass(stream->stream, bypass);
}
DFNW_EXPORT(dfnw_stream_local_snr) float dfnw_stream_local_snr(const Stream* stream) {
  return dfn_stream_local_snr_db(stream->stream);
}
DFNW_EXPORT(dfnw_stream_level_gain) float dfnw_stream_level_gain(const Stream* stream) {
  return dfn_stream_level_gain_db(stream->stream);
}
DFNW_EXPORT(dfnw_stream_state_size) uint32_t dfnw_stream_state_size(const Stream* stream) {
  return static_cast<uint32_t>(dfn_stream_state_size(stream->stream));
}
DFNW_EXPORT(dfnw_stream_save) int dfnw_stream_save(Stream* stream, void* state, uint32_t size) {
  return dfn_stream_save(stream->stream, state, size);
}
DFNW_EXPORT(dfnw_stream_restore)
int dfnw_stream_restore(Stream* stream, const void* state, uint32_t size) {
  return dfn_stream_restore(stream->stream, state, size);
}

// Enhances [channels, samples] in place. Returns a dfn_result.
DFNW_EXPORT(dfnw_enhance)
int dfnw_enhance(const dfn_model* model, float* planar, uint32_t samples) {
  float* planes[kMostChannels] = {};
  const uint32_t channels = std::min(options.channels, kMostChannels);
  for (uint32_t c = 0; c < channels; ++c) planes[c] = planar + size_t{c} * samples;
  dfn_enhance_options enhance;
  dfn_enhance_options_init(&enhance, sizeof(enhance));
  enhance.stream = &options;
  enhance.progress = OnProgress;
  return dfn_enhance(model, &enhance, planes, planes, samples, NewError());
}
