#include "cli/man_page.h"

#include <algorithm>
#include <sstream>
#include <vector>

#include "cli/help_text.h"

namespace dfn {
namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view kUsage = "usage: ";
constexpr std::string_view kExitStatus = "Exit status: ";

// Where descriptions begin in the help texts.
constexpr size_t kDescriptionColumns[] = {24, 28};

size_t Indent(const std::string& line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

std::string Trimmed(const std::string& text) {
  const size_t begin = Indent(text);
  return text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

// Text that roff takes as it is.
std::string Roff(const std::string& text) {
  std::string roff = text.starts_with('.') || text.starts_with('\'') ? "\\&" : "";
  for (const char c : text) {
    if (c == '\\') {
      roff += "\\e";
    } else {
      roff += c == '-' ? "\\-" : std::string(1, c);
    }
  }
  return roff;
}

std::string RoffLine(const std::string& text) { return Roff(Trimmed(text)) + "\n"; }

// The parts of a help text between empty lines.
std::vector<Lines> Blocks(const std::string& text) {
  std::vector<Lines> blocks(1);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) {
      blocks.back().push_back(line);
    } else if (!blocks.back().empty()) {
      blocks.emplace_back();
    }
  }
  return blocks;
}

bool IsOption(const std::string& line) {
  const size_t indent = Indent(line);
  return indent >= 2 && indent <= 6 && line.compare(indent, 1, "-") == 0;
}

bool HasOptions(const Lines& block) { return std::any_of(block.begin(), block.end(), IsOption); }

// Command lines, each indented by two spaces, which a description may follow.
bool IsExamples(const Lines& block) {
  return std::all_of(block.begin(), block.end(),
                     [](const std::string& line) { return Indent(line) == 2 && !IsOption(line); });
}

// Options with what they do; a line in front of them is a heading.
std::string Options(const Lines& block) {
  std::string roff;
  for (const std::string& line : block) {
    if (Indent(line) == 0) {
      roff += ".SS " + RoffLine(line);
    } else if (!IsOption(line)) {
      roff += RoffLine(line);
    } else {
      size_t split = line.size();
      for (const size_t column : kDescriptionColumns) {
        const bool begins = column < split && line[column - 1] == ' ';
        // Another option may be there too: "--mic, --speaker, --both".
        if (begins && line[column] != ' ' && line[column] != '-') split = column;
      }
      roff += ".TP\n.B " + RoffLine(line.substr(0, split));
      if (split < line.size()) roff += RoffLine(line.substr(split));
    }
  }
  return roff;
}

std::string Examples(const Lines& block) {
  std::string roff = ".PP\n.nf\n";
  for (const std::string& line : block) roff += RoffLine(line);
  return roff + ".fi\n";
}

// "  deepfilter models   known models": what is behind the gap is the command's purpose.
std::string Commands(const Lines& block) {
  std::string roff;
  for (const std::string& line : block) {
    const size_t gap = std::min(line.find("   ", Indent(line)), line.size());
    roff += ".TP\n.B " + RoffLine(line.substr(0, gap)) + RoffLine(line.substr(gap));
  }
  return roff;
}

std::string Paragraph(const Lines& block) {
  std::string roff = ".PP\n";
  for (const std::string& line : block) roff += RoffLine(line);
  return roff;
}

// Returns the program help's summary of a command: "enhance sounds".
std::string Purpose(const std::string& command) {
  std::istringstream lines(HelpText("", false));
  for (std::string line; std::getline(lines, line);) {
    const size_t gap = line.find("   ", 2);
    if (gap != std::string::npos && line.starts_with("  deepfilter " + command + " ")) {
      return Trimmed(line.substr(gap));
    }
  }
  return "";
}

struct Sections {
  std::string synopsis;
  std::string description;
  std::string commands;
  std::string options;
  std::string notes;
  std::string examples;
  std::string exit_status;
};

Sections Sort(const std::vector<Lines>& blocks, bool of_program) {
  Sections sections;
  for (Lines block : blocks) {
    if (block.empty()) continue;
    if (block.front().starts_with(kUsage)) {
      for (std::string& line : block) line = line.substr(kUsage.size());
      sections.synopsis += Examples(block);
    } else if (block.front().starts_with(kExitStatus)) {
      block.front().erase(0, kExitStatus.size());
      sections.exit_status += Paragraph(block);
    } else if (HasOptions(block)) {
      sections.options += Options(block);
    } else if (IsExamples(block)) {
      (of_program ? sections.commands : sections.examples) +=
          of_program ? Commands(block) : Examples(block);
    } else {
      (sections.options.empty() ? sections.description : sections.notes) += Paragraph(block);
    }
  }
  return sections;
}

std::string Section(const char* heading, const std::string& content) {
  return content.empty() ? "" : std::string(".SH ") + heading + "\n" + content;
}

}  // namespace

std::string ManPageFile(std::string_view command) {
  return (command.empty() ? "deepfilter" : "deepfilter-" + std::string(command)) + ".1";
}

std::string ManPage(std::string_view command) {
  const bool of_program = command.empty();
  std::vector<Lines> blocks = Blocks(HelpText(command, true));
  std::string purpose = Purpose(std::string(command));
  if (of_program) {
    // "deepfilter: takes noise out of speech with DeepFilterNet."
    purpose = Trimmed(blocks.front().front().substr(std::string_view("deepfilter:").size()));
    purpose.pop_back();
    blocks.erase(blocks.begin());
  }
  std::string name = ManPageFile(command);
  name.resize(name.size() - 2);
  const Sections sections = Sort(blocks, of_program);
  std::string others;
  for (const std::string& other : HelpCommands()) {
    if (of_program) others += Roff("deepfilter-" + other) + "(1)\n";
  }
  return ".TH " + Roff(name) + " 1 \"\" \"deepfilter " DEEPFILTER_VERSION "\" deepfilter\n" +
         Section("NAME", Roff(name) + " \\- " + Roff(purpose) + "\n") +
         Section("SYNOPSIS",
                 of_program ? ".B deepfilter\nCOMMAND [options]\n" : sections.synopsis) +
         Section("DESCRIPTION", sections.description) + Section("COMMANDS", sections.commands) +
         Section("OPTIONS", sections.options) + Section("NOTES", sections.notes) +
         Section("EXAMPLES", sections.examples) + Section("EXIT STATUS", sections.exit_status) +
         Section("SEE ALSO", of_program ? others : "deepfilter(1)\n");
}

}  // namespace dfn
