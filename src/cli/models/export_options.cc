#include "cli/models/export_options.h"

#include "cli/arguments.h"

#include <array>

namespace dfn {
namespace {

// The enumerator with the name that the user typed.
template <class T, size_t N>
Result<T> Choose(const char* option, const std::string& typed, const std::array<T, N>& choices,
                 const char* (*name_of)(T)) {
  std::string names;
  for (const T choice : choices) {
    if (typed == name_of(choice)) return choice;
    names += (names.empty() ? "" : ", ") + std::string(name_of(choice));
  }
  return Error{ErrorCode::kInvalidArgument,
               std::string(option) + " is \"" + typed + "\", expected one of " + names};
}

constexpr std::array kLayouts = {ExportLayout::kNetworks, ExportLayout::kCombined,
                                 ExportLayout::kStreaming, ExportLayout::kAudio};
constexpr std::array kStates = {StateForm::kFull, StateForm::kGru, StateForm::kNone};

}  // namespace

void DefineExportForm(Arguments& command, ExportForm& form, bool with_layout) {
  if (with_layout) command.Option("--layout", &form.layout);
  command.Option("--state", &form.state);
  command.Option("--opset", &form.opset);
  command.Option("--frames", &form.frames);
  command.Flag("--lower-gru", form.lower_gru);
  command.Flag("--fp16", form.fp16);
}

Result<ExportOptions> ParseExportForm(const ExportForm& form) {
  ExportOptions options;
  DFN_TRY(options.layout, Choose("--layout", form.layout, kLayouts, &LayoutName));
  DFN_TRY(options.state, Choose("--state", form.state, kStates, &StateFormName));
  if (form.frames != "dynamic" && form.frames != "1") {
    return Error{ErrorCode::kInvalidArgument,
                 "--frames is \"" + form.frames + "\", expected dynamic or 1"};
  }
  options.opset = form.opset;
  options.single_frame = form.frames == "1";
  options.lower_gru = form.lower_gru;
  options.fp16_weights = form.fp16;
  return options;
}

}  // namespace dfn
