#include "providers/request.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "config/compatible_providers.h"
#include "providers/aws/sigv4.h"
#include "providers/defaults.h"
#include "providers/head.h"
#include "providers/percent.h"
#include "providers/prepare.h"
#include "wire/codec.h"
#include "wire/json.h"
#include "wire/json_text.h"

namespace meridian {
namespace {

std::unexpected<Failure> failed(FailureKind kind, std::string message) {
  Failure failure;
  failure.kind = kind;
  failure.message = std::move(message);
  return std::unexpected(std::move(failure));
}

bool needs_key(const Upstream& upstream) {
  if (upstream.provider != Provider::Compatible) {
    return true;
  }
  const auto* known = find_compatible(
      std::string_view(upstream.params.model).substr(0, upstream.params.model.find('/')));
  return known != nullptr && known->needs_key;
}

// A client chooses this text. Encoded it stays one segment; but a dot segment is folded away on the
// other side, and some servers decode %2F before they fold.
bool leads_elsewhere(std::string_view text) {
  std::string_view rest = text;
  while (true) {
    const auto end = rest.find_first_of("/\\");
    const auto segment = rest.substr(0, end);
    if (segment == "." || segment == "..") {
      return true;
    }
    if (end == std::string_view::npos) {
      break;
    }
    rest.remove_prefix(end + 1);
  }
  return !is_field_value(text);
}

std::string with_wildcard(std::string_view text, std::string_view match) {
  std::string out(text);
  if (const auto star = out.find('*'); star != std::string::npos) {
    out.replace(star, 1, match);
  }
  return out;
}

void append_signature(std::string& head,
                      const Upstream& upstream,
                      std::string_view target,
                      std::string_view body,
                      const Credential& credential,
                      WallTime now) {
  append_sigv4(head,
               {.method = "POST",
                .target = target,
                .host = upstream.host,
                .content_type = "application/json",
                .body = body,
                .more = upstream.signed_fields},
               {.key_id = credential.aws_key_id.reveal(),
                .secret = credential.aws_secret.reveal(),
                .token = credential.aws_token.reveal()},
               {.region = upstream.region, .service = "bedrock"},
               now);
}

WriteRules rules_of(const Upstream& upstream, std::string_view model) {
  WriteRules rules;
  rules.provider_name = name_of(upstream.provider);
  rules.model = model;
  rules.drop_params = upstream.params.drop_params;
  rules.additional_drop_params = upstream.params.additional_drop_params;
  rules.anthropic_version = upstream.anthropic_version;
  rules.model_in_body = upstream.model_in_body;
  rules.stream_in_body = upstream.stream_in_body;
  return rules;
}

Result<std::string> body_of(const Upstream& upstream,
                            Dialect dialect,
                            const ChatRequest& request,
                            const WriteRules& rules) {
  auto body = write_request(dialect, request, rules);
  if (body && !upstream.forced.empty()) {
    body = with_fields(std::move(*body), upstream.forced);
  }
  return body;
}

// What a model would read. How it is to answer does not matter, and must not be refused.
ChatRequest to_be_counted(const Upstream& upstream, ChatRequest request) {
  if (upstream.defaults) {
    apply_defaults(request, *upstream.defaults);
  }
  request.stream = false;
  request.max_tokens.reset();
  request.temperature.reset();
  request.top_p.reset();
  request.top_k.reset();
  request.stop.clear();
  request.n.reset();
  request.seed.reset();
  request.user.reset();
  return request;
}

EmbeddingForm embedding_form(Provider provider, std::string_view model) {
  switch (provider) {
    case Provider::OpenAi:
    case Provider::Azure:
    case Provider::Compatible:
      return EmbeddingForm::OpenAi;
    case Provider::Bedrock:
      return bedrock_embedding_form(model);
    case Provider::Vertex:
      return embeds_at_google(model) ? EmbeddingForm::VertexPredict : EmbeddingForm::None;
    case Provider::Gemini:
      return embeds_at_google(model) ? EmbeddingForm::GeminiBatch : EmbeddingForm::None;
    case Provider::Anthropic:
      return EmbeddingForm::None;
  }
  return EmbeddingForm::None;
}

// The file's parameters of an embedding, where the client leaves them open. How the vectors are
// written is the client's wish alone.
void fill_in(EmbeddingRequest& request, const ChatRequest& defaults) {
  const auto add = [&request](const std::string& name, std::string json) {
    const auto same = [&name](const auto& field) { return field.first == name; };
    if (std::ranges::none_of(request.other, same)) {
      request.other.emplace_back(name, std::move(json));
    }
  };
  if (defaults.user) {
    std::string json;
    append_quoted(*defaults.user, json);
    add("user", std::move(json));
  }
  for (const auto& [name, json] : defaults.other) {
    if (name == "dimensions") {
      const auto value = thread_json_parser().parse(json);
      request.dimensions = request.dimensions ? request.dimensions
                           : value            ? value->integer()
                                              : std::nullopt;
    } else if (name != "encoding_format") {
      add(name, json);
    }
  }
}

// Head and body of a request whose body is written: the one place where requests are signed.
Result<Outgoing> sealed(const Upstream& upstream,
                        const std::string& path,
                        std::string_view wildcard,
                        std::string body,
                        const Credential& credential,
                        WallTime now) {
  const auto target = request_target(path, wildcard, credential);
  if (!target) {
    return std::unexpected(target.error());
  }
  Outgoing outgoing;
  outgoing.body = std::move(body);
  auto& head = outgoing.head;
  head.reserve(1024 + credential.aws_token.reveal().size());
  head.append("POST ").append(*target).append(" HTTP/1.1\r\n").append(upstream.fixed_lines);
  const bool signs = upstream.provider == Provider::Bedrock && credential.bearer.empty();
  if (signs && !credential.aws_secret.empty()) {
    append_signature(head, upstream, *target, outgoing.body, credential, now);
  } else if (auto done = append_credential(head, upstream, credential); !done) {
    return std::unexpected(std::move(done.error()));
  }
  head.append("content-length: ").append(std::to_string(outgoing.body.size())).append("\r\n\r\n");
  return outgoing;
}

}  // namespace

std::string_view credential_field(Provider provider) {
  switch (provider) {
    case Provider::Anthropic:
      return "x-api-key";
    case Provider::Azure:
      return "api-key";
    case Provider::Gemini:
      return "x-goog-api-key";
    case Provider::Bedrock:
    case Provider::Vertex:
    case Provider::OpenAi:
    case Provider::Compatible:
      return "authorization";
  }
  return "authorization";
}

Result<bool> append_credential(std::string& head,
                               const Upstream& upstream,
                               const Credential& credential) {
  if (upstream.brings_credential) {
    return true;
  }
  const bool bearer = !credential.bearer.empty();
  const auto value = bearer ? credential.bearer.reveal() : credential.api_key.reveal();
  if (value.empty()) {
    if (!needs_key(upstream)) {
      return true;
    }
    return failed(FailureKind::Misconfigured,
                  fmt::format("There is no credential for {} yet.", name_of(upstream.provider)));
  }
  if (!is_field_value(value)) {
    return failed(FailureKind::Misconfigured,
                  fmt::format("The credential for {} contains a line break or another control "
                              "character.",
                              name_of(upstream.provider)));
  }
  const auto field =
      bearer ? std::string_view("authorization") : credential_field(upstream.provider);
  head.append(field).append(field == "authorization" ? ": Bearer " : ": ");
  head.append(value).append("\r\n");
  return true;
}

Result<std::string> request_target(const std::string& path,
                                   std::string_view wildcard,
                                   const Credential& credential) {
  auto target = path;
  if (target.contains('*')) {
    if (leads_elsewhere(wildcard)) {
      return failed(FailureKind::BadRequest,
                    "The model's name contains a path segment or a byte "
                    "that no model's name has.");
    }
    target = with_wildcard(target, percent_encode(wildcard));
  }
  constexpr std::string_view kProject = "{project}";
  if (const auto at = target.find(kProject); at != std::string::npos) {
    if (credential.account.empty()) {
      return failed(FailureKind::Misconfigured,
                    "vertex_project is not set, and the Google credentials name no project.");
    }
    target.replace(at, kProject.size(), percent_encode(credential.account));
  }
  return target;
}

Result<Outgoing> build_request(const Upstream& upstream,
                               const ChatRequest& request,
                               std::string_view wildcard,
                               const Credential& credential,
                               WallTime now) {
  if (!upstream.problem.empty()) {
    return failed(FailureKind::Misconfigured, upstream.problem);
  }
  const auto model = with_wildcard(upstream.model, wildcard);
  const auto rules = rules_of(upstream, model);
  const auto dialect = upstream.dialect_for(request.dialect);
  Result<std::string> body;
  if (upstream.defaults) {
    auto filled = request;
    apply_defaults(filled, *upstream.defaults);
    body = body_of(upstream, dialect, filled, rules);
  } else {
    body = body_of(upstream, dialect, request, rules);
  }
  if (!body) {
    return std::unexpected(std::move(body.error()));
  }
  const auto* const side = upstream.side_for(Operation::Chat, request.dialect);
  const auto& path = side != nullptr  ? side->path
                     : request.stream ? upstream.stream_path
                                      : upstream.path;
  return sealed(upstream, path, wildcard, std::move(*body), credential, now);
}

Result<Outgoing> build_count_request(const Upstream& upstream,
                                     const ChatRequest& request,
                                     std::string_view wildcard,
                                     const Credential& credential,
                                     WallTime now) {
  if (!upstream.problem.empty()) {
    return failed(FailureKind::Misconfigured, upstream.problem);
  }
  const auto model = with_wildcard(upstream.model, wildcard);
  auto rules = rules_of(upstream, model);
  // On Vertex the path says only that something is to be counted.
  rules.model_in_body = upstream.count_form == CountForm::Anthropic;
  const auto chat = body_of(upstream, upstream.dialect, to_be_counted(upstream, request), rules);
  if (!chat) {
    return std::unexpected(chat.error());
  }
  auto body = count_body(upstream.count_form, *chat, model);
  return sealed(upstream, upstream.count.path, wildcard, std::move(body), credential, now);
}

EmbeddingWay embedding_way(const Upstream& upstream, std::string_view wildcard) {
  const auto model = with_wildcard(upstream.model, wildcard);
  const auto form = embedding_form(upstream.provider, model);
  return {.form = form, .texts_max = embedding_texts_max(form, model)};
}

Result<Outgoing> build_embedding_request(const Upstream& upstream,
                                         const EmbeddingRequest& request,
                                         EmbeddingSlice slice,
                                         std::string_view wildcard,
                                         const Credential& credential,
                                         WallTime now) {
  if (!upstream.problem.empty()) {
    return failed(FailureKind::Misconfigured, upstream.problem);
  }
  const auto model = with_wildcard(upstream.model, wildcard);
  const auto form = embedding_form(upstream.provider, model);
  const auto rules = rules_of(upstream, model);
  Result<std::string> body;
  if (upstream.defaults) {
    auto filled = request;
    fill_in(filled, *upstream.defaults);
    body = write_embedding_request(form, filled, slice, rules);
  } else {
    body = write_embedding_request(form, request, slice, rules);
  }
  if (!body) {
    return std::unexpected(std::move(body.error()));
  }
  if (!upstream.forced.empty()) {
    body = with_fields(std::move(*body), upstream.forced);
  }
  return sealed(upstream, upstream.embed.path, wildcard, std::move(*body), credential, now);
}

}  // namespace meridian
