#include "gateway/embed.h"

#include <charconv>
#include <iterator>
#include <string>
#include <utility>

#include "transport/head.h"
#include "wire/count_tokens.h"
#include "wire/openai/embeddings.h"

namespace meridian {

namespace {

// What Bedrock says beside a body that does not.
std::optional<std::int64_t> tokens_in_head(std::string_view head) {
  const auto text = find_field(head, "x-amzn-bedrock-input-token-count");
  std::int64_t tokens = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), tokens);
  return failed == std::errc() && tokens >= 0 && !text.empty() ? std::optional(tokens)
                                                               : std::nullopt;
}

std::int64_t estimated_tokens_of(const EmbeddingRequest& request, EmbeddingSlice slice) {
  std::int64_t tokens = 0;
  for (std::size_t i = 0; i < slice.count; ++i) {
    tokens += estimate_tokens(request.texts.at(slice.first + i));
  }
  return tokens;
}

}  // namespace

Awaitable<AttemptEnd> gather_embeddings(Reply& reply,
                                        EmbeddingForm form,
                                        EmbeddingSlice slice,
                                        GatheredEmbeddings& gathered) {
  auto& exchange = reply.journey.exchange;
  const auto& request = *reply.journey.embedding;
  std::string text;
  if (auto end = co_await read_whole(reply, text)) {
    co_return std::move(*end);
  }
  auto read = read_embedding_reply(form, text, slice.count);
  if (!read) {
    co_return AttemptEnd::failed(std::move(read).error());
  }
  auto tokens = read->tokens ? read->tokens : tokens_in_head(reply.head);
  if (!tokens) {
    gathered.estimated = true;
    tokens = estimated_tokens_of(request, slice);
  }
  auto& all = gathered.reply;
  all.tokens = all.tokens.value_or(0) + *tokens;
  std::ranges::move(read->vectors, std::back_inserter(all.vectors));
  if (all.vectors.size() < request.size) {
    co_return AttemptEnd::answered(true);
  }
  gathered.whole = true;
  exchange.usage = {.input = *all.tokens};
  exchange.has_usage = true;
  exchange.estimated = gathered.estimated;
  auto body = write_openai_embeddings_reply(all, exchange.model, request.base64);
  co_return co_await send_json(reply.journey, &reply.provider, std::move(body), reply.on_content);
}

}  // namespace meridian
