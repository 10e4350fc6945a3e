#include "cli/models/export_options.h"

#include <CLI/CLI.hpp>
#include <array>

namespace dfn {
namespace {

// The enumerator whose name was typed.
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

void DefineExportForm(CLI::App& command, ExportForm& form, bool with_layout) {
  if (with_layout) command.add_option("--layout", form.layout);
  command.add_option("--state", form.state);
  command.add_option("--opset", form.opset);
  command.add_option("--frames", form.frames);
  command.add_flag("--lower-gru", form.lower_gru);
  command.add_flag("--fp16", form.fp16);
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
