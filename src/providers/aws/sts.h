#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/failure.h"
#include "providers/credentials.h"
#include "providers/renewal.h"

namespace meridian {

// AWS's security token service: credentials for a role, for an hour.

struct RoleCall {
  Address endpoint;
  std::string region;  // For the signature.
  std::string role;
  std::string session;
  std::string external_id;   // May be empty.
  std::string duration;      // Seconds; empty: AWS's own, an hour.
  std::string web_identity;  // A token: then nothing is signed.
};

// The request for AssumeRole, signed with `keys`, or for AssumeRoleWithWebIdentity.
FetchUrl sts_errand(const RoleCall& call, const Credential& keys, WallTime now);

// What STS answered: XML, either credentials with their end or an error's code and sentence.
Result<Lease> read_sts_reply(int status, std::string_view xml);

// sts.<region>.amazonaws.com, or the endpoint that the file names.
Result<Address> sts_address(std::string_view region, const std::string& endpoint);

// The same two calls as a story, with retries where AWS says that they may help.
LeaseScript assume_role(Desk* desk, RoleCall call, Credential keys);

}  // namespace meridian
