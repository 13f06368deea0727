#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/failure.h"
#include "base/secret.h"
#include "providers/renewal.h"

namespace meridian {

// Workload identity federation: a credential file of type "external_account". A token of another
// identity provider, which lies in a file or is given out by an address, is exchanged for one of
// Google's, and that, where the file says so, for a service account's. No key of Google's is kept.

// Where the other provider's token is.
struct SubjectToken {
  std::string file;  // Empty: `url`.
  BaseUrl url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string json_field;  // Empty: what is there is the token.
};

struct ExternalAccount {
  std::string audience;
  std::string subject_token_type;
  SubjectToken source;
  BaseUrl token_url;
  std::optional<BaseUrl> impersonation_url;
  std::chrono::seconds lifetime{3600};  // Of the service account's token.
  std::string client_id;                // With client_secret: sent as Basic authorization.
  Secret client_secret;
  std::string project;  // quota_project_id.
};

// Whether the file is one of these.
bool is_external_account(std::string_view json);

// Failure: Misconfigured, with the field that is missing or not supported. `token_url` and
// `service_account_impersonation_url` have to be Google's own (googles_own). A source that runs a
// program, and AWS's own kind, are not supported.
Result<ExternalAccount> read_external_account(std::string_view json);

// The token in what the source holds. Failure: there is none, or nothing that a form can carry.
Result<Secret> subject_token(const SubjectToken& source, std::string_view text);

// RFC 8693, at Google's STS.
FetchUrl exchange_errand(const ExternalAccount& account, const Secret& subject_token);

// generateAccessToken at `url`, as whom the exchange made us; the token it gives lives for
// `lifetime`.
FetchUrl impersonation_errand(const BaseUrl& url,
                              std::chrono::seconds lifetime,
                              const Secret& token);

// {"accessToken", "expireTime"}.
Result<Lease> read_impersonation_reply(const ErrandResult& reply);

// The whole story; the token is read anew each time, since whoever keeps the file renews it.
LeaseScript federated(Desk* desk, ExternalAccount account);

}  // namespace meridian
