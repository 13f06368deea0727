#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/rng.h"
#include "config/settings.h"
#include "gateway/worker.h"
#include "providers/credentials.h"
#include "transport/deadlines.h"
#include "transport/network.h"

namespace meridian {

// Keeps every credential fresh, on the owner's loop: does the errands that the sources ask for,
// ahead of expiry, and hands each new credential on. Deployments with the same credential share a
// slot.
class CredentialKeeper {
 public:
  // `changed(slot, credential)`: a new one is at hand. `told(name, why)`: a source broke (or, with
  // an empty `why`, is well again).
  struct Listener {
    std::function<void(std::size_t slot, std::shared_ptr<const Credential>)> changed;
    std::function<void(const std::string& name, const std::string& why)> told;
  };

  CredentialKeeper(Executor executor,
                   Network& network,
                   Deadlines& deadlines,
                   Rng rng,
                   Listener listener);
  ~CredentialKeeper();

  // Takes over the sources that `settings` calls for; those it already has go on. What needs no
  // network (variables, files) is fetched before this returns. The slot of each deployment.
  std::vector<std::size_t> adopt(const Settings& settings);

  // What is at hand now, by slot.
  std::vector<std::shared_ptr<const Credential>> current() const;

  // A provider refused what this account showed: renew soon.
  void refused(const Settings& settings, std::string_view account);

  std::vector<CredentialTrouble> troubles() const;

  void end();

 private:
  struct Slot;

  Awaitable<void> keep(std::shared_ptr<Slot> slot);
  Awaitable<ErrandResult> run(const Errand& errand);
  void publish(Slot& slot) const;
  static ErrandResult do_here(const Errand& errand);

  Executor executor_;
  Network& network_;
  Deadlines& deadlines_;
  Rng rng_;
  Listener listener_;
  std::vector<std::shared_ptr<Slot>>
      slots_;  // Two owners: this list, and the coroutine that keeps it.
};

}  // namespace meridian
