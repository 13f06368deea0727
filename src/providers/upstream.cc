#include "providers/upstream.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "providers/defaults.h"
#include "providers/head.h"
#include "providers/prepare.h"
#include "providers/redact.h"
#include "providers/request.h"
#include "wire/json_text.h"

namespace meridian {
namespace {

constexpr std::string_view kUserAgent = "meridian/" MERIDIAN_VERSION;

void prepare(Preparing& at) {
  switch (at.upstream.provider) {
    case Provider::Bedrock:
      return prepare_bedrock(at);
    case Provider::Vertex:
      return prepare_vertex(at);
    case Provider::Gemini:
      return prepare_gemini(at);
    case Provider::Anthropic:
      return prepare_anthropic(at);
    case Provider::Azure:
      return prepare_azure(at);
    case Provider::OpenAi:
    case Provider::Compatible:
      return prepare_openai(at);
  }
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return out;
}

// What makes a field of extra_headers impossible; empty: nothing.
std::string_view objection(const Upstream& upstream,
                           std::string_view name,
                           std::string_view value) {
  if (!is_field_name(name) || !is_field_value(value)) {
    return "its name or value contains a byte that no header has, such as a line break";
  }
  if (is_framing_field(name)) {
    return "the gateway sets it itself";
  }
  const bool is_signature = name == "authorization" || name == "content-type" ||
                            name == "x-amz-date" || name == "x-amz-security-token";
  if (upstream.provider == Provider::Bedrock && is_signature) {
    return "the signature sets it";
  }
  return {};
}

// extra_headers replace ours of the same name and are added otherwise.
void take_extra_headers(Preparing& at) {
  auto& upstream = at.upstream;
  for (const auto& [written, value] : upstream.params.extra_headers) {
    const auto name = lower(written);
    if (const auto why = objection(upstream, name, value); !why.empty()) {
      upstream.problem =
          fmt::format("extra_headers: leave out \"{}\": {}.", for_machines(written), why);
      return;
    }
    upstream.brings_credential =
        upstream.brings_credential || name == credential_field(upstream.provider);
    if (upstream.provider == Provider::Bedrock && name.starts_with("x-amz-")) {
      upstream.signed_fields.emplace_back(name, value);
    }
    const auto same = std::ranges::find(at.fields, name, [](const auto& f) { return f.first; });
    if (same != at.fields.end()) {
      same->second = value;
    } else {
      at.fields.emplace_back(name, value);
    }
  }
}

void write_fixed_lines(Preparing& at) {
  auto& upstream = at.upstream;
  for (const auto& [name, value] : at.fields) {
    if (!is_field_value(value)) {
      upstream.problem = fmt::format("The value for the header {} contains a line break.", name);
      return;
    }
    append_line(upstream.fixed_lines, name, value);
  }
}

void take_defaults(Upstream& upstream) {
  if (upstream.params.request_defaults.empty()) {
    return;
  }
  auto defaults = read_defaults(upstream.params.request_defaults);
  if (defaults) {
    upstream.defaults = std::move(*defaults);
  } else {
    upstream.problem = fmt::format("A request parameter in litellm_params is not usable: {}",
                                   defaults.error().message);
  }
}

// Empty where something in the head is known only when the request comes.
std::string ready_head(const Upstream& upstream,
                       const std::string& path,
                       const Credential& credential) {
  if (path.empty() || path.contains('*')) {
    return {};
  }
  std::string head = "POST " + path + " HTTP/1.1\r\n" + upstream.fixed_lines;
  if (!append_credential(head, upstream, credential)) {
    return {};
  }
  return std::move(head) + "content-length: ";
}

// Only where a client's body can go out as it is, and the key is one that stays.
void write_passthrough(Upstream& upstream, const Credential& credential) {
  const auto& params = upstream.params;
  const bool known_dialect = upstream.dialect == Dialect::OpenAiChat ||
                             upstream.dialect == Dialect::OpenAiResponses ||
                             upstream.provider == Provider::Anthropic;
  const bool same_body = known_dialect && !upstream.defaults && upstream.forced.empty() &&
                         params.additional_drop_params.empty();
  const bool stays = credential.bearer.empty();
  if (!same_body || !stays || !upstream.problem.empty()) {
    return;
  }
  upstream.passthrough_head = ready_head(upstream, upstream.path, credential);
  for (auto* const side :
       {&upstream.responses, &upstream.completions, &upstream.count, &upstream.embed}) {
    side->passthrough_head = ready_head(upstream, side->path, credential);
  }
  if (!upstream.model.contains('*')) {
    append_quoted(upstream.model, upstream.passthrough_model);
  }
}

}  // namespace

const Upstream::Side* Upstream::side_for(Operation operation, Dialect client) const {
  const auto given = [](const Side& side) { return side.path.empty() ? nullptr : &side; };
  switch (operation) {
    case Operation::Chat:
      return client == Dialect::OpenAiResponses     ? given(responses)
             : client == Dialect::OpenAiCompletions ? given(completions)
                                                    : nullptr;
    case Operation::CountTokens:
      return &count;
    case Operation::Embeddings:
      return &embed;
  }
  return nullptr;
}

Dialect Upstream::dialect_for(Dialect client) const {
  return side_for(Operation::Chat, client) == nullptr ? dialect : client;
}

std::string_view Upstream::passthrough_head_for(Operation operation, Dialect client) const {
  if (dialect_for(client) != client) {
    return {};
  }
  const auto* const side = side_for(operation, client);
  return side == nullptr ? passthrough_head : side->passthrough_head;
}

Upstream make_upstream(const Deployment& deployment,
                       const DeploymentParams& params,
                       const Credential& credential) {
  Upstream upstream;
  upstream.id = deployment.id;
  upstream.provider = deployment.provider;
  upstream.model = deployment.model;
  upstream.params = params;
  upstream.forced = params.extra_body;

  Preparing at{.upstream = upstream, .deployment = deployment, .fields = {}};
  at.fields.emplace_back("host", "");
  at.fields.emplace_back("user-agent", kUserAgent);
  at.fields.emplace_back("accept", "*/*");
  at.fields.emplace_back("accept-encoding", "identity");
  at.fields.emplace_back("content-type", "application/json");
  prepare(at);
  upstream.host = host_header(upstream.address);
  at.fields.front().second = upstream.host;
  if (upstream.problem.empty()) {
    take_extra_headers(at);
  }
  if (upstream.problem.empty()) {
    write_fixed_lines(at);
    take_defaults(upstream);
  }
  write_passthrough(upstream, credential);
  return upstream;
}

}  // namespace meridian
