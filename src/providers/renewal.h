#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/failure.h"
#include "base/time.h"
#include "providers/credentials.h"
#include "providers/script.h"

namespace meridian {

// A credential with its end. Nothing: it has none that we know of.
struct Lease {
  Credential credential;
  std::optional<WallTime> ends;
};

using LeaseScript = Script<Result<Lease>>;

// Begins one attempt to obtain a lease. Called again for every renewal; `desk` outlives the script.
using LeaseStory = std::function<LeaseScript(Desk* desk)>;

struct RenewalRules {
  // Renew when less than this is left. Half the remaining life where a lease is shorter than twice
  // that.
  std::chrono::seconds ahead{225};
  // Between attempts that failed: this, doubled each time, up to `retry_max`, less up to a quarter
  // so that a fleet of gateways does not knock in step.
  std::chrono::seconds retry{2};
  std::chrono::seconds retry_max{60};
  // A provider that refuses what we have just obtained will refuse the next one too.
  std::chrono::seconds refused_min{30};
};

// Turns a story into a source: renews ahead of the end, one attempt at a time, keeps the last good
// lease until it ends, and after a failure waits and says what is wrong.
std::unique_ptr<CredentialSource> make_renewing_source(LeaseStory story, const RenewalRules& rules);

// For a credential that the file holds: there at once, for ever.
std::unique_ptr<CredentialSource> make_fixed_source(Credential credential);

// No credential can come of this; `trouble` says why.
std::unique_ptr<CredentialSource> make_missing_source(std::string trouble);

}  // namespace meridian
