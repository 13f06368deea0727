#pragma once

#include <string_view>

namespace meridian {

// Whether a request's top-level field is read by the gateway itself (num_retries, fallbacks, ...;
// `peek` reads them) and of no meaning to a provider. The same in every client's dialect.
bool for_the_gateway(std::string_view name);

}  // namespace meridian
