#include <optional>

#include "api/tools/export_model.h"
#include "api/tools/report_json.h"
#include "base/path_text.h"

namespace dfn {
namespace {

ReportJson Optional(const std::optional<double>& value) {
  return value ? ReportJson(*value) : ReportJson(nullptr);
}

ReportJson JsonOf(const WrittenFiles& written) {
  ReportJson files = ReportJson::array();
  for (const WrittenFiles::File& file : written.files) {
    files.push_back({{"name", file.name}, {"bytes", file.bytes}});
  }
  return {{"source", written.source}, {"folder", PathText(written.folder)}, {"files", files}};
}

ReportJson JsonOf(const Parity& parity) {
  ReportJson tensors = ReportJson::array();
  for (const TensorParity& tensor : parity.tensors) {
    tensors.push_back({{"name", tensor.name},
                       {"max_error", tensor.max_error},
                       {"max_value", tensor.max_value},
                       {"most_error", Optional(tensor.most_error)}});
  }
  return {{"runtime", parity.runtime},
          {"frames", parity.frames},
          {"tensors", tensors},
          {"snr_db", parity.snr_db},
          {"least_snr_db", Optional(parity.least_snr_db)},
          {"passed", parity.passed()}};
}

}  // namespace

std::string ReportText(const ExportReport& report) {
  ReportJson json = JsonOf(report.written);
  json["note"] = report.note.empty() ? ReportJson(nullptr) : ReportJson(report.note);
  json["parity"] = report.parity ? JsonOf(*report.parity) : ReportJson(nullptr);
  return ToText(json);
}

std::string ReportText(const WrittenFiles& written) { return ToText(JsonOf(written)); }

}  // namespace dfn
