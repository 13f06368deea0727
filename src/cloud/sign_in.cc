#include "cloud/sign_in.h"

#include <fmt/format.h>

#include "cloud/keys.h"
#include "providers/aws/sigv4.h"
#include "providers/simulated.h"

namespace meridian {
namespace {

using Verdict = std::optional<CloudRefusal>;

CloudRefusal refuse(RefusalKind kind, std::string message = {}) {
  return {.kind = kind, .message = std::move(message)};
}

std::string_view bearer_in(const CloudCall& call) {
  const auto field = call.header("authorization");
  for (const std::string_view scheme : {"Bearer ", "bearer "}) {
    if (field.starts_with(scheme)) {
      return field.substr(scheme.size());
    }
  }
  return {};
}

Verdict check_key(std::string_view key) {
  if (key.empty()) {
    return refuse(RefusalKind::MissingKey);
  }
  if (key.contains("invalid")) {
    return refuse(RefusalKind::WrongKey);
  }
  return std::nullopt;
}

Verdict check_signature(const CloudCall& call,
                        const CloudSite& site,
                        std::string_view service,
                        WallTime now) {
  const auto key_id = sigv4_key_id(call.header("authorization"));
  const auto secret = aws_secret_of(key_id, call.header("x-amz-security-token"), now);
  if (!secret) {
    // Whoever points an SDK of their own here has no other way to learn the key.
    const auto keys = simulated_credential(Provider::Bedrock);
    return refuse(
        secret.error(),
        secret.error() == RefusalKind::UnknownClient
            ? fmt::format(
                  "The security token included in the request is invalid. (This is a simulated "
                  "cloud: its access key is {}, its secret {}.)",
                  keys.aws_key_id.reveal(),
                  keys.aws_secret.reveal())
            : std::string());
  }
  switch (check_sigv4(call.method,
                      call.target,
                      call.header,
                      call.body,
                      *secret,
                      {.region = site.region, .service = service},
                      now)) {
    case SigV4Verdict::Valid:
      return std::nullopt;
    case SigV4Verdict::Missing:
      return refuse(RefusalKind::MissingKey);
    case SigV4Verdict::Malformed:
      return refuse(
          RefusalKind::WrongSignature,
          "Authorization header requires 'Credential', 'Signature' and 'SignedHeaders' with "
          "host and x-amz-date among them.");
    case SigV4Verdict::Skewed:
      return refuse(
          RefusalKind::WrongSignature,
          "Signature expired or not yet current: it was made more than five minutes from now.");
    case SigV4Verdict::Mismatch:
      return refuse(RefusalKind::WrongSignature);
  }
  return std::nullopt;
}

Verdict bedrock(const CloudCall& call, const CloudSite& site, WallTime now) {
  if (const auto bearer = bearer_in(call); !bearer.empty()) {
    return check_key(bearer);
  }
  const std::string_view service =
      site.host.starts_with("bedrock-mantle") ? "bedrock-mantle" : "bedrock";
  return check_signature(call, site, service, now);
}

Verdict anthropic(const CloudCall& call) {
  const auto key = call.header("x-api-key");
  if (auto refused = check_key(key.empty() ? bearer_in(call) : key)) {
    return refused;
  }
  if (call.header("anthropic-version").empty()) {
    return refuse(RefusalKind::Invalid, "anthropic-version: header is required");
  }
  return std::nullopt;
}

Verdict vertex(const CloudCall& call, WallTime now) {
  if (const auto key = call.header("x-goog-api-key"); !key.empty()) {
    return check_key(key);
  }
  const auto bearer = bearer_in(call);
  if (bearer.empty()) {
    return refuse(RefusalKind::MissingKey);
  }
  return knows_bearer(bearer, now) ? Verdict() : refuse(RefusalKind::WrongKey);
}

Verdict gemini(const CloudCall& call, WallTime now) {
  const auto query = call.target.find("key=");
  return query != std::string_view::npos ? check_key(call.target.substr(query + 4))
                                         : vertex(call, now);
}

Verdict azure(const CloudCall& call) {
  const auto key = call.header("api-key");
  if (auto refused = check_key(key.empty() ? bearer_in(call) : key)) {
    return refused;
  }
  const bool classic = call.target.contains("/openai/deployments/");
  if (classic && !call.target.contains("api-version=")) {
    return refuse(RefusalKind::NoSuchPath, "Resource not found");  // What Azure says then.
  }
  return std::nullopt;
}

}  // namespace

std::optional<CloudRefusal> sign_in(const CloudCall& call,
                                    const CloudSite& site,
                                    CloudOperation operation,
                                    WallTime now) {
  if (operation == CloudOperation::Sts) {
    const bool web = call.body.contains("AssumeRoleWithWebIdentity");
    return web ? std::nullopt : check_signature(call, site, "sts", now);
  }
  if (operation == CloudOperation::GoogleToken || operation == CloudOperation::EntraToken) {
    return std::nullopt;  // What they ask for stands in the body.
  }
  switch (site.provider) {
    case Provider::Bedrock:
      return bedrock(call, site, now);
    case Provider::Vertex:
      return vertex(call, now);
    case Provider::Gemini:
      return gemini(call, now);
    case Provider::Anthropic:
      return anthropic(call);
    case Provider::OpenAi:
      return check_key(bearer_in(call));
    case Provider::Azure:
      return azure(call);
    case Provider::Compatible: {
      // Self-hosted servers mostly ask for no key.
      const auto bearer = bearer_in(call);
      return bearer.empty() ? std::nullopt : check_key(bearer);
    }
  }
  return std::nullopt;
}

}  // namespace meridian
