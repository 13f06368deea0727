#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/time.h"
#include "cloud/refusal.h"

namespace meridian {

// What the simulated cloud hands out and takes back. Nothing is remembered: what it issued carries
// its own end and a seal, so that a restarted cloud still knows its tokens.

inline constexpr std::chrono::seconds kIssuedLife{3600};

// An access token as Google's token endpoint gives.
std::string issue_bearer(WallTime now);

// One that was issued and has not ended, or simulated_credential(Provider::Vertex)'s.
bool knows_bearer(std::string_view bearer, WallTime now);

struct AwsSession {
  std::string key_id;
  std::string secret;
  std::string token;
  WallTime ends;
};

// Temporary credentials as STS gives.
AwsSession issue_session(WallTime now);

// The secret behind an access key: simulated_credential(Provider::Bedrock)'s, or a session's, whose
// token has to come with it.
std::expected<std::string, RefusalKind> aws_secret_of(std::string_view key_id,
                                                      std::string_view session_token,
                                                      WallTime now);

}  // namespace meridian
