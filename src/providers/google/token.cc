#include "providers/google/token.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "providers/digest.h"
#include "providers/errands.h"
#include "providers/flat_json.h"
#include "providers/percent.h"
#include "providers/redact.h"

namespace meridian {
namespace {

constexpr std::string_view kTokenUri = "https://oauth2.googleapis.com/token";
constexpr std::chrono::seconds kJwtLife(3600);

bool may_be_asked(const Address& address) {
  if (is_loopback(address.host)) {
    return true;
  }
  return address.tls &&
         (address.host == "googleapis.com" || address.host.ends_with(".googleapis.com"));
}

std::string token_uri_of(const FlatJson& file) {
  const auto given = file["token_uri"];
  return std::string(given.empty() ? kTokenUri : given);
}

// The name of the first field that is not there; empty: all are.
std::string_view missing(const FlatJson& file, std::initializer_list<std::string_view> names) {
  for (const auto name : names) {
    if (file[name].empty()) {
      return name;
    }
  }
  return {};
}

std::unexpected<Failure> lacks(std::string_view type, std::string_view field) {
  return no_credential(fmt::format("The Google credential file ({}) has no \"{}\".", type, field));
}

}  // namespace

Result<BaseUrl> googles_own(std::string_view field, const std::string& url) {
  auto parsed = parse_base_url(url);
  if (!parsed) {
    return std::unexpected(std::move(parsed.error()));
  }
  if (!may_be_asked(parsed->address)) {
    return no_credential(
        fmt::format("The credential file's {} must be https://...googleapis.com: a file may not "
                    "send what proves who we are anywhere else.",
                    field));
  }
  return parsed;
}

Result<GoogleFile> read_google_file(std::string_view json) {
  const auto file = FlatJson::read(json);
  if (!file) {
    return no_credential("The Google credential file is not a JSON object.");
  }
  const auto type = (*file)["type"];
  const auto uri = token_uri_of(*file);
  const auto url = googles_own("token_uri", uri);
  if (!url) {
    return std::unexpected(url.error());
  }
  if (type == "service_account") {
    if (const auto field = missing(*file, {"client_email", "private_key"}); !field.empty()) {
      return lacks(type, field);
    }
    return ServiceAccount{.email = std::string((*file)["client_email"]),
                          .key_id = std::string((*file)["private_key_id"]),
                          .private_key = Secret(std::string((*file)["private_key"])),
                          .token_uri = uri,
                          .project = std::string((*file)["project_id"])};
  }
  if (type == "authorized_user") {
    if (const auto field = missing(*file, {"client_id", "client_secret", "refresh_token"});
        !field.empty()) {
      return lacks(type, field);
    }
    return AuthorizedUser{.client_id = std::string((*file)["client_id"]),
                          .client_secret = Secret(std::string((*file)["client_secret"])),
                          .refresh_token = Secret(std::string((*file)["refresh_token"])),
                          .token_uri = uri,
                          .project = std::string((*file)["quota_project_id"])};
  }
  return no_credential(fmt::format(
      "A Google credential file of type \"{}\" is not supported: use a service_account, "
      "authorized_user or external_account file, or the metadata server of the machine.",
      for_machines(type)));
}

Result<std::string> service_account_jwt(const ServiceAccount& account, WallTime now) {
  boost::json::object header = {{"alg", "RS256"}, {"typ", "JWT"}};
  if (!account.key_id.empty()) {
    header["kid"] = account.key_id;
  }
  // `aud` is Google's own address even where the file names another: google-auth does the same.
  const boost::json::object claims = {{"iss", account.email},
                                      {"aud", kTokenUri},
                                      {"scope", kCloudPlatform},
                                      {"iat", now.time_since_epoch().count()},
                                      {"exp", (now + kJwtLife).time_since_epoch().count()}};
  const auto jwt =
      base64url(boost::json::serialize(header)) + "." + base64url(boost::json::serialize(claims));
  const auto signature = sign_rs256(account.private_key.reveal(), jwt);
  if (!signature) {
    return std::unexpected(signature.error());
  }
  return jwt + "." + base64url(*signature);
}

Result<FetchUrl> token_errand(const GoogleFile& file, WallTime now) {
  FetchUrl errand;
  errand.method = "POST";
  std::string uri;
  if (const auto* account = std::get_if<ServiceAccount>(&file)) {
    const auto jwt = service_account_jwt(*account, now);
    if (!jwt) {
      return std::unexpected(jwt.error());
    }
    uri = account->token_uri;
    errand.body = form_encode(
        {{"assertion", *jwt}, {"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"}});
  } else {
    const auto& user = std::get<AuthorizedUser>(file);
    uri = user.token_uri;
    errand.body = form_encode({{"grant_type", "refresh_token"},
                               {"client_id", user.client_id},
                               {"client_secret", user.client_secret.reveal()},
                               {"refresh_token", user.refresh_token.reveal()}});
  }
  auto url = googles_own("token_uri", uri);
  if (!url) {
    return std::unexpected(std::move(url.error()));
  }
  errand.address = std::move(url->address);
  errand.target = url->path.empty() ? "/" : url->path;
  errand.headers.emplace_back("content-type", "application/x-www-form-urlencoded");
  return errand;
}

Result<Lease> read_token_reply(const ErrandResult& reply, WallTime now) {
  if (!reply.done) {
    return no_credential("The token server cannot be reached.");
  }
  const auto fields = FlatJson::read(reply.text);
  if (reply.status != 200 || !fields) {
    const auto code = fields ? for_machines((*fields)["error"]) : std::string();
    const auto words = fields ? for_people((*fields)["error_description"]) : std::string();
    return no_credential(fmt::format("The token server answered {}{}{}{}{}.",
                                     reply.status,
                                     code.empty() ? "" : ": ",
                                     code,
                                     words.empty() ? "" : ": ",
                                     words));
  }
  const auto token = header_safe((*fields)["access_token"]);
  const auto life = fields->seconds("expires_in");
  if (!token || token->empty() || !life || *life <= 0) {
    return no_credential("The token server answered without an access token and its expires_in.");
  }
  constexpr long kDay = 86'400;
  Lease lease;
  lease.credential.bearer = Secret(*token);
  lease.ends = now + std::chrono::seconds(std::min(*life, kDay));
  return lease;
}

bool token_retry_helps(const ErrandResult& reply) {
  if (!reply.done) {
    return true;
  }
  constexpr std::array<int, 5> kStatuses = {408, 429, 500, 503, 504};
  if (std::ranges::find(kStatuses, reply.status) != kStatuses.end()) {
    return true;
  }
  const auto fields = FlatJson::read(reply.text);
  const auto code = fields ? (*fields)["error"] : std::string_view();
  return code == "internal_failure" || code == "server_error" || code == "temporarily_unavailable";
}

}  // namespace meridian
