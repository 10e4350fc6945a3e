// inih splits sections, keys and values. Where it and Python's configparser part ways, the lines
// are prepared before it sees them:
//   - it cuts lines at its buffer's end without a word: such lines are refused;
//   - it cuts values at " ;" as comments: comment signs inside a line travel as control bytes;
//   - it takes any indented line as more of the value above, configparser only one that is indented
//     deeper than the key: such lines are joined here.
// inih's own switches for these differ between its builds or are globals of the whole process.
#include "formats/ini/ini.h"

#include <ini.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "base/printable.h"

namespace dfn {
namespace {

// inih keeps this many characters of a section's name (MAX_SECTION, less the closing zero).
constexpr size_t kMaxSectionBytes = 49;
// Stand for ';' and '#' on the way through inih; other control bytes are refused.
constexpr char kSemicolon = '\x01';
constexpr char kHash = '\x02';
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string Restored(const char* text) {
  std::string restored(text);
  std::replace(restored.begin(), restored.end(), kSemicolon, ';');
  std::replace(restored.begin(), restored.end(), kHash, '#');
  return restored;
}

using Sections = std::map<std::string, std::map<std::string, std::string>, std::less<>>;

class IniReader {
 public:
  IniReader(std::string_view text, const std::string& name) : rest_(text), name_(Printable(name)) {}

  Result<Sections> Read() {
    if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
    const int bad_line = ini_parse_stream(&NextLine, this, &TakeValue, this);
    if (error_) return *std::move(error_);
    if (bad_line != 0) {
      return Error{ErrorCode::kCorrupt, name_ + ": line " + std::to_string(bad_line) +
                                            " is neither a [section], nor key = value, nor a "
                                            "comment"};
    }
    return std::move(sections_);
  }

 private:
  // ini_reader: puts the next line into `buffer` of `size` bytes. Null ends the reading.
  static char* NextLine(char* buffer, int size, void* self) {
    return static_cast<IniReader*>(self)->Next({buffer, static_cast<size_t>(size)});
  }
  // ini_handler: one key with its value. Nonzero: taken.
  static int TakeValue(void* self, const char* section, const char* key, const char* value) {
    return static_cast<IniReader*>(self)->Take(section, key, value) ? 1 : 0;
  }

  char* Fail(ErrorCode code, const std::string& what) {
    error_ = Error{code, name_ + ": line " + std::to_string(line_number_) + " " + what};
    return nullptr;
  }

  char* Next(std::span<char> buffer) {
    if (error_ || rest_.empty()) return nullptr;
    ++line_number_;
    const size_t end = rest_.find('\n');
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    for (const char c : line) {
      if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == '\x7f')
        return Fail(ErrorCode::kCorrupt, "holds a control byte, so the file is no text");
    }
    const size_t indent = line.find_first_not_of(" \t");
    if (indent == std::string_view::npos) return Put("", buffer);
    line.remove_prefix(indent);
    if (line[0] == ';' || line[0] == '#') return Put("", buffer);

    if (!key_.empty() && indent > key_indent_) {
      line.remove_suffix(line.size() - line.find_last_not_of(" \t") - 1);
      sections_[section_][key_].append("\n").append(line);
      return Put("", buffer);
    }
    key_indent_ = indent;
    if (line[0] == '[') {
      key_.clear();
      in_new_section_ = true;
      if (line.starts_with("[]")) return Fail(ErrorCode::kCorrupt, "has a section without a name");
      const size_t close = line.find(']');
      if (close != std::string_view::npos && close > kMaxSectionBytes + 1) {
        return Fail(ErrorCode::kLimit, "has a section name of more than " +
                                           std::to_string(kMaxSectionBytes) + " bytes");
      }
    }
    return Put(std::string(line), buffer);
  }

  char* Put(std::string line, std::span<char> buffer) {
    if (line.size() + 2 > buffer.size()) {
      return Fail(ErrorCode::kLimit, "has " + std::to_string(line.size()) + " bytes, but at most " +
                                         std::to_string(buffer.size() - 2) + " are allowed");
    }
    std::replace(line.begin(), line.end(), ';', kSemicolon);
    std::replace(line.begin(), line.end(), '#', kHash);
    line += '\n';
    std::memcpy(buffer.data(), line.c_str(), line.size() + 1);
    return buffer.data();
  }

  bool Take(const char* section, const char* key, const char* value) {
    if (in_new_section_) {
      in_new_section_ = false;
      section_ = LowerCase(Restored(section));
      if (!sections_.try_emplace(section_).second) {
        Fail(ErrorCode::kCorrupt, "is in a second section " + Quoted(section_));
        return false;
      }
    }
    if (sections_.empty()) {
      Fail(ErrorCode::kCorrupt, "stands before the first [section]");
      return false;
    }
    key_ = LowerCase(Restored(key));
    if (key_.empty()) {
      Fail(ErrorCode::kCorrupt, "has a value without a key");
      return false;
    }
    if (!sections_[section_].try_emplace(key_, Restored(value)).second) {
      Fail(ErrorCode::kCorrupt,
           "gives key " + Quoted(key_) + " of section " + Quoted(section_) + " a second time");
      return false;
    }
    return true;
  }

  std::string_view rest_;
  std::string name_;
  size_t line_number_ = 0;
  bool in_new_section_ = false;  // no key since the section's header
  std::string section_;
  std::string key_;  // the last key; empty at the start of a section
  size_t key_indent_ = 0;
  Sections sections_;
  std::optional<Error> error_;
};

}  // namespace

Result<IniFile> IniFile::Parse(Bytes text, const std::string& name, const Limits& limits) {
  if (text.size() > limits.max_ini_bytes) {
    return Error{ErrorCode::kLimit, Printable(name) + ": has " + std::to_string(text.size()) +
                                        " bytes, but at most " +
                                        std::to_string(limits.max_ini_bytes) + " are allowed"};
  }
  const std::string_view view(reinterpret_cast<const char*>(text.data()), text.size());
  DFN_TRY(Sections sections, IniReader(view, name).Read());
  IniFile file;
  file.sections_ = std::move(sections);
  return file;
}

bool IniFile::HasSection(std::string_view section) const {
  return sections_.contains(LowerCase(section));
}

std::optional<std::string> IniFile::Get(std::string_view section, std::string_view key) const {
  const auto found = sections_.find(LowerCase(section));
  if (found == sections_.end()) return std::nullopt;
  const auto value = found->second.find(LowerCase(key));
  if (value == found->second.end()) return std::nullopt;
  return value->second;
}

}  // namespace dfn
