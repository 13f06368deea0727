#include "gateway/mock.h"

#include <utility>

#include "gateway/relay.h"
#include "wire/codec.h"
#include "wire/peek.h"

namespace meridian {

namespace {

Usage usage_of(const Exchange& exchange, std::string_view text) {
  return {.input = exchange.route.input_tokens, .output = estimated_tokens(text.size())};
}

ChatReply reply_of(const Exchange& exchange, std::string text) {
  ChatReply reply;
  reply.id = "chatcmpl-" + exchange.id;
  reply.model = exchange.model;
  reply.created = wall_now().time_since_epoch().count();
  reply.usage = usage_of(exchange, text);
  reply.parts.emplace_back(TextPart{.text = std::move(text)});
  return reply;
}

std::string stream_of(const Exchange& exchange, const ChatReply& reply, const std::string& text) {
  using Kind = StreamEvent::Kind;
  const auto writer = make_stream_writer(exchange.dialect,
                                         {.model = exchange.model,
                                          .include_usage = exchange.wants_usage,
                                          .created = reply.created,
                                          .request_id = exchange.id,
                                          .echo = exchange.echo});
  std::string bytes;
  for (const auto kind : {Kind::Start,
                          Kind::TextBlock,
                          Kind::Text,
                          Kind::EndBlock,
                          Kind::Finish,
                          Kind::UsageCount,
                          Kind::End}) {
    StreamEvent event;
    event.kind = kind;
    event.id = kind == Kind::Start ? reply.id : "";
    event.text = kind == Kind::Text ? text : "";
    event.usage = usage_of(exchange, text);
    writer->write(event, bytes);
  }
  return bytes;
}

}  // namespace

const std::string* mock_for(const Exchange& exchange, DeploymentId id) {
  const auto& by_file = exchange.snapshot().settings.params[index_of(id)].mock_response;
  const auto& wanted = exchange.mock_response;
  return wanted ? &*wanted : by_file ? &*by_file : nullptr;
}

void give_up_trial(Journey& journey, const Step& step) {
  if (step.trial) {
    const Fact unused{.kind = Fact::Kind::TrialGivenUp,
                      .deployment = step.attempt->to.id(),
                      .trial = true,
                      .retry_after = std::nullopt};
    journey.worker.report(journey.exchange.snapshot(), unused);
  }
}

Awaitable<AttemptEnd> answer_with(Journey& journey, const Step& step, const std::string& text) {
  const auto& exchange = journey.exchange;
  give_up_trial(journey, step);
  const auto reply = reply_of(exchange, text);
  if (!exchange.stream) {
    co_return co_await send_reply(journey, nullptr, reply, [] {});
  }
  const auto bytes = stream_of(exchange, reply, text);
  const bool sent = co_await journey.out.send(nullptr, bytes);
  co_return AttemptEnd::answered(sent && co_await journey.out.finish(nullptr));
}

}  // namespace meridian
