#include "deepfilter/deepfilter.h"
#include "kernels/targets.h"

#define DFN_TEXT_INNER(x) #x
#define DFN_TEXT(x) DFN_TEXT_INNER(x)

namespace {

constexpr char kVersion[] =
    DFN_TEXT(DFN_VERSION_MAJOR) "." DFN_TEXT(DFN_VERSION_MINOR) "." DFN_TEXT(DFN_VERSION_PATCH);

}  // namespace

const char* dfn_version(void) { return kVersion; }

const char* dfn_simd_target(void) { return dfn::KernelTargetName(dfn::ActiveKernelTarget()); }
