#include "cli/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <type_traits>

#include "base/path_text.h"
#include "base/printable.h"
#include "base/shell_word.h"

namespace dfn {
namespace {

// The number type of a target: T of T, std::optional<T> and std::vector<T>.
template <class T>
struct NumberIn {
  using Type = T;
};
template <class T>
struct NumberIn<std::optional<T>> {
  using Type = T;
};
template <class T>
struct NumberIn<std::vector<T>> {
  using Type = T;
};

template <class Target>
void CheckRange(CLI::Option& option, const std::pair<double, double>& range) {
  using Number = typename NumberIn<Target>::Type;
  if constexpr (std::is_arithmetic_v<Number>) {
    option.check(CLI::Range(static_cast<Number>(range.first), static_cast<Number>(range.second)));
  }
}

// What the variable of a script leaves empty is no name.
std::string CheckName(const std::string& name) { return name.empty() ? "the name is empty" : ""; }

// Whether an option's value names what is read or written, or which part of it. An empty value of the others is as none.
bool IsName(const std::string& names) {
  constexpr std::array<std::string_view, 6> kOptions = {"-o,--output",   "--record",   "--report",
                                                        "--latency-csv", "--manifest", "--shard"};
  return !names.starts_with('-') ||
         std::find(kOptions.begin(), kOptions.end(), names) != kOptions.end();
}

// CLI11's sentence, in the form of ours.
std::string Sentence(const CLI::ParseError& error) {
  std::string text = error.what();
  while (!text.empty() && (text.back() == '.' || text.back() == '\n')) text.pop_back();
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return text;
}

// "-a.wav" has one, "-0.5", "--rate=8.k" and "-v" have none.
bool HasExtension(const std::string& word) {
  const std::string extension = PathText(PathOf(word).extension());
  return extension.size() > 1 && std::isalpha(static_cast<unsigned char>(extension[1])) != 0 &&
         word.find('=') == std::string::npos;
}

}  // namespace

Arguments::Arguments(const std::string& version, const std::string& version_flag,
                     const std::string& help, const std::string& full_help)
    : program_(std::make_unique<CLI::App>()), app_(program_.get()) {
  // "/name" is a path on every system. Commands inherit this.
  program_->allow_windows_style_options(false);
  app_->set_help_flag(help);
  if (!full_help.empty()) app_->set_help_all_flag(full_help);
  app_->set_version_flag(version_flag, version);
}

Arguments::Arguments(CLI::App* command) : app_(command) {}
Arguments::~Arguments() = default;

Arguments& Arguments::Command(const std::string& name, bool* given) {
  CLI::App* command = app_->add_subcommand(name);
  if (given != nullptr) given_commands_.emplace_back(command, given);
  commands_.push_back(std::unique_ptr<Arguments>(new Arguments(command)));
  return *commands_.back();
}

void Arguments::RequireCommands(size_t least, size_t most) {
  app_->require_subcommand(least, most);
}

void Arguments::Flag(const std::string& names, bool& value) { app_->add_flag(names, value); }

void Arguments::Flag(const std::string& name, const std::string& opposite,
                     std::optional<bool>& value) {
  app_->add_flag_function(name + ",!" + opposite, [&value](std::int64_t sum) { value = sum > 0; });
}

void Arguments::CountedFlag(const std::string& names, int& count) { app_->add_flag(names, count); }

void Arguments::Option(const std::string& names, ArgumentTarget value, const ArgumentRules& rules) {
  CLI::Option* option = std::visit(
      [&](auto* target) {
        CLI::Option* added = app_->add_option(names, *target);
        if (rules.range) CheckRange<std::remove_pointer_t<decltype(target)>>(*added, *rules.range);
        return added;
      },
      value);
  if (IsName(names)) option->check(CheckName);
  if (!rules.choices.empty()) option->check(CLI::IsMember(rules.choices));
  if (rules.comma_separated) option->delimiter(',');
  if (rules.required) option->required();
  if (rules.given == nullptr) return;
  option->expected(0, 1);
  given_options_.emplace_back(option, rules.given);
}

void Arguments::Choice(const std::string& names, std::vector<std::string> choices,
                       const std::function<void(const std::string& choice)>& choose) {
  app_->add_option_function<std::string>(names, choose)->check(CLI::IsMember(std::move(choices)));
}

void Arguments::Exclude(const std::string& name, const std::string& other) {
  app_->get_option(name)->excludes(app_->get_option(other));
}

void Arguments::WriteGiven() const {
  for (const auto& [option, given] : given_options_) *given = option->count() > 0;
  for (const auto& [command, given] : given_commands_) *given = command->parsed();
  for (const auto& command : commands_) command->WriteGiven();
}

bool Arguments::HasOption(const std::string& name) const {
  const std::vector<std::string> names = OptionNames();
  return std::find(names.begin(), names.end(), name) != names.end() ||
         std::any_of(commands_.begin(), commands_.end(),
                     [&](const auto& command) { return command->HasOption(name); });
}

std::string Arguments::DashedFile(const std::vector<std::string>& words) const {
  const std::vector<std::string> unknown = app_->remaining(true);
  for (const std::string& word : words) {
    if (word == "--") break;
    if (word.size() < 2 || word.front() != '-' || Printable(word) != word) continue;
    if (HasOption(word)) continue;
    std::error_code ignored;
    if (std::filesystem::exists(PathOf(word), ignored)) return word;
    const bool not_read = std::find(unknown.begin(), unknown.end(), word) != unknown.end();
    if (not_read && HasExtension(word)) return word;
  }
  return {};
}

template <class Read>
ParsedArguments Arguments::ParseWith(const Read& read, const std::vector<std::string>& given) {
  ParsedArguments parsed;
  try {
    read();
    WriteGiven();
  } catch (const CLI::CallForHelp&) {
    parsed.kind = ParsedArguments::Kind::kHelp;
  } catch (const CLI::CallForAllHelp&) {
    parsed.kind = ParsedArguments::Kind::kFullHelp;
  } catch (const CLI::CallForVersion& version) {
    parsed.kind = ParsedArguments::Kind::kVersion;
    parsed.text = version.what();
  } catch (const CLI::ParseError& error) {
    parsed.kind = ParsedArguments::Kind::kUsageError;
    parsed.text = Sentence(error);
  }
  if (parsed.kind == ParsedArguments::Kind::kUsageError) {
    if (const std::string file = DashedFile(given); !file.empty()) {
      parsed.text =
          Quoted(file) + " is read as an option; if it is a file, write " + ShellWord("./" + file);
    }
  }
  const auto named = app_->get_subcommands();
  if (!named.empty()) {
    parsed.command = named.front()->get_name();
  } else if (parsed.kind == ParsedArguments::Kind::kUsageError && !commands_.empty()) {
    const std::vector<std::string> words = app_->remaining();
    if (!words.empty() && !words.front().starts_with('-')) {
      parsed.text = Quoted(words.front()) + " is no command";
    }
  }
  return parsed;
}

ParsedArguments Arguments::Parse(int argc, const char* const* argv) {
  return ParseWith([&] { app_->parse(argc, argv); }, {argv + std::min(argc, 1), argv + argc});
}

ParsedArguments Arguments::Parse(const std::string& words) {
  return ParseWith([&] { app_->parse(words); }, CLI::detail::split_up(words));
}

std::string Arguments::name() const { return app_->get_name(); }

std::vector<std::string> Arguments::OptionNames() const {
  std::vector<std::string> names;
  for (const CLI::Option* option : app_->get_options()) {
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    if (option->get_positional()) names.push_back(option->get_single_name());
  }
  return names;
}

}  // namespace dfn
