#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "providers/digest.h"
#include "providers/header_lookup.h"

namespace meridian {

// AWS Signature Version 4, for every service but S3 (which encodes paths once, not twice).
// Source: AWS, "Create a signed AWS API request"; vectors made with botocore in sigv4_test.cc.

// What four HMACs make of a secret for one day, region and service. Worth keeping: deriving it
// costs more than the rest of a signature.
struct SigningKey {
  Digest key{};
  std::string scope;  // "20150830/us-east-1/bedrock/aws4_request".
};

struct SigningScope {
  std::string_view region;  // Of the endpoint that is called, never of the model's ARN.
  std::string_view service;
};

// `day` is "20150830".
SigningKey derive_signing_key(std::string_view secret,
                              std::string_view day,
                              const SigningScope& scope);

// The same, kept by this thread for the last few scopes. Valid until the thread's next call.
const SigningKey& cached_signing_key(std::string_view secret,
                                     std::string_view day,
                                     const SigningScope& scope);

struct AwsKeys {
  std::string_view key_id;
  std::string_view secret;
  std::string_view token;  // Empty: long-term keys.
};

struct SigV4Request {
  std::string_view method;
  std::string_view target;  // As it goes on the wire: encoded path, and query if any.
  std::string_view host;    // As in the Host header.
  std::string_view content_type;
  std::string_view body;
  // Further fields to sign: lower-case names, none of the above, no x-amz-date.
  std::span<const std::pair<std::string, std::string>> more;
};

// Appends the lines of a head that make the request authentic: x-amz-date, x-amz-security-token
// where there is one, and authorization. The other signed fields are the caller's to send, as given
// here.
void append_sigv4(std::string& head,
                  const SigV4Request& request,
                  const AwsKeys& keys,
                  const SigningScope& scope,
                  WallTime now);

// The same lines as fields, for a caller that writes its own head.
std::vector<std::pair<std::string, std::string>> sigv4_fields(const SigV4Request& request,
                                                              const AwsKeys& keys,
                                                              const SigningScope& scope,
                                                              WallTime now);

enum class SigV4Verdict : std::uint8_t {
  Valid,
  Missing,    // No authorization field, or another scheme.
  Malformed,  // Not of this form, or a field that has to be signed is not.
  Skewed,     // Signed more than five minutes from `now`.
  Mismatch,   // Something signed is not what arrived, or another secret.
};

// The receiving side, for the simulated cloud. `scope` is what the receiver is; a signature made
// for another region is a Mismatch, as it is to AWS.
SigV4Verdict check_sigv4(std::string_view method,
                         std::string_view target,
                         const HeaderLookup& headers,
                         std::string_view body,
                         std::string_view secret,
                         const SigningScope& scope,
                         WallTime now);

// The same for whatever scope the signature names.
bool verify_sigv4(std::string_view method,
                  std::string_view target,
                  const HeaderLookup& headers,
                  std::string_view body,
                  std::string_view secret,
                  WallTime now);

// The access key id inside an authorization field; empty when there is none.
std::string_view sigv4_key_id(std::string_view authorization);

}  // namespace meridian
