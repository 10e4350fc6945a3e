// This process's environment variables, for tests.
#ifndef DEEPFILTER_BASE_TESTING_ENVIRONMENT_H_
#define DEEPFILTER_BASE_TESTING_ENVIRONMENT_H_

#include <stdlib.h>

#include <optional>
#include <string>
#include <utility>

namespace dfn {

// Sets a variable, or removes it without a value. On Windows an empty value removes it, too. No other
// thread may look at the environment meanwhile.
inline void SetVariable(const std::string& name, const std::optional<std::string>& value) {
#if defined(_WIN32)
  _putenv_s(name.c_str(), value ? value->c_str() : "");
#else
  if (value) {
    setenv(name.c_str(), value->c_str(), 1);
  } else {
    unsetenv(name.c_str());
  }
#endif
}

// Sets a variable, or removes it, until the end of the scope, which brings the earlier value back.
class ScopedVariable {
 public:
  ScopedVariable(std::string name, const std::optional<std::string>& value)
      : name_(std::move(name)) {
    if (const char* before = getenv(name_.c_str())) before_ = before;
    SetVariable(name_, value);
  }
  ~ScopedVariable() { SetVariable(name_, before_); }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  std::string name_;
  std::optional<std::string> before_;
};

}  // namespace dfn

#endif  // DEEPFILTER_BASE_TESTING_ENVIRONMENT_H_
