#pragma once

#include <string_view>

namespace meridian {

// Files of deploy/prometheus, compiled in (CMakeLists.txt beside this), so that the program and the
// repository cannot differ.
extern const std::string_view kSeedAlerts;
extern const std::string_view kAlerts;
extern const std::string_view kQueries;

}  // namespace meridian
