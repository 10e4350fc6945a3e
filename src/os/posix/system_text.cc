#include "os/system_text.h"

#include <cstring>

namespace dfn {

std::string SystemText(int error) { return std::strerror(error); }

}  // namespace dfn
