// Tests downloads from a server on the loopback address: each failure gives the right error, one
// sentence, and leaves no file. Built once for each way to fetch; DFN_PULL_BY_PROGRAM is the program
// curl's.
#include "store/pull/pull.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "base/testing/scratch_folder.h"
#include "os/testing/file_size_limit.h"
#include "store/cache.h"
#include "store/sha256.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// tests/store/serve.py as a child process; it ends when its standard input closes.
class Server {
 public:
  explicit Server(const fs::path& body) {
    int input[2];
    int output[2];
    if (pipe(input) != 0 || pipe(output) != 0) return;
    child_ = fork();
    if (child_ == 0) {
      dup2(input[0], 0);
      dup2(output[1], 1);
      for (int end : {input[0], input[1], output[0], output[1]}) close(end);
      execlp("python3", "python3", DFN_SOURCE_DIR "/tests/store/serve.py", body.c_str(), nullptr);
      _exit(127);
    }
    close(input[0]);
    close(output[1]);
    stdin_ = input[1];
    FILE* answer = fdopen(output[0], "r");
    if (fscanf(answer, "%d", &port_) != 1) port_ = 0;
    fclose(answer);
  }
  ~Server() {
    close(stdin_);
    waitpid(child_, nullptr, 0);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const { return port_; }

 private:
  pid_t child_ = -1;
  int stdin_ = -1;
  int port_ = 0;
};

class PullTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch_ = new ScratchFolder;
    std::string body;
    uint32_t seed = 1;
    for (int i = 0; i < 300'000; ++i) body += static_cast<char>((seed = seed * 1664525 + 1) >> 24);
    std::ofstream(*scratch_ / "body", std::ios::binary) << body;
    Sha256 sum;
    sum.Update({reinterpret_cast<const uint8_t*>(body.data()), body.size()});
    sum_ = sum.Finish();
    model_ = {.name = "tiny",
              .title = "Tiny",
              .archive = "tiny.tar.gz",
              .license = "MIT",
              .sha256 = sum_,
              .bytes = body.size(),
              .note = "a test"};
    server_ = new Server(*scratch_ / "body");
    ASSERT_GT(server_->port(), 0) << "tests/store/serve.py did not start; is python3 there?";
  }
  static void TearDownTestSuite() {
    delete server_;
    delete scratch_;
  }

  void SetUp() override {
    folder_ = *scratch_ / ::testing::UnitTest::GetInstance()->current_test_info()->name() / "cache";
    options_.folder = folder_;
  }

  std::string Url(const std::string& mode) const {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + "/" + mode;
  }

  Result<fs::path> Pull(const std::string& mode) {
    options_.base_url = Url(mode);
    return PullModel(model_, options_);
  }

  // Everything in the cache folder.
  std::vector<std::string> Left() const {
    std::vector<std::string> names;
    if (!fs::exists(folder_)) return names;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  void ExpectError(const Result<fs::path>& result, ErrorCode code, const std::string& part) const {
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, code) << result.error().message;
    EXPECT_THAT(result.error().message, HasSubstr(part));
    EXPECT_EQ(result.error().message.find('\n'), std::string::npos);
    EXPECT_THAT(Left(), ::testing::IsEmpty());
  }

  // The same for what a server, or the way to it, is to blame for: the sentence says where the
  // archive is to be had and where it belongs.
  void ExpectServerError(const Result<fs::path>& result, ErrorCode code,
                         const std::string& part) const {
    ExpectError(result, code, part);
    EXPECT_THAT(result.error().message, HasSubstr(ModelUrl(model_)));
    EXPECT_THAT(result.error().message,
                HasSubstr("put it at " + (folder_ / "tiny.tar.gz").string()));
  }

  static ScratchFolder* scratch_;
  static std::string sum_;
  static KnownModel model_;
  static Server* server_;
  fs::path folder_;
  PullOptions options_;
};

ScratchFolder* PullTest::scratch_ = nullptr;
std::string PullTest::sum_;
KnownModel PullTest::model_;
Server* PullTest::server_ = nullptr;

TEST_F(PullTest, AWholeTransferLandsVerified) {
  uint64_t last = 0;
  options_.progress = [&](uint64_t received, uint64_t total) {
    EXPECT_GE(received, last);
    EXPECT_EQ(total, model_.bytes);
    last = received;
  };
  const Result<fs::path> path = Pull("good");
  ASSERT_TRUE(path.ok()) << path.error().message;
  EXPECT_EQ(*path, folder_ / "tiny.tar.gz");
  EXPECT_EQ(*CheckCachedModel(folder_, model_), CacheState::kVerified);
  EXPECT_EQ(last, model_.bytes);
  EXPECT_EQ(Left().size(), 1u);
}

TEST_F(PullTest, WhatIsThereAndRightIsNotFetchedAgain) {
  ASSERT_TRUE(Pull("good").ok());
  EXPECT_TRUE(Pull("404").ok());
}

TEST_F(PullTest, WhatIsDamagedIsReplacedButOnlyByTheRightFile) {
  fs::create_directories(folder_);
  std::ofstream(folder_ / "tiny.tar.gz") << "damaged";
  EXPECT_FALSE(Pull("wrong").ok());
  EXPECT_EQ(*CheckCachedModel(folder_, model_), CacheState::kDamaged);
  EXPECT_EQ(Left().size(), 1u);
  EXPECT_TRUE(Pull("good").ok());
  EXPECT_EQ(*CheckCachedModel(folder_, model_), CacheState::kVerified);
}

TEST_F(PullTest, LengthNeedNotBeAnnounced) { EXPECT_TRUE(Pull("unmeasured").ok()); }

#ifdef DFN_PULL_BY_PROGRAM

// The program curl does not tell where a redirection leads before it goes there.
TEST_F(PullTest, PlainHttpIsNotRedirected) {
  for (const char* mode : {"redirect", "loop", "away", "file"}) {
    ExpectServerError(Pull(mode), ErrorCode::kIo, "redirects, which plain HTTP");
  }
}

TEST_F(PullTest, NamesThatOnlyBeginLikeThisMachine) {
  for (const char* host : {"127.0.0.1.models.invalid", "localhost.models.invalid",
                           "localhost@192.0.2.1", "[::1]@192.0.2.1", "127.0.0.10"}) {
    options_.base_url = std::string("http://") + host + "/models";
    ExpectError(PullModel(model_, options_), ErrorCode::kInvalidArgument, "for this machine only");
  }
}

TEST_F(PullTest, WithoutCurlTheSentenceNamesIt) {
  const std::string path = getenv("PATH");
  setenv("PATH", folder_.c_str(), 1);
  const Result<fs::path> result = Pull("good");
  setenv("PATH", path.c_str(), 1);
  ExpectServerError(result, ErrorCode::kUnsupported,
                    "there is no program curl (install it and pull again); ");
}

#else

TEST_F(PullTest, RedirectionIsFollowed) { EXPECT_TRUE(Pull("redirect").ok()); }

TEST_F(PullTest, EndlessRedirection) {
  ExpectServerError(Pull("loop"), ErrorCode::kIo, "redirect");
}

TEST_F(PullTest, RedirectionByPlainHttpStaysOnThisMachine) {
  ExpectError(Pull("away"), ErrorCode::kInvalidArgument, "for this machine only");
}

TEST_F(PullTest, RedirectionToAFileIsRefused) {
  ExpectServerError(Pull("file"), ErrorCode::kIo, "file");
}

#endif

TEST_F(PullTest, AddressComesFromTheEnvironment) {
  setenv("DEEPFILTER_MODEL_URL", Url("good").c_str(), 1);
  const Result<fs::path> path = PullModel(model_, options_);
  unsetenv("DEEPFILTER_MODEL_URL");
  EXPECT_TRUE(path.ok());
}

TEST_F(PullTest, CutTransfer) {
  ExpectServerError(Pull("cut"), ErrorCode::kIo,
                    "the connection was cut after 150000 of 300000 bytes");
}

TEST_F(PullTest, CutTransferOfUnknownLength) {
  ExpectServerError(Pull("cut-unmeasured"), ErrorCode::kCorrupt, "has 150000 bytes");
}

TEST_F(PullTest, WrongSum) {
  ExpectServerError(Pull("wrong"), ErrorCode::kCorrupt, "has the sha256");
}

TEST_F(PullTest, TooManyBytes) {
  ExpectServerError(Pull("long"), ErrorCode::kLimit, "is larger than");
}

TEST_F(PullTest, NotThere) { ExpectServerError(Pull("none"), ErrorCode::kNotFound, "HTTP 404"); }

TEST_F(PullTest, ServerError) { ExpectServerError(Pull("broken"), ErrorCode::kIo, "HTTP 500"); }

TEST_F(PullTest, RefusedByTheServer) {
  ExpectServerError(Pull("refuse"), ErrorCode::kIo, "the server answered HTTP 403");
}

#ifdef DFN_PULL_BY_PROGRAM
constexpr char kProxyAnswered[] = "a proxy before it, answered HTTP 403";
#else
constexpr char kProxyAnswered[] = "the proxy answered HTTP 403";
#endif

// The server stands for a proxy that lets nobody through.
TEST_F(PullTest, RefusedByTheProxy) {
  setenv("https_proxy", Url("").c_str(), 1);
  unsetenv("no_proxy");
  options_.base_url = "https://models.invalid";
  ExpectServerError(PullModel(model_, options_), ErrorCode::kIo, kProxyAnswered);
  // The official address need not be told twice.
  options_.base_url = {};
  const Result<fs::path> result = PullModel(model_, options_);
  ExpectServerError(result, ErrorCode::kIo, kProxyAnswered);
  EXPECT_THAT(result.error().message, HasSubstr("DEEPFILTER_MODEL_URL"));
  EXPECT_EQ(result.error().message.find("https://", 8), std::string::npos);
  setenv("https_proxy", "http://proxy.invalid:3128", 1);
  ExpectServerError(PullModel(model_, options_), ErrorCode::kIo, "proxy");
  unsetenv("https_proxy");
}

TEST_F(PullTest, NoSuchHost) {
  unsetenv("https_proxy");
  unsetenv("HTTPS_PROXY");
  unsetenv("all_proxy");
  unsetenv("ALL_PROXY");
  options_.base_url = "https://models.invalid";
  ExpectServerError(PullModel(model_, options_), ErrorCode::kIo, "models.invalid");
}

// A server that speaks no TLS.
TEST_F(PullTest, NoSecureConnection) {
  options_.base_url = "https://127.0.0.1:" + std::to_string(server_->port());
  setenv("no_proxy", "127.0.0.1", 1);
  ExpectServerError(PullModel(model_, options_), ErrorCode::kIo, "127.0.0.1");
  unsetenv("no_proxy");
}

TEST_F(PullTest, PlainHttpElsewhereIsRefused) {
  options_.base_url = "http://192.0.2.1/models";
  ExpectError(PullModel(model_, options_), ErrorCode::kInvalidArgument, "for this machine only");
}

TEST_F(PullTest, OtherProtocolsAreRefused) {
  options_.base_url = "ftp://127.0.0.1/models";
  ExpectError(PullModel(model_, options_), ErrorCode::kInvalidArgument, "https://");
}

TEST_F(PullTest, RefusedConnection) {
  // A port that was free a moment ago, on which no server listens.
  const int probe = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(bind(probe, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  socklen_t size = sizeof(address);
  ASSERT_EQ(getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size), 0);
  close(probe);
  options_.base_url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  ExpectServerError(PullModel(model_, options_), ErrorCode::kIo, "127.0.0.1");
}

TEST_F(PullTest, StalledTransferEnds) {
  options_.stall_timeout_s = 1;
  ExpectServerError(Pull("stall"), ErrorCode::kIo, "/stall/tiny.tar.gz");
}

TEST_F(PullTest, CancellingEndsAStalledTransfer) {
  std::atomic<bool> cancel{false};
  options_.cancel = &cancel;
  std::thread user([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    cancel = true;
  });
  const auto start = std::chrono::steady_clock::now();
  const Result<fs::path> result = Pull("stall");
  user.join();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  ExpectError(result, ErrorCode::kCancelled, "cancelled");
}

TEST_F(PullTest, FullDisk) {
  const FileSizeLimit limit(100'000);
  const Result<fs::path> result = Pull("good");
  ExpectError(result, ErrorCode::kIo, "tiny.tar.gz: cannot be written: File too large");
}

TEST_F(PullTest, FolderThatCannotBeMade) {
  fs::create_directories(folder_.parent_path());
  std::ofstream(folder_) << "a file";
  options_.base_url = Url("good");
  const Result<fs::path> result = PullModel(model_, options_);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::kIo);
  EXPECT_THAT(result.error().message, HasSubstr(folder_.string()));
}

}  // namespace
}  // namespace dfn
