#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/chat.h"

namespace meridian {

// Appends stream events and keeps their grammar, whatever a provider sends: blocks do not
// interleave, every block that begins ends, there is one Finish, nothing comes after End or Fail.
class EventSink {
 public:
  using Kind = StreamEvent::Kind;

  // Whose blocks and end these are, where a request wants several answers.
  explicit EventSink(std::int64_t choice = 0) : choice_(choice) {}

  // Where the next events go; set anew for each call of a reader.
  void to(std::vector<StreamEvent>& out) { out_ = &out; }

  bool started() const { return started_; }

  bool done() const { return done_; }

  bool finished() const { return finished_; }

  void start(std::string_view id, std::string_view model);

  // Begins a block of that kind, unless one is open already; ends any other.
  void open(Kind block);
  void open_tool(std::string_view id, std::string_view name);
  void redacted(std::string_view data);
  void close();

  bool in(Kind block) const { return open_ == block; }

  // What comes in a block. An Arguments event belongs to the open tool.
  void add(Kind kind, std::string_view text);

  // Where the words of the open text block come from; nothing where none is open.
  void cite(Citation citation);

  // How likely tokens were.
  void chances(std::vector<TokenChance> chances);

  void finish(FinishReason reason, std::string_view stop_sequence = {});
  void usage(const Usage& usage);

  void ping() { emit(Kind::Ping); }

  void fail(Failure failure);
  void end();

 private:
  StreamEvent& emit(Kind kind);

  std::vector<StreamEvent>* out_ = nullptr;
  std::int64_t choice_;
  Kind open_ = Kind::EndBlock;  // EndBlock: none is open.
  bool any_arguments_ = false;
  bool started_ = false;
  bool finished_ = false;
  bool done_ = false;
};

}  // namespace meridian
