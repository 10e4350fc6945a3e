// deepfilter for C++17 and later: deepfilter.h with owners for its handles and an exception for its
// errors. Header-only.
//
//   auto model = deepfilter::Model::Open();
//   auto options = deepfilter::StreamOptions();
//   options.channels = 2;
//   auto stream = deepfilter::Stream::Create(model, options);
//   stream.ProcessInterleaved(block, block, 256);
//
// Functions that are not noexcept (Open, Create, Enhance, ...) allocate and throw deepfilter::Error
// or std::bad_alloc. Each noexcept function calls the C function of its name, which says whether it
// is real-time and for any thread. Objects that have been moved from may be destroyed and assigned
// to.
#ifndef DEEPFILTER_DEEPFILTER_HPP_
#define DEEPFILTER_DEEPFILTER_HPP_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "deepfilter/deepfilter.h"

namespace deepfilter {

// The reason of a failure; what() is the sentence of dfn_error_message.
class Error : public std::runtime_error {
 public:
  Error(dfn_result result, const std::string& sentence)
      : std::runtime_error(sentence), result_(result) {}
  dfn_result result() const noexcept { return result_; }

 private:
  dfn_result result_;
};

namespace internal {

struct Free {
  void operator()(dfn_error* error) const noexcept { dfn_error_free(error); }
  void operator()(dfn_model* model) const noexcept { dfn_model_free(model); }
  void operator()(dfn_stream* stream) const noexcept { dfn_stream_free(stream); }
  void operator()(dfn_batch* batch) const noexcept { dfn_batch_free(batch); }
};

// Frees `error`.
inline void Check(dfn_result result, dfn_error* error) {
  const std::unique_ptr<dfn_error, Free> owner(error);
  if (result == DFN_OK) return;
  if (result == DFN_ERROR_OUT_OF_MEMORY) throw std::bad_alloc();
  throw Error(result, dfn_error_message(error));
}

inline void Check(dfn_result result, const char* sentence) {
  if (result != DFN_OK) throw Error(result, sentence);
}

}  // namespace internal

// Options with their defaults.
inline dfn_model_options ModelOptions() noexcept {
  dfn_model_options options;
  dfn_model_options_init(&options, sizeof(options));
  return options;
}
inline dfn_stream_options StreamOptions() noexcept {
  dfn_stream_options options;
  dfn_stream_options_init(&options, sizeof(options));
  return options;
}

class Model {
 public:
  // dfn_model_open; an empty source is the built-in model.
  static Model Open(const std::string& source = {},
                    const dfn_model_options& options = ModelOptions()) {
    return Make([&](dfn_model** model, dfn_error** error) {
      return dfn_model_open(source.empty() ? nullptr : source.c_str(), &options, model, error);
    });
  }
  static Model OpenMemory(const void* bytes, std::size_t size,
                          const dfn_model_options& options = ModelOptions()) {
    return Make([&](dfn_model** model, dfn_error** error) {
      return dfn_model_open_memory(bytes, size, &options, model, error);
    });
  }
  static Model OpenFiles(const std::vector<dfn_file>& files,
                         const dfn_model_options& options = ModelOptions()) {
    return Make([&](dfn_model** model, dfn_error** error) {
      return dfn_model_open_files(files.data(), files.size(), &options, model, error);
    });
  }

  const char* name() const noexcept { return dfn_model_name(get()); }
  std::uint32_t sample_rate_hz() const noexcept { return dfn_model_sample_rate_hz(get()); }
  std::size_t hop_samples() const noexcept { return dfn_model_hop_samples(get()); }
  // What the weights were stored in.
  dfn_precision precision() const noexcept { return dfn_model_precision(get()); }
  // 0 for options that dfn_stream_create would refuse.
  std::size_t delay_samples(const dfn_stream_options& options = StreamOptions()) const noexcept {
    return dfn_model_delay_samples(get(), &options);
  }

  const dfn_model* get() const noexcept { return model_.get(); }

 private:
  explicit Model(dfn_model* model) noexcept : model_(model) {}

  template <class Open>
  static Model Make(const Open& open) {
    dfn_model* model = nullptr;
    dfn_error* error = nullptr;
    const dfn_result result = open(&model, &error);
    internal::Check(result, error);
    return Model(model);
  }

  std::unique_ptr<dfn_model, internal::Free> model_;
};

class Stream {
 public:
  static Stream Create(const Model& model, const dfn_stream_options& options = StreamOptions()) {
    dfn_stream* stream = nullptr;
    dfn_error* error = nullptr;
    const dfn_result result = dfn_stream_create(model.get(), &options, &stream, &error);
    internal::Check(result, error);
    return Stream(stream);
  }

  std::size_t delay_samples() const noexcept { return dfn_stream_delay_samples(get()); }

  // Planar: one pointer for each channel. Interleaved: [samples, channels].
  dfn_result Process(const float* const* input, float* const* output,
                     std::size_t samples) noexcept {
    return dfn_stream_process(get(), input, output, samples);
  }
  dfn_result Process(const std::int16_t* const* input, std::int16_t* const* output,
                     std::size_t samples) noexcept {
    return dfn_stream_process_i16(get(), input, output, samples);
  }
  dfn_result ProcessInterleaved(const float* input, float* output, std::size_t samples) noexcept {
    return dfn_stream_process_interleaved(get(), input, output, samples);
  }
  dfn_result ProcessInterleaved(const std::int16_t* input, std::int16_t* output,
                                std::size_t samples) noexcept {
    return dfn_stream_process_interleaved_i16(get(), input, output, samples);
  }
  dfn_result Flush(float* const* output, std::size_t samples) noexcept {
    return dfn_stream_flush(get(), output, samples);
  }
  void Reset() noexcept { dfn_stream_reset(get()); }

  void SetAttenuationLimitDb(float limit_db) noexcept {
    dfn_stream_set_attenuation_limit_db(get(), limit_db);
  }
  void SetPostFilterBeta(float beta) noexcept { dfn_stream_set_post_filter_beta(get(), beta); }
  void SetThresholdsDb(float min_db, float max_erb_db, float max_df_db) noexcept {
    dfn_stream_set_thresholds_db(get(), min_db, max_erb_db, max_df_db);
  }
  void SetLevel(dfn_level level, float level_gain_db = 0.0f) noexcept {
    dfn_stream_set_level(get(), level, level_gain_db);
  }
  void SetBypass(bool bypass) noexcept { dfn_stream_set_bypass(get(), bypass ? 1 : 0); }

  float local_snr_db() const noexcept { return dfn_stream_local_snr_db(get()); }
  float level_gain_db() const noexcept { return dfn_stream_level_gain_db(get()); }
  std::size_t LocalSnrsDb(float* values, std::size_t capacity) const noexcept {
    return dfn_stream_local_snrs_db(get(), values, capacity);
  }

  std::size_t state_size() const noexcept { return dfn_stream_state_size(get()); }
  dfn_result Save(void* state, std::size_t size) noexcept {
    return dfn_stream_save(get(), state, size);
  }
  // Not real-time: allocates.
  std::vector<std::byte> Save() {
    std::vector<std::byte> state(state_size());
    internal::Check(Save(state.data(), state.size()), "the state of a stream cannot be saved");
    return state;
  }
  dfn_result Restore(const void* state, std::size_t size) noexcept {
    return dfn_stream_restore(get(), state, size);
  }
  // Continues from the state of `from`.
  dfn_result CopyFrom(Stream& from) noexcept { return dfn_stream_copy(get(), from.get()); }

  dfn_stream* get() const noexcept { return stream_.get(); }

 private:
  explicit Stream(dfn_stream* stream) noexcept : stream_(stream) {}
  std::unique_ptr<dfn_stream, internal::Free> stream_;
};

// dfn_enhance_options with their defaults.
inline dfn_enhance_options EnhanceOptions() noexcept {
  dfn_enhance_options options;
  dfn_enhance_options_init(&options, sizeof(options));
  return options;
}

// dfn_enhance: a whole sound, aligned. Planar: one pointer a channel.
inline void Enhance(const Model& model, const float* const* input, float* const* output,
                    std::size_t samples, const dfn_enhance_options& options = EnhanceOptions()) {
  dfn_error* error = nullptr;
  const dfn_result result = dfn_enhance(model.get(), &options, input, output, samples, &error);
  internal::Check(result, error);
}
// Interleaved: [samples, channels].
inline void EnhanceInterleaved(const Model& model, const float* input, float* output,
                               std::size_t samples,
                               const dfn_enhance_options& options = EnhanceOptions()) {
  dfn_error* error = nullptr;
  const dfn_result result =
      dfn_enhance_interleaved(model.get(), &options, input, output, samples, &error);
  internal::Check(result, error);
}

class Batch {
 public:
  static Batch Create(const Model& model, dfn_precision precision, std::size_t max_channels) {
    dfn_batch* batch = nullptr;
    dfn_error* error = nullptr;
    const dfn_result result =
        dfn_batch_create(model.get(), precision, max_channels, &batch, &error);
    internal::Check(result, error);
    return Batch(batch);
  }

  dfn_result Process(const dfn_block* blocks, std::size_t count) noexcept {
    return dfn_batch_process(get(), blocks, count);
  }
  dfn_batch* get() const noexcept { return batch_.get(); }

 private:
  explicit Batch(dfn_batch* batch) noexcept : batch_(batch) {}
  std::unique_ptr<dfn_batch, internal::Free> batch_;
};

}  // namespace deepfilter

#endif  // DEEPFILTER_DEEPFILTER_HPP_
