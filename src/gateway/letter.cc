#include "gateway/letter.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "wire/codec.h"

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
  letter.message.add(upstream.passthrough_head);
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
  letter.bytes = upstream.passthrough_head.size() + size;
}

}  // namespace

bool passes_through(const Journey& journey, const Upstream& upstream) {
  return upstream.dialect == journey.exchange.dialect && !upstream.passthrough_head.empty() &&
         !journey.facts.gateway_fields && !journey.facts.other_version;
}

bool uses_client_key(const Exchange& exchange, DeploymentId id) {
  return !exchange.client_key.empty() &&
         lets_clients_bring_keys(exchange.snapshot().settings.params[index_of(id)]);
}

Result<bool> write_letter(Journey& journey, const Step& step, Letter& letter) {
  auto& exchange = journey.exchange;
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
  if (!journey.parsed) {
    auto parsed = read_request(exchange.dialect, journey.request.body());
    if (!parsed) {
      return std::unexpected(std::move(parsed).error());
    }
    journey.parsed = std::make_unique<ChatRequest>(std::move(*parsed));
  }
  // Where the reply is relayed in the same dialect, usage is asked for as in a passed-through body.
  journey.parsed->include_usage = exchange.wants_usage || journey.facts.usage.has_value() ||
                                  exchange.dialect != Dialect::OpenAiChat;
  const std::chrono::seconds skew(
      journey.worker.shared.clock_skew_s.load(std::memory_order_relaxed));
  auto written = build_request(
      upstream, *journey.parsed, step.attempt->wildcard, *credential, wall_now() + skew);
  if (!written) {
    return std::unexpected(std::move(written).error());
  }
  letter.translated = true;
  letter.names = name_map_of(upstream.dialect, *journey.parsed);
  letter.written = std::move(*written);
  letter.message.add(letter.written.head);
  letter.message.add(letter.written.body);
  letter.bytes = letter.written.head.size() + letter.written.body.size();
  return true;
}

}  // namespace meridian
