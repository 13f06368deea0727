#include "wire/stream_events.h"

namespace meridian {

StreamEvent& EventSink::emit(Kind kind) {
  auto& event = out_->emplace_back();
  event.kind = kind;
  event.choice = choice_;
  return event;
}

void EventSink::start(std::string_view id, std::string_view model) {
  if (std::exchange(started_, true)) {
    return;
  }
  auto& event = emit(Kind::Start);
  event.id = id;
  event.text = model;
}

void EventSink::open(Kind block) {
  if (open_ == block || finished_) {
    return;
  }
  close();
  open_ = block;
  emit(block);
}

void EventSink::open_tool(std::string_view id, std::string_view name) {
  if (finished_) {
    return;
  }
  close();
  open_ = Kind::ToolBlock;
  any_arguments_ = false;
  auto& event = emit(Kind::ToolBlock);
  event.id = id;
  event.text = name;
}

void EventSink::redacted(std::string_view data) {
  if (finished_) {
    return;
  }
  close();
  emit(Kind::RedactedBlock).text = data;
  emit(Kind::EndBlock);
}

// A tool without arguments has been called with {}: every client parses what it gets.
void EventSink::close() {
  if (open_ == Kind::EndBlock) {
    return;
  }
  if (open_ == Kind::ToolBlock && !any_arguments_) {
    emit(Kind::Arguments).text = "{}";
  }
  open_ = Kind::EndBlock;
  emit(Kind::EndBlock);
}

void EventSink::add(Kind kind, std::string_view text) {
  if (text.empty() || finished_) {
    return;
  }
  any_arguments_ = any_arguments_ || kind == Kind::Arguments;
  emit(kind).text = text;
}

void EventSink::cite(Citation citation) {
  if (in(Kind::TextBlock) && !finished_) {
    emit(Kind::Cite).citations.push_back(std::move(citation));
  }
}

void EventSink::chances(std::vector<TokenChance> chances) {
  if (!chances.empty() && !finished_) {
    emit(Kind::Chances).chances = std::move(chances);
  }
}

void EventSink::finish(FinishReason reason, std::string_view stop_sequence) {
  if (std::exchange(finished_, true)) {
    return;
  }
  close();
  auto& event = emit(Kind::Finish);
  event.finish = reason;
  event.text = stop_sequence;
}

void EventSink::usage(const Usage& usage) {
  emit(Kind::UsageCount).usage = usage;
}

void EventSink::fail(Failure failure) {
  if (!std::exchange(done_, true)) {
    emit(Kind::Fail).failure = std::move(failure);
  }
}

void EventSink::end() {
  if (!std::exchange(done_, true)) {
    emit(Kind::End);
  }
}

}  // namespace meridian
