#include "wire/anthropic/stream_writer.h"

#include <string>
#include <utility>

#include "wire/anthropic/citations.h"
#include "wire/anthropic/reply_writer.h"
#include "wire/json_writer.h"

namespace meridian {

namespace {

class AnthropicStreamWriter final : public StreamWriter {
 public:
  explicit AnthropicStreamWriter(StreamStyle style) : style_(std::move(style)) {}

  void write(const StreamEvent& event, std::string& out) override;

 private:
  void begin(std::string& out);
  void block(const StreamEvent& event, std::string& out);
  void delta(std::string_view type,
             std::string_view name,
             std::string_view text,
             std::string& out) const;
  void cite(const std::vector<Citation>& citations, std::string& out) const;
  void end_block(std::string& out) const;
  void end(std::string& out);

  // An event around the members that `write_rest` adds behind its type.
  template <class Write>
  static void named(std::string_view name, std::string& out, Write&& write_rest) {
    out += "event: ";
    out += name;
    out += "\ndata: ";
    JsonWriter json(out);
    json.begin_object().key("type").string(name);
    write_rest(json);
    json.end_object();
    out += "\n\n";
  }

  static void named(std::string_view name, std::string& out) {
    named(name, out, [](JsonWriter&) {});
  }

  StreamStyle style_;
  std::string id_;
  bool begun_ = false;
  std::int64_t block_ = -1;  // Number of the last block; all kinds count.
  FinishReason finish_ = FinishReason::Stop;
  std::string stop_sequence_;
  Usage usage_;
};

void AnthropicStreamWriter::write(const StreamEvent& event, std::string& out) {
  using Kind = StreamEvent::Kind;
  if (event.choice != 0) {
    return;  // A reply has one answer here.
  }
  switch (event.kind) {
    case Kind::Start:
      id_ = event.id;
      break;
    case Kind::UsageCount:
      usage_ = event.usage;
      break;
    case Kind::TextBlock:
    case Kind::ThinkBlock:
    case Kind::RedactedBlock:
    case Kind::ToolBlock:
      begin(out);
      block(event, out);
      break;
    case Kind::Text:
      delta("text_delta", "text", event.text, out);
      break;
    case Kind::Cite:
      cite(event.citations, out);
      break;
    case Kind::Chances:
      break;
    case Kind::Think:
      delta("thinking_delta", "thinking", event.text, out);
      break;
    case Kind::Signature:
      delta("signature_delta", "signature", event.text, out);
      break;
    case Kind::Arguments:
      delta("input_json_delta", "partial_json", event.text, out);
      break;
    case Kind::EndBlock:
      end_block(out);
      break;
    case Kind::Finish:
      begin(out);  // The counts behind it are the last, not the first.
      finish_ = event.finish;
      stop_sequence_ = event.text;
      break;
    case Kind::Ping:
      named("ping", out);
      break;
    case Kind::Fail:
      if (event.failure) {
        out += write_error_event(Dialect::AnthropicMessages, *event.failure, style_.request_id);
      }
      break;
    case Kind::End:
      begin(out);
      end(out);
      break;
  }
}

void AnthropicStreamWriter::begin(std::string& out) {
  if (std::exchange(begun_, true)) {
    return;
  }
  named("message_start", out, [&](JsonWriter& json) {
    json.key("message").begin_object().key("id").string(anthropic_message_id(id_));
    json.key("type").string("message").key("role").string("assistant");
    json.key("model").string(style_.model).key("content").begin_array().end_array();
    json.key("stop_reason").null().key("stop_sequence").null().key("usage");
    write_anthropic_usage(usage_, json);
    json.end_object();
  });
}

void AnthropicStreamWriter::block(const StreamEvent& event, std::string& out) {
  using Kind = StreamEvent::Kind;
  ++block_;
  named("content_block_start", out, [&](JsonWriter& json) {
    json.key("index").integer(block_).key("content_block").begin_object().key("type");
    if (event.kind == Kind::TextBlock) {
      json.string("text").key("text").string("");
    } else if (event.kind == Kind::ThinkBlock) {
      json.string("thinking").key("thinking").string("").key("signature").string("");
    } else if (event.kind == Kind::RedactedBlock) {
      json.string("redacted_thinking").key("data").string(event.text);
    } else {
      json.string("tool_use").key("id").string(event.id).key("name").string(event.text);
      json.key("input").begin_object().end_object();
    }
    json.end_object();
  });
}

void AnthropicStreamWriter::delta(std::string_view type,
                                  std::string_view name,
                                  std::string_view text,
                                  std::string& out) const {
  named("content_block_delta", out, [&](JsonWriter& json) {
    json.key("index").integer(block_).key("delta").begin_object().key("type").string(type);
    json.key(name).string(text).end_object();
  });
}

void AnthropicStreamWriter::cite(const std::vector<Citation>& citations, std::string& out) const {
  for (const auto& citation : citations) {
    std::string json;
    JsonWriter writer(json);
    if (write_anthropic_citation(citation, writer)) {
      named("content_block_delta", out, [&](JsonWriter& event) {
        event.key("index").integer(block_).key("delta").begin_object();
        event.key("type").string("citations_delta").key("citation").raw(json).end_object();
      });
    }
  }
}

void AnthropicStreamWriter::end_block(std::string& out) const {
  named("content_block_stop", out, [&](JsonWriter& json) { json.key("index").integer(block_); });
}

void AnthropicStreamWriter::end(std::string& out) {
  named("message_delta", out, [&](JsonWriter& json) {
    json.key("delta").begin_object();
    write_anthropic_stop(finish_, stop_sequence_, json);
    json.end_object().key("usage");
    write_anthropic_usage(usage_, json);
  });
  named("message_stop", out);
}

}  // namespace

std::unique_ptr<StreamWriter> make_anthropic_stream_writer(StreamStyle style) {
  return std::make_unique<AnthropicStreamWriter>(std::move(style));
}

}  // namespace meridian
