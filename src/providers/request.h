#pragma once

#include <string>
#include <string_view>

#include "base/failure.h"
#include "providers/upstream.h"

namespace meridian {

// The parts of a request that make_upstream and build_request share.

// The line that proves who we are, for providers whose proof does not cover the request. Failure:
// Misconfigured, when there is none or it could end the line. Nothing is appended where a server
// needs no key, and where extra_headers bring one.
Result<bool> append_credential(std::string& head,
                               const Upstream& upstream,
                               const Credential& credential);

// The name of that line's field: "authorization", "x-api-key", ...
std::string_view credential_field(Provider provider);

// `path`, one of the upstream's, with `*` and `{project}` filled in. Failure: BadRequest when what
// a client asked for by a wildcard would lead to another path; Misconfigured when nobody says which
// project.
Result<std::string> request_target(const std::string& path,
                                   std::string_view wildcard,
                                   const Credential& credential);

}  // namespace meridian
