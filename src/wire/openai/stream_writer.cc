#include "wire/openai/stream_writer.h"

#include <optional>
#include <string>

#include "wire/json_writer.h"
#include "wire/openai/annotations.h"
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
  void start(const StreamEvent& event, std::string& out);
  void text(std::string_view name, std::string_view text, std::string& out);
  void tool(const StreamEvent& event, std::string& out);
  void arguments(std::string_view text, std::string& out);
  void thinking_block(const ThinkingPart& part, std::string& out);
  void annotations(std::string& out);
  void finish(FinishReason reason, std::string& out);
  void end(std::string& out);

  // A chunk around one delta's JSON.
  template <class Write>
  void chunk(std::string& out, Write&& write_delta) {
    out += prefix_;
    out += R"("choices":[{"index":0,"delta":)";
    JsonWriter json(out);
    write_delta(json);
    out += R"(,"logprobs":null,"finish_reason":null}])";
    out += suffix_;
  }

  StreamStyle style_;
  std::string prefix_;            // Of every chunk: id, object, created, model.
  std::string_view suffix_;       // Of every chunk but the last.
  std::string thought_;           // Of the open thinking block.
  std::int64_t tool_ = -1;        // Number of the open call.
  std::int64_t characters_ = 0;   // Of all texts so far ...
  std::int64_t block_begin_ = 0;  // ... and of those before the open one.
  std::vector<Citation> cited_;   // Of the open one.
  std::optional<Usage> usage_;
};

void OpenAiStreamWriter::write(const StreamEvent& event, std::string& out) {
  using Kind = StreamEvent::Kind;
  switch (event.kind) {
    case Kind::Start:
      start(event, out);
      break;
    case Kind::Text:
      text("content", event.text, out);
      characters_ += characters_in(event.text);
      break;
    case Kind::Cite:
      // Which characters they are for is known when the block ends.
      cited_.insert(cited_.end(), event.citations.begin(), event.citations.end());
      break;
    case Kind::EndBlock:
      annotations(out);
      break;
    case Kind::Think:
      if (thought_.size() < kThinkingBytesMax) {
        thought_ += event.text;
      }
      text("reasoning_content", event.text, out);
      break;
    case Kind::Signature:
      thinking_block({.text = thought_.size() < kThinkingBytesMax ? thought_ : std::string(),
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
      thought_.clear();
      break;
    case Kind::TextBlock:
      block_begin_ = characters_;
      break;
    case Kind::Chances:
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
  ++tool_;
  chunk(out, [&](JsonWriter& json) {
    json.begin_object().key("tool_calls").begin_array().begin_object();
    json.key("index").integer(tool_).key("id").string(event.id).key("type").string("function");
    json.key("function").begin_object().key("name").string(event.text);
    json.key("arguments").string("").end_object().end_object().end_array().end_object();
  });
}

void OpenAiStreamWriter::arguments(std::string_view text, std::string& out) {
  chunk(out, [&](JsonWriter& json) {
    json.begin_object().key("tool_calls").begin_array().begin_object();
    json.key("index").integer(tool_).key("function").begin_object();
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
  if (cited_.empty()) {
    return;
  }
  std::string list;
  JsonWriter items(list);
  const bool any = write_annotations(
      cited_, Dialect::OpenAiChat, block_begin_, characters_ - block_begin_, items);
  cited_.clear();
  if (any) {
    chunk(out, [&](JsonWriter& json) {
      json.begin_object().key("annotations").begin_array().raw(list).end_array().end_object();
    });
  }
}

void OpenAiStreamWriter::finish(FinishReason reason, std::string& out) {
  out += prefix_;
  out += R"("choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":)";
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
