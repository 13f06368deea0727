#pragma once

#include <functional>
#include <string_view>

namespace meridian {

// A head's fields by lower-case name, as the gateway's parser hands them over. Empty: not there.
using HeaderLookup = std::function<std::string_view(std::string_view lower_case_name)>;

}  // namespace meridian
