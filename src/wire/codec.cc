#include "wire/codec.h"

#include <fmt/format.h>

#include "base/check.h"
#include "wire/anthropic/reply_reader.h"
#include "wire/anthropic/reply_writer.h"
#include "wire/anthropic/request_reader.h"
#include "wire/anthropic/request_writer.h"
#include "wire/anthropic/stream_reader.h"
#include "wire/anthropic/stream_writer.h"
#include "wire/bedrock/chunk_stream.h"
#include "wire/completions/reply_writer.h"
#include "wire/completions/request_reader.h"
#include "wire/completions/request_writer.h"
#include "wire/completions/stream_writer.h"
#include "wire/converse/reply_reader.h"
#include "wire/converse/request_writer.h"
#include "wire/converse/stream_reader.h"
#include "wire/failures.h"
#include "wire/gemini/reply_reader.h"
#include "wire/gemini/request_writer.h"
#include "wire/gemini/stream_reader.h"
#include "wire/openai/reply_reader.h"
#include "wire/openai/reply_writer.h"
#include "wire/openai/request_reader.h"
#include "wire/openai/request_writer.h"
#include "wire/openai/stream_reader.h"
#include "wire/openai/stream_writer.h"
#include "wire/responses/reply_reader.h"
#include "wire/responses/reply_writer.h"
#include "wire/responses/request_reader.h"
#include "wire/responses/request_writer.h"
#include "wire/responses/stream_reader.h"
#include "wire/responses/stream_writer.h"

namespace meridian {

namespace {

std::string_view name_of(Dialect dialect) {
  switch (dialect) {
    case Dialect::OpenAiChat:
      return "OpenAI chat completions";
    case Dialect::OpenAiResponses:
      return "OpenAI responses";
    case Dialect::OpenAiCompletions:
      return "OpenAI completions";
    case Dialect::AnthropicMessages:
      return "Anthropic messages";
    case Dialect::BedrockConverse:
      return "Bedrock Converse";
    case Dialect::Gemini:
      return "Gemini";
  }
  return "this dialect";
}

Failure not_yet(std::string_view what, Dialect dialect) {
  return {
      .kind = FailureKind::BadRequest,
      .status = 501,
      .message = fmt::format("Meridian cannot {} in the dialect of {} yet", what, name_of(dialect)),
      .code = "unsupported_dialect",
      .request_id = {}};
}

class UnknownStreamReader final : public StreamReader {
 public:
  explicit UnknownStreamReader(Dialect dialect) : dialect_(dialect) {}

  void feed(std::string_view, std::vector<StreamEvent>& out) override { finish(out); }

  void finish(std::vector<StreamEvent>& out) override {
    if (!std::exchange(said_, true)) {
      auto& event = out.emplace_back();
      event.kind = StreamEvent::Kind::Fail;
      event.failure = not_yet("read streams", dialect_);
    }
  }

 private:
  Dialect dialect_;
  bool said_ = false;
};

// Only an error can be said in a dialect that cannot be written.
class UnknownStreamWriter final : public StreamWriter {
 public:
  UnknownStreamWriter(Dialect dialect, std::string request_id)
      : dialect_(dialect), request_id_(std::move(request_id)) {}

  void write(const StreamEvent&, std::string& out) override {
    if (!std::exchange(said_, true)) {
      out += write_error_event(dialect_, not_yet("write streams", dialect_), request_id_);
    }
  }

 private:
  Dialect dialect_;
  std::string request_id_;
  bool said_ = false;
};

}  // namespace

Result<ChatRequest> read_request(Dialect dialect, std::string_view json, Operation operation) {
  switch (dialect) {
    case Dialect::OpenAiChat:
      return read_openai_request(json);
    case Dialect::OpenAiResponses:
      return read_responses_request(json);
    case Dialect::OpenAiCompletions:
      return read_completions_request(json);
    case Dialect::AnthropicMessages:
      return read_anthropic_request(json, operation);
    case Dialect::BedrockConverse:
    case Dialect::Gemini:
      return std::unexpected(not_yet("read requests", dialect));
  }
  MERIDIAN_CHECK(false);
}

Result<std::string> write_request(Dialect dialect,
                                  const ChatRequest& request,
                                  const WriteRules& rules) {
  const bool prompt = request.dialect == Dialect::OpenAiCompletions;
  if (auto failed =
          prompt && dialect != request.dialect ? check_one_prompt(request) : std::nullopt) {
    return std::unexpected(std::move(*failed));
  }
  switch (dialect) {
    case Dialect::OpenAiChat:
      return write_openai_request(request, rules);
    case Dialect::OpenAiResponses:
      return write_responses_request(request, rules);
    case Dialect::OpenAiCompletions:
      return prompt ? write_completions_request(request, rules)
                    : std::unexpected(not_yet("write requests", dialect));
    case Dialect::AnthropicMessages:
      return write_anthropic_request(request, rules);
    case Dialect::BedrockConverse:
      return write_converse_request(request, rules);
    case Dialect::Gemini:
      return write_gemini_request(request, rules);
  }
  MERIDIAN_CHECK(false);
}

Result<ChatReply> read_reply(Dialect dialect, std::string_view json, const NameMap& names) {
  switch (dialect) {
    case Dialect::OpenAiChat:
      return read_openai_reply(json, names);
    case Dialect::OpenAiResponses:
      return read_responses_reply(json, names);
    case Dialect::OpenAiCompletions:
      return std::unexpected(not_yet("read replies", dialect));
    case Dialect::AnthropicMessages:
      return read_anthropic_reply(json, names);
    case Dialect::BedrockConverse:
      return read_converse_reply(json, names);
    case Dialect::Gemini:
      return read_gemini_reply(json, names);
  }
  MERIDIAN_CHECK(false);
}

std::string echo_of(Dialect dialect, const ChatRequest& request) {
  return dialect == Dialect::OpenAiResponses ? echo_of_responses_request(request) : std::string();
}

std::string write_reply(Dialect dialect, const ChatReply& reply, std::string_view echo) {
  switch (dialect) {
    case Dialect::OpenAiChat:
      return write_openai_reply(reply);
    case Dialect::OpenAiResponses:
      return write_responses_reply(reply, echo);
    case Dialect::OpenAiCompletions:
      return write_completions_reply(reply);
    case Dialect::AnthropicMessages:
      return write_anthropic_reply(reply);
    case Dialect::BedrockConverse:
    case Dialect::Gemini:
      return write_error(dialect, not_yet("write replies", dialect), {});
  }
  MERIDIAN_CHECK(false);
}

std::unique_ptr<StreamReader> make_stream_reader(Dialect dialect,
                                                 std::string_view id,
                                                 NameMap names,
                                                 Framing framing) {
  if (framing == Framing::BedrockChunks) {
    MERIDIAN_CHECK(dialect == Dialect::AnthropicMessages);
    return make_chunk_stream_reader(id, std::move(names));
  }
  switch (dialect) {
    case Dialect::OpenAiChat:
      return make_openai_stream_reader(id, std::move(names));
    case Dialect::OpenAiResponses:
      return make_responses_stream_reader(std::move(names));
    case Dialect::OpenAiCompletions:
      return std::make_unique<UnknownStreamReader>(dialect);
    case Dialect::AnthropicMessages:
      return make_anthropic_stream_reader(id, std::move(names));
    case Dialect::BedrockConverse:
      return make_converse_stream_reader(id, std::move(names));
    case Dialect::Gemini:
      return make_gemini_stream_reader(id, std::move(names));
  }
  MERIDIAN_CHECK(false);
}

std::unique_ptr<StreamWriter> make_stream_writer(Dialect dialect, StreamStyle style) {
  switch (dialect) {
    case Dialect::OpenAiChat:
      return make_openai_stream_writer(std::move(style));
    case Dialect::OpenAiResponses:
      return make_responses_stream_writer(std::move(style));
    case Dialect::OpenAiCompletions:
      return make_completions_stream_writer(std::move(style));
    case Dialect::AnthropicMessages:
      return make_anthropic_stream_writer(std::move(style));
    case Dialect::BedrockConverse:
    case Dialect::Gemini:
      return std::make_unique<UnknownStreamWriter>(dialect, std::move(style.request_id));
  }
  MERIDIAN_CHECK(false);
}

}  // namespace meridian
