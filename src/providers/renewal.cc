#include "providers/renewal.h"

#include <algorithm>
#include <utility>

namespace meridian {
namespace {

// "Not again": far, and yet its distance fits into microseconds.
constexpr WallTime kNever{std::chrono::seconds(4'102'444'800)};  // 2100-01-01

class RenewingSource final : public CredentialSource {
 public:
  RenewingSource(LeaseStory story, const RenewalRules& rules)
      : story_(std::move(story)), rules_(rules) {}

  std::optional<Errand> next(WallTime now, Rng& rng) override {
    desk_.now = now;
    jitter_ = rng.unit();
    if (out_) {
      return std::nullopt;
    }
    if (!script_) {
      if (now < due_) {
        return std::nullopt;
      }
      script_.emplace(story_(&desk_));
      script_->start();
      settle();
    } else if (desk_.paused_till && now >= *desk_.paused_till) {
      desk_.paused_till.reset();
      desk_.resume();
      settle();
    }
    auto errand = std::exchange(desk_.wanted, std::nullopt);
    out_ = errand.has_value();
    return errand;
  }

  void on_result(const ErrandResult& result, WallTime now) override {
    if (!out_) {
      return;
    }
    out_ = false;
    desk_.now = now;
    desk_.outcome = result;
    desk_.resume();
    settle();
  }

  WallTime wake_at() const override {
    if (out_) {
      return kNever;  // Whoever has the errand brings its outcome.
    }
    if (script_) {
      return desk_.paused_till.value_or(desk_.now);
    }
    return due_;
  }

  std::optional<Credential> current(WallTime now) const override {
    if (!lease_ || (lease_->ends && now >= *lease_->ends)) {
      return std::nullopt;
    }
    return lease_->credential;
  }

  std::string trouble() const override { return trouble_; }

  void refused(WallTime now) override {
    if (!script_) {
      due_ = std::min(due_, std::max(now, obtained_ + rules_.refused_min));
    }
  }

 private:
  // Takes the result when a script has come to its end.
  void settle() {
    if (!script_ || !script_->done()) {
      return;
    }
    auto result = script_->take();
    script_.reset();
    const auto ends = result ? result->ends : std::nullopt;
    if (ends && *ends <= desk_.now) {
      Failure ended;
      ended.kind = FailureKind::Misconfigured;
      ended.message = "The credentials obtained have already ended; is this machine's clock right?";
      result = std::unexpected(std::move(ended));
    }
    if (result) {
      keep(std::move(*result));
    } else {
      trouble_ = std::move(result.error().message);
      due_ = desk_.now + backoff();
      ++failures_;
    }
  }

  void keep(Lease lease) {
    lease_ = std::move(lease);
    trouble_.clear();
    failures_ = 0;
    obtained_ = desk_.now;
    due_ = kNever;
    if (lease_->ends) {
      const auto left = *lease_->ends - desk_.now;
      due_ = std::min(kNever, *lease_->ends - std::min(rules_.ahead, left / 2));
    }
  }

  std::chrono::seconds backoff() const {
    const std::chrono::seconds doubled = rules_.retry * (1L << std::min(failures_, 10));
    const auto wait = std::min(doubled, rules_.retry_max);
    const auto less = static_cast<double>(wait.count()) * jitter_ / 4;
    return std::max(std::chrono::seconds(1), wait - std::chrono::seconds(static_cast<long>(less)));
  }

  LeaseStory story_;
  RenewalRules rules_;
  Desk desk_;
  std::optional<LeaseScript> script_;  // The attempt under way.
  bool out_ = false;                   // Its errand is with the caller.
  std::optional<Lease> lease_;
  WallTime obtained_;
  WallTime due_;  // When the next attempt begins; at first, at once.
  int failures_ = 0;
  double jitter_ = 0;
  std::string trouble_;
};

class FixedSource final : public CredentialSource {
 public:
  FixedSource(std::optional<Credential> credential, std::string trouble)
      : credential_(std::move(credential)), trouble_(std::move(trouble)) {}

  std::optional<Errand> next(WallTime /*now*/, Rng& /*rng*/) override { return std::nullopt; }

  void on_result(const ErrandResult& /*result*/, WallTime /*now*/) override {}

  WallTime wake_at() const override { return kNever; }

  std::optional<Credential> current(WallTime /*now*/) const override { return credential_; }

  std::string trouble() const override { return trouble_; }

  void refused(WallTime /*now*/) override {}

 private:
  std::optional<Credential> credential_;
  std::string trouble_;
};

}  // namespace

std::unique_ptr<CredentialSource> make_renewing_source(LeaseStory story,
                                                       const RenewalRules& rules) {
  return std::make_unique<RenewingSource>(std::move(story), rules);
}

std::unique_ptr<CredentialSource> make_fixed_source(Credential credential) {
  return std::make_unique<FixedSource>(std::move(credential), "");
}

std::unique_ptr<CredentialSource> make_missing_source(std::string trouble) {
  return std::make_unique<FixedSource>(std::nullopt, std::move(trouble));
}

}  // namespace meridian
