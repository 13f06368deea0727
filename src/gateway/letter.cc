#include "gateway/letter.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "wire/codec.h"
#include "wire/openai/embeddings.h"

namespace meridian {

namespace {

// The body goes out as it came in, but for the model's name and perhaps a wish for usage: nothing
// is copied and nothing is moved.
void pass_through(const Journey& journey, const Upstream& upstream, Letter& letter) {
  const auto body = journey.request.body();
  const auto& facts = journey.facts;
  auto model = facts.model;
  model.text = letter.model.empty() ? std::string_view(upstream.passthrough_model) : letter.model;
  std::array<Splice, 2> splices{model, facts.usage.value_or(Splice{})};
  const std::size_t count = facts.usage ? 2 : 1;
  if (count == 2 && splices[1].at < splices[0].at) {
    std::swap(splices[0], splices[1]);
  }
  std::size_t size = body.size();
  for (std::size_t i = 0; i < count; ++i) {
    size = size - splices.at(i).length + splices.at(i).text.size();
  }
  auto* const end = std::to_chars(letter.length.data(), letter.length.data() + 20, size).ptr;
  const auto beta = journey.exchange.dialect == Dialect::AnthropicMessages
                        ? journey.request.head[Field::AnthropicBeta]
                        : std::string_view();
  const auto head =
      upstream.passthrough_head_for(journey.exchange.operation, journey.exchange.dialect);
  letter.message.add(head);
  letter.message.add({letter.length.data(), end});
  if (!beta.empty()) {
    letter.message.add("\r\nanthropic-beta: ");
    letter.message.add(beta);
  }
  letter.message.add("\r\n\r\n");
  std::size_t at = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto& splice = splices.at(i);
    letter.message.add(body.substr(at, splice.at - at));
    letter.message.add(splice.text);
    at = splice.at + splice.length;
  }
  letter.message.add(body.substr(at));
  letter.bytes = head.size() + size;
}

// Where a request goes, and as whom.
struct Sender {
  const Upstream& upstream;
  std::string_view wildcard;
  const Credential& credential;
  WallTime now;
};

// A chat, or what one would be, to be counted.
Result<Outgoing> write_conversation(Journey& journey, const Sender& sender, Letter& letter) {
  const auto& exchange = journey.exchange;
  const auto& [upstream, wildcard, credential, now] = sender;
  if (const auto parsed = parse_conversation(journey); !parsed) {
    return std::unexpected(parsed.error());
  }
  auto& request = *journey.parsed;
  // Where the reply is relayed in the same dialect, usage is asked for as in a passed-through body.
  request.include_usage = exchange.wants_usage || journey.facts.usage.has_value() ||
                          exchange.dialect != Dialect::OpenAiChat;
  if (exchange.operation == Operation::CountTokens) {
    return build_count_request(upstream, request, wildcard, credential, now);
  }
  letter.names = name_map_of(upstream.dialect_for(exchange.dialect), request);
  return build_request(upstream, request, wildcard, credential, now);
}

// As many of the texts as one call takes.
Result<Outgoing> write_embeddings(Journey& journey, const Sender& sender, Letter& letter) {
  const auto& [upstream, wildcard, credential, now] = sender;
  if (!journey.embedding) {
    auto parsed = read_openai_embeddings(journey.request.body());
    if (!parsed) {
      return std::unexpected(std::move(parsed).error());
    }
    journey.embedding = std::make_unique<EmbeddingRequest>(std::move(*parsed));
  }
  const auto& request = *journey.embedding;
  const auto max = embedding_way(upstream, wildcard).texts_max;
  letter.slice.count = std::min(request.size - letter.slice.first, max);
  return build_embedding_request(upstream, request, letter.slice, wildcard, credential, now);
}

}  // namespace

Result<bool> parse_conversation(Journey& journey) {
  if (!journey.parsed) {
    auto& exchange = journey.exchange;
    auto parsed = read_request(exchange.dialect, journey.request.body(), exchange.operation);
    if (!parsed) {
      return std::unexpected(std::move(parsed).error());
    }
    journey.parsed = std::make_unique<ChatRequest>(std::move(*parsed));
    exchange.echo = echo_of(exchange.dialect, *journey.parsed);
  }
  return true;
}

bool passes_through(const Journey& journey, const Upstream& upstream) {
  const auto& exchange = journey.exchange;
  return !upstream.passthrough_head_for(exchange.operation, exchange.dialect).empty() &&
         !journey.facts.gateway_fields && !journey.facts.other_version;
}

bool uses_client_key(const Exchange& exchange, DeploymentId id) {
  return !exchange.client_key.empty() &&
         lets_clients_bring_keys(exchange.snapshot().settings.params[index_of(id)]);
}

Result<bool> write_letter(Journey& journey, const Step& step, Letter& letter) {
  const auto& exchange = journey.exchange;
  const auto& snapshot = exchange.snapshot();
  const auto id = step.attempt->to.id();
  const auto& upstream = snapshot.upstreams[index_of(id)];
  if (passes_through(journey, upstream)) {
    if (upstream.passthrough_model.empty()) {
      auto name = upstream.model;
      name.replace(name.find('*'), 1, step.attempt->wildcard);
      letter.model = fmt::format("\"{}\"", name);
    }
    pass_through(journey, upstream, letter);
    return true;
  }
  Credential own;
  const auto* credential = exchange.pin->credentials[snapshot.credential_of[index_of(id)]].get();
  if (uses_client_key(exchange, id)) {
    own.api_key = exchange.client_key;
    credential = &own;
  }
  if (credential == nullptr) {
    return std::unexpected(
        Failure{.kind = FailureKind::Misconfigured,
                .message = "the gateway has no valid credential for this provider"});
  }
  const std::chrono::seconds skew(
      journey.worker.shared.clock_skew_s.load(std::memory_order_relaxed));
  const Sender sender{.upstream = upstream,
                      .wildcard = step.attempt->wildcard,
                      .credential = *credential,
                      .now = wall_now() + skew};
  auto written = exchange.operation == Operation::Embeddings
                     ? write_embeddings(journey, sender, letter)
                     : write_conversation(journey, sender, letter);
  if (!written) {
    return std::unexpected(std::move(written).error());
  }
  letter.translated = true;
  letter.written = std::move(*written);
  letter.message.add(letter.written.head);
  letter.message.add(letter.written.body);
  letter.bytes = letter.written.head.size() + letter.written.body.size();
  return true;
}

}  // namespace meridian
