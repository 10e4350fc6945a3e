/* The header as C sees it: every type and function is used once, as a caller in C would. Prints
 * nothing and exits 0 when all is as the header says. */
#include <deepfilter/deepfilter.h>
#include <stdlib.h>
#include <string.h>

static void Count(void *data, dfn_log_level level, const char *message) {
  if (level == DFN_LOG_INFO && message[0] != '\0') ++*(int *)data;
}

static int UseStream(dfn_stream *stream, dfn_batch *batch) {
  float samples[2][480] = {{0}};
  int16_t integers[2][480] = {{0}};
  float frames[960] = {0};
  int16_t integer_frames[960] = {0};
  float *planes[2] = {samples[0], samples[1]};
  const float *inputs[2] = {samples[0], samples[1]};
  int16_t *integer_planes[2] = {integers[0], integers[1]};
  const int16_t *integer_inputs[2] = {integers[0], integers[1]};
  dfn_block block = {stream, inputs, planes, 480};
  float snrs[4];
  int good =
      dfn_stream_process(stream, inputs, planes, 480) == DFN_OK &&
      dfn_stream_process_i16(stream, integer_inputs, integer_planes, 480) == DFN_OK &&
      dfn_stream_process_interleaved(stream, frames, frames, 480) == DFN_OK &&
      dfn_stream_process_interleaved_i16(stream, integer_frames, integer_frames, 480) == DFN_OK &&
      dfn_batch_process(batch, &block, 1) == DFN_OK &&
      dfn_stream_local_snrs_db(stream, snrs, 4) == 1 && dfn_stream_local_snr_db(stream) == snrs[0];
  const size_t size = dfn_stream_state_size(stream);
  void *state = malloc(size);
  good = good && state != NULL && dfn_stream_save(stream, state, size) == DFN_OK &&
         dfn_stream_restore(stream, state, size) == DFN_OK &&
         dfn_stream_copy(stream, stream) == DFN_OK;
  free(state);
  dfn_stream_set_attenuation_limit_db(stream, 20.0f);
  dfn_stream_set_post_filter_beta(stream, 0.02f);
  dfn_stream_set_thresholds_db(stream, -15.0f, 35.0f, 35.0f);
  dfn_stream_set_level(stream, DFN_LEVEL_FIXED, 6.0f);
  dfn_stream_set_level(stream, (dfn_level)77, 9.0f);
  dfn_stream_set_bypass(stream, 1);
  good = good && dfn_stream_flush(stream, planes, 480) == DFN_OK &&
         dfn_stream_level_gain_db(stream) == 6.0f;
  dfn_stream_reset(stream);
  return good;
}

static int Cancel(void *data, uint64_t done, uint64_t total) {
  ++*(int *)data;
  return done <= total;
}

static int UseEnhance(const dfn_model *model, const dfn_stream_options *stream) {
  float left[100] = {0.0f}, right[100] = {0.0f}, frames[200] = {0.0f};
  const float *inputs[2] = {left, right};
  float *planes[2] = {left, right};
  int calls = 0;
  dfn_enhance_options options;
  dfn_enhance_options_init(&options, sizeof options);
  options.stream = stream;
  if (dfn_enhance(model, &options, inputs, planes, 100, NULL) != DFN_OK) return 0;
  options.progress = Cancel;
  options.progress_data = &calls;
  return dfn_enhance_interleaved(model, &options, frames, frames, 100, NULL) ==
             DFN_ERROR_CANCELLED &&
         calls == 1;
}

/* MODEL: a folder or an archive. */
int main(int argc, char **argv) {
  int lines = 0;
  dfn_model *model = NULL;
  dfn_stream *stream = NULL;
  dfn_batch *batch = NULL;
  dfn_error *error = NULL;
  dfn_model_options model_options;
  dfn_stream_options options;
  if (argc != 2) return 2;
  dfn_model_options_init(&model_options, sizeof model_options);
  model_options.log = Count;
  model_options.log_data = &lines;
  dfn_stream_options_init(&options, sizeof options);
  options.channels = 2;
  options.channel_mode = DFN_CHANNELS_LINKED;
  if (dfn_model_open(argv[1], &model_options, &model, &error) != DFN_OK) return 3;
  if (dfn_stream_create(model, &options, &stream, &error) != DFN_OK) return 4;
  if (dfn_batch_create(model, DFN_PRECISION_F32, 2, &batch, &error) != DFN_OK) return 5;
  if (lines != 2 || error != NULL) return 6;
  if (dfn_stream_delay_samples(stream) != dfn_model_delay_samples(model, &options)) return 7;
  if (!UseStream(stream, batch)) return 8;
  dfn_batch_free(batch);
  dfn_stream_free(stream);
  if (!UseEnhance(model, &options)) return 15;
  if (strlen(dfn_model_name(model)) == 0 || dfn_model_hop_samples(model) != 480 ||
      dfn_model_sample_rate_hz(model) != 48000) {
    return 9;
  }
  dfn_model_free(model);

  const dfn_file file = {"config.ini", "", 0};
  if (dfn_model_open_files(&file, 1, NULL, &model, &error) != DFN_ERROR_NOT_FOUND) return 10;
  if (dfn_error_result(error) != DFN_ERROR_NOT_FOUND) return 11;
  if (dfn_error_message(error)[0] == '\0' || model != NULL) return 12;
  dfn_error_free(error);
  if (dfn_model_open_memory("x", 1, NULL, &model, NULL) != DFN_ERROR_CORRUPT) return 13;
  return dfn_version()[0] != '\0' && dfn_simd_target()[0] != '\0' ? 0 : 14;
}
