#include "telemetry/access_log.h"

#include <algorithm>

#include "telemetry/labels.h"
#include "telemetry/plain_text.h"

namespace meridian {

namespace {

constexpr std::size_t kAttemptsMax = 16;
constexpr std::size_t kRegionBytesMax = 64;

bool plain_in_list(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '/';
}

// A region inside the list, where blanks, commas and quotes would be read as the list's own.
void write_name(LineWriter& writer, std::string_view region) {
  region = region.substr(0, kRegionBytesMax);
  while (!region.empty()) {
    const auto* const odd = std::ranges::find_if_not(region, plain_in_list);
    const auto plain = static_cast<std::size_t>(odd - region.begin());
    writer.raw(region.substr(0, plain));
    region.remove_prefix(plain);
    if (!region.empty()) {
      writer.raw("_");
      region.remove_prefix(1);
    }
  }
}

// us-west:timed_out,us-east:ok
void write_list(LineWriter& writer, std::span<const AttemptNote> attempts) {
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    writer.raw(i > 0 ? "," : "");
    write_name(writer, attempts[i].region);
    writer.raw(":").raw(label_of(attempts[i].failure));
  }
}

void write_json_list(LineWriter& writer, std::span<const AttemptNote> attempts) {
  writer.raw("[");
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    writer.raw(i > 0 ? R"(,{"region":)" : R"({"region":)");
    append_json_string(writer.appended(), attempts[i].region, kRegionBytesMax);
    writer.raw(R"(,"outcome":")").raw(label_of(attempts[i].failure)).raw(R"("})");
  }
  writer.raw("]");
}

void write_attempts(LineWriter& writer, std::span<const AttemptNote> attempts) {
  if (attempts.empty()) {
    return;
  }
  const auto named = attempts.first(std::min(attempts.size(), kAttemptsMax));
  writer.field("attempts");
  if (writer.form() == LineForm::Json) {
    write_json_list(writer, named);
  } else {
    write_list(writer, named);
  }
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
  writer.text("id", line.id).word("outcome", label_of(line.outcome));
  if (line.status != 0) {
    writer.number("status", line.status);
  }
  writer.text("client", line.client)
      .text("key", line.key_alias)
      .word("method", line.method)
      .text("path", line.path.substr(0, line.path.find('?')))
      .text("model", line.model)
      .text("group", line.group == line.model ? std::string_view() : line.group)
      .text("region", line.region)
      .text("deployment", line.deployment);
  write_attempts(writer, line.attempts);
  writer.text("residency", line.residency);
  write_figures(writer, line);
  writer.text("error", line.error).text("why", line.why);
  writer.end();
}

}  // namespace meridian
