#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/failure.h"
#include "base/rng.h"
#include "base/time.h"
#include "config/settings.h"
#include "providers/address.h"
#include "providers/upstream.h"
#include "regions/provider.h"

namespace meridian {

// Something a credential source needs from the outside world. The gateway does it off the request
// path and hands the outcome back.
struct ReadFile {
  std::string path;
};

struct ReadVariable {
  std::string name;
};

struct FetchUrl {
  std::string method;
  Address address;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  Duration limit = std::chrono::seconds(5);
};

using Errand = std::variant<ReadFile, ReadVariable, FetchUrl>;

struct ErrandResult {
  bool done = false;  // False: could not be done (no such file, not set, no answer).
  int status = 0;     // Of a fetch.
  std::string text;   // The file, the value, the body.
};

// Where credentials come from and when they must be renewed: a state machine without a clock.
// Fetched ahead of expiry, one errand at a time, the last good one kept until it ends; a broken
// source says so.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;

  // What to do now; nothing: not before `wake_at`.
  virtual std::optional<Errand> next(WallTime now, Rng& rng) = 0;

  // The outcome of the errand last given out.
  virtual void on_result(const ErrandResult& result, WallTime now) = 0;

  // When to ask `next` again.
  virtual WallTime wake_at() const = 0;

  // What to use now; nothing: none yet, or it has ended.
  virtual std::optional<Credential> current(WallTime now) const = 0;

  // Why there is none, or why renewing fails: for logs, `check`, and the skip's reason. Empty: all
  // is well.
  virtual std::string trouble() const = 0;

  // A provider refused it (ExpiredToken, 401): renew at the next call.
  virtual void refused(WallTime now) = 0;
};

// The source a deployment's parameters call for. Deployments with equal `credential_key` share one.
std::unique_ptr<CredentialSource> make_credential_source(Provider provider,
                                                         const DeploymentParams& params);
std::string credential_key(Provider provider, const DeploymentParams& params);

}  // namespace meridian
