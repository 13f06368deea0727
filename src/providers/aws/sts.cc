#include "providers/aws/sts.h"

#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "providers/aws/sigv4.h"
#include "providers/dates.h"
#include "providers/errands.h"
#include "providers/percent.h"
#include "providers/redact.h"

namespace meridian {
namespace {

constexpr std::size_t kReplyBytesMax = std::size_t{256} << 10;
constexpr std::string_view kFormType = "application/x-www-form-urlencoded; charset=utf-8";

std::string unescaped(std::string_view text) {
  struct Entity {
    std::string_view name;
    char value;
  };

  constexpr std::array<Entity, 5> kEntities = {
      {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}}};
  std::string out;
  while (!text.empty()) {
    char byte = text.front();
    std::size_t used = 1;
    for (const auto& entity : kEntities) {
      if (text.starts_with(entity.name)) {
        byte = entity.value;
        used = entity.name.size();
      }
    }
    out += byte;
    text.remove_prefix(used);
  }
  return out;
}

// The text of the first element of this name. STS's answers are flat enough for that: no
// attributes, no CDATA, no name used twice for different things. Empty: not there.
std::string element(std::string_view xml, std::string_view name) {
  const auto open = fmt::format("<{}>", name);
  const auto begin = xml.find(open);
  if (begin == std::string_view::npos) {
    return {};
  }
  const auto rest = xml.substr(begin + open.size());
  const auto end = rest.find('<');
  if (end == std::string_view::npos || !rest.substr(end).starts_with(fmt::format("</{}>", name))) {
    return {};
  }
  return unescaped(rest.substr(0, end));
}

bool worth_another_try(const ErrandResult& result) {
  return !result.done || result.status >= 500 || result.status == 429 ||
         result.text.contains("IDPCommunicationError") || result.text.contains("<Code>Throttling");
}

}  // namespace

FetchUrl sts_errand(const RoleCall& call, const Credential& keys, WallTime now) {
  const bool web = !call.web_identity.empty();
  std::vector<std::pair<std::string_view, std::string_view>> fields = {
      {"Action", web ? "AssumeRoleWithWebIdentity" : "AssumeRole"},
      {"Version", "2011-06-15"},
      {"RoleArn", call.role},
      {"RoleSessionName", call.session}};
  if (!call.duration.empty()) {
    fields.emplace_back("DurationSeconds", call.duration);
  }
  if (web) {
    fields.emplace_back("WebIdentityToken", call.web_identity);
  } else if (!call.external_id.empty()) {
    fields.emplace_back("ExternalId", call.external_id);
  }
  FetchUrl errand;
  errand.method = "POST";
  errand.address = call.endpoint;
  errand.target = "/";
  errand.body = form_encode(fields);
  errand.headers.emplace_back("content-type", kFormType);
  if (!web) {
    const auto signed_fields = sigv4_fields({.method = errand.method,
                                             .target = errand.target,
                                             .host = host_header(errand.address),
                                             .content_type = kFormType,
                                             .body = errand.body},
                                            {.key_id = keys.aws_key_id.reveal(),
                                             .secret = keys.aws_secret.reveal(),
                                             .token = keys.aws_token.reveal()},
                                            {.region = call.region, .service = "sts"},
                                            now);
    errand.headers.insert(errand.headers.end(), signed_fields.begin(), signed_fields.end());
  }
  return errand;
}

Result<Lease> read_sts_reply(int status, std::string_view xml) {
  xml = xml.substr(0, kReplyBytesMax);
  if (status != 200) {
    const auto code = element(xml, "Code");
    const auto message = element(xml, "Message");
    return no_credential(
        code.empty()
            ? fmt::format("AWS STS answered {}.", status)
            : fmt::format(
                  "AWS STS answered {}: {}: {}", status, for_people(code), for_people(message)));
  }
  const auto key_id = header_safe(element(xml, "AccessKeyId"));
  const auto secret = header_safe(element(xml, "SecretAccessKey"));
  const auto token = header_safe(element(xml, "SessionToken"));
  const auto ends = parse_rfc3339(element(xml, "Expiration"));
  const bool whole =
      key_id && secret && token && ends && !key_id->empty() && !secret->empty() && !token->empty();
  if (!whole) {
    return no_credential("AWS STS answered without credentials.");
  }
  Lease lease;
  lease.credential.aws_key_id = Secret(*key_id);
  lease.credential.aws_secret = Secret(*secret);
  lease.credential.aws_token = Secret(*token);
  lease.ends = ends;
  return lease;
}

Result<Address> sts_address(std::string_view region, const std::string& endpoint) {
  const bool china = region.starts_with("cn-");
  auto url = parse_base_url(
      endpoint.empty() ? fmt::format("https://sts.{}.amazonaws.com{}", region, china ? ".cn" : "")
                       : endpoint);
  if (!url) {
    return std::unexpected(std::move(url.error()));
  }
  return std::move(url->address);
}

LeaseScript assume_role(Desk* desk, RoleCall call, Credential keys) {
  constexpr int kTries = 3;
  ErrandResult result;
  for (int tries = 1; tries <= kTries; ++tries) {
    auto errand = sts_errand(call, keys, desk->now);
    result = co_await fetch(desk, std::move(errand));
    if (!worth_another_try(result)) {
      break;
    }
    if (tries < kTries) {
      co_await pause(desk, std::chrono::seconds(tries));
    }
  }
  if (!result.done) {
    co_return no_credential("AWS STS cannot be reached.");
  }
  co_return read_sts_reply(result.status, result.text);
}

}  // namespace meridian
