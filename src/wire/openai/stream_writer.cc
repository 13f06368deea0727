#include "wire/openai/stream_writer.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wire/json_writer.h"
#include "wire/openai/annotations.h"
#include "wire/openai/chances.h"
#include "wire/openai/message_writer.h"

namespace meridian {

namespace {

// Beyond this a thinking block goes out without being repeated in `thinking_blocks`.
constexpr std::size_t kThinkingBytesMax = 1024UL * 1024;

class OpenAiStreamWriter final : public StreamWriter {
 public:
  explicit OpenAiStreamWriter(StreamStyle style) : style_(std::move(style)) {}

  void write(const StreamEvent& event, std::string& out) override;

 private:
  // What is to be known of an answer that has begun.
  struct Answer {
    bool begun = false;
    std::string thought;           // Of the open thinking block.
    std::int64_t tool = -1;        // Number of the open call.
    std::int64_t characters = 0;   // Of all texts so far ...
    std::int64_t block_begin = 0;  // ... and of those before the open one.
    std::vector<Citation> cited;   // Of the open one.
  };

  // That one's which an event belongs to.
  Answer& answer_of(std::int64_t choice, std::string& out);

  void start(const StreamEvent& event, std::string& out);
  void text(std::string_view name, std::string_view text, std::string& out);
  void tool(const StreamEvent& event, std::string& out);
  void arguments(std::string_view text, std::string& out);
  void thinking_block(const ThinkingPart& part, std::string& out);
  void annotations(std::string& out);
  void chances(const std::vector<TokenChance>& chances, std::string& out);
  void finish(FinishReason reason, std::string& out);
  void end(std::string& out);

  void begin_chunk(std::string& out) const {
    out += prefix_;
    out += R"("choices":[{"index":)";
    out += index_;
    out += R"(,"delta":)";
  }

  // A chunk around one delta's JSON.
  template <class Write>
  void chunk(std::string& out, Write&& write_delta) {
    begin_chunk(out);
    JsonWriter json(out);
    write_delta(json);
    out += R"(,"logprobs":null,"finish_reason":null}])";
    out += suffix_;
  }

  StreamStyle style_;
  std::string prefix_;       // Of every chunk: id, object, created, model.
  std::string_view suffix_;  // Of every chunk but the last.
  std::vector<Answer> answers_{Answer{}};
  Answer* answer_ = nullptr;  // The one that is being written, with its index.
  std::int64_t choice_ = 0;
  std::string index_ = "0";
  std::optional<Usage> usage_;
};

OpenAiStreamWriter::Answer& OpenAiStreamWriter::answer_of(std::int64_t choice, std::string& out) {
  const auto at = static_cast<std::size_t>(choice);
  if (at >= answers_.size()) {
    answers_.resize(at + 1);
  }
  auto& answer = answers_[at];
  answer_ = &answer;
  if (std::exchange(choice_, choice) != choice) {
    index_ = std::to_string(choice);
  }
  if (choice != 0 && !std::exchange(answer.begun, true)) {
    chunk(out, [](JsonWriter& delta) {
      delta.raw(R"({"role":"assistant","content":"","refusal":null})");
    });
  }
  return answer;
}

void OpenAiStreamWriter::write(const StreamEvent& event, std::string& out) {
  using Kind = StreamEvent::Kind;
  auto& answer = answer_of(event.choice, out);
  switch (event.kind) {
    case Kind::Start:
      start(event, out);
      break;
    case Kind::Text:
      text("content", event.text, out);
      answer.characters += characters_in(event.text);
      break;
    case Kind::Cite:
      // Which characters they are for is known when the block ends.
      answer.cited.insert(answer.cited.end(), event.citations.begin(), event.citations.end());
      break;
    case Kind::EndBlock:
      annotations(out);
      break;
    case Kind::Think:
      if (answer.thought.size() < kThinkingBytesMax) {
        answer.thought += event.text;
      }
      text("reasoning_content", event.text, out);
      break;
    case Kind::Signature:
      thinking_block(
          {.text = answer.thought.size() < kThinkingBytesMax ? answer.thought : std::string(),
           .signature = event.text,
           .redacted = {}},
          out);
      break;
    case Kind::RedactedBlock:
      thinking_block({.text = {}, .signature = {}, .redacted = event.text}, out);
      break;
    case Kind::ToolBlock:
      tool(event, out);
      break;
    case Kind::Arguments:
      arguments(event.text, out);
      break;
    case Kind::Finish:
      finish(event.finish, out);
      break;
    case Kind::UsageCount:
      usage_ = event.usage;
      break;
    case Kind::Fail:
      if (event.failure) {
        out += write_error_event(Dialect::OpenAiChat, *event.failure, style_.request_id);
      }
      break;
    case Kind::End:
      end(out);
      break;
    case Kind::ThinkBlock:
      answer.thought.clear();
      break;
    case Kind::TextBlock:
      answer.block_begin = answer.characters;
      break;
    case Kind::Chances:
      chances(event.chances, out);
      break;
    case Kind::Ping:
      break;
  }
}

void OpenAiStreamWriter::start(const StreamEvent& event, std::string& out) {
  prefix_ = "data: ";
  JsonWriter json(prefix_);
  json.begin_object().key("id").string(event.id).key("object").string("chat.completion.chunk");
  json.key("created").integer(style_.created).key("model").string(style_.model);
  prefix_ += ',';
  suffix_ = style_.include_usage ? ",\"usage\":null}\n\n" : "}\n\n";
  chunk(out, [](JsonWriter& delta) {
    delta.raw(R"({"role":"assistant","content":"","refusal":null})");
  });
}

void OpenAiStreamWriter::text(std::string_view name, std::string_view text, std::string& out) {
  chunk(out, [&](JsonWriter& json) { json.begin_object().key(name).string(text).end_object(); });
}

void OpenAiStreamWriter::tool(const StreamEvent& event, std::string& out) {
  ++answer_->tool;
  chunk(out, [&](JsonWriter& json) {
    json.begin_object().key("tool_calls").begin_array().begin_object();
    json.key("index")
        .integer(answer_->tool)
        .key("id")
        .string(event.id)
        .key("type")
        .string("function");
    json.key("function").begin_object().key("name").string(event.text);
    json.key("arguments").string("").end_object().end_object().end_array().end_object();
  });
}

void OpenAiStreamWriter::arguments(std::string_view text, std::string& out) {
  chunk(out, [&](JsonWriter& json) {
    json.begin_object().key("tool_calls").begin_array().begin_object();
    json.key("index").integer(answer_->tool).key("function").begin_object();
    json.key("arguments").string(text).end_object().end_object().end_array().end_object();
  });
}

void OpenAiStreamWriter::thinking_block(const ThinkingPart& part, std::string& out) {
  const Part block = part;
  chunk(out, [&](JsonWriter& json) {
    json.begin_object();
    write_thinking_blocks({&block, 1}, json);
    json.end_object();
  });
}

void OpenAiStreamWriter::annotations(std::string& out) {
  if (answer_->cited.empty()) {
    return;
  }
  const auto cited = std::exchange(answer_->cited, {});
  std::string list;
  JsonWriter items(list);
  if (write_annotations(cited,
                        Dialect::OpenAiChat,
                        answer_->block_begin,
                        answer_->characters - answer_->block_begin,
                        items)) {
    chunk(out, [&](JsonWriter& json) {
      json.begin_object().key("annotations").begin_array().raw(list).end_array().end_object();
    });
  }
}

// Providers tell them beside the text and not always token by token: a chunk of their own.
void OpenAiStreamWriter::chances(const std::vector<TokenChance>& chances, std::string& out) {
  begin_chunk(out);
  out += R"({},"logprobs":)";
  JsonWriter json(out);
  write_chances(chances, json);
  out += R"(,"finish_reason":null}])";
  out += suffix_;
}

void OpenAiStreamWriter::finish(FinishReason reason, std::string& out) {
  begin_chunk(out);
  out += R"({},"logprobs":null,"finish_reason":)";
  JsonWriter(out).string(openai_finish_reason(reason));
  out += "}]";
  out += suffix_;
}

void OpenAiStreamWriter::end(std::string& out) {
  if (style_.include_usage && usage_) {
    out += prefix_;
    out += R"("choices":[],"usage":)";
    JsonWriter json(out);
    write_openai_usage(*usage_, json);
    out += "}\n\n";
  }
  out += "data: [DONE]\n\n";
}

}  // namespace

std::unique_ptr<StreamWriter> make_openai_stream_writer(StreamStyle style) {
  return std::make_unique<OpenAiStreamWriter>(std::move(style));
}

}  // namespace meridian
