// Random configs of any family, size, kernel, skip and grouping.
#ifndef DEEPFILTER_TESTS_DIFFERENTIAL_RANDOM_CONFIG_H_
#define DEEPFILTER_TESTS_DIFFERENTIAL_RANDOM_CONFIG_H_

#include <random>
#include <string>

#include "model/config.h"

namespace dfn::test {

// A config that ValidateConfig takes, small enough for thousands of networks.
Config RandomConfig(std::mt19937& random);

// What tells it from others, in one line.
std::string ConfigText(const Config& config);

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_DIFFERENTIAL_RANDOM_CONFIG_H_
