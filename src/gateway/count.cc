#include "gateway/count.h"

#include <string>
#include <utility>

#include "gateway/letter.h"

namespace meridian {

Awaitable<AttemptEnd> translate_count(Reply& reply, CountForm form) {
  std::string text;
  if (auto end = co_await read_whole(reply, text)) {
    co_return std::move(*end);
  }
  const auto tokens = read_count_reply(form, text);
  if (!tokens) {
    co_return AttemptEnd::failed(tokens.error());
  }
  co_return co_await send_json(
      reply.journey, &reply.provider, write_count_reply(*tokens), reply.on_content);
}

bool estimate_instead(const Failure& failure) {
  // "The provided model doesn't support counting tokens", says Bedrock of most; a role that may
  // invoke models often may not count, and not every region has the way.
  return failure.kind == FailureKind::Misconfigured ||
         failure.message.contains("support counting tokens");
}

Awaitable<AttemptEnd> answer_with_estimate(Journey& journey) {
  if (auto parsed = parse_conversation(journey); !parsed) {
    co_return AttemptEnd::failed(std::move(parsed).error());
  }
  journey.exchange.estimated = true;
  auto body = write_count_reply(estimate_tokens(*journey.parsed));
  co_return co_await send_json(journey, nullptr, std::move(body), [] {});
}

}  // namespace meridian
