/* tools.h as C99 and C++ see it: every type and function is used once. Prints nothing and exits 0
 * when all is as the header says. */
#include <deepfilter/tools.h>
#include <string.h>

static int Stop(void *data, uint64_t done, uint64_t total) {
  ++*(int *)data;
  return done <= total;
}

static int UseFiles(const char *model, const char *folder) {
  int calls = 0;
  char *text = NULL;
  dfn_export_options exporting;
  dfn_merge_options merging;
  dfn_split_options splitting;
  dfn_inspect_options inspecting;
  dfn_export_options_init(&exporting, sizeof exporting);
  dfn_merge_options_init(&merging, sizeof merging);
  dfn_split_options_init(&splitting, sizeof splitting);
  dfn_inspect_options_init(&inspecting, sizeof inspecting);
  if (exporting.layout != DFN_LAYOUT_NETWORKS || exporting.state != DFN_STATE_FULL) return 0;
  if (exporting.opset != 17 || splitting.opset != 17) return 0;
  exporting.progress = merging.progress = splitting.progress = inspecting.progress = Stop;
  exporting.progress_data = merging.progress_data = &calls;
  splitting.progress_data = inspecting.progress_data = &calls;
  if (dfn_export(model, folder, &exporting, &text, NULL) != DFN_ERROR_CANCELLED) return 0;
  if (dfn_merge(model, NULL, &merging, &text, NULL) != DFN_ERROR_CANCELLED) return 0;
  if (dfn_split(model, folder, &splitting, &text, NULL) != DFN_ERROR_CANCELLED) return 0;
  if (dfn_inspect(model, &inspecting, &text, NULL) != DFN_ERROR_CANCELLED) return 0;
  if (calls != 4 || text != NULL) return 0;
  if (dfn_inspect(model, NULL, &text, NULL) != DFN_OK || text[0] != '{') return 0;
  dfn_text_free(text);
  dfn_text_free(NULL);
  return 1;
}

static int UseModels(void) {
  char *path = NULL;
  dfn_error *error = NULL;
  if (dfn_models_add("none", "none", &path, &error) != DFN_ERROR_INVALID_ARGUMENT) return 0;
  dfn_error_free(error);
  return dfn_models_add_memory("dfn3", "x", 1, &path, NULL) == DFN_ERROR_CORRUPT && path == NULL &&
         dfn_models(NULL, NULL) == DFN_OK;
}

static int UseBatch(const char *name) {
  float samples[2][960] = {{0.0f}};
  float *planes[2];
  const float *inputs[2];
  dfn_clip clips[2];
  float level_db = 0.0f;
  int calls = 0;
  dfn_model *model = NULL;
  dfn_enhance_batch_options options;
  planes[0] = samples[0];
  planes[1] = samples[1];
  inputs[0] = samples[0];
  inputs[1] = samples[1];
  clips[0].input = inputs;
  clips[0].output = planes;
  clips[0].samples = 960;
  clips[1].input = inputs + 1;
  clips[1].output = planes + 1;
  clips[1].samples = 100;
  dfn_enhance_batch_options_init(&options, sizeof options);
  if (options.threads != 1 || options.stream != NULL) return 0;
  if (dfn_model_open(name, NULL, &model, NULL) != DFN_OK) return 0;
  if (dfn_enhance_batch(model, &options, clips, 2, NULL) != DFN_OK) return 0;
  options.progress = Stop;
  options.progress_data = &calls;
  if (dfn_enhance_batch(model, &options, clips, 2, NULL) != DFN_ERROR_CANCELLED) return 0;
  dfn_model_free(model);
  return calls == 1 && dfn_speech_level_db(samples[0], 960, 48000, &level_db, NULL) == DFN_OK;
}

/* MODEL FOLDER */
int main(int argc, char **argv) {
  if (argc != 3) return 2;
  if (!UseFiles(argv[1], argv[2])) return 3;
  if (!UseModels()) return 4;
  return UseBatch(argv[1]) ? 0 : 5;
}
