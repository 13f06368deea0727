#include "wire/completions/stream_writer.h"

#include <optional>
#include <string>
#include <utility>

#include "wire/completions/reply_writer.h"
#include "wire/json_writer.h"
#include "wire/openai/message_writer.h"

namespace meridian {

namespace {

class CompletionsStreamWriter final : public StreamWriter {
 public:
  explicit CompletionsStreamWriter(StreamStyle style) : style_(std::move(style)) {}

  void write(const StreamEvent& event, std::string& out) override;

 private:
  void start(std::string_view id);
  void chunk(std::string_view text, std::string_view finish_reason, std::string& out) const;
  void end(std::string& out) const;

  StreamStyle style_;
  std::string prefix_;  // Of every chunk: id, object, created, model.
  std::optional<Usage> usage_;
};

void CompletionsStreamWriter::write(const StreamEvent& event, std::string& out) {
  using Kind = StreamEvent::Kind;
  if (event.choice != 0) {
    return;  // A reply has one answer here.
  }
  switch (event.kind) {
    case Kind::Start:
      start(event.id);
      break;
    case Kind::Text:
      chunk(event.text, {}, out);
      break;
    case Kind::Finish:
      chunk({}, openai_finish_reason(event.finish), out);
      break;
    case Kind::UsageCount:
      usage_ = event.usage;
      break;
    case Kind::Fail:
      if (event.failure) {
        out += write_error_event(Dialect::OpenAiCompletions, *event.failure, style_.request_id);
      }
      break;
    case Kind::End:
      end(out);
      break;
    // No more than text has a place here.
    case Kind::TextBlock:
    case Kind::ThinkBlock:
    case Kind::RedactedBlock:
    case Kind::ToolBlock:
    case Kind::Cite:
    case Kind::Chances:
    case Kind::Think:
    case Kind::Signature:
    case Kind::Arguments:
    case Kind::EndBlock:
    case Kind::Ping:
      break;
  }
}

void CompletionsStreamWriter::start(std::string_view id) {
  prefix_ = "data: ";
  JsonWriter json(prefix_);
  json.begin_object().key("id").string(completion_id(id)).key("object").string("text_completion");
  json.key("created").integer(style_.created).key("model").string(style_.model);
}

void CompletionsStreamWriter::chunk(std::string_view text,
                                    std::string_view finish_reason,
                                    std::string& out) const {
  out += prefix_;
  out += R"(,"choices":[{"text":)";
  JsonWriter(out).string(text);
  out += R"(,"index":0,"logprobs":null,"finish_reason":)";
  if (finish_reason.empty()) {
    JsonWriter(out).null();
  } else {
    JsonWriter(out).string(finish_reason);
  }
  out += style_.include_usage ? "}],\"usage\":null}\n\n" : "}]}\n\n";
}

void CompletionsStreamWriter::end(std::string& out) const {
  if (style_.include_usage && usage_) {
    out += prefix_;
    out += R"(,"choices":[],"usage":)";
    JsonWriter json(out);
    write_openai_usage(*usage_, json);
    out += "}\n\n";
  }
  out += "data: [DONE]\n\n";
}

}  // namespace

std::unique_ptr<StreamWriter> make_completions_stream_writer(StreamStyle style) {
  return std::make_unique<CompletionsStreamWriter>(std::move(style));
}

}  // namespace meridian
