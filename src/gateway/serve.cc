#include "gateway/serve.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "gateway/ask.h"
#include "gateway/chat.h"
#include "gateway/client_stream.h"
#include "gateway/local.h"
#include "gateway/metrics_page.h"
#include "gateway/reply_head.h"
#include "transport/request.h"
#include "wire/codec.h"

namespace meridian {

namespace {

using namespace std::chrono_literals;

constexpr Duration kIdleMax = 75s;  // Between requests.
constexpr Duration kHandshakeMax = 10s;
constexpr Duration kArrivalMax = 30s;  // From a request's first byte to its head's last.
constexpr Duration kBodyMax = 120s;    // From there to the body's last.

// Who may ask what, by the connection and the key it showed.
struct Caller {
  bool key_is_good = false;
  bool operator_is_asking = false;
};

Caller caller_of(const Head& head, const Peer& client, const Snapshot& snapshot) {
  const auto& general = snapshot.settings.general;
  const bool good = authenticate(head, general).has_value();
  if (!general.master_key.empty()) {
    return {.key_is_good = good, .operator_is_asking = good};
  }
  const auto& from = client.address();
  return {.key_is_good = true,
          .operator_is_asking =
              from.starts_with("127.") || from == "::1" || from.starts_with("::ffff:127.")};
}

// 32 hexadecimal digits: enough that two requests never share them.
std::string new_id(Rng& rng) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr std::size_t kDigitsInOne = 16;
  std::string id(2 * kDigitsInOne, '0');
  for (std::size_t i = 0, bits = 0; i < id.size(); ++i, bits >>= 4U) {
    bits = i % kDigitsInOne == 0 ? rng.next() : bits;
    id[i] = kDigits[bits & 0xFU];
  }
  return id;
}

// The client's own id is kept when it is fit for a header line and a log.
std::string id_of(const Head& head, Rng& rng) {
  const auto given = head[Field::CallId];
  const bool plain = !given.empty() && given.size() <= 64 &&
                     given.find_first_not_of(
                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
                         std::string_view::npos;
  return plain ? std::string(given) : new_id(rng);
}

// Where something is asked of a model: in which dialect, and what.
struct Endpoint {
  std::string_view path;
  Dialect dialect;
  Operation operation = Operation::Chat;
};

constexpr auto kEndpoints = std::to_array<Endpoint>({
    {"/v1/chat/completions", Dialect::OpenAiChat},
    {"/chat/completions", Dialect::OpenAiChat},
    {"/v1/responses", Dialect::OpenAiResponses},
    {"/responses", Dialect::OpenAiResponses},
    {"/v1/completions", Dialect::OpenAiCompletions},
    {"/completions", Dialect::OpenAiCompletions},
    {"/v1/messages", Dialect::AnthropicMessages},
    {"/messages", Dialect::AnthropicMessages},
    {"/v1/messages/count_tokens", Dialect::AnthropicMessages, Operation::CountTokens},
    {"/messages/count_tokens", Dialect::AnthropicMessages, Operation::CountTokens},
    {"/v1/embeddings", Dialect::OpenAiChat, Operation::Embeddings},
    {"/embeddings", Dialect::OpenAiChat, Operation::Embeddings},
});

std::string_view path_of(std::string_view target) {
  return target.substr(0, target.find('?'));
}

// Null: something else is asked for.
const Endpoint* endpoint_of(std::string_view target) {
  const auto* const found = std::ranges::find(kEndpoints, path_of(target), &Endpoint::path);
  return found == kEndpoints.end() ? nullptr : found;
}

struct Refusal {
  int status = 400;
  std::string_view why;
  std::string_view code;
};

std::optional<Refusal> refusal_of(Arrival arrival) {
  switch (arrival) {
    case Arrival::Whole:
    case Arrival::Ended:
      return std::nullopt;
    case Arrival::Malformed:
      return Refusal{400, "the request is not well-formed HTTP/1.1", "bad_http"};
    case Arrival::TargetTooLong:
      return Refusal{414, "the request's first line is longer than 64 KiB", "uri_too_long"};
    case Arrival::HeadTooLarge:
      return Refusal{431, "the request's header is larger than 64 KiB", "header_too_large"};
    case Arrival::BodyTooLarge:
      return Refusal{413,
                     "the request's body is larger than this gateway takes; raise "
                     "general_settings.max_request_size_mb",
                     "request_too_large"};
    case Arrival::TooSlow:
      return Refusal{408, "the request did not arrive in time", "request_timeout"};
  }
  return std::nullopt;
}

RequestOutcome outcome_of(Arrival arrival) {
  switch (arrival) {
    case Arrival::TargetTooLong:
    case Arrival::HeadTooLarge:
    case Arrival::BodyTooLarge:
      return RequestOutcome::RefusedSize;
    case Arrival::TooSlow:
      return RequestOutcome::RefusedSlow;
    case Arrival::Whole:
    case Arrival::Ended:
    case Arrival::Malformed:
      break;
  }
  return RequestOutcome::RefusedRequest;
}

// In which dialect somebody who asks for this expects an error.
Dialect dialect_of(std::string_view target) {
  const auto* const endpoint = endpoint_of(target);
  return endpoint == nullptr ? Dialect::OpenAiChat : endpoint->dialect;
}

// Answers and ends the connection: what follows on it can no longer be told apart.
Awaitable<void> refuse(Worker& worker, Peer& client, Dialect dialect, Refusal refusal) {
  const Failure failure{.kind = FailureKind::BadRequest,
                        .status = refusal.status,
                        .message = std::string(refusal.why),
                        .code = std::string(refusal.code)};
  const auto body = write_error(dialect, failure, new_id(worker.rng));
  const auto reply = plain_reply(refusal.status, "application/json", {}, body, false);
  Gather message;
  message.add(reply);
  co_await send_patiently(worker, client, nullptr, message, kHandshakeMax);
  co_await linger(worker, client);
}

// The other port, in words; nothing: this is the right one.
std::string_view wrong_door(Door door, std::string_view path) {
  if (door == Door::Clients && is_operators_page(path)) {
    return "this page is for operators: it is served on the gateway's admin port";
  }
  if (door == Door::Operators && endpoint_of(path) != nullptr) {
    return "this is the gateway's admin port; models are asked on the other one";
  }
  return {};
}

std::unique_ptr<LocalAnswer> nothing_here(const LocalCall& call, Door door, std::string_view id) {
  const bool known = endpoint_of(call.path) != nullptr;
  Failure failure{
      .kind = FailureKind::BadRequest,
      .status = known ? 405 : 404,
      .message = known
                     ? "use POST here"
                     : fmt::format("there is nothing at {}; see docs/architecture.md for the paths",
                                   call.path.substr(0, 100)),
      .code = known ? "method_not_allowed" : "unknown_path"};
  if (const auto why = wrong_door(door, call.path); !why.empty()) {
    failure.status = 404;
    failure.message = why;
    failure.code = "other_port";
  }
  auto answer = std::make_unique<LocalAnswer>();
  answer->status = failure.status;
  answer->body = write_error(dialect_of(call.path), failure, id);
  return answer;
}

Awaitable<bool> answer_other(Worker& worker,
                             Peer& client,
                             const Request& request,
                             Door door,
                             bool keep_alive) {
  const auto pin = worker.current;
  const auto& head = request.head;
  const auto caller = caller_of(head, client, **pin);
  const auto question = head.target.find('?');
  const LocalCall call{.method = head.method,
                       .path = head.target.substr(0, question),
                       .query = question == std::string_view::npos
                                    ? std::string_view()
                                    : head.target.substr(question + 1),
                       .body = request.body(),
                       .operator_is_asking = caller.operator_is_asking,
                       .key_is_good = caller.key_is_good,
                       .draining = worker.shared.draining,
                       .now = worker.deadlines.now()};
  const bool here = wrong_door(door, call.path).empty();
  auto answer = here ? answer_locally(call, **pin) : nullptr;
  if (!answer && here && call.path == "/metrics" &&
      (head.method == Method::Get || head.method == Method::Head)) {
    answer = co_await metrics_page(worker, pin);
  }
  if (!answer && here && worker.shared.extra) {
    answer = worker.shared.extra(call, **pin);
  }
  if (!answer) {
    answer = nothing_here(call, door, new_id(worker.rng));
  }
  // RFC 9110 15.5.6 wants the field with a 405.
  const auto* const fields = answer->status == 405 ? "allow: POST\r\n" : "";
  auto reply = plain_reply(answer->status, answer->content_type, fields, answer->body, keep_alive);
  if (head.method == Method::Head) {
    reply.resize(reply.size() - answer->body.size());
  }
  Gather message;
  message.add(reply);
  const bool sent = co_await send_patiently(worker, client, nullptr, message, kHandshakeMax);
  co_return sent&& keep_alive;
}

// One request, whole in `request`. True: the connection may carry another.
Awaitable<bool> answer(Worker& worker, Peer& client, Request& request, Door door) {
  const auto& head = request.head;
  const bool keep_alive = head.keep_alive && !worker.closing;
  const auto* const endpoint = endpoint_of(head.target);
  if (head.method != Method::Post || endpoint == nullptr || door == Door::Operators) {
    co_return co_await answer_other(worker, client, request, door, keep_alive);
  }
  Exchange exchange;
  exchange.pin = worker.current;
  exchange.began = worker.deadlines.refresh();
  exchange.id = id_of(head, worker.rng);
  exchange.path = endpoint->path;
  exchange.dialect = endpoint->dialect;
  exchange.operation = endpoint->operation;
  exchange.keep_alive = keep_alive;
  exchange.http_1_0 = head.http_1_0;
  co_return co_await answer_model(worker, client, request, exchange);
}

// The next request, whole. False: the connection has ended, or was told why it must.
Awaitable<bool> arrives(Worker& worker, Peer& client, Request& request) {
  const auto began = worker.deadlines.now();
  auto arrival = co_await read_head(client, worker.deadlines, request, began + kArrivalMax);
  if (arrival == Arrival::Whole) {
    const auto body_max = (*worker.current)->settings.general.body_bytes_max;
    arrival = co_await read_body(client, worker.deadlines, request, began + kBodyMax, body_max);
  }
  client.nudge_at(TimePoint::max());
  if (const auto refusal = refusal_of(arrival)) {
    worker.metrics.request_began();
    worker.metrics.request({.outcome = outcome_of(arrival)});
    co_await refuse(worker, client, dialect_of(request.head.target), *refusal);
  }
  co_return arrival == Arrival::Whole;
}

}  // namespace

Awaitable<void> serve(Worker& worker, std::unique_ptr<Peer> client, Door door) {
  worker.metrics.connection_opened(Side::Client);
  bool more = true;
  if (const auto tls = worker.tls_in) {
    client->expire_at(worker.deadlines.now() + kHandshakeMax);
    more = co_await client->start_tls(tls->accept());
  }
  std::string begun;
  while (more && !worker.closing) {
    client->expire_at(worker.deadlines.now() + kIdleMax);
    if (begun.empty()) {
      client->set_idle(true);
      co_await Peer::until_readable(*client);  // A silent connection holds no buffer.
      client->set_idle(false);
    }
    client->expire_at(TimePoint::max());
    Request request(worker.buffers, std::exchange(begun, {}));
    more = co_await arrives(worker, *client, request) &&
           co_await answer(worker, *client, request, door);
    begun = request.rest();
  }
  worker.metrics.connection_closed(Side::Client);
  --worker.connections;
}

}  // namespace meridian
