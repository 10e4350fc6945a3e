// The options of `deepfilter export` on the form of its files, which other commands share.
#ifndef DEEPFILTER_CLI_MODELS_EXPORT_OPTIONS_H_
#define DEEPFILTER_CLI_MODELS_EXPORT_OPTIONS_H_

#include <string>

#include "base/result.h"
#include "convert/export/export.h"

namespace dfn {

class Arguments;

// The form of the exported files, as typed.
struct ExportForm {
  std::string layout = "networks";
  std::string state = "full";
  int opset = 17;
  std::string frames = "dynamic";
  bool lower_gru = false;
  bool fp16 = false;
};

// --state, --opset, --frames, --lower-gru, --fp16; --layout only `with_layout`.
void DefineExportForm(Arguments& command, ExportForm& form, bool with_layout);

// Errors: kInvalidArgument names the option.
Result<ExportOptions> ParseExportForm(const ExportForm& form);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_MODELS_EXPORT_OPTIONS_H_
