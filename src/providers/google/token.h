#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/failure.h"
#include "base/secret.h"
#include "providers/credentials.h"
#include "providers/renewal.h"

namespace meridian {

// A Google credential file of the kinds that need no person and no foreign cloud.

struct ServiceAccount {
  std::string email;
  std::string key_id;
  Secret private_key;  // PEM.
  std::string token_uri;
  std::string project;
};

// What `gcloud auth application-default login` leaves behind.
struct AuthorizedUser {
  std::string client_id;
  Secret client_secret;
  Secret refresh_token;
  std::string token_uri;
  std::string project;  // quota_project_id.
};

using GoogleFile = std::variant<ServiceAccount, AuthorizedUser>;

// Failure: Misconfigured, with the field that is missing or the type that is not supported. A
// credential file can name any address to be called with a signed statement or a refresh token, so
// a token_uri is taken only when it is https at googleapis.com, or this machine (for tests).
Result<GoogleFile> read_google_file(std::string_view json);

// What Google's scopes call everything that its cloud does.
inline constexpr std::string_view kCloudPlatform = "https://www.googleapis.com/auth/cloud-platform";

// An address of a credential file's `field` that may be sent what proves who we are. Failure as
// above.
Result<BaseUrl> googles_own(std::string_view field, const std::string& url);

// RFC 7523: who we are, signed with RS256, good for an hour.
Result<std::string> service_account_jwt(const ServiceAccount& account, WallTime now);

// The POST that turns either into an access token.
Result<FetchUrl> token_errand(const GoogleFile& file, WallTime now);

// {"access_token", "expires_in"}: also what the metadata server answers.
Result<Lease> read_token_reply(const ErrandResult& reply, WallTime now);

// Whether Google says that asking again may help.
bool token_retry_helps(const ErrandResult& reply);

}  // namespace meridian
