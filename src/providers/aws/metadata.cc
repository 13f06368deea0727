#include "providers/aws/metadata.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "providers/dates.h"
#include "providers/errands.h"
#include "providers/flat_json.h"
#include "providers/redact.h"

namespace meridian {
namespace {

// Plain http may carry credentials only to this machine or to the link-local addresses of ECS and
// EKS.
bool may_be_asked(const Address& address) {
  constexpr std::array<std::string_view, 3> kAgents = {
      "169.254.170.2", "169.254.170.23", "fd00:ec2::23"};
  return address.tls || is_loopback(address.host) ||
         std::ranges::find(kAgents, address.host) != kAgents.end();
}

// A role's name becomes part of a path.
bool is_role_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("+=,.@-_").contains(c);
  });
}

FetchUrl get(Address address, std::string target, std::chrono::seconds limit) {
  FetchUrl errand;
  errand.method = "GET";
  errand.address = std::move(address);
  errand.target = std::move(target);
  errand.limit = limit;
  return errand;
}

// The value for the agent's authorization header; a Failure when it could break the head.
Script<Result<std::string>> container_token(Desk* desk) {
  const auto path = co_await variable(desk, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  std::string text;
  if (!path.empty()) {
    auto read = co_await file(desk, path);
    if (!read) {
      co_return no_credential("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE cannot be read.");
    }
    text = std::move(*read);
  } else {
    text = co_await variable(desk, "AWS_CONTAINER_AUTHORIZATION_TOKEN");
  }
  auto safe = header_safe(text);
  if (!safe) {
    co_return no_credential("The container's authorization token contains a line break.");
  }
  co_return std::move(*safe);
}

Script<Result<BaseUrl>> container_url(Desk* desk) {
  BaseUrl url;
  const auto relative = co_await variable(desk, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  auto full = "http://169.254.170.2" + relative;
  if (relative.empty()) {
    full = co_await variable(desk, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
  }
  if (full.empty()) {
    co_return url;
  }
  auto parsed = parse_base_url(full);
  if (parsed && !may_be_asked(parsed->address)) {
    co_return no_credential(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or http to this machine.");
  }
  co_return parsed;
}

Script<Result<Address>> instance_address(Desk* desk) {
  const auto endpoint = co_await variable(desk, "AWS_EC2_METADATA_SERVICE_ENDPOINT");
  if (!endpoint.empty()) {
    auto url = parse_base_url(endpoint);
    if (!url) {
      co_return std::unexpected(std::move(url.error()));
    }
    co_return std::move(url->address);
  }
  const auto mode = co_await variable(desk, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
  Address address;
  address.host = mode == "ipv6" || mode == "IPv6" ? "fd00:ec2::254" : "169.254.169.254";
  address.port = 80;
  address.tls = false;
  co_return address;
}

}  // namespace

Result<Lease> read_metadata_reply(std::string_view json) {
  const auto fields = FlatJson::read(json);
  if (!fields) {
    return no_credential("The metadata service answered with something that is not JSON.");
  }
  const auto code = (*fields)["Code"];
  if (!code.empty() && code != "Success") {
    return no_credential(fmt::format("The metadata service answered {}: {}",
                                     for_machines(code),
                                     for_people((*fields)["Message"])));
  }
  const auto key_id = header_safe((*fields)["AccessKeyId"]);
  const auto secret = header_safe((*fields)["SecretAccessKey"]);
  const auto token = header_safe((*fields)["Token"]);
  const auto ends = parse_rfc3339((*fields)["Expiration"]);
  if (!key_id || !secret || !token || !ends || key_id->empty() || secret->empty() ||
      token->empty()) {
    return no_credential("The metadata service answered without credentials.");
  }
  Lease lease;
  lease.credential.aws_key_id = Secret(*key_id);
  lease.credential.aws_secret = Secret(*secret);
  lease.credential.aws_token = Secret(*token);
  lease.ends = ends;
  return lease;
}

LeaseScript container_credentials(Desk* desk) {
  auto url = co_await container_url(desk);
  if (!url) {
    co_return std::unexpected(std::move(url.error()));
  }
  if (url->address.host.empty()) {
    co_return Lease();
  }
  auto token = co_await container_token(desk);
  if (!token) {
    co_return std::unexpected(std::move(token.error()));
  }
  auto target = url->path.empty() ? "/" : url->path;
  if (!url->query.empty()) {
    target.append("?").append(url->query);
  }
  auto errand = get(url->address, std::move(target), std::chrono::seconds(2));
  errand.headers.emplace_back("accept", "application/json");
  if (!token->empty()) {
    errand.headers.emplace_back("authorization", *token);
  }
  constexpr int kTries = 3;
  ErrandResult result;
  for (int tries = 1; tries <= kTries; ++tries) {
    result = co_await fetch(desk, errand);
    if (result.done && result.status < 500) {
      break;
    }
    if (tries < kTries) {
      co_await pause(desk, std::chrono::seconds(1));
    }
  }
  if (!result.done || result.status != 200) {
    co_return no_credential(
        result.done ? fmt::format("The container's credential agent answered {}.", result.status)
                    : "The container's credential agent does not answer.");
  }
  co_return read_metadata_reply(result.text);
}

LeaseScript instance_credentials(Desk* desk) {
  const auto off = co_await variable(desk, "AWS_EC2_METADATA_DISABLED");
  if (off == "true" || off == "TRUE" || off == "True") {
    co_return Lease();
  }
  auto address = co_await instance_address(desk);
  if (!address) {
    co_return std::unexpected(std::move(address.error()));
  }
  constexpr std::chrono::seconds kLimit(1);
  constexpr std::string_view kRoles = "/latest/meta-data/iam/security-credentials/";

  auto token_errand = get(*address, "/latest/api/token", kLimit);
  token_errand.method = "PUT";
  token_errand.headers.emplace_back("x-aws-ec2-metadata-token-ttl-seconds", "21600");
  const auto token_reply = co_await fetch(desk, std::move(token_errand));
  const auto token = header_safe(token_reply.text);
  if (!token_reply.done || token_reply.status != 200 || !token || token->empty()) {
    co_return Lease();  // Not on EC2, as far as anybody can tell.
  }
  auto roles_errand = get(*address, std::string(kRoles), kLimit);
  roles_errand.headers.emplace_back("x-aws-ec2-metadata-token", *token);
  const auto roles = co_await fetch(desk, std::move(roles_errand));
  const auto role = header_safe(roles.text.substr(0, roles.text.find('\n')));
  if (!roles.done || roles.status != 200 || !role || !is_role_name(*role)) {
    co_return no_credential("This EC2 instance has no IAM role.");
  }
  auto keys_errand = get(*address, std::string(kRoles) + *role, kLimit);
  keys_errand.headers.emplace_back("x-aws-ec2-metadata-token", *token);
  const auto keys = co_await fetch(desk, std::move(keys_errand));
  if (!keys.done || keys.status != 200) {
    co_return no_credential(
        "The EC2 metadata service gives no credentials for the instance's role.");
  }
  co_return read_metadata_reply(keys.text);
}

}  // namespace meridian
