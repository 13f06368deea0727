#include "wire/responses/stream_writer.h"

#include <string>
#include <utility>

#include "wire/json_writer.h"
#include "wire/openai/annotations.h"
#include "wire/responses/item_writer.h"
#include "wire/responses/response_object.h"

namespace meridian {

namespace {

// Far beyond what any model writes in one answer.
constexpr std::size_t kOutputBytesMax = std::size_t{16} << 20;

class ResponsesStreamWriter final : public StreamWriter {
 public:
  explicit ResponsesStreamWriter(StreamStyle style) : style_(std::move(style)) {}

  void write(const StreamEvent& event, std::string& out) override;

 private:
  using Kind = StreamEvent::Kind;

  void start(std::string_view id, std::string& out);
  void open(const StreamEvent& event, std::string& out);
  void add(std::string_view text, std::string& out);
  void close(std::string_view status, std::string& out);
  void annotations(std::string& out);
  void close_text(std::string& out);
  void close_thought(std::string& out);
  void write_open_item(std::string_view status, JsonWriter& json) const;
  void end(std::string& out);
  void fail(const Failure& failure, std::string& out);

  // An event around the members that `write_rest` adds behind its number.
  template <class Write>
  void event(std::string_view type, std::string& out, Write&& write_rest) {
    out += "event: ";
    out += type;
    out += "\ndata: ";
    JsonWriter json(out);
    json.begin_object().key("type").string(type).key("sequence_number").integer(number_++);
    write_rest(json);
    json.end_object();
    out += "\n\n";
  }

  // One about the open item.
  template <class Write>
  void item_event(std::string_view type, std::string& out, Write&& write_rest) {
    event(type, out, [&](JsonWriter& json) {
      json.key("item_id").string(item_id_).key("output_index").integer(index_);
      write_rest(json);
    });
  }

  void response(std::string_view type, const ResponseState& state, std::string& out) {
    event(type, out, [&](JsonWriter& json) {
      json.key("response");
      write_response(head_, state, json);
    });
  }

  StreamStyle style_;
  ResponseHead head_;
  std::string id_;
  std::int64_t number_ = 0;
  std::int64_t index_ = -1;      // Of the last item.
  Kind block_ = Kind::EndBlock;  // The open item's; EndBlock: none is open.
  bool text_to_come_ = false;
  std::string item_id_;
  std::string text_;             // The open item's: text, thought, or arguments.
  std::vector<Citation> cited_;  // Of the open text.
  std::string call_id_;
  std::string call_name_;
  std::string signature_;
  std::string redacted_;
  std::string output_;  // All finished items.
  FinishReason finish_ = FinishReason::Stop;
  std::optional<Usage> usage_;
  bool over_ = false;
};

void ResponsesStreamWriter::write(const StreamEvent& event, std::string& out) {
  if (over_ || event.choice != 0) {
    return;
  }
  switch (event.kind) {
    case Kind::Start:
      start(event.id, out);
      break;
    case Kind::TextBlock:
      text_to_come_ = true;  // One that stays empty is no item.
      break;
    case Kind::ThinkBlock:
    case Kind::RedactedBlock:
    case Kind::ToolBlock:
      open(event, out);
      break;
    case Kind::Text:
      if (!event.text.empty() && std::exchange(text_to_come_, false)) {
        open({.kind = Kind::TextBlock}, out);
      }
      add(event.text, out);
      break;
    case Kind::Cite:
      cited_.insert(cited_.end(), event.citations.begin(), event.citations.end());
      break;
    case Kind::Think:
    case Kind::Arguments:
      add(event.text, out);
      break;
    case Kind::Signature:
      signature_ += event.text;
      break;
    case Kind::EndBlock:
      // The last item's status is known when the stream's end is.
      break;
    case Kind::Finish:
      finish_ = event.finish;
      close(status_of(finish_), out);
      break;
    case Kind::UsageCount:
      usage_ = event.usage;
      break;
    case Kind::Chances:
    case Kind::Ping:
      break;
    case Kind::Fail:
      if (event.failure) {
        fail(*event.failure, out);
      }
      break;
    case Kind::End:
      end(out);
      break;
  }
}

void ResponsesStreamWriter::start(std::string_view id, std::string& out) {
  id_ = id;
  head_ = {.id = response_id(id),
           .created = style_.created,
           .model = style_.model,
           .echo = std::move(style_.echo)};
  response("response.created", {}, out);
  response("response.in_progress", {}, out);
}

void ResponsesStreamWriter::open(const StreamEvent& event, std::string& out) {
  close("completed", out);
  block_ = event.kind;
  ++index_;
  std::string_view prefix = "rs";
  if (block_ == Kind::ToolBlock) {
    prefix = "fc";
    call_id_ = event.id;
    call_name_ = event.text;
  } else if (block_ == Kind::TextBlock) {
    prefix = "msg";
  } else if (block_ == Kind::RedactedBlock) {
    redacted_ = event.text;
  }
  item_id_ = item_id(prefix, id_, index_);
  this->event("response.output_item.added", out, [&](JsonWriter& json) {
    json.key("output_index").integer(index_).key("item");
    write_open_item("in_progress", json);
  });
  if (block_ == Kind::TextBlock) {
    item_event("response.content_part.added", out, [](JsonWriter& json) {
      json.key("content_index").integer(0).key("part");
      write_output_part({}, json);
    });
  }
}

// As it is so far; a message's text and a call's arguments stand in it only when it is done.
void ResponsesStreamWriter::write_open_item(std::string_view status, JsonWriter& json) const {
  const bool done = status != "in_progress";
  const ItemPlace place{item_id_, status};
  if (block_ == Kind::TextBlock) {
    const TextPart part{.text = text_, .citations = cited_};
    write_output_message(place, done ? &part : nullptr, json);
  } else if (block_ == Kind::ToolBlock) {
    write_output_call(place, {.id = call_id_, .name = call_name_, .arguments_json = text_}, json);
  } else {
    write_output_reasoning(
        place, {.text = text_, .signature = signature_, .redacted = redacted_}, json);
  }
}

void ResponsesStreamWriter::add(std::string_view text, std::string& out) {
  if (text.empty()) {
    return;
  }
  if (output_.size() + text_.size() + text.size() > kOutputBytesMax) {
    fail({.kind = FailureKind::ServerError,
          .message = "the answer is longer than the 16 MiB that this gateway keeps of a response",
          .code = "response_too_long"},
         out);
    return;
  }
  if (block_ == Kind::TextBlock) {
    item_event("response.output_text.delta", out, [&](JsonWriter& json) {
      json.key("content_index").integer(0).key("delta").string(text);
      json.key("logprobs").begin_array().end_array();
    });
  } else if (block_ == Kind::ToolBlock) {
    item_event("response.function_call_arguments.delta", out, [&](JsonWriter& json) {
      json.key("delta").string(text);
    });
  } else {
    if (text_.empty()) {
      item_event("response.reasoning_summary_part.added", out, [](JsonWriter& json) {
        json.key("summary_index").integer(0).key("part").begin_object();
        json.key("type").string("summary_text").key("text").string("").end_object();
      });
    }
    item_event("response.reasoning_summary_text.delta", out, [&](JsonWriter& json) {
      json.key("summary_index").integer(0).key("delta").string(text);
    });
  }
  text_ += text;
}

void ResponsesStreamWriter::close(std::string_view status, std::string& out) {
  if (block_ == Kind::EndBlock) {
    return;
  }
  if (block_ == Kind::TextBlock) {
    close_text(out);
  } else if (block_ == Kind::ToolBlock) {
    item_event("response.function_call_arguments.done", out, [&](JsonWriter& json) {
      json.key("name").string(call_name_).key("arguments").string(text_);
    });
  } else if (!text_.empty()) {
    close_thought(out);
  }
  std::string item;
  JsonWriter writer(item);
  write_open_item(status, writer);
  event("response.output_item.done", out, [&](JsonWriter& json) {
    json.key("output_index").integer(index_).key("item").raw(item);
  });
  output_ += output_.empty() ? "" : ",";
  output_ += item;
  block_ = Kind::EndBlock;
  text_.clear();
  cited_.clear();
  signature_.clear();
  redacted_.clear();
}

void ResponsesStreamWriter::annotations(std::string& out) {
  std::int64_t number = 0;
  for (const auto& citation : cited_) {
    std::string json;
    JsonWriter writer(json);
    if (write_annotations({citation}, Dialect::OpenAiResponses, 0, characters_in(text_), writer)) {
      item_event("response.output_text.annotation.added", out, [&](JsonWriter& added) {
        added.key("content_index").integer(0).key("annotation_index").integer(number++);
        added.key("annotation").raw(json);
      });
    }
  }
}

// Annotations before the end: whom they are for is known only now.
void ResponsesStreamWriter::close_text(std::string& out) {
  annotations(out);
  item_event("response.output_text.done", out, [&](JsonWriter& json) {
    json.key("content_index").integer(0).key("text").string(text_);
    json.key("logprobs").begin_array().end_array();
  });
  item_event("response.content_part.done", out, [&](JsonWriter& json) {
    json.key("content_index").integer(0).key("part");
    write_output_part({.text = text_, .citations = cited_}, json);
  });
}

void ResponsesStreamWriter::close_thought(std::string& out) {
  item_event("response.reasoning_summary_text.done", out, [&](JsonWriter& json) {
    json.key("summary_index").integer(0).key("text").string(text_);
  });
  item_event("response.reasoning_summary_part.done", out, [&](JsonWriter& json) {
    json.key("summary_index").integer(0).key("part").begin_object();
    json.key("type").string("summary_text").key("text").string(text_).end_object();
  });
}

void ResponsesStreamWriter::end(std::string& out) {
  close(status_of(finish_), out);
  over_ = true;
  const bool whole = status_of(finish_) == "completed";
  response(whole ? "response.completed" : "response.incomplete",
           {.output = output_,
            .finish = &finish_,
            .usage = usage_ ? &*usage_ : nullptr,
            .failure = nullptr},
           out);
}

// SDKs raise on the error event; who reads the events themselves waits for one of the three that
// end a stream.
void ResponsesStreamWriter::fail(const Failure& failure, std::string& out) {
  over_ = true;
  if (number_ > 0) {
    response("response.failed",
             {.output = output_,
              .finish = nullptr,
              .usage = usage_ ? &*usage_ : nullptr,
              .failure = &failure},
             out);
  }
  out += write_error_event(Dialect::OpenAiResponses, failure, style_.request_id, number_++);
}

}  // namespace

std::unique_ptr<StreamWriter> make_responses_stream_writer(StreamStyle style) {
  return std::make_unique<ResponsesStreamWriter>(std::move(style));
}

}  // namespace meridian
