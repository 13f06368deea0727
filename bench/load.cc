#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "bench/loopback.h"

// A closed loop of clients that keep their connections and believe nothing: an answer counts when
// it is whole, a stream when it ends with [DONE] and the HTTP end, with every event in it.
//
//   bench_load --port 4000 --model gpt-4o --key sk-bench --concurrency 32 --requests 20000
//              [--prompt-bytes 1024] [--stream --events 20] [--seconds 5]
//
// Prints one JSON line; leaves with 1 where anything failed.
namespace bench {
namespace {

enum class At : std::uint8_t { Status, SizeLine, Chunk, ChunkEnd, Trailer, Body };

struct Client {
  int fd = -1;
  std::string unsent;
  std::int64_t began = 0;
  std::int64_t first_event = 0;
  std::int64_t events = 0;
  At at = At::Status;
  std::string in;    // HTTP not taken apart yet
  std::string text;  // of a stream: behind the last whole event; of an answer: all
  std::size_t left = 0;
  bool fits_head = false;  // status 200 and a length
  bool done = false;       // [DONE] was seen
};

struct Tally {
  std::int64_t good = 0;
  std::int64_t bad = 0;
  std::int64_t cut = 0;
  std::int64_t events = 0;
  std::string first_problem;
  std::vector<double> latency_us;
  std::vector<double> first_event_us;
  std::vector<double> delay_us;
};

struct Load {
  int port;
  bool stream;
  std::int64_t events;
  std::int64_t requests;
  std::int64_t until;
  std::string request;
  int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<Client> clients;
  std::vector<std::size_t> client_of;  // by descriptor
  std::vector<char> buffer = std::vector<char>(std::size_t{256} * 1024);
  std::int64_t started = 0;
  std::size_t busy = 0;
  Tally tally;

  void connect(std::size_t i) {
    auto& client = clients[i];
    client.fd = connect_to(port);
    const auto fd = static_cast<std::size_t>(client.fd);
    if (client_of.size() <= fd) {
      client_of.resize(fd + 1);
    }
    client_of[fd] = i;
    watch(epoll, client.fd, EPOLLIN | EPOLLOUT | EPOLLET);
  }

  void flush(Client& client) {
    while (!client.unsent.empty()) {
      const auto sent = ::send(client.fd, client.unsent.data(), client.unsent.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        return;
      }
      client.unsent.erase(0, static_cast<std::size_t>(sent));
    }
  }

  void ask(std::size_t i) {
    if (started >= requests || now_ns() >= until) {
      return;
    }
    ++started;
    ++busy;
    auto& client = clients[i];
    const int fd = client.fd;
    client = {};
    client.fd = fd;
    if (fd < 0) {
      connect(i);
    }
    clients[i].unsent = request;
    clients[i].began = now_ns();
    flush(clients[i]);
  }

  void finish(std::size_t i, bool good, const char* problem) {
    auto& client = clients[i];
    --busy;
    if (good) {
      ++tally.good;
      tally.latency_us.push_back(static_cast<double>(now_ns() - client.began) / 1e3);
      if (stream) {
        tally.first_event_us.push_back(static_cast<double>(client.first_event - client.began) /
                                       1e3);
      }
    } else {
      ++tally.bad;
      if (tally.first_problem.empty()) {
        tally.first_problem = problem;
      }
      ::close(client.fd);
      client.fd = -1;
    }
    client.began = 0;
    ask(i);
  }

  void take_event(Client& client, std::string_view event, std::int64_t now) {
    if (event.starts_with("data: [DONE]")) {
      client.done = true;
      return;
    }
    const auto mark = event.find("@t=");
    if (mark == std::string_view::npos) {
      return;
    }
    ++client.events;
    ++tally.events;
    constexpr std::int64_t kTick = 100;
    const auto sent = std::atoll(std::string(event.substr(mark + 3, 16)).c_str()) * kTick;
    if (client.first_event == 0) {
      client.first_event = now;
    } else {
      tally.delay_us.push_back(static_cast<double>(now - sent) / 1e3);
    }
  }

  void take_text(Client& client, std::string_view bytes, std::int64_t now) {
    client.text += bytes;
    if (!stream) {
      return;
    }
    std::size_t from = 0;
    for (std::size_t end; (end = client.text.find("\n\n", from)) != std::string::npos;
         from = end + 2) {
      take_event(client, std::string_view(client.text).substr(from, end - from), now);
    }
    client.text.erase(0, from);
  }

  bool whole(const Client& client) const {
    if (stream) {
      return client.done && client.events == events;
    }
    return client.text.starts_with('{') && client.text.ends_with('}');
  }

  bool take_head(std::size_t i) {
    auto& client = clients[i];
    auto& in = client.in;
    const auto line_end = in.find("\r\n");
    const auto end = in.find("\r\n\r\n");
    if (end == std::string::npos) {
      return false;
    }
    in[end + 2] = '\0';
    const auto* length = ::strcasestr(in.c_str(), "\r\ncontent-length:");
    const bool chunked = ::strcasestr(in.c_str(), "\r\ntransfer-encoding: chunked") != nullptr;
    const bool ok = in.starts_with("HTTP/1.1 200 ");
    if (!ok || (length == nullptr && !chunked)) {
      const auto problem = in.substr(0, line_end) + " " + in.substr(end + 4);
      finish(i, false, problem.c_str());
      return false;
    }
    client.left =
        length == nullptr
            ? 0
            : static_cast<std::size_t>(std::atoll(length + std::strlen("\r\ncontent-length:")));
    client.at = chunked ? At::SizeLine : At::Body;
    in.erase(0, end + 4);
    return true;
  }

  // One step through the reply; false where more bytes are needed or it is over.
  bool step(std::size_t i, std::int64_t now) {
    auto& client = clients[i];
    auto& in = client.in;
    const auto line_end = in.find("\r\n");
    switch (client.at) {
      case At::Status:
        return take_head(i);
      case At::Body:
      case At::Chunk: {
        const auto size = std::min(client.left, in.size());
        take_text(client, std::string_view(in).substr(0, size), now);
        in.erase(0, size);
        client.left -= size;
        if (client.left > 0) {
          return false;
        }
        if (client.at == At::Chunk) {
          client.at = At::ChunkEnd;
          return true;
        }
        finish(i, whole(client), "answer is not whole");
        return false;
      }
      case At::ChunkEnd:
        if (in.size() < 2) {
          return false;
        }
        in.erase(0, 2);
        client.at = At::SizeLine;
        return true;
      case At::SizeLine:
        if (line_end == std::string::npos) {
          return false;
        }
        client.left = std::strtoull(in.c_str(), nullptr, 16);
        in.erase(0, line_end + 2);
        client.at = client.left == 0 ? At::Trailer : At::Chunk;
        return true;
      case At::Trailer:
        if (line_end == std::string::npos) {
          return false;
        }
        in.erase(0, line_end + 2);
        if (line_end > 0) {
          return true;
        }
        finish(i, whole(client), "stream lacks events or [DONE]");
        return false;
    }
    return false;
  }

  void read(std::size_t i) {
    for (;;) {
      auto& client = clients[i];
      const auto read = ::recv(client.fd, buffer.data(), buffer.size(), 0);
      if (read < 0 && errno == EAGAIN) {
        return;
      }
      if (read <= 0) {
        if (client.began != 0) {
          ++tally.cut;
          finish(i, false, "connection ended before the reply did");
        } else {
          ::close(client.fd);
          client.fd = -1;
        }
        return;
      }
      const auto now = now_ns();
      client.in.append(buffer.data(), static_cast<std::size_t>(read));
      while (step(i, now)) {
      }
      if (static_cast<std::size_t>(read) < buffer.size()) {
        return;
      }
    }
  }

  void run() {
    for (std::size_t i = 0; i < clients.size(); ++i) {
      ask(i);
    }
    std::vector<epoll_event> ready(512);
    auto moved = now_ns();
    while (busy > 0) {
      constexpr int kPatience = 1000;  // ms
      const int n = ::epoll_wait(epoll, ready.data(), static_cast<int>(ready.size()), kPatience);
      constexpr std::int64_t kSilence = 20'000'000'000;
      if (n > 0) {
        moved = now_ns();
      } else if (now_ns() - moved > kSilence) {
        tally.bad += static_cast<std::int64_t>(busy);
        tally.first_problem = "silence for 20 s";
        return;
      }
      for (int k = 0; k < n; ++k) {
        const auto& event = ready[static_cast<std::size_t>(k)];
        const auto i = client_of[static_cast<std::size_t>(event.data.fd)];
        if (clients[i].fd != event.data.fd) {
          continue;
        }
        flush(clients[i]);
        if ((event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
          read(i);
        }
      }
    }
  }
};

double quantile(std::vector<double>& values, double q) {
  if (values.empty()) {
    return 0;
  }
  const auto at = static_cast<std::size_t>(q * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 300)) {
    out += c == '"' || c == '\\' || c < ' ' ? '\'' : c;
  }
  return out;
}

std::string make_request(int argc, char** argv, bool stream) {
  const std::string model(option(argc, argv, "--model", "gpt-4o"));
  const std::string key(option(argc, argv, "--key", "sk-bench"));
  const auto head = R"({"model":")" + model + R"(",)" +
                    (stream ? R"("stream":true,"stream_options":{"include_usage":true},)" : "") +
                    R"("max_tokens":100,"messages":[{"role":"user","content":")";
  const std::string tail = R"("}]})";
  const auto bytes = static_cast<std::size_t>(number(argc, argv, "--prompt-bytes", 1024));
  const auto around = head.size() + tail.size();
  std::string text;
  while (text.size() + around < bytes) {
    text += "the quick brown fox ";
  }
  const auto body = head + text + tail;
  return "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer " + key +
         "\r\ncontent-type: application/json\r\ncontent-length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  using namespace bench;
  constexpr std::int64_t kSecond = 1'000'000'000;
  many_descriptors();
  const bool stream =
      std::any_of(argv, argv + argc, [](std::string_view word) { return word == "--stream"; });
  const auto began = now_ns();
  Load load{.port = static_cast<int>(number(argc, argv, "--port", 4000)),
            .stream = stream,
            .events = number(argc, argv, "--events", 20),
            .requests = number(argc, argv, "--requests", 1'000'000'000),
            .until = began + number(argc, argv, "--seconds", 3600) * kSecond,
            .request = make_request(argc, argv, stream)};
  load.clients.resize(static_cast<std::size_t>(number(argc, argv, "--concurrency", 1)));
  load.run();
  auto& tally = load.tally;
  const auto seconds = static_cast<double>(now_ns() - began) / 1e9;
  std::printf(
      R"({"good":%lld,"bad":%lld,"cut":%lld,"events":%lld,"seconds":%.3f,"per_second":%.1f,)"
      R"("p50_us":%.1f,"p99_us":%.1f,"first_event_p50_us":%.1f,"first_event_p99_us":%.1f,)"
      R"("delay_p50_us":%.1f,"delay_p99_us":%.1f,"problem":"%s"})"
      "\n",
      static_cast<long long>(tally.good),
      static_cast<long long>(tally.bad),
      static_cast<long long>(tally.cut),
      static_cast<long long>(tally.events),
      seconds,
      static_cast<double>(tally.good) / seconds,
      quantile(tally.latency_us, 0.5),
      quantile(tally.latency_us, 0.99),
      quantile(tally.first_event_us, 0.5),
      quantile(tally.first_event_us, 0.99),
      quantile(tally.delay_us, 0.5),
      quantile(tally.delay_us, 0.99),
      escaped(tally.first_problem).c_str());
  return tally.bad == 0 ? 0 : 1;
}
