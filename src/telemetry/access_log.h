#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/failure.h"
#include "base/money.h"
#include "base/time.h"
#include "pricing/price.h"
#include "telemetry/facts.h"
#include "telemetry/line_writer.h"

namespace meridian {

struct AttemptNote {
  std::string_view region;             // The deployment's label.
  std::optional<FailureKind> failure;  // Nothing: it answered.
};

// What the one log line of a request says. Views, valid during the call; what is empty or absent is
// left out. Of the client's words only the ones named here: a prompt, an answer, a key, a query
// string and a provider's error text (it may quote the prompt) have no field.
struct AccessLine {
  LogTime at;
  std::string_view id;  // Ours; also on the answer.
  RequestOutcome outcome = RequestOutcome::Answered;
  int status = 0;              // Sent to the client; 0: it left before any.
  std::string_view client;     // Its address.
  std::string_view key_alias;  // Never the key.
  std::string_view method;     // A plain word.
  std::string_view path;       // Logged without its query, which may hold a key (Gemini's ?key=).
  std::string_view model;      // As the client wrote it.
  std::string_view group;      // Left out when it equals `model`.
  std::string_view region;     // The label of the region that served.
  std::string_view deployment;
  std::span<const AttemptNote> attempts;  // In order; the first 16 are named.
  std::string_view residency;             // Policy::text().
  bool streamed = false;
  Duration took{};
  std::optional<Duration> first_token;
  Duration overhead{};
  std::optional<TokenCounts> tokens;
  std::optional<MicroDollars> cost;
  std::string_view error;  // A code: "residency_unavailable", "ThrottlingException".
  std::string_view why;    // Of the last connection that failed, in our words.
};

// Appends the line:
//
//   ts=2026-11-25T19:15:02.123Z event=request id=req-1 outcome=answered status=200 client=10.0.0.7
//   key=team-a method=POST path=/v1/chat/completions model=claude region=us-east deployment=...
//   attempts=us-west:timed_out,us-east:ok residency=any stream=true ms=1204.118 ttft_ms=310.002
//   overhead_ms=0.041 in=812 cache_read=0 cache_write=0 out=96 cost_usd=0.003876
void append_access_line(std::string& out, LineForm form, const AccessLine& line);

}  // namespace meridian
