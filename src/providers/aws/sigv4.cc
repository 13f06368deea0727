#include "providers/aws/sigv4.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "base/secret.h"
#include "providers/aws/canonical.h"
#include "providers/dates.h"

namespace meridian {
namespace {

constexpr std::string_view kScheme = "AWS4-HMAC-SHA256";

std::string_view text_of(const std::array<char, 16>& date) {
  return {date.data(), date.size()};
}

Digest signature_of(const SigningKey& key, std::string_view date, const Digest& canonical_hash) {
  std::string text;
  text.reserve(256);
  text.append(kScheme).append("\n").append(date).append("\n").append(key.scope).append("\n");
  append_hex(text, canonical_hash);
  return hmac_sha256(bytes_of(key.key), text);
}

// One thread's last scopes. A gateway signs for a handful of (account, region) pairs a day.
struct KeyCache {
  static constexpr std::size_t kEntries = 16;

  struct Entry {
    Secret secret;
    SigningKey key;
  };

  std::array<Entry, kEntries> entries;
  std::size_t oldest = 0;
};

bool names_scope(std::string_view text, std::string_view day, const SigningScope& scope) {
  constexpr std::string_view kEnd = "/aws4_request";
  return text.size() == day.size() + scope.region.size() + scope.service.size() + 2 + kEnd.size() &&
         text.starts_with(day) && text.substr(day.size() + 1).starts_with(scope.region) &&
         text.substr(day.size() + scope.region.size() + 2).starts_with(scope.service);
}

}  // namespace

SigningKey derive_signing_key(std::string_view secret,
                              std::string_view day,
                              const SigningScope& scope) {
  const std::string start = std::string("AWS4").append(secret);
  const Digest by_day = hmac_sha256(start, day);
  const Digest by_region = hmac_sha256(bytes_of(by_day), scope.region);
  const Digest by_service = hmac_sha256(bytes_of(by_region), scope.service);
  SigningKey key;
  key.key = hmac_sha256(bytes_of(by_service), "aws4_request");
  key.scope.append(day).append("/").append(scope.region).append("/").append(scope.service);
  key.scope.append("/aws4_request");
  return key;
}

const SigningKey& cached_signing_key(std::string_view secret,
                                     std::string_view day,
                                     const SigningScope& scope) {
  static thread_local KeyCache cache;
  for (const auto& entry : cache.entries) {
    if (names_scope(entry.key.scope, day, scope) && entry.secret.reveal() == secret) {
      return entry.key;
    }
  }
  auto& entry = cache.entries[cache.oldest];
  cache.oldest = (cache.oldest + 1) % KeyCache::kEntries;
  entry.secret = Secret(std::string(secret));
  entry.key = derive_signing_key(secret, day, scope);
  return entry.key;
}

void append_sigv4(std::string& head,
                  const SigV4Request& request,
                  const AwsKeys& keys,
                  const SigningScope& scope,
                  WallTime now) {
  const auto date = amz_date(now);
  const auto date_text = text_of(date);

  std::vector<CanonicalField> fields;
  fields.reserve(request.more.size() + 4);
  fields.push_back({"content-type", request.content_type});
  fields.push_back({"host", request.host});
  fields.push_back({"x-amz-date", date_text});
  if (!keys.token.empty()) {
    fields.push_back({"x-amz-security-token", keys.token});
  }
  if (!request.more.empty()) {
    for (const auto& [name, value] : request.more) {
      fields.push_back({name, value});
    }
    std::ranges::stable_sort(fields, {}, &CanonicalField::name);
  }
  const auto canonical =
      canonical_request(request.method, request.target, fields, sha256(request.body));
  const auto& key = cached_signing_key(keys.secret, date_text.substr(0, 8), scope);
  const auto signature = signature_of(key, date_text, sha256(canonical));

  head.append("x-amz-date: ").append(date_text).append("\r\n");
  if (!keys.token.empty()) {
    head.append("x-amz-security-token: ").append(keys.token).append("\r\n");
  }
  head.append("authorization: ").append(kScheme).append(" Credential=").append(keys.key_id);
  head.append("/").append(key.scope).append(", SignedHeaders=");
  append_names(head, fields);
  head.append(", Signature=");
  append_hex(head, signature);
  head.append("\r\n");
}

std::vector<std::pair<std::string, std::string>> sigv4_fields(const SigV4Request& request,
                                                              const AwsKeys& keys,
                                                              const SigningScope& scope,
                                                              WallTime now) {
  std::string head;
  append_sigv4(head, request, keys, scope, now);
  std::vector<std::pair<std::string, std::string>> fields;
  for (std::string_view rest = head; !rest.empty();) {
    const auto colon = rest.find(':');
    const auto end = rest.find("\r\n");
    fields.emplace_back(rest.substr(0, colon), rest.substr(colon + 2, end - colon - 2));
    rest.remove_prefix(end + 2);
  }
  return fields;
}

namespace {

struct Authorization {
  std::string_view key_id;
  std::string_view scope;  // From the day on.
  std::string_view day;
  std::string_view region;
  std::string_view service;
  std::string_view names;  // "content-type;host;x-amz-date".
  std::string_view signature;
};

std::string_view cut(std::string_view& text, char at) {
  const auto end = std::min(text.find(at), text.size());
  const auto part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') {
    text.remove_prefix(1);
  }
  while (!text.empty() && text.back() == ' ') {
    text.remove_suffix(1);
  }
  return text;
}

// `text` is what follows the scheme.
Authorization parse_authorization(std::string_view text) {
  Authorization found;
  while (!text.empty()) {
    auto part = trimmed(cut(text, ','));
    const auto name = cut(part, '=');
    if (name == "Credential") {
      found.key_id = cut(part, '/');
      found.scope = part;
      found.day = cut(part, '/');
      found.region = cut(part, '/');
      found.service = cut(part, '/');
    } else if (name == "SignedHeaders") {
      found.names = part;
    } else if (name == "Signature") {
      found.signature = part;
    }
  }
  return found;
}

// The signed fields as they arrived. Empty: too many, out of order, or host or date not among them.
std::vector<CanonicalField> signed_fields(std::string_view names, const HeaderLookup& headers) {
  constexpr std::size_t kFieldsMax = 64;
  std::vector<CanonicalField> fields;
  bool host = false;
  bool date = false;
  while (!names.empty()) {
    const auto name = cut(names, ';');
    if (fields.size() == kFieldsMax || (!fields.empty() && name <= fields.back().name)) {
      return {};
    }
    host = host || name == "host";
    date = date || name == "x-amz-date";
    fields.push_back({name, headers(name)});
  }
  return host && date ? fields : std::vector<CanonicalField>();
}

SigV4Verdict check(std::string_view method,
                   std::string_view target,
                   const HeaderLookup& headers,
                   std::string_view body,
                   std::string_view secret,
                   const SigningScope* scope,
                   WallTime now) {
  const auto text = headers("authorization");
  if (!text.starts_with(kScheme)) {
    return SigV4Verdict::Missing;
  }
  const auto given = parse_authorization(text.substr(kScheme.size()));
  const auto date = headers("x-amz-date");
  const auto when = parse_amz_date(date);
  const auto fields = signed_fields(given.names, headers);
  if (!when || fields.empty() || given.day != date.substr(0, 8)) {
    return SigV4Verdict::Malformed;
  }
  if (*when > now + std::chrono::minutes(5) || *when < now - std::chrono::minutes(5)) {
    return SigV4Verdict::Skewed;
  }
  const SigningScope own = scope != nullptr ? *scope : SigningScope{given.region, given.service};
  const auto key = derive_signing_key(secret, given.day, own);
  const auto canonical = canonical_request(method, target, fields, sha256(body));
  const auto expected = hex(signature_of(key, date, sha256(canonical)));
  const bool same = given.scope == key.scope && same_secret(Secret(expected), given.signature);
  return same ? SigV4Verdict::Valid : SigV4Verdict::Mismatch;
}

}  // namespace

SigV4Verdict check_sigv4(std::string_view method,
                         std::string_view target,
                         const HeaderLookup& headers,
                         std::string_view body,
                         std::string_view secret,
                         const SigningScope& scope,
                         WallTime now) {
  return check(method, target, headers, body, secret, &scope, now);
}

bool verify_sigv4(std::string_view method,
                  std::string_view target,
                  const HeaderLookup& headers,
                  std::string_view body,
                  std::string_view secret,
                  WallTime now) {
  return check(method, target, headers, body, secret, nullptr, now) == SigV4Verdict::Valid;
}

std::string_view sigv4_key_id(std::string_view authorization) {
  return authorization.starts_with(kScheme)
             ? parse_authorization(authorization.substr(kScheme.size())).key_id
             : std::string_view();
}

}  // namespace meridian
