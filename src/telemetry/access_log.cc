#include "telemetry/access_log.h"

#include <algorithm>

#include "telemetry/labels.h"
#include "telemetry/plain_text.h"

namespace meridian {

namespace {

constexpr std::size_t kAttemptsMax = 16;
constexpr std::size_t kRegionBytesMax = 64;

// us-west:timed_out,us-east:ok
std::string attempts_text(std::span<const AttemptNote> attempts) {
  std::string list;
  for (const auto& attempt : attempts) {
    if (!list.empty()) {
      list += ',';
    }
    list += safe_label(attempt.region, kRegionBytesMax);
    list += ':';
    list += label_of(attempt.failure);
  }
  std::string out;
  append_logfmt_value(out, list, std::string_view::npos);
  return out;
}

std::string attempts_json(std::span<const AttemptNote> attempts) {
  std::string out = "[";
  for (const auto& attempt : attempts) {
    if (out.size() > 1) {
      out += ',';
    }
    out += R"({"region":)";
    append_json_string(out, attempt.region, kRegionBytesMax);
    out += R"(,"outcome":")";
    out += label_of(attempt.failure);
    out += R"("})";
  }
  out += ']';
  return out;
}

void write_attempts(LineWriter& writer, std::span<const AttemptNote> attempts) {
  if (attempts.empty()) {
    return;
  }
  const auto named = attempts.first(std::min(attempts.size(), kAttemptsMax));
  writer.raw("attempts",
             writer.form() == LineForm::Json ? attempts_json(named) : attempts_text(named));
  if (named.size() < attempts.size()) {
    writer.number("attempts_total", static_cast<std::int64_t>(attempts.size()));
  }
}

void write_figures(LineWriter& writer, const AccessLine& line) {
  writer.flag("stream", line.streamed).ms("ms", line.took);
  if (line.first_token) {
    writer.ms("ttft_ms", *line.first_token);
  }
  writer.ms("overhead_ms", line.overhead);
  if (line.tokens) {
    writer.number("in", line.tokens->input)
        .number("cache_read", line.tokens->cache_read)
        .number("cache_write", line.tokens->cache_write)
        .number("out", line.tokens->output);
  }
  if (line.cost) {
    writer.dollars("cost_usd", *line.cost);
  }
}

}  // namespace

void append_access_line(std::string& out, LineForm form, const AccessLine& line) {
  LineWriter writer(form, out, line.at, "request");
  writer.text("id", line.id).text("outcome", label_of(line.outcome));
  if (line.status != 0) {
    writer.number("status", line.status);
  }
  writer.text("client", line.client)
      .text("key", line.key_alias)
      .text("method", line.method)
      .text("path", line.path.substr(0, line.path.find('?')))
      .text("model", line.model)
      .text("group", line.group == line.model ? std::string_view() : line.group)
      .text("region", line.region)
      .text("deployment", line.deployment);
  write_attempts(writer, line.attempts);
  writer.text("residency", line.residency);
  write_figures(writer, line);
  writer.text("error", line.error);
  writer.end();
}

}  // namespace meridian
