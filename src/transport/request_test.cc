#include "transport/request.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace meridian {
namespace {

using namespace std::chrono_literals;

// A client at one end of a pair of sockets, and the reading of one request at the other.
class Client {
 public:
  Client() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
    descriptor_ = ends[1];
    Socket socket(loop_.get_executor());
    socket.assign(Tcp::v4(), ends[0]);
    peer_ = std::make_unique<Peer>(std::move(socket), deadlines_);
  }

  ~Client() { leave(); }

  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send(std::string_view bytes) const {
    EXPECT_EQ(::send(descriptor_, bytes.data(), bytes.size(), 0),
              static_cast<ssize_t>(bytes.size()));
  }

  void leave() {
    ::close(descriptor_);
    descriptor_ = -1;
  }

  // `limit`: for the head, and for the body.
  Arrival arrival(Duration limit) {
    boost::asio::co_spawn(loop_, deadlines_.sweep(), boost::asio::detached);
    boost::asio::co_spawn(loop_, read(limit), boost::asio::detached);
    loop_.run();
    return *arrival_;
  }

  std::string body;

 private:
  Awaitable<void> read(Duration limit) {
    Request request(buffers_, {});
    const auto until = deadlines_.refresh() + limit;
    arrival_ = co_await read_head(*peer_, deadlines_, request, until);
    if (arrival_ == Arrival::Whole) {
      arrival_ = co_await read_body(*peer_, deadlines_, request, until, 1000);
    }
    body = request.body();
    deadlines_.cut_all();
  }

  boost::asio::io_context loop_;
  Deadlines deadlines_{loop_.get_executor()};
  Buffers buffers_;
  std::unique_ptr<Peer> peer_;
  int descriptor_ = -1;
  std::optional<Arrival> arrival_;
};

constexpr std::string_view kHead = "POST /v1/messages HTTP/1.1\r\nHost: a\r\n";

TEST(ReadRequest, GivesUpAHeadThatDoesNotEndInTime) {
  Client client;
  client.send(kHead);

  EXPECT_EQ(client.arrival(1ms), Arrival::TooSlow);
}

TEST(ReadRequest, GivesUpABodyThatDoesNotEndInTime) {
  for (const std::string_view begun : {"Content-Length: 5\r\n\r\nhell",
                                       "Transfer-Encoding: chunked\r\n\r\n4\r\nhell\r\n",
                                       "Transfer-Encoding: chunked\r\n\r\n5"}) {
    Client client;
    client.send(std::string(kHead) + std::string(begun));

    EXPECT_EQ(client.arrival(1ms), Arrival::TooSlow) << begun;
  }
}

TEST(ReadRequest, SeesAClientThatLeavesInTheMiddle) {
  for (const std::string_view begun :
       {"", "\r\n", "POST", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhell"}) {
    Client client;
    client.send(begun);
    client.leave();

    EXPECT_EQ(client.arrival(1h), Arrival::Ended) << begun;
  }
}

TEST(ReadRequest, PutsChunksTogether) {
  Client client;
  client.send(std::string(kHead) +
              "Transfer-Encoding: chunked\r\n\r\n4\r\nhell\r\n1;x\r\no\r\n0\r\na: b\r\n\r\n");

  EXPECT_EQ(client.arrival(1h), Arrival::Whole);
  EXPECT_EQ(client.body, "hello");
}

TEST(ReadRequest, ForgivesOneLineEndInFront) {
  Client once;
  once.send("\r\n" + std::string(kHead) + "Content-Length: 5\r\n\r\nhello");
  EXPECT_EQ(once.arrival(1h), Arrival::Whole);
  EXPECT_EQ(once.body, "hello");

  Client twice;
  twice.send("\r\n\r\n" + std::string(kHead) + "\r\n");
  EXPECT_EQ(twice.arrival(1h), Arrival::Malformed);
}

TEST(ReadRequest, TellsATargetThatIsTooLongFromAHeaderThatIs) {
  const std::string filler(kHeadBytesMax, 'a');
  Client target;
  target.send("POST /" + filler + " HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(target.arrival(1h), Arrival::TargetTooLong);

  Client header;
  header.send(std::string(kHead) + "X: " + filler + "\r\n\r\n");
  EXPECT_EQ(header.arrival(1h), Arrival::HeadTooLarge);
}

TEST(ReadRequest, RefusesABodyBeyondTheLimit) {
  for (const std::string_view begun :
       {"Content-Length: 1001\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n3e9\r\n"}) {
    Client client;
    client.send(std::string(kHead) + std::string(begun) + std::string(1001, 'a'));

    EXPECT_EQ(client.arrival(1h), Arrival::BodyTooLarge) << begun;
  }
}

}  // namespace
}  // namespace meridian
