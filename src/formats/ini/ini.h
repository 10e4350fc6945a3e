// Reads an INI file into sections and keys, as Python's configparser understands them.
#ifndef DEEPFILTER_FORMATS_INI_INI_H_
#define DEEPFILTER_FORMATS_INI_INI_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"

namespace dfn {

class IniFile {
 public:
  // Section and key names are compared in lower case. A value may be empty, or may continue on
  // further lines, each indented deeper than its key. Comments are whole lines that start with '#'
  // or ';'. There is no interpolation, and the DEFAULT section has no special meaning.
  // Errors: kCorrupt (a line that is neither section, key nor comment, a key or section that comes
  // twice, control bytes), kLimit (file, line or section name too long).
  static Result<IniFile> Parse(Bytes text, const std::string& name, const Limits& limits);

  // Whether the section is there with at least one key.
  bool HasSection(std::string_view section) const;
  // The value with white space around it removed, or nothing when the key is absent.
  std::optional<std::string> Get(std::string_view section, std::string_view key) const;

 private:
  std::map<std::string, std::map<std::string, std::string>, std::less<>> sections_;
};

}  // namespace dfn

#endif  // DEEPFILTER_FORMATS_INI_INI_H_
