#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace meridian {

// What a configuration needs of an address: `providers` takes it apart to connect.
struct BaseParts {
  std::string host;     // Lower case, with a port where it is not the scheme's own.
  std::string problem;  // Not empty: it cannot be used, and why. Never shows the address.
  std::string hint;
};

BaseParts read_base(std::string_view url);

// The name without its port.
std::string_view without_port(std::string_view host);

// The address with `/v1` at its end, for servers whose OpenAI protocol lives there.
std::string with_v1(std::string base);

}  // namespace meridian
