#include "telemetry/event_log.h"

#include <chrono>

#include "telemetry/labels.h"

namespace meridian {

namespace {

std::string_view level_of(Standing to) {
  switch (to) {
    case Standing::Ready:
    case Standing::TrialDue:
    case Standing::Draining:
      return "info";
    case Standing::Resting:
    case Standing::QuotaBlocked:
      return "warn";
    case Standing::AccountBlocked:
    case Standing::Misconfigured:
      return "error";
  }
  return "error";
}

}  // namespace

void append_health_line(std::string& out,
                        LineForm form,
                        LogTime at,
                        const HealthEvent& event,
                        const Fleet& fleet,
                        TimePoint now) {
  const auto& deployment = fleet[event.deployment];
  LineWriter writer(form, out, at, "health");
  writer.text("level", level_of(event.to))
      .text("deployment", deployment.name)
      .text("region", deployment.label)
      .text("from", label_of(event.from))
      .text("to", label_of(event.to));
  if (event.until > now) {
    writer.number("for_s", std::chrono::ceil<std::chrono::seconds>(event.until - now).count());
  }
  writer.text("why", event.why).end();
}

void append_reload_line(std::string& out, LineForm form, LogTime at, const ReloadLine& line) {
  LineWriter writer(form, out, at, "reload");
  writer.text("level", line.outcome == ReloadOutcome::Refused ? "error" : "info")
      .text("outcome", label_of(line.outcome))
      .text("file", line.file)
      .text("hash", line.hash);
  if (line.problems > 0) {
    writer.number("problems", line.problems);
  }
  writer.end();
}

void append_credentials_line(std::string& out,
                             LineForm form,
                             LogTime at,
                             std::string_view account,
                             std::string_view why) {
  LineWriter writer(form, out, at, "credentials");
  writer.text("level", why.empty() ? "info" : "error")
      .text("account", account)
      .text("why", why)
      .end();
}

void append_state_line(std::string& out, LineForm form, LogTime at, std::string_view why) {
  LineWriter writer(form, out, at, "state_file");
  writer.text("level", why.empty() ? "info" : "error").text("why", why).end();
}

void append_violation_line(std::string& out,
                           LineForm form,
                           LogTime at,
                           std::string_view request_id,
                           const Deployment& deployment,
                           std::string_view residency) {
  LineWriter writer(form, out, at, "residency_violation");
  writer.text("level", "critical")
      .text("id", request_id)
      .text("deployment", deployment.name)
      .text("region", deployment.label)
      .text("residency", residency)
      .end();
}

}  // namespace meridian
