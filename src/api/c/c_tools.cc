// Models as files through the C API: what the room api/tools does, with options in structs.
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "api/c/c_error.h"
#include "api/c/c_options.h"
#include "api/c/c_text.h"
#include "api/open/network.h"
#include "api/tools/export_model.h"
#include "api/tools/inspect_model.h"
#include "api/tools/pack_model.h"
#include "base/path_text.h"
#include "deepfilter/tools.h"

namespace dfn {
namespace {

static_assert(static_cast<int>(ExportLayout::kNetworks) == DFN_LAYOUT_NETWORKS &&
              static_cast<int>(ExportLayout::kCombined) == DFN_LAYOUT_COMBINED &&
              static_cast<int>(ExportLayout::kStreaming) == DFN_LAYOUT_STREAMING &&
              static_cast<int>(ExportLayout::kAudio) == DFN_LAYOUT_AUDIO);
static_assert(static_cast<int>(Precision::kF32) == DFN_PRECISION_F32 &&
              static_cast<int>(Precision::kF16) == DFN_PRECISION_F16 &&
              static_cast<int>(Precision::kI8) == DFN_PRECISION_I8);
static_assert(static_cast<int>(StateForm::kFull) == DFN_STATE_FULL &&
              static_cast<int>(StateForm::kGru) == DFN_STATE_GRU &&
              static_cast<int>(StateForm::kNone) == DFN_STATE_NONE);

dfn_export_options DefaultExportOptions() noexcept {
  dfn_export_options options = {};
  options.size = sizeof(options);
  options.opset = ExportOptions().opset;
  return options;
}

dfn_merge_options DefaultMergeOptions() noexcept {
  dfn_merge_options options = {};
  options.size = sizeof(options);
  return options;
}

dfn_split_options DefaultSplitOptions() noexcept {
  dfn_split_options options = {};
  options.size = sizeof(options);
  options.opset = ExportOptions().opset;
  return options;
}

dfn_pack_options DefaultPackOptions() noexcept {
  dfn_pack_options options = {};
  options.size = sizeof(options);
  options.precision = DFN_PRECISION_MODEL;
  return options;
}

dfn_inspect_options DefaultInspectOptions() noexcept {
  dfn_inspect_options options = {};
  options.size = sizeof(options);
  return options;
}

// Asks the caller's function of any of the structs above.
template <class Options>
StepFunction StepsOf(const Options& options) {
  if (options.progress == nullptr) return {};
  return [progress = options.progress, data = options.progress_data](uint64_t done,
                                                                     uint64_t total) -> Status {
    if (progress(data, done, total) == 0) return {};
    return Error{ErrorCode::kCancelled, "cancelled after " + std::to_string(done) + " of " +
                                            std::to_string(total) + " steps"};
  };
}

std::string TextOrEmpty(const char* text) { return text == nullptr ? "" : text; }

// The fields that dfn_export_options and dfn_split_options share.
template <class Options>
Result<ExportOptions> FormOf(const Options& asked) {
  ExportOptions form;
  DFN_TRY(form.state, ToEnum<StateForm>("state", NumberOf(asked.state), DFN_STATE_NONE));
  form.opset = asked.opset;
  form.single_frame = asked.single_frame != 0;
  form.lower_gru = asked.lower_gru != 0;
  form.fp16_weights = asked.fp16_weights != 0;
  return form;
}

Result<ExportRequest> RequestOf(const char* source, const char* folder,
                                const dfn_export_options& asked) {
  if (folder == nullptr) return NullArgument("folder");
  ExportRequest request{.source = TextOrEmpty(source),
                        .config = TextOrEmpty(asked.config),
                        .folder = PathOf(folder),
                        .form = {},
                        .replace = asked.overwrite != 0,
                        .verify = asked.verify != 0,
                        .verify_signal = {},
                        .ort_library = PathOf(TextOrEmpty(asked.onnxruntime_library))};
  DFN_TRY(request.form, FormOf(asked));
  DFN_TRY(request.form.layout,
          ToEnum<ExportLayout>("layout", NumberOf(asked.layout), DFN_LAYOUT_AUDIO));
  if (asked.verify_input == nullptr) {
    if (asked.verify_samples > 0) return NullArgument("verify_input");
    return request;
  }
  const std::span<const float> signal(asked.verify_input, asked.verify_samples);
  request.verify_signal = [signal](size_t) -> Result<std::vector<float>> {
    return std::vector<float>(signal.begin(), signal.end());
  };
  return request;
}

Result<PackRequest> RequestOf(const char* source, const char* target,
                              const dfn_pack_options& asked) {
  if (target == nullptr) return NullArgument("target");
  PackRequest request{.source = TextOrEmpty(source),
                      .config = TextOrEmpty(asked.config),
                      .target = PathOf(target),
                      .precision = {},
                      .replace = asked.overwrite != 0};
  DFN_TRY(const dfn_precision precision,
          ToEnum<dfn_precision>("precision", NumberOf(asked.precision), DFN_PRECISION_MODEL));
  if (precision != DFN_PRECISION_MODEL) request.precision = static_cast<Precision>(precision);
  return request;
}

// The tensor or figure that decided.
Error Missed(const Parity& parity, const std::string& source) {
  std::string why;
  for (const TensorParity& tensor : parity.tensors) {
    if (!tensor.most_error || tensor.max_error <= *tensor.most_error) continue;
    why = tensor.name + " is off by " + std::to_string(tensor.max_error) + ", at most " +
          std::to_string(*tensor.most_error) + " is expected";
    break;
  }
  if (why.empty() && parity.least_snr_db) {
    why = "the SNR is " + std::to_string(parity.snr_db) + " dB, at least " +
          std::to_string(*parity.least_snr_db) + " dB is expected";
  }
  return {ErrorCode::kMismatch, source + ": the written files give another result under " +
                                    parity.runtime + ": " + why +
                                    "; the files are left as they are"};
}

}  // namespace
}  // namespace dfn

void dfn_export_options_init(dfn_export_options* options, size_t size) {
  dfn::InitOptions(options, size, dfn::DefaultExportOptions());
}

dfn_result dfn_export(const char* source, const char* folder, const dfn_export_options* options,
                      char** report, dfn_error** error) {
  if (report != nullptr) *report = nullptr;
  return dfn::Guarded(error, [&]() -> dfn::Status {
    DFN_TRY(const dfn_export_options asked,
            dfn::ReadOptions(options, sizeof(dfn_export_options), dfn::DefaultExportOptions(),
                             "dfn_export_options"));
    DFN_TRY(const dfn::ExportRequest request, dfn::RequestOf(source, folder, asked));
    DFN_CHECK(dfn::PrepareTarget());
    DFN_TRY(const dfn::ExportReport done, dfn::ExportToFolder(request, dfn::StepsOf(asked)));
    dfn::GiveText(dfn::ReportText(done), report);
    if (done.parity && !done.parity->passed()) {
      return dfn::Missed(*done.parity, done.written.source);
    }
    return {};
  });
}

void dfn_merge_options_init(dfn_merge_options* options, size_t size) {
  dfn::InitOptions(options, size, dfn::DefaultMergeOptions());
}

dfn_result dfn_merge(const char* source, const char* target, const dfn_merge_options* options,
                     char** report, dfn_error** error) {
  if (report != nullptr) *report = nullptr;
  return dfn::Guarded(error, [&]() -> dfn::Status {
    DFN_TRY(const dfn_merge_options asked,
            dfn::ReadOptions(options, sizeof(dfn_merge_options), dfn::DefaultMergeOptions(),
                             "dfn_merge_options"));
    if (source == nullptr) return dfn::NullArgument("source");
    const dfn::MergeRequest request{.source = source,
                                    .target = dfn::PathOf(dfn::TextOrEmpty(target)),
                                    .replace = asked.overwrite != 0};
    DFN_TRY(const dfn::WrittenFiles written, dfn::MergeToFile(request, dfn::StepsOf(asked)));
    dfn::GiveText(dfn::ReportText(written), report);
    return {};
  });
}

void dfn_split_options_init(dfn_split_options* options, size_t size) {
  dfn::InitOptions(options, size, dfn::DefaultSplitOptions());
}

dfn_result dfn_split(const char* source, const char* folder, const dfn_split_options* options,
                     char** report, dfn_error** error) {
  if (report != nullptr) *report = nullptr;
  return dfn::Guarded(error, [&]() -> dfn::Status {
    DFN_TRY(const dfn_split_options asked,
            dfn::ReadOptions(options, sizeof(dfn_split_options), dfn::DefaultSplitOptions(),
                             "dfn_split_options"));
    if (source == nullptr) return dfn::NullArgument("source");
    if (folder == nullptr) return dfn::NullArgument("folder");
    dfn::SplitRequest request{.source = source,
                              .folder = dfn::PathOf(folder),
                              .form = {},
                              .replace = asked.overwrite != 0};
    DFN_TRY(request.form, dfn::FormOf(asked));
    DFN_TRY(const dfn::WrittenFiles written, dfn::SplitToFolder(request, dfn::StepsOf(asked)));
    dfn::GiveText(dfn::ReportText(written), report);
    return {};
  });
}

void dfn_pack_options_init(dfn_pack_options* options, size_t size) {
  dfn::InitOptions(options, size, dfn::DefaultPackOptions());
}

dfn_result dfn_pack(const char* source, const char* target, const dfn_pack_options* options,
                    char** report, dfn_error** error) {
  if (report != nullptr) *report = nullptr;
  return dfn::Guarded(error, [&]() -> dfn::Status {
    DFN_TRY(const dfn_pack_options asked,
            dfn::ReadOptions(options, sizeof(dfn_pack_options), dfn::DefaultPackOptions(),
                             "dfn_pack_options"));
    DFN_TRY(const dfn::PackRequest request, dfn::RequestOf(source, target, asked));
    DFN_TRY(const dfn::PackReport done, dfn::PackToFile(request, dfn::StepsOf(asked)));
    dfn::GiveText(dfn::ReportText(done), report);
    return {};
  });
}

void dfn_inspect_options_init(dfn_inspect_options* options, size_t size) {
  dfn::InitOptions(options, size, dfn::DefaultInspectOptions());
}

dfn_result dfn_inspect(const char* source, const dfn_inspect_options* options, char** json,
                       dfn_error** error) {
  if (json != nullptr) *json = nullptr;
  return dfn::Guarded(error, [&]() -> dfn::Status {
    DFN_TRY(const dfn_inspect_options asked,
            dfn::ReadOptions(options, sizeof(dfn_inspect_options), dfn::DefaultInspectOptions(),
                             "dfn_inspect_options"));
    DFN_TRY(const dfn::Inspection found,
            dfn::InspectModel(dfn::TextOrEmpty(source), dfn::StepsOf(asked)));
    dfn::GiveText(dfn::InspectionText(found), json);
    return {};
  });
}
