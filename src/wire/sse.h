#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace meridian {

struct SseEvent {
  std::string_view name;  // Of its `event:` line, empty without one.
  std::string_view data;  // Its `data:` lines, joined with '\n'.
};

// Reads server-sent events wherever the bytes are cut. An event that lies whole in the bytes at
// hand, with one line of data, is not copied; only what is cut is kept until the rest comes.
//
// Lines end in LF, CR or CRLF and in nothing else: text inside JSON may hold U+2028 and U+0085,
// which "line" functions of libraries split at. `id` and `retry` mean nothing here. One owner, one
// thread.
class SseReader {
 public:
  // An event beyond this is nothing that a model says.
  static constexpr std::size_t kEventBytesMax = 8UL * 1024 * 1024;

  explicit SseReader(std::size_t event_bytes_max = kEventBytesMax)
      : event_bytes_max_(event_bytes_max) {}

  // The next bytes. All events of the bytes before have to be taken first.
  void feed(std::string_view bytes);

  // The next complete event with data, or with a name. It is valid until the next call of either.
  bool next(SseEvent& event);

  // The stream is over: an event whose closing blank line never came is read all the same. (SDKs
  // drop it; then a last event with the usage is lost with some servers.)
  bool last(SseEvent& event);

  // Where the event that `next` gave last lies in the bytes fed last, comments before it not
  // counted. Its begin is 0 where it began in earlier bytes.
  std::size_t event_begin() const { return given_begin_; }

  std::size_t event_end() const { return given_end_; }

  // After `next` gave nothing: where the unfinished event, or line, begins in the bytes fed last; 0
  // where in earlier ones.
  std::size_t rest_begin() const { return open_ ? begin_ : cut_begin_; }

  // Bytes of an event without its end are at hand, or of a line.
  bool unfinished() const { return open_ || !cut_line_.empty(); }

  // An event was longer than allowed; nothing is read from then on.
  bool overflowed() const { return overflowed_; }

 private:
  bool take_line(std::string_view& line);
  void skip_line_feed();
  bool take_event(SseEvent& event);
  void field(std::string_view line);
  void add_data(std::string_view value);
  void keep_data();

  std::size_t event_bytes_max_;
  std::string_view bytes_;
  std::size_t at_ = 0;
  std::size_t line_begin_ = 0;  // Offsets in `bytes_`, 0 for what began before them.
  std::size_t cut_begin_ = 0;
  std::size_t begin_ = 0;
  std::size_t given_begin_ = 0;
  std::size_t given_end_ = 0;
  bool open_ = false;       // An event has begun.
  std::string cut_line_;    // The beginning of a line whose end has not come yet.
  std::string whole_line_;  // Such a line once it is whole.
  std::string name_;        // Of the open event.
  std::string data_;        // Of the open event, unless ...
  std::string_view view_;   // ... it is one line that lies whole in `bytes_`.
  bool data_in_place_ = false;
  bool has_data_ = false;
  std::string given_name_;  // Of the event given out.
  std::string given_data_;
  bool line_in_place_ = false;
  bool after_return_ = false;  // A line feed that comes now belongs to the line before.
  bool at_start_ = true;       // A byte order mark may come.
  bool overflowed_ = false;
};

}  // namespace meridian
