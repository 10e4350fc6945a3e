// How the system names itself and its processor.
#ifndef DEEPFILTER_OS_MACHINE_NAME_H_
#define DEEPFILTER_OS_MACHINE_NAME_H_

#include <string>

namespace dfn {

// "Linux x86_64", or empty.
std::string SystemName();
// "Intel(R) Xeon(R) ...", or empty.
std::string ProcessorName();

}  // namespace dfn

#endif  // DEEPFILTER_OS_MACHINE_NAME_H_
