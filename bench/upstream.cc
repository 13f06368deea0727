#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <string>
#include <vector>

#include "bench/loopback.h"

// A provider that costs next to nothing: every answer is prepared once, only the time in an event
// is written anew. One thread, any number of ports (regions).
//
//   bench_upstream --ports 9101,9102 --answer-bytes 1024 --events 20 --pace-us 1000
//
// Chat completions of OpenAI at any path, Converse and ConverseStream of Bedrock at /converse and
// /converse-stream. Each content event carries "@t=" and 16 digits: CLOCK_MONOTONIC in ns, / 100.
namespace bench {
namespace {

constexpr std::size_t kDigits = 16;
constexpr std::int64_t kTick = 100;  // ns

std::uint32_t crc32(std::string_view bytes) {
  static const auto kTable = [] {
    std::array<std::uint32_t, 256> t{};
    for (std::uint32_t i = 0; i < t.size(); ++i) {
      auto c = i;
      for (int bit = 0; bit < 8; ++bit) {
        c = (c & 1) != 0 ? 0xEDB88320U ^ (c >> 1) : c >> 1;
      }
      t[i] = c;
    }
    return t;
  }();
  std::uint32_t crc = ~0U;
  for (const char byte : bytes) {
    crc = kTable[(crc ^ static_cast<unsigned char>(byte)) & 0xFFU] ^ (crc >> 8);
  }
  return ~crc;
}

std::string big_endian(std::uint32_t value) {
  value = htonl(value);
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

// vnd.amazon.eventstream: lengths, CRC of the prelude, headers, payload, CRC of it all.
std::string frame(std::string_view type, std::string_view payload) {
  std::string headers;
  const auto add = [&](std::string_view name, std::string_view value) {
    constexpr char kString = 7;
    headers += static_cast<char>(name.size());
    headers += name;
    headers += kString;
    headers += big_endian(static_cast<std::uint32_t>(value.size())).substr(2);
    headers += value;
  };
  add(":event-type", type);
  add(":content-type", "application/json");
  add(":message-type", "event");
  constexpr std::size_t kAround = 16;
  auto out = big_endian(static_cast<std::uint32_t>(kAround + headers.size() + payload.size())) +
             big_endian(static_cast<std::uint32_t>(headers.size()));
  out += big_endian(crc32(out));
  out += headers;
  out += payload;
  return out + big_endian(crc32(out));
}

std::string chunk(std::string_view data) {
  std::array<char, 16> size{};
  std::snprintf(size.data(), size.size(), "%zx\r\n", data.size());
  return std::string(size.data()) + std::string(data) + "\r\n";
}

// One dialect, prepared.
struct Dialect {
  std::string answer;
  std::string stream_head;  // HTTP head, and the events before the content
  std::string event;        // one content event as a chunk
  std::size_t time_at = 0;
  std::size_t frame_at = 0;  // 0: nothing to sum up again
  std::string stream_end;

  std::string_view event_at(std::int64_t now) {
    auto ticks = now / kTick;
    for (std::size_t i = kDigits; i-- > 0; ticks /= 10) {
      event[time_at + i] = static_cast<char>('0' + ticks % 10);
    }
    if (frame_at != 0) {
      const auto body = std::string_view(event).substr(frame_at, event.size() - 2 - 4 - frame_at);
      event.replace(event.size() - 2 - 4, 4, big_endian(crc32(body)));
    }
    return event;
  }
};

constexpr std::string_view kTime = "@t=0000000000000000 ";

std::string json_answer(std::string_view body) {
  return "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " +
         std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string stream_head(std::string_view type) {
  return "HTTP/1.1 200 OK\r\ncontent-type: " + std::string(type) +
         "\r\ntransfer-encoding: chunked\r\n\r\n";
}

void find_time(Dialect& dialect) {
  dialect.time_at = dialect.event.find("@t=") + 3;
}

Dialect openai(std::size_t answer_bytes) {
  const std::string head =
      R"({"id":"chatcmpl-bench","object":"chat.completion","created":1700000000,"model":"gpt-4o-mini",)"
      R"("choices":[{"index":0,"message":{"role":"assistant","content":")";
  const std::string tail =
      R"("},"finish_reason":"stop"}],"usage":{"prompt_tokens":200,"completion_tokens":100,"total_tokens":300}})";
  const auto around = head.size() + tail.size();
  const std::string text(answer_bytes > around ? answer_bytes - around : 1, 'x');
  const auto event = [](std::string_view rest) {
    return R"(data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1700000000,"model":"gpt-4o-mini",)" +
           std::string(rest) + "}\n\n";
  };
  Dialect out;
  out.answer = json_answer(head + text + tail);
  out.stream_head = stream_head("text/event-stream");
  out.event = chunk(event(R"("choices":[{"index":0,"delta":{"content":")" + std::string(kTime) +
                          R"("},"finish_reason":null}])"));
  find_time(out);
  out.stream_end =
      chunk(event(R"("choices":[{"index":0,"delta":{},"finish_reason":"stop"}])")) +
      chunk(event(
          R"("choices":[],"usage":{"prompt_tokens":200,"completion_tokens":100,"total_tokens":300})")) +
      chunk("data: [DONE]\n\n") + "0\r\n\r\n";
  return out;
}

Dialect bedrock(std::size_t answer_bytes) {
  constexpr std::string_view kUsage =
      R"("usage":{"inputTokens":200,"outputTokens":100,"totalTokens":300},"metrics":{"latencyMs":7})";
  const std::string head = R"({"output":{"message":{"role":"assistant","content":[{"text":")";
  const std::string tail = R"("}]}},"stopReason":"end_turn",)" + std::string(kUsage) + "}";
  const auto around = head.size() + tail.size();
  const std::string text(answer_bytes > around ? answer_bytes - around : 1, 'x');
  Dialect out;
  out.answer = json_answer(head + text + tail);
  out.stream_head = stream_head("application/vnd.amazon.eventstream") +
                    chunk(frame("messageStart", R"({"role":"assistant"})"));
  out.event =
      chunk(frame("contentBlockDelta",
                  R"({"contentBlockIndex":0,"delta":{"text":")" + std::string(kTime) + R"("}})"));
  find_time(out);
  out.frame_at = out.event.find("\r\n") + 2;
  out.stream_end = chunk(frame("contentBlockStop", R"({"contentBlockIndex":0})")) +
                   chunk(frame("messageStop", R"({"stopReason":"end_turn"})")) +
                   chunk(frame("metadata", "{" + std::string(kUsage) + "}")) + "0\r\n\r\n";
  return out;
}

struct Connection {
  bool open = false;
  std::uint32_t generation = 0;  // A descriptor comes back; a due event must not reach its heir.
  std::string in;
  std::string unsent;
  Dialect* dialect = nullptr;
  std::int64_t events_left = 0;
};

struct Due {
  std::int64_t at;
  int fd;
  std::uint32_t generation;
};

struct Upstream {
  Dialect chat;
  Dialect converse;
  std::int64_t events;
  std::int64_t pace;
  int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<Connection> connections;
  std::deque<Due> due;  // One pace for all, so first in is first due.
  std::vector<char> buffer = std::vector<char>(std::size_t{256} * 1024);

  Connection& at(int fd) {
    if (connections.size() <= static_cast<std::size_t>(fd)) {
      connections.resize(static_cast<std::size_t>(fd) + 1);
    }
    return connections[static_cast<std::size_t>(fd)];
  }

  void end(int fd) {
    const auto generation = at(fd).generation + 1;
    at(fd) = {};
    at(fd).generation = generation;
    ::close(fd);
  }

  void send_to(int fd, std::string_view bytes) {
    auto& unsent = at(fd).unsent;
    if (unsent.empty()) {
      const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(sent));
      }
    }
    unsent += bytes;
  }

  void flush(int fd) {
    auto& unsent = at(fd).unsent;
    const auto sent = ::send(fd, unsent.data(), unsent.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      unsent.erase(0, static_cast<std::size_t>(sent));
    }
  }

  void answer(int fd, std::string_view head, std::string_view body) {
    auto& connection = at(fd);
    const auto line = head.substr(0, head.find("\r\n"));
    const bool bedrock = line.contains("/converse");
    connection.dialect = bedrock ? &converse : &chat;
    const bool stream = bedrock
                            ? line.contains("/converse-stream")
                            : ::memmem(body.data(), body.size(), "\"stream\":true", 13) != nullptr;
    if (!stream) {
      return send_to(fd, connection.dialect->answer);
    }
    // The first event leaves with the head: time to first event is then the gateway's alone.
    send_to(fd,
            connection.dialect->stream_head + std::string(connection.dialect->event_at(now_ns())));
    connection.events_left = events - 1;
    due.push_back({now_ns() + pace, fd, connection.generation});
  }

  void read(int fd) {
    for (;;) {
      const auto read = ::recv(fd, buffer.data(), buffer.size(), 0);
      if (read < 0 && errno == EAGAIN) {
        return;
      }
      if (read <= 0) {
        return end(fd);
      }
      auto& in = at(fd).in;
      in.append(buffer.data(), static_cast<std::size_t>(read));
      const auto head_end = in.find("\r\n\r\n");
      if (head_end == std::string::npos) {
        continue;
      }
      const auto head = std::string_view(in).substr(0, head_end);
      const auto* length = ::strcasestr(in.c_str(), "content-length:");
      const auto body_bytes =
          length == nullptr || length > in.c_str() + head_end
              ? 0
              : static_cast<std::size_t>(std::atoll(length + std::strlen("content-length:")));
      if (in.size() < head_end + 4 + body_bytes) {
        continue;
      }
      answer(fd, head, std::string_view(in).substr(head_end + 4, body_bytes));
      at(fd).in.clear();
      if (static_cast<std::size_t>(read) < buffer.size()) {
        return;
      }
    }
  }

  void send_due(std::int64_t now) {
    while (!due.empty() && due.front().at <= now) {
      auto next = due.front();
      due.pop_front();
      auto& connection = at(next.fd);
      if (!connection.open || connection.generation != next.generation) {
        continue;
      }
      if (connection.events_left-- > 0) {
        send_to(next.fd, connection.dialect->event_at(now_ns()));
        next.at += pace;
        due.push_back(next);
      } else {
        send_to(next.fd, connection.dialect->stream_end);
      }
    }
  }

  void accept(int listener) {
    for (int peer;
         (peer = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
      no_delay(peer);
      at(peer).open = true;
      watch(epoll, peer, EPOLLIN | EPOLLOUT | EPOLLET);
    }
  }

  void serve(int fd, std::uint32_t happened) {
    if ((happened & EPOLLOUT) != 0 && !at(fd).unsent.empty()) {
      flush(fd);
    }
    if ((happened & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
      read(fd);
    }
  }

  void run(const std::vector<int>& listeners) {
    std::vector<epoll_event> ready(512);
    for (;;) {
      timespec wait{};
      if (!due.empty()) {
        constexpr std::int64_t kSecond = 1'000'000'000;
        const auto left = std::max<std::int64_t>(0, due.front().at - now_ns());
        wait = {.tv_sec = left / kSecond, .tv_nsec = left % kSecond};
      }
      const int n = ::epoll_pwait2(epoll,
                                   ready.data(),
                                   static_cast<int>(ready.size()),
                                   due.empty() ? nullptr : &wait,
                                   nullptr);
      for (int i = 0; i < n; ++i) {
        const auto& event = ready[static_cast<std::size_t>(i)];
        const int fd = event.data.fd;
        if (std::ranges::find(listeners, fd) != listeners.end()) {
          accept(fd);
        } else {
          serve(fd, event.events);
        }
      }
      send_due(now_ns());
    }
  }
};

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  using namespace bench;
  constexpr std::int64_t kMicrosecond = 1000;
  many_descriptors();
  const auto answer_bytes = static_cast<std::size_t>(number(argc, argv, "--answer-bytes", 1024));
  Upstream upstream{.chat = openai(answer_bytes),
                    .converse = bedrock(answer_bytes),
                    .events = number(argc, argv, "--events", 20),
                    .pace = number(argc, argv, "--pace-us", 1000) * kMicrosecond};
  std::vector<int> listeners;
  std::string ports(option(argc, argv, "--ports", "9101"));
  for (auto* word = std::strtok(ports.data(), ","); word != nullptr;
       word = std::strtok(nullptr, ",")) {
    listeners.push_back(listen_at(std::atoi(word)));
    watch(upstream.epoll, listeners.back(), EPOLLIN);
  }
  upstream.run(listeners);
}
