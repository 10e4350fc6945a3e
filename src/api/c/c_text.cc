#include "api/c/c_text.h"

#include <cstdlib>
#include <cstring>
#include <new>

#include "deepfilter/tools.h"

namespace dfn {

void GiveText(const std::string& text, char** out) {
  if (out == nullptr) return;
  auto* copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (copy == nullptr) throw std::bad_alloc();
  std::memcpy(copy, text.c_str(), text.size() + 1);
  *out = copy;
}

}  // namespace dfn

void dfn_text_free(char* text) { std::free(text); }
