// The JSON that reports and listings are made of: indented, and valid UTF-8 whatever names contain.
#ifndef DEEPFILTER_API_TOOLS_REPORT_JSON_H_
#define DEEPFILTER_API_TOOLS_REPORT_JSON_H_

#include <nlohmann/json.hpp>
#include <string>

namespace dfn {

// Keeps the order of its keys.
using ReportJson = nlohmann::ordered_json;

inline std::string ToText(const ReportJson& json) {
  return json.dump(2, ' ', false, ReportJson::error_handler_t::replace);
}

}  // namespace dfn

#endif  // DEEPFILTER_API_TOOLS_REPORT_JSON_H_
