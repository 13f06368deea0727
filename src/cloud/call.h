#pragma once

#include <string_view>

#include "providers/header_lookup.h"

namespace meridian {

// A request as it reached the simulated cloud. Views into what was received.
struct CloudCall {
  std::string_view method;
  std::string_view target;  // As sent: a signature covers it.
  HeaderLookup header;
  std::string_view body;
  std::string_view gate;  // The host whose own port it came in by; empty: the main port.
};

}  // namespace meridian
