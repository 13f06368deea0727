#include "cloud/token_desk.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <boost/json.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "cloud/ask_parts.h"
#include "cloud/keys.h"

namespace meridian {
namespace {

namespace json = boost::json;

using Form = std::map<std::string, std::string, std::less<>>;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string form_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
        hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

Form read_form(std::string_view text) {
  Form form;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const auto field = text.substr(0, end);
    const auto equals = std::min(field.find('='), field.size());
    form.emplace(form_decoded(field.substr(0, equals)),
                 form_decoded(field.substr(std::min(equals + 1, field.size()))));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return form;
}

std::string_view value_of(const Form& form, std::string_view name) {
  const auto found = form.find(name);
  return found == form.end() ? std::string_view() : std::string_view(found->second);
}

int base64url_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '-') return 62;
  return c == '_' ? 63 : -1;
}

std::optional<std::string> base64url_decoded(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    const int digit = base64url_digit(c);
    if (digit < 0) {
      return std::nullopt;
    }
    bits = (bits << 6U | static_cast<std::uint32_t>(digit)) & 0xFFFFFFU;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out += static_cast<char>(bits >> held & 0xFFU);
    }
  }
  return out;
}

std::optional<json::object> json_part(std::string_view part) {
  const auto text = base64url_decoded(part);
  boost::system::error_code failed;
  const auto value = text ? json::parse(*text, failed) : json::value();
  return failed || !value.is_object() ? std::nullopt : std::optional(value.get_object());
}

// What is wrong with a JWT grant; empty: nothing.
std::string_view fault_of_jwt(std::string_view jwt, WallTime now) {
  const auto first = jwt.find('.');
  const auto second = first == std::string_view::npos ? first : jwt.find('.', first + 1);
  if (second == std::string_view::npos) {
    return "Invalid JWT: it has to have three parts.";
  }
  const auto header = json_part(jwt.substr(0, first));
  const auto claims = json_part(jwt.substr(first + 1, second - first - 1));
  const auto signature = base64url_decoded(jwt.substr(second + 1));
  if (!header || !claims) {
    return "Invalid JWT: header and claims have to be JSON objects.";
  }
  if (text_in(*header, "alg") != "RS256") {
    return "Invalid JWT: the algorithm has to be RS256.";
  }
  if (!signature || signature->size() < 256) {
    return "Invalid JWT Signature.";
  }
  if (text_in(*claims, "iss").empty() || text_in(*claims, "scope").empty()) {
    return "Invalid JWT: iss and scope are required.";
  }
  if (text_in(*claims, "aud") != "https://oauth2.googleapis.com/token") {
    return "Invalid JWT: aud has to be https://oauth2.googleapis.com/token.";
  }
  const auto begins = count_in(*claims, "iat").value_or(std::nullopt);
  const auto ends = count_in(*claims, "exp").value_or(std::nullopt);
  const auto today = now.time_since_epoch().count();
  const bool timely =
      begins && ends && *begins <= today + 300 && *ends > today && *ends - *begins <= 3600;
  return timely ? ""
                : "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable "
                  "timeframe. Check your iat and exp values in the JWT claim.";
}

CloudReply oauth_error(int status, std::string_view code, std::string_view description) {
  CloudReply reply;
  reply.status = status;
  reply.fields = {{"content-type", "application/json; charset=utf-8"}};
  reply.body = json::serialize(json::object{{"error", code}, {"error_description", description}});
  return reply;
}

CloudReply oauth_token(WallTime now) {
  CloudReply reply;
  reply.fields = {{"content-type", "application/json; charset=utf-8"}};
  reply.body = json::serialize(json::object{{"access_token", issue_bearer(now)},
                                            {"expires_in", kIssuedLife.count() - 1},
                                            {"token_type", "Bearer"}});
  return reply;
}

CloudReply google_token(const Form& form, WallTime now) {
  const auto grant = value_of(form, "grant_type");
  if (grant == "urn:ietf:params:oauth:grant-type:jwt-bearer") {
    const auto fault = fault_of_jwt(value_of(form, "assertion"), now);
    return fault.empty() ? oauth_token(now) : oauth_error(400, "invalid_grant", fault);
  }
  if (grant == "refresh_token") {
    for (const std::string_view name : {"client_id", "client_secret", "refresh_token"}) {
      if (value_of(form, name).empty()) {
        return oauth_error(
            400, "invalid_request", fmt::format("Missing required parameter: {}", name));
      }
    }
    return oauth_token(now);
  }
  return oauth_error(400, "unsupported_grant_type", fmt::format("Invalid grant_type: {}", grant));
}

CloudReply entra_token(const Form& form, WallTime now) {
  if (value_of(form, "grant_type") != "client_credentials") {
    return oauth_error(
        400, "unsupported_grant_type", "AADSTS70003: The app requested an unsupported grant type.");
  }
  if (value_of(form, "client_id").empty() || value_of(form, "scope").empty()) {
    return oauth_error(400,
                       "invalid_request",
                       "AADSTS900144: The request body must contain 'client_id' and 'scope'.");
  }
  if (value_of(form, "client_secret").empty() && value_of(form, "client_assertion").empty()) {
    return oauth_error(
        401,
        "invalid_client",
        "AADSTS7000218: The request body must contain 'client_assertion' or 'client_secret'.");
  }
  return oauth_token(now);
}

CloudReply sts(const Form& form, WallTime now) {
  const auto action = value_of(form, "Action");
  CloudReply reply;
  reply.fields = {{"content-type", "text/xml"}};
  const bool known = action == "AssumeRole" || action == "AssumeRoleWithWebIdentity";
  if (!known || value_of(form, "RoleArn").empty() || value_of(form, "RoleSessionName").empty()) {
    reply.status = 400;
    reply.body = fmt::format(
        R"(<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>)"
        "<Code>{}</Code><Message>{}</Message></Error></ErrorResponse>",
        known ? "ValidationError" : "InvalidAction",
        known ? "RoleArn and RoleSessionName are required."
              : "The simulated cloud knows AssumeRole and "
                "AssumeRoleWithWebIdentity only.");
    return reply;
  }
  const auto session = issue_session(now);
  reply.body = fmt::format(
      R"(<{0}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{0}Result><Credentials>)"
      "<AccessKeyId>{1}</AccessKeyId><SecretAccessKey>{2}</SecretAccessKey><SessionToken>{3}</"
      "SessionToken>"
      "<Expiration>{4:%Y-%m-%dT%H:%M:%SZ}</Expiration></Credentials></{0}Result></{0}Response>",
      action,
      session.key_id,
      session.secret,
      session.token,
      fmt::gmtime(std::chrono::system_clock::to_time_t(session.ends)));
  return reply;
}

}  // namespace

CloudReply serve_token(CloudOperation operation, const CloudCall& call, WallTime now) {
  const auto form = read_form(call.body);
  if (operation == CloudOperation::GoogleToken) {
    return google_token(form, now);
  }
  return operation == CloudOperation::EntraToken ? entra_token(form, now) : sts(form, now);
}

}  // namespace meridian
