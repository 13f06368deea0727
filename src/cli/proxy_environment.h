#pragma once

#include <expected>
#include <string>

#include "transport/network.h"

namespace meridian {

// HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY in either case, as curl reads them (HTTP_PROXY in
// capitals is not read, since a CGI client could set it). Failure: a sentence that names the
// variable.
std::expected<ProxyRules, std::string> proxy_from_environment();

}  // namespace meridian
