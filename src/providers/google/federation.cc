#include "providers/google/federation.h"

#include <utility>

#include <fmt/format.h>

#include "providers/dates.h"
#include "providers/errands.h"
#include "providers/flat_json.h"
#include "providers/google/credentials.h"
#include "providers/google/token.h"
#include "providers/head.h"
#include "providers/percent.h"
#include "providers/redact.h"
#include "wire/base64.h"
#include "wire/json.h"

namespace meridian {
namespace {

constexpr std::string_view kSts = "https://sts.googleapis.com/v1/token";
constexpr std::size_t kTokenBytesMax = 64UL * 1024;

std::unexpected<Failure> lacks(std::string_view field) {
  return no_credential(
      fmt::format("The Google credential file (external_account) has no \"{}\".", field));
}

std::string target_of(const BaseUrl& url) {
  return (url.path.empty() ? "/" : url.path) + (url.query.empty() ? "" : "?" + url.query);
}

// {"type":"json","subject_token_field_name":"..."}; without it, the text is the token.
Result<std::string> json_field_of(JsonValue format) {
  const auto type = format["type"].text();
  if (type.empty() || type == "text") {
    return std::string();
  }
  auto field = format["subject_token_field_name"].text();
  if (type != "json" || field.empty()) {
    return no_credential(
        "The Google credential file's credential_source.format has to be text, or json with a "
        "subject_token_field_name.");
  }
  return field;
}

Result<bool> read_url(JsonValue source, SubjectToken& to) {
  auto url = parse_base_url(source["url"].text());
  if (!url) {
    return std::unexpected(std::move(url.error()));
  }
  to.url = std::move(*url);
  for (const auto member : source["headers"].members()) {
    std::string name(member.name);
    for (auto& c : name) {
      c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    auto value = member.value.text();
    if (!is_field_name(name) || !is_field_value(value) || is_framing_field(name)) {
      return no_credential(fmt::format(
          "The Google credential file's credential_source.headers hold what no header has: \"{}\".",
          for_machines(name)));
    }
    to.headers.emplace_back(std::move(name), std::move(value));
  }
  return true;
}

Result<SubjectToken> read_source(JsonValue source) {
  SubjectToken read;
  auto field = json_field_of(source["format"]);
  if (!field) {
    return std::unexpected(std::move(field.error()));
  }
  read.json_field = std::move(*field);
  read.file = source["file"].text();
  if (!read.file.empty()) {
    return read;
  }
  if (source["environment_id"].given() || source["executable"].given() ||
      source["certificate"].given()) {
    return no_credential(
        "The Google credential file takes its token from a program, a certificate or AWS, which is "
        "not supported: use a credential_source with a file or a url.");
  }
  if (!source["url"].given()) {
    return lacks("credential_source.file");
  }
  if (const auto url = read_url(source, read); !url) {
    return std::unexpected(url.error());
  }
  return read;
}

std::string text_or(JsonValue value, std::string_view standard) {
  return value.given() ? value.text() : std::string(standard);
}

LeaseScript impersonated(Desk* desk, BaseUrl url, std::chrono::seconds lifetime, Secret token) {
  constexpr int kTries = 3;
  ErrandResult reply;
  for (int tries = 1; tries <= kTries; ++tries) {
    reply = co_await fetch(desk, impersonation_errand(url, lifetime, token));
    if (!token_retry_helps(reply)) {
      break;
    }
    if (tries < kTries) {
      co_await pause(desk, std::chrono::seconds(tries));
    }
  }
  co_return read_impersonation_reply(reply);
}

}  // namespace

bool is_external_account(std::string_view json) {
  const auto file = FlatJson::read(json);
  return file && (*file)["type"] == "external_account";
}

Result<ExternalAccount> read_external_account(std::string_view json) {
  const auto file = thread_json_parser().parse(json);
  if (!file || json.size() > FlatJson::kBytesMax) {
    return no_credential("The Google credential file is not a JSON object.");
  }
  const auto& fields = *file;
  ExternalAccount account;
  account.audience = fields["audience"].text();
  account.subject_token_type = fields["subject_token_type"].text();
  if (account.audience.empty() || account.subject_token_type.empty()) {
    return lacks(account.audience.empty() ? "audience" : "subject_token_type");
  }
  auto source = read_source(fields["credential_source"]);
  if (!source) {
    return std::unexpected(std::move(source.error()));
  }
  account.source = std::move(*source);
  auto token_url = googles_own("token_url", text_or(fields["token_url"], kSts));
  if (!token_url) {
    return std::unexpected(std::move(token_url.error()));
  }
  account.token_url = std::move(*token_url);
  constexpr std::string_view kImpersonation = "service_account_impersonation_url";
  if (fields[kImpersonation].given()) {
    auto url = googles_own(kImpersonation, fields[kImpersonation].text());
    if (!url) {
      return std::unexpected(std::move(url.error()));
    }
    account.impersonation_url = std::move(*url);
  }
  const auto lifetime = fields["service_account_impersonation"]["token_lifetime_seconds"].integer();
  if (lifetime && *lifetime >= 600 && *lifetime <= 43'200) {
    account.lifetime = std::chrono::seconds(*lifetime);
  }
  account.client_id = fields["client_id"].text();
  account.client_secret = Secret(fields["client_secret"].text());
  account.project = fields["quota_project_id"].text();
  return account;
}

Result<Secret> subject_token(const SubjectToken& source, std::string_view text) {
  std::string token(text.substr(0, kTokenBytesMax));
  if (!source.json_field.empty()) {
    const auto parsed = thread_json_parser().parse(text);
    token = parsed ? (*parsed)[source.json_field].text() : std::string();
  }
  auto safe = header_safe(token);
  if (!safe || safe->empty()) {
    return no_credential(
        source.json_field.empty()
            ? std::string("The token to be exchanged at Google is empty, or is none.")
            : fmt::format("The token to be exchanged at Google is not in the field \"{}\".",
                          for_machines(source.json_field)));
  }
  return Secret(std::move(*safe));
}

FetchUrl exchange_errand(const ExternalAccount& account, const Secret& subject_token) {
  FetchUrl errand;
  errand.method = "POST";
  errand.address = account.token_url.address;
  errand.target = target_of(account.token_url);
  errand.headers.emplace_back("content-type", "application/x-www-form-urlencoded");
  if (!account.client_id.empty()) {
    std::string basic = "Basic ";
    append_base64(basic, account.client_id + ":" + std::string(account.client_secret.reveal()));
    errand.headers.emplace_back("authorization", std::move(basic));
  }
  errand.body =
      form_encode({{"grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"},
                   {"audience", account.audience},
                   {"scope", kCloudPlatform},
                   {"requested_token_type", "urn:ietf:params:oauth:token-type:access_token"},
                   {"subject_token", subject_token.reveal()},
                   {"subject_token_type", account.subject_token_type}});
  return errand;
}

FetchUrl impersonation_errand(const BaseUrl& url,
                              std::chrono::seconds lifetime,
                              const Secret& token) {
  FetchUrl errand;
  errand.method = "POST";
  errand.address = url.address;
  errand.target = target_of(url);
  errand.headers.emplace_back("content-type", "application/json");
  errand.headers.emplace_back("authorization", "Bearer " + std::string(token.reveal()));
  errand.body =
      fmt::format(R"({{"scope":["{}"],"lifetime":"{}s"}})", kCloudPlatform, lifetime.count());
  return errand;
}

Result<Lease> read_impersonation_reply(const ErrandResult& reply) {
  if (!reply.done) {
    return no_credential("Google's IAM cannot be reached to impersonate the service account.");
  }
  const auto parsed = thread_json_parser().parse(reply.text);
  if (reply.status != 200 || !parsed) {
    const auto words = parsed ? for_people((*parsed)["error"]["message"].text()) : std::string();
    return no_credential(
        fmt::format("Google's IAM answered {} to impersonating the service "
                    "account{}{}.",
                    reply.status,
                    words.empty() ? "" : ": ",
                    words));
  }
  const auto token = header_safe((*parsed)["accessToken"].text());
  const auto ends = parse_rfc3339((*parsed)["expireTime"].text());
  if (!token || token->empty() || !ends) {
    return no_credential("Google's IAM answered without an accessToken and its expireTime.");
  }
  Lease lease;
  lease.credential.bearer = Secret(*token);
  lease.ends = *ends;
  return lease;
}

LeaseScript federated(Desk* desk, ExternalAccount account) {
  std::string text;
  if (!account.source.file.empty()) {
    const auto path = co_await under_home(desk, account.source.file);
    auto read = co_await file(desk, path);
    if (!read) {
      co_return no_credential(
          fmt::format("The token file \"{}\" that the Google credential file names cannot be read.",
                      account.source.file));
    }
    text = std::move(*read);
  } else {
    FetchUrl errand;
    errand.method = "GET";
    errand.address = account.source.url.address;
    errand.target = target_of(account.source.url);
    errand.headers = account.source.headers;
    auto reply = co_await fetch(desk, std::move(errand));
    if (!reply.done || reply.status != 200) {
      co_return no_credential(
          reply.done ? fmt::format("The address that the Google credential file takes its token "
                                   "from answered {}.",
                                   reply.status)
                     : std::string("The address that the Google credential file takes its token "
                                   "from cannot be reached."));
    }
    text = std::move(reply.text);
  }
  const auto subject = subject_token(account.source, text);
  if (!subject) {
    co_return std::unexpected(subject.error());
  }
  auto lease = co_await fetch_token(desk, exchange_errand(account, *subject));
  if (lease && account.impersonation_url) {
    auto token = lease->credential.bearer;
    lease =
        co_await impersonated(desk, *account.impersonation_url, account.lifetime, std::move(token));
  }
  if (lease) {
    lease->credential.account = account.project;
  }
  co_return lease;
}

}  // namespace meridian
