#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace meridian {

// AWS's event stream framing (application/vnd.amazon.eventstream), both ways: length, headers,
// payload, with one CRC over the lengths and one over everything.

struct FrameHeader {
  // The numbers are the protocol's.
  enum class Type : std::uint8_t {
    True,
    False,
    Int8,
    Int16,
    Int32,
    Int64,
    Blob,
    String,
    Timestamp,  // Milliseconds since the epoch.
    Uuid,
  };

  std::string_view name;
  Type type = Type::String;
  std::int64_t number = 0;  // Integers and timestamps.
  std::string_view text;    // Bytes, strings, and the 16 bytes of a UUID.

  friend bool operator==(const FrameHeader&, const FrameHeader&) = default;
};

struct Frame {
  std::vector<FrameHeader> headers;
  std::string_view payload;

  // A string header's text; empty when there is none of that name.
  std::string_view header(std::string_view name) const;
};

// Reads frames wherever the bytes are cut. A frame that lies whole in the bytes at hand is not
// copied. Lengths are believed only after their CRC held. One owner, one thread.
class FrameReader {
 public:
  static constexpr std::size_t kFrameBytesMax = 16UL * 1024 * 1024;
  static constexpr std::size_t kHeaderBytesMax = 128UL * 1024;

  // The next bytes. All frames of the bytes before have to be taken first.
  void feed(std::string_view bytes);

  // The next complete frame, valid until the next call of either.
  bool next(Frame& frame);

  // What was wrong with a frame; nothing is read from then on. Empty: all is well.
  std::string_view broken() const { return broken_; }

  // The bytes so far end inside a frame.
  bool unfinished() const { return !kept_.empty(); }

 private:
  std::size_t frame_length(std::string_view bytes);
  bool read(std::string_view bytes, Frame& frame);

  std::string_view bytes_;
  std::string kept_;   // The beginning of a frame that was cut.
  std::string given_;  // Such a frame once it is whole.
  std::string_view broken_;
};

// Appends one frame. Names have 1 to 255 bytes, texts up to 65535, a UUID 16: a bug otherwise.
void append_frame(std::span<const FrameHeader> headers, std::string_view payload, std::string& out);

}  // namespace meridian
