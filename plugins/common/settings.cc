#include "common/settings.h"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <string_view>

#if defined(_WIN32)
#include <filesystem>
#endif

namespace dfn::plugin {
namespace {

#if defined(_WIN32)
// In UTF-8, as the library takes paths; std::getenv follows the user's code page.
std::string Variable(const char* name) {
  const wchar_t* value = _wgetenv(std::wstring(name, name + std::strlen(name)).c_str());
  if (value == nullptr) return {};
  const std::u8string text = std::filesystem::path(value).u8string();
  return {text.begin(), text.end()};
}
#else
std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}
#endif

// Returns the index of the variable's value in `values`, or that of the first one if it is not set.
size_t Choice(const char* name, std::initializer_list<std::string_view> values, const Log& log) {
  const std::string value = Variable(name);
  if (value.empty()) return 0;
  std::string expected;
  size_t index = 0;
  for (const std::string_view known : values) {
    if (value == known) return index;
    expected += index == 0 ? "" : index + 1 == values.size() ? " or " : ", ";
    expected += known;
    ++index;
  }
  log(std::string(name) + " is set to something else than " + expected + "; taking " +
      std::string(*values.begin()));
  return 0;
}

}  // namespace

Settings ReadSettings(const Log& log) {
  Settings settings;
  settings.model = Variable("DEEPFILTER_PLUGIN_MODEL");
  constexpr WorkChoice kWork[] = {WorkChoice::kAuto, WorkChoice::kDirect, WorkChoice::kSpread};
  settings.work = kWork[Choice("DEEPFILTER_PLUGIN_WORK", {"auto", "direct", "spread"}, log)];
  settings.background = Choice("DEEPFILTER_PLUGIN_LOAD", {"wait", "background"}, log) == 1;
  return settings;
}

}  // namespace dfn::plugin
