#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "health/book.h"
#include "regions/fleet.h"
#include "telemetry/facts.h"
#include "telemetry/line_writer.h"

namespace meridian {

// Log lines for changes of state. One a change, never one a decision.

// ts=... event=health level=warn deployment=... region=us-west from=ready to=resting for_s=60
// why="3 faults in a row (timed out)". `level` is info for a return to ready and for what an
// operator did.
void append_health_line(std::string& out,
                        LineForm form,
                        LogTime at,
                        const HealthEvent& event,
                        const Fleet& fleet,
                        TimePoint now);

// ts=... event=reload level=error outcome=refused file=gateway.yaml hash=0123456789ab problems=2 .
// `hash` is that of the settings in force afterwards.
struct ReloadLine {
  ReloadOutcome outcome = ReloadOutcome::Applied;
  std::string_view file;
  std::string_view hash;
  std::int64_t problems = 0;
};

void append_reload_line(std::string& out, LineForm form, LogTime at, const ReloadLine& line);

// ts=... event=credentials level=error account=... why="..." ; an empty `why` says that all is well
// again.
void append_credentials_line(std::string& out,
                             LineForm form,
                             LogTime at,
                             std::string_view account,
                             std::string_view why);

// ts=... event=state_file level=error why="..." ; an empty `why` says that all is well again.
void append_state_line(std::string& out, LineForm form, LogTime at, std::string_view why);

// ts=... event=residency_violation level=critical id=... deployment=... region=... residency=eu
void append_violation_line(std::string& out,
                           LineForm form,
                           LogTime at,
                           std::string_view request_id,
                           const Deployment& deployment,
                           std::string_view residency);

}  // namespace meridian
