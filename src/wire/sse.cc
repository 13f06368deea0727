#include "wire/sse.h"

#include <algorithm>
#include <utility>

namespace meridian {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Offset of the first CR or LF, or the size.
std::size_t line_length(std::string_view text) {
  const auto feed = std::min(text.find('\n'), text.size());
  return std::min(text.substr(0, feed).find('\r'), feed);
}

// Gives back what a rare large event made a buffer grow to.
void trim(std::string& buffer) {
  constexpr std::size_t kKept = 64UL * 1024;
  if (buffer.capacity() > kKept && buffer.size() <= kKept) {
    buffer.shrink_to_fit();
  }
}

}  // namespace

void SseReader::feed(std::string_view bytes) {
  bytes_ = bytes;
  at_ = 0;
  begin_ = 0;
  cut_begin_ = 0;
  given_data_.clear();
  whole_line_.clear();
  trim(given_data_);
  trim(whole_line_);
}

bool SseReader::next(SseEvent& event) {
  std::string_view line;
  while (!overflowed_ && take_line(line)) {
    if (!line.empty()) {
      field(line);
      continue;
    }
    open_ = false;
    if (take_event(event)) {
      return true;
    }
  }
  keep_data();  // The caller's bytes may go away now.
  return false;
}

bool SseReader::last(SseEvent& event) {
  if (overflowed_) {
    return false;
  }
  if (!cut_line_.empty()) {
    whole_line_.swap(cut_line_);
    cut_line_.clear();
    line_in_place_ = false;
    field(whole_line_);
  }
  open_ = false;
  return take_event(event);
}

void SseReader::skip_line_feed() {
  if (after_return_ && at_ < bytes_.size()) {
    after_return_ = false;
    at_ += bytes_[at_] == '\n' ? 1 : 0;
  }
}

// A line without its end; false when it is cut.
bool SseReader::take_line(std::string_view& line) {
  skip_line_feed();
  const auto rest = bytes_.substr(at_);
  const auto length = line_length(rest);
  line_begin_ = cut_line_.empty() ? at_ : 0;
  if (length == rest.size()) {
    cut_begin_ = line_begin_;
    cut_line_.append(rest);
    at_ = bytes_.size();
    const auto lines = data_in_place_ ? view_.size() : data_.size();
    overflowed_ = cut_line_.size() + lines > event_bytes_max_;
    return false;
  }
  after_return_ = rest[length] == '\r';
  at_ += length + 1;
  skip_line_feed();
  line = rest.substr(0, length);
  line_in_place_ = cut_line_.empty();
  if (!line_in_place_) {
    cut_line_.append(line);
    whole_line_.swap(cut_line_);
    cut_line_.clear();
    line = whole_line_;
  }
  if (std::exchange(at_start_, false) && line.starts_with(kByteOrderMark)) {
    line.remove_prefix(kByteOrderMark.size());
  }
  return true;
}

bool SseReader::take_event(SseEvent& event) {
  if (!has_data_ && name_.empty()) {
    return false;
  }
  given_begin_ = begin_;
  given_end_ = at_;
  given_name_.swap(name_);
  name_.clear();
  event.name = given_name_;
  if (data_in_place_) {
    event.data = view_;
  } else {
    given_data_.swap(data_);
    data_.clear();
    event.data = given_data_;
  }
  has_data_ = false;
  data_in_place_ = false;
  return true;
}

void SseReader::field(std::string_view line) {
  if (line.front() != ':' && !std::exchange(open_, true)) {
    begin_ = line_begin_;
  }
  const auto colon = std::min(line.find(':'), line.size());
  const auto name = line.substr(0, colon);
  auto value = line.substr(std::min(colon + 1, line.size()));
  if (value.starts_with(' ')) {
    value.remove_prefix(1);
  }
  if (name == "data") {
    add_data(value);
  } else if (name == "event") {
    name_ = value;
  }
}

void SseReader::add_data(std::string_view value) {
  const bool first = !std::exchange(has_data_, true);
  if (first && line_in_place_) {
    view_ = value;
    data_in_place_ = true;
    return;
  }
  keep_data();
  if (!first) {
    data_.push_back('\n');
  }
  data_.append(value);
  overflowed_ = overflowed_ || data_.size() > event_bytes_max_;
}

void SseReader::keep_data() {
  if (std::exchange(data_in_place_, false)) {
    data_ = view_;
  }
}

}  // namespace meridian
