// Functions of float32 that have the same bits on every system. C libraries agree on double only to
// its last bits, and on float32 not always; rounded to float32, results in double agree but for one
// argument in hundreds of millions.
#ifndef DEEPFILTER_BASE_FLOAT_FUNCTIONS_H_
#define DEEPFILTER_BASE_FLOAT_FUNCTIONS_H_

#include <cmath>

namespace dfn {

// All are real-time, and defined where the functions of std are.
inline float Log10(float x) noexcept { return static_cast<float>(std::log10(double{x})); }
inline float Log1p(float x) noexcept { return static_cast<float>(std::log1p(double{x})); }
inline float Exp(float x) noexcept { return static_cast<float>(std::exp(double{x})); }
inline float Sin(float x) noexcept { return static_cast<float>(std::sin(double{x})); }
// 10 to the power of x.
inline float Pow10(float x) noexcept { return static_cast<float>(std::pow(10.0, double{x})); }

}  // namespace dfn

#endif  // DEEPFILTER_BASE_FLOAT_FUNCTIONS_H_
