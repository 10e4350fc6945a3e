// A command line's options, in front of the parser that reads them (CLI11).
#ifndef DEEPFILTER_CLI_ARGUMENTS_H_
#define DEEPFILTER_CLI_ARGUMENTS_H_

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace dfn {

// Where an option's value goes. A vector takes any number of values, one a word.
using ArgumentTarget =
    std::variant<std::string*, std::optional<std::string>*, std::vector<std::string>*, int*,
                 std::optional<int>*, size_t*, std::optional<size_t>*, std::vector<size_t>*, float*,
                 std::optional<float>*, double*>;

// The requirement on an option's value.
struct ArgumentRules {
  bool required = false;
  std::optional<std::pair<double, double>> range = std::nullopt;  // both ends are allowed
  std::vector<std::string> choices = {};                          // none: any value
  bool comma_separated = false;                                   // several values in one word
  bool* given = nullptr;  // set to whether the option was there; it may then come without a value
};

// The result of parsing a command line.
struct ParsedArguments {
  enum class Kind { kCommand, kHelp, kFullHelp, kVersion, kUsageError };
  Kind kind = Kind::kCommand;
  std::string command;  // the name of the command that was named first, or ""
  std::string text;     // kVersion: what to print; kUsageError: a sentence without a full stop
};

// The options of a program or of one of its commands. Values are written when a command line is
// parsed, so what the targets point to outlives this object. Names are "-o,--output" for options
// and "INPUT" for what comes without a dash.
class Arguments {
 public:
  // A program, `version` being what --version prints. `help` and `full_help` are the names of the
  // flags for the short and the full help; without the second the first is for both.
  explicit Arguments(const std::string& version, const std::string& version_flag = "-V,--version",
                     const std::string& help = "-h", const std::string& full_help = "--help");
  ~Arguments();
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;

  // Adds a command below this one; `given` is set to whether it was named. Lives as long as this.
  Arguments& Command(const std::string& name, bool* given = nullptr);
  // How many commands have to be named: `least` to `most`.
  void RequireCommands(size_t least, size_t most);

  void Flag(const std::string& names, bool& value);
  // A flag with its opposite: true and false; nothing is written when neither is there.
  void Flag(const std::string& name, const std::string& opposite, std::optional<bool>& value);
  // How often the flag is there.
  void CountedFlag(const std::string& names, int& count);
  void Option(const std::string& names, ArgumentTarget value, const ArgumentRules& rules = {});
  // An option whose value is one of some words.
  void Choice(const std::string& names, std::vector<std::string> choices,
              const std::function<void(const std::string& choice)>& choose);
  template <class Value, class Target>
  void Choice(const std::string& names, Target& target, std::map<std::string, Value> choices) {
    std::vector<std::string> words;
    for (const auto& choice : choices) words.push_back(choice.first);
    Choice(names, std::move(words),
           [&target, choices](const std::string& word) { target = choices.at(word); });
  }
  // Options of which one rules out the other.
  void Exclude(const std::string& name, const std::string& other);

  // Reads a command line and writes the values.
  ParsedArguments Parse(int argc, const char* const* argv);
  // The same of words with spaces between them and without a program's name; for tests.
  ParsedArguments Parse(const std::string& words);

  // The name of this command; "" for a program.
  std::string name() const;
  // Every option with each of its names and dashes, in the order of their definition.
  std::vector<std::string> OptionNames() const;
  const std::vector<std::unique_ptr<Arguments>>& commands() const { return commands_; }

 private:
  explicit Arguments(CLI::App* command);
  template <class Read>
  ParsedArguments ParseWith(const Read& read, const std::vector<std::string>& given);
  // Whether this or a command below it has an option of that name ("-f", "--force").
  bool HasOption(const std::string& name) const;
  // After a usage error: the first word that is likely meant as a file, but begins with a dash.
  std::string DashedFile(const std::vector<std::string>& words) const;
  void WriteGiven() const;

  std::unique_ptr<CLI::App> program_;  // null for a command
  CLI::App* app_;
  std::vector<std::unique_ptr<Arguments>> commands_;
  std::vector<std::pair<const CLI::Option*, bool*>> given_options_;
  std::vector<std::pair<const CLI::App*, bool*>> given_commands_;
};

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ARGUMENTS_H_
