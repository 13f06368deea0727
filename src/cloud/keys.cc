#include "cloud/keys.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "providers/digest.h"
#include "providers/simulated.h"

namespace meridian {
namespace {

// Seals are worth nothing outside a simulation; they only tell what was issued from what was not.
constexpr std::string_view kSealKey = "meridian simulated cloud";
constexpr std::string_view kBearer = "ya29.simulated.";
constexpr std::string_view kSession = "simulated-session.";
constexpr std::string_view kSessionKey = "ASIASIM";

std::string seal(std::string_view text) {
  return hex(hmac_sha256(kSealKey, text)).substr(0, 32);
}

std::string sealed(std::string_view begin, WallTime ends) {
  const auto text = fmt::format("{}{}", begin, ends.time_since_epoch().count());
  return fmt::format("{}.{}", text, seal(text));
}

// When it ends; nothing: it was not issued here.
std::optional<WallTime> end_of(std::string_view text, std::string_view begin) {
  const auto dot = text.rfind('.');
  if (!text.starts_with(begin) || dot == std::string_view::npos || dot < begin.size() ||
      text.substr(dot + 1) != seal(text.substr(0, dot))) {
    return std::nullopt;
  }
  std::int64_t seconds = 0;
  std::from_chars(text.data() + begin.size(), text.data() + dot, seconds);
  return WallTime(std::chrono::seconds(seconds));
}

std::string session_key(std::string_view token) {
  auto letters = seal(token).substr(0, 13);
  std::ranges::transform(letters, letters.begin(), [](unsigned char c) { return std::toupper(c); });
  return fmt::format("{}{}", kSessionKey, letters);
}

std::string session_secret(std::string_view key_id) {
  return seal(fmt::format("secret of {}", key_id)) + "00000000";
}

}  // namespace

std::string issue_bearer(WallTime now) {
  return sealed(kBearer, now + kIssuedLife);
}

bool knows_bearer(std::string_view bearer, WallTime now) {
  if (bearer == simulated_credential(Provider::Vertex).bearer.reveal()) {
    return true;
  }
  const auto ends = end_of(bearer, kBearer);
  return ends && now < *ends;
}

AwsSession issue_session(WallTime now) {
  AwsSession session;
  session.ends = now + kIssuedLife;
  session.token = sealed(kSession, session.ends);
  session.key_id = session_key(session.token);
  session.secret = session_secret(session.key_id);
  return session;
}

std::expected<std::string, RefusalKind> aws_secret_of(std::string_view key_id,
                                                      std::string_view session_token,
                                                      WallTime now) {
  const auto known = simulated_credential(Provider::Bedrock);
  if (key_id == known.aws_key_id.reveal()) {
    return std::string(known.aws_secret.reveal());
  }
  const auto ends = end_of(session_token, kSession);
  if (!ends || key_id != session_key(session_token)) {
    return std::unexpected(RefusalKind::UnknownClient);
  }
  if (now >= *ends) {
    return std::unexpected(RefusalKind::ExpiredToken);
  }
  return session_secret(key_id);
}

}  // namespace meridian
