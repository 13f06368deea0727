#include "wire/event_stream.h"

#include <algorithm>

#include <zlib.h>

#include "base/check.h"

namespace meridian {

namespace {

constexpr std::size_t kPreludeBytes = 12;  // Two lengths and their CRC.
constexpr std::size_t kOverhead = 16;      // The prelude and the CRC at the end.
constexpr std::size_t kUuidBytes = 16;

using Type = FrameHeader::Type;

std::uint32_t crc(std::string_view bytes) {
  const auto* data = reinterpret_cast<const Bytef*>(bytes.data());
  return static_cast<std::uint32_t>(crc32_z(0, data, bytes.size()));
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) {
    value = value << 8U | static_cast<unsigned char>(c);
  }
  return value;
}

// The two's complement number of that many bytes.
std::int64_t signed_number(std::string_view bytes) {
  const auto unused = 64 - 8 * bytes.size();
  return static_cast<std::int64_t>(big_endian(bytes) << unused) >> unused;
}

void append_big_endian(std::uint64_t value, std::size_t bytes, std::string& out) {
  for (std::size_t left = bytes; left > 0; --left) {
    out.push_back(static_cast<char>(value >> (8 * (left - 1)) & 0xFFU));
  }
}

// Bytes of an integer of that type; 0 for the others.
std::size_t integer_bytes(Type type) {
  switch (type) {
    case Type::Int8:
      return 1;
    case Type::Int16:
      return 2;
    case Type::Int32:
      return 4;
    case Type::Int64:
    case Type::Timestamp:
      return 8;
    case Type::True:
    case Type::False:
    case Type::Blob:
    case Type::String:
    case Type::Uuid:
      return 0;
  }
  return 0;
}

// Takes bytes from the front; remembers when there were not enough.
class Slicer {
 public:
  explicit Slicer(std::string_view bytes) : bytes_(bytes) {}

  std::string_view take(std::size_t count) {
    if (count > bytes_.size()) {
      short_ = true;
      bytes_ = {};
      return {};
    }
    const auto taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }

  std::string_view take_counted(std::size_t bytes_of_count) {
    return take(big_endian(take(bytes_of_count)));
  }

  bool empty() const { return bytes_.empty(); }

  bool ran_short() const { return short_; }

 private:
  std::string_view bytes_;
  bool short_ = false;
};

bool read_header(Slicer& bytes, FrameHeader& header) {
  header = {};
  header.name = bytes.take_counted(1);
  const auto type = big_endian(bytes.take(1));
  if (header.name.empty() || type > static_cast<std::uint64_t>(Type::Uuid)) {
    return false;
  }
  header.type = static_cast<Type>(type);
  if (const auto size = integer_bytes(header.type); size > 0) {
    const auto number = bytes.take(size);
    header.number = number.empty() ? 0 : signed_number(number);
  } else if (header.type == Type::Blob || header.type == Type::String) {
    header.text = bytes.take_counted(2);
  } else if (header.type == Type::Uuid) {
    header.text = bytes.take(kUuidBytes);
  }
  return !bytes.ran_short();
}

bool read_headers(std::string_view bytes, std::vector<FrameHeader>& headers) {
  headers.clear();
  Slicer slicer(bytes);
  while (!slicer.empty()) {
    FrameHeader header;
    if (!read_header(slicer, header) ||
        std::ranges::find(headers, header.name, &FrameHeader::name) != headers.end()) {
      return false;
    }
    headers.push_back(header);
  }
  return true;
}

void append_header(const FrameHeader& header, std::string& out) {
  MERIDIAN_CHECK(!header.name.empty() && header.name.size() <= 255 && header.text.size() <= 65535);
  append_big_endian(header.name.size(), 1, out);
  out.append(header.name);
  out.push_back(static_cast<char>(header.type));
  if (const auto size = integer_bytes(header.type); size > 0) {
    append_big_endian(static_cast<std::uint64_t>(header.number), size, out);
  } else if (header.type == Type::Blob || header.type == Type::String) {
    append_big_endian(header.text.size(), 2, out);
    out.append(header.text);
  } else if (header.type == Type::Uuid) {
    MERIDIAN_CHECK(header.text.size() == kUuidBytes);
    out.append(header.text);
  }
}

}  // namespace

std::string_view Frame::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &FrameHeader::name);
  return found == headers.end() || found->type != Type::String ? std::string_view() : found->text;
}

void FrameReader::feed(std::string_view bytes) {
  constexpr std::size_t kKept = 64UL * 1024;
  bytes_ = bytes;
  given_.clear();
  if (given_.capacity() > kKept) {
    given_.shrink_to_fit();
  }
}

// The whole length of the frame that begins here; 0 when its prelude is not there yet, or broken.
std::size_t FrameReader::frame_length(std::string_view bytes) {
  if (bytes.size() < kPreludeBytes) {
    return 0;
  }
  if (crc(bytes.substr(0, 8)) != big_endian(bytes.substr(8, 4))) {
    broken_ = "the checksum over a frame's lengths is wrong";
    return 0;
  }
  const auto total = big_endian(bytes.substr(0, 4));
  const auto headers = big_endian(bytes.substr(4, 4));
  if (total > kFrameBytesMax || headers > kHeaderBytesMax) {
    broken_ = "a frame is larger than allowed";
    return 0;
  }
  if (total < kOverhead || headers > total - kOverhead) {
    broken_ = "a frame's lengths contradict each other";
    return 0;
  }
  return total;
}

bool FrameReader::next(Frame& frame) {
  if (!broken_.empty()) {
    return false;
  }
  if (kept_.empty()) {
    const auto length = frame_length(bytes_);
    if (length > 0 && length <= bytes_.size()) {
      const auto whole = bytes_.substr(0, length);
      bytes_.remove_prefix(length);
      return read(whole, frame);
    }
    kept_ = bytes_;
    bytes_ = {};
    return false;
  }
  // First the prelude, then what it says is missing: never more than the frame itself.
  const auto take = [&](std::size_t wanted) {
    const auto part = bytes_.substr(0, wanted - std::min(wanted, kept_.size()));
    kept_.append(part);
    bytes_.remove_prefix(part.size());
    return kept_.size() >= wanted;
  };
  if (!take(kPreludeBytes)) {
    return false;
  }
  const auto length = frame_length(kept_);
  if (length == 0 || !take(length)) {
    return false;
  }
  given_.swap(kept_);
  kept_.clear();
  return read(given_, frame);
}

bool FrameReader::read(std::string_view bytes, Frame& frame) {
  const auto body = bytes.size() - 4;
  if (crc(bytes.substr(0, body)) != big_endian(bytes.substr(body))) {
    broken_ = "the checksum over a frame is wrong";
    return false;
  }
  const auto header_bytes = big_endian(bytes.substr(4, 4));
  if (!read_headers(bytes.substr(kPreludeBytes, header_bytes), frame.headers)) {
    broken_ = "a frame's headers cannot be read";
    return false;
  }
  frame.payload =
      bytes.substr(kPreludeBytes + header_bytes, bytes.size() - kOverhead - header_bytes);
  return true;
}

void append_frame(std::span<const FrameHeader> headers,
                  std::string_view payload,
                  std::string& out) {
  const auto begin = out.size();
  out.append(kPreludeBytes, '\0');
  for (const auto& header : headers) {
    append_header(header, out);
  }
  const auto header_bytes = out.size() - begin - kPreludeBytes;
  out.append(payload);
  std::string prelude;
  append_big_endian(out.size() - begin + 4, 4, prelude);
  append_big_endian(header_bytes, 4, prelude);
  append_big_endian(crc(prelude), 4, prelude);
  out.replace(begin, kPreludeBytes, prelude);
  append_big_endian(crc(std::string_view(out).substr(begin)), 4, out);
}

}  // namespace meridian
