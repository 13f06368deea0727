#include "cloud/cloud.h"

#include <array>
#include <cerrno>
#include <memory>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace meridian {
namespace {

constexpr FaultSpec kDark{.kind = FaultKind::Dark, .amount = {}};

// A client as simple as there is: blocking, and with a limit so that no test hangs.
class Client {
 public:
  explicit Client(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval limit{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(descriptor_, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0) {
      trouble_ = errno;
    }
  }

  ~Client() { ::close(descriptor_); }

  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  int trouble() const { return trouble_; }

  void send(const std::string& text) const {
    ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
  }

  // Reads until `end` has come; else until the connection is over. `trouble` says how it ended.
  std::string read_until(std::string_view end) {
    std::string all;
    while (end.empty() || !all.contains(end)) {
      std::array<char, 4096> piece{};
      const auto got = ::recv(descriptor_, piece.data(), piece.size(), 0);
      if (got <= 0) {
        trouble_ = got < 0 ? errno : 0;
        break;
      }
      all.append(piece.data(), static_cast<std::size_t>(got));
    }
    return all;
  }

 private:
  int descriptor_;
  int trouble_ = 0;
};

std::string post(std::string_view host, std::string_view target, std::string_view body) {
  return "POST " + std::string(target) + " HTTP/1.1\r\nhost: " + std::string(host) +
         "\r\nauthorization: Bearer sk-any\r\ncontent-type: application/json\r\ncontent-length: " +
         std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string chat(bool stream) {
  return post("api.openai.com",
              "/v1/chat/completions",
              std::string(R"({"model":"gpt","stream":)") + (stream ? "true" : "false") +
                  R"(,"messages":[{"role":"user","content":"hi"}]})");
}

std::unique_ptr<SimulatedCloud> start() {
  return SimulatedCloud::start({.pace = {.time_scale = 0}}).value();
}

TEST(SimulatedCloud, AnswersAChat) {
  const auto cloud = start();
  Client client(cloud->port());
  client.send(chat(false));
  const auto reply = client.read_until("system_fingerprint");
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 200 OK\r\n")) << reply;
  EXPECT_NE(reply.find("Hello from openai."), std::string::npos);
}

TEST(SimulatedCloud, StreamsToTheTerminalEvent) {
  const auto cloud = start();
  Client client(cloud->port());
  client.send(chat(true));
  const auto reply = client.read_until("\r\n0\r\n\r\n");
  EXPECT_NE(reply.find("transfer-encoding: chunked"), std::string::npos);
  EXPECT_NE(reply.find("data: [DONE]\n\n"), std::string::npos);
}

TEST(SimulatedCloud, CarriesSeveralRequestsOnOneConnection) {
  const auto cloud = start();
  Client client(cloud->port());
  client.send(chat(true) + chat(false));
  EXPECT_NE(client.read_until("chat.completion\"").find("[DONE]"), std::string::npos);
}

TEST(SimulatedCloud, RefusesConnectionsToADarkRegionsPort) {
  const auto cloud = start();
  const auto port = cloud->port_for("bedrock-runtime.us-west-2.amazonaws.com");
  ASSERT_EQ(Client(port).trouble(), 0);
  Client admin(cloud->port());
  const std::string body = R"({"state":"dark"})";
  admin.send("PUT /_cloud/regions/us-west-2 HTTP/1.1\r\nhost: x\r\ncontent-length: 16\r\n\r\n" +
             body);
  admin.read_until("dark\"}");
  // The port is closed by what was posted before the next request of this connection is read.
  admin.send("GET /_cloud/regions HTTP/1.1\r\nhost: x\r\n\r\n");
  admin.read_until("]}");
  EXPECT_EQ(Client(port).trouble(), ECONNREFUSED);
  EXPECT_EQ(Client(cloud->port_for("bedrock-runtime.us-east-1.amazonaws.com")).trouble(), 0);
  EXPECT_EQ(cloud->port_for("bedrock-runtime.us-west-2.amazonaws.com"), port);
}

TEST(SimulatedCloud, OpensTheSamePortAgainWhenTheRegionIsHealthy) {
  const auto cloud = start();
  cloud->conditions().set("openai", kDark).value();
  const auto port = cloud->port_for("api.openai.com");
  EXPECT_EQ(Client(port).trouble(), ECONNREFUSED);
  cloud->conditions().set("openai", {}).value();
  Client admin(cloud->port());
  admin.send("GET /_cloud/regions HTTP/1.1\r\nhost: x\r\n\r\n");
  admin.read_until("]}");
  EXPECT_EQ(Client(port).trouble(), 0);
}

TEST(SimulatedCloud, ResetsRequestsToADarkRegionOnTheMainPort) {
  const auto cloud = start();
  cloud->conditions().set("openai", kDark).value();
  Client client(cloud->port());
  client.send(chat(false));
  EXPECT_EQ(client.read_until(""), "");
  EXPECT_EQ(client.trouble(), ECONNRESET);
}

TEST(SimulatedCloud, ResetsOpenStreamsWhenTheirRegionGoesDark) {
  const auto cloud = start();
  cloud->conditions().set("openai", {.kind = FaultKind::Stalling, .amount = 2}).value();
  Client client(cloud->port_for("api.openai.com"));
  client.send(chat(true));
  client.read_until("from");  // The second token, after which it is silent.
  cloud->conditions().set("openai", kDark).value();
  client.read_until("");
  EXPECT_EQ(client.trouble(), ECONNRESET);
}

TEST(SimulatedCloud, CutsAStreamInsideAChunk) {
  const auto cloud = start();
  cloud->conditions().set("openai", {.kind = FaultKind::Cutting, .amount = 3}).value();
  Client client(cloud->port());
  client.send(chat(true));
  const auto reply = client.read_until("");
  EXPECT_EQ(client.trouble(), 0);
  EXPECT_NE(reply.find("Hello"), std::string::npos);
  EXPECT_EQ(reply.find("[DONE]"), std::string::npos);
  EXPECT_FALSE(reply.ends_with("\r\n")) << "the last chunk is whole";
}

TEST(SimulatedCloud, NotesAClientThatLeavesWhileItWaits) {
  const auto cloud = start();
  cloud->conditions().set("openai", {.kind = FaultKind::Stalling, .amount = {}}).value();
  {
    const Client client(cloud->port());
    client.send(chat(false));
    while (cloud->log().after(0, 1).entries.empty()) {
      Client(cloud->port()).send("GET /_cloud/log HTTP/1.1\r\nhost: x\r\n\r\n");
    }
  }
  std::string outcome;
  while ((outcome = cloud->log().after(0, 1).entries.at(0).outcome) == "under way") {
    Client asking(cloud->port());  // Gives the cloud's thread its turn.
    asking.send("GET /_cloud/regions HTTP/1.1\r\nhost: x\r\n\r\n");
    asking.read_until("]}");
  }
  EXPECT_EQ(outcome, "client left");
}

TEST(SimulatedCloud, StopsWhileStreamsAreOpen) {
  const auto cloud = SimulatedCloud::start({.pace = {.time_scale = 100}}).value();
  Client client(cloud->port());
  client.send(chat(true));
  const Client idle(cloud->port_for("api.anthropic.com"));
  cloud->stop();
  EXPECT_EQ(client.read_until(""), "");
}

TEST(SimulatedCloud, SaysWhenItsPortIsTaken) {
  const auto cloud = start();
  const auto second = SimulatedCloud::start({.port = cloud->port()});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error(),
            "port " + std::to_string(cloud->port()) +
                " is in use by another program; choose another with --port, or stop that program");
}

}  // namespace
}  // namespace meridian
