#include "wire/completions/request_writer.h"

#include <algorithm>

#include "wire/failures.h"
#include "wire/json_writer.h"
#include "wire/unsupported.h"

namespace meridian {

namespace {

class RequestWriter {
 public:
  RequestWriter(const ChatRequest& request, const WriteRules& rules, std::string& out)
      : request_(request), rules_(rules), unsupported_(rules), json_(out) {}

  std::optional<Failure> write();

 private:
  bool wanted(std::string_view name) const { return !unsupported_.dropped_by_name(name); }

  void prompt();
  void options();
  void stream();

  void integer(std::string_view name, const std::optional<std::int64_t>& value) {
    if (value && wanted(name)) {
      json_.key(name).integer(*value);
    }
  }

  void real(std::string_view name, const std::optional<double>& value) {
    if (value && wanted(name)) {
      json_.key(name).real(*value);
    }
  }

  const ChatRequest& request_;
  const WriteRules& rules_;
  Unsupported unsupported_;
  JsonWriter json_;
};

std::optional<Failure> RequestWriter::write() {
  json_.begin_object();
  if (rules_.model_in_body) {
    json_.key("model").string(rules_.model);
  }
  prompt();
  options();
  stream();
  for (const auto& [name, value] : request_.other) {
    if (wanted(name)) {
      json_.key(name).raw(value);
    }
  }
  json_.end_object();
  return unsupported_.failure();
}

void RequestWriter::prompt() {
  json_.key("prompt");
  for (const auto& message : request_.messages) {
    const auto* text =
        message.parts.empty() ? nullptr : std::get_if<TextPart>(&message.parts.front());
    if (text != nullptr) {
      json_.string(text->text);
    } else {
      json_.raw(message.opaque_json);
    }
    return;  // The reader makes one of them.
  }
}

void RequestWriter::options() {
  integer("max_tokens", request_.max_tokens);
  real("temperature", request_.temperature);
  real("top_p", request_.top_p);
  integer("top_k", request_.top_k);
  if (!request_.stop.empty() && wanted("stop")) {
    json_.key("stop").begin_array();
    for (const auto& stop : request_.stop) {
      json_.string(stop);
    }
    json_.end_array();
  }
  integer("n", request_.n);
  integer("seed", request_.seed);
  if (request_.user && wanted("user")) {
    json_.key("user").string(*request_.user);
  }
  // An operator's defaults may hold what only conversations have.
  if (!request_.tools.empty()) {
    unsupported_.field("tools", "(text completions have no such field)");
  }
  if (request_.response_format) {
    unsupported_.field("response_format", "(text completions have no such field)");
  }
  if (request_.reasoning_effort) {
    unsupported_.field("reasoning_effort", "(text completions have no such field)");
  }
}

void RequestWriter::stream() {
  if (!request_.stream || !rules_.stream_in_body) {
    return;
  }
  json_.key("stream").boolean(true);
  if ((request_.include_usage || request_.include_obfuscation) && wanted("stream_options")) {
    json_.key("stream_options").begin_object();
    if (request_.include_usage) {
      json_.key("include_usage").boolean(true);
    }
    if (request_.include_obfuscation) {
      json_.key("include_obfuscation").boolean(*request_.include_obfuscation);
    }
    json_.end_object();
  }
}

}  // namespace

Result<std::string> write_completions_request(const ChatRequest& request, const WriteRules& rules) {
  std::string out;
  if (auto failed = RequestWriter(request, rules, out).write()) {
    return std::unexpected(std::move(*failed));
  }
  return out;
}

std::optional<Failure> check_one_prompt(const ChatRequest& request) {
  const bool several = std::ranges::any_of(
      request.messages, [](const Message& message) { return !message.opaque_json.empty(); });
  if (!several) {
    return std::nullopt;
  }
  return bad_request(
      "`prompt`: this model holds conversations and takes one prompt of text; send one request for "
      "each prompt, and text in place of token numbers",
      "unsupported_content");
}

}  // namespace meridian
