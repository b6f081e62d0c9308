// The article's story, for real: a web service, a worker with one slot that is busy, a collector, and a queue between them.
// Sends one POST /api/deploy, waits until the worker has done it, and shows where the time went.
#include "child_process.hpp"
#include "evidence.hpp"
#include "options.hpp"

#include <waybill/http/client.hpp>
#include <waybill/sqlite/database.hpp>

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace {

using demo::child_process;
using demo::seconds;
using steady = std::chrono::steady_clock;

std::atomic<bool> interrupted{false};

// Everything that the demo writes; gone with it.
struct temporary_folder {
  std::filesystem::path path;
  bool keep = false;
  temporary_folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "waybill-demo-XXXXXX").string();
    path = mkdtemp(pattern.data()) != nullptr ? pattern : "";
  }
  ~temporary_folder() {
    std::error_code ignored;
    if (!keep && !path.empty()) std::filesystem::remove_all(path, ignored);
  }
  std::string file(const char* name) const { return (path / name).string(); }
};

[[noreturn]] void give_up(const std::string& sentence) {
  throw demo::broken{sentence};
}

std::string line_of(child_process& process, const std::string& wanted, seconds limit,
                    const std::string& who) {
  const auto until = steady::now() + std::chrono::duration_cast<steady::duration>(limit);
  std::optional<std::string> line;
  while (!line && !process.has_ended() && steady::now() < until) {
    if (interrupted) give_up("interrupted");  // looked for now and then: Ctrl-C may come when nothing waits
    line = process.wait_for_line(
        [&](const std::string& text) { return text.find(wanted) != std::string::npos; }, seconds{0.1});
  }
  if (!line) give_up(who + " did not say \"" + wanted + "\" within " + std::to_string(limit.count()) + " s");
  return *line;
}

void make_environment_database(const std::string& file) {
  auto database = waybill::sqlite_database::open(file, waybill::sqlite_access::create);
  if (!database) give_up(database.error().message);
  const auto made = database->execute(
      "CREATE TABLE environments (id TEXT PRIMARY KEY, organization_id TEXT);"
      "INSERT INTO environments VALUES ('env_production', 'org_acme');");
  if (!made) give_up(made.error().message);
}

std::string post(waybill::http_client& client, const std::string& url, const std::string& body) {
  const auto answer = client.send({.method = "POST", .url = url, .headers = {}, .body = body});
  if (!answer) give_up(answer.error().message);
  if (answer->status != 202)
    give_up(url + " answered " + std::to_string(answer->status) + ": " +
            answer->body.substr(0, answer->body.find('\n')));
  return answer->body.substr(0, 32);  // the trace id, in hexadecimal
}

// The worker's wide event as it wrote it: one line.
std::string event_line(const std::string& file, const std::string& trace) {
  std::ifstream lines{file};
  for (std::string line; std::getline(lines, line);) {
    if (line.find("\"waybill.task\"") != std::string::npos && line.find(trace) != std::string::npos)
      return line;
  }
  return "(the worker wrote no event)";
}

int play(const demo::options& wanted) {
  temporary_folder folder;
  if (folder.path.empty()) give_up("cannot make a temporary folder");
  const auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const auto program = [&](const char* name) { return (here / name).string(); };

  child_process collector{
      {program("waybill"), "serve", "--store", folder.file("store"), "--listen", "127.0.0.1:0"},
      wanted.keep ? demo::lifetime::its_own : demo::lifetime::the_demos};
  const std::string said = line_of(collector, "http://", seconds{20}, "the collector");
  const std::string address = said.substr(
      said.find("http://"), said.find_first_of(" \n", said.find("http://")) - said.find("http://"));

  // --break: each breaks its own part and nothing else.
  if (wanted.broken_part == "inject") setenv("DEMO_BREAK_INJECT", "1", 1);
  if (wanted.broken_part == "extract") setenv("DEMO_BREAK_EXTRACT", "1", 1);
  const std::string workers_collector = wanted.broken_part == "collector" ? "http://127.0.0.1:9" : address;

  make_environment_database(folder.file("environments.db"));
  child_process web{
      {program("deploy-web"), folder.file("queue.db"), folder.file("environments.db"), address}};
  const std::string web_address = line_of(web, "http://", seconds{20}, "the web service");
  child_process worker{{program("deploy-worker"), folder.file("queue.db"), workers_collector,
                        folder.file("events.jsonl"), std::to_string(wanted.wait.count() / 30.2)}};

  auto made_client = waybill::curl_client::make();
  if (!made_client) give_up(made_client.error().message);
  waybill::http_client& client = **made_client;

  // The slot is taken before the deploy is asked for, and free again `wait` after that.
  std::printf("demo: collector on %s, web service on %s, one worker\n", address.c_str(), web_address.c_str());
  post(client, web_address + "/api/report", std::to_string(wanted.wait.count() + 0.3));
  line_of(worker, "monthly report", seconds{20}, "the worker");
  const auto slot_taken = steady::now();
  std::printf("demo: the worker's one slot is busy with report:monthly; POST /api/deploy ...\n");
  std::fflush(stdout);
  std::this_thread::sleep_until(slot_taken + std::chrono::milliseconds{250});
  const std::string trace = post(client, web_address + "/api/deploy", "");
  const auto enqueued = steady::now();
  const std::string log_line = line_of(worker, "deploying", wanted.wait + seconds{30}, "the worker");
  const seconds waited = steady::now() - enqueued;
  line_of(worker, "done", wanted.wait + seconds{30}, "the worker");

  web.end();
  worker.end();  // both send what they still hold before they are gone

  const auto evidence = demo::find_evidence(client, address, trace, folder.file("events.jsonl"));
  std::printf("\n");
  std::fflush(stdout);
  const int shown = demo::run({program("waybill"), "show", trace, "--from", address});
  std::printf("\nthe task's event, one line:\n%s\n",
              event_line(folder.file("events.jsonl"), evidence.worker_trace).c_str());
  std::printf("\na log line of the task:\n%s\n", log_line.c_str());
  std::printf("\nby the demo's own clock the deploy waited %.2f s\n", waited.count());
  if (const auto verdict = demo::judge(evidence); !verdict.empty()) give_up(verdict);
  if (shown != 0) give_up("waybill show failed");

  if (wanted.keep) {
    std::printf("\nthe collector stays up until you end it (kill %d), its files in %s. Look further:\n",
                collector.pid(), folder.path.c_str());
    collector.let_live();
    folder.keep = true;
  } else {
    std::printf("\nlook further (the collector is gone now; ./dev demo --keep leaves it up):\n");
  }
  const std::string waybill = std::filesystem::proximate(program("waybill")).string();
  std::printf("  %s list --from %s\n", waybill.c_str(), address.c_str());
  std::printf("  %s show %s --from %s\n", waybill.c_str(), trace.substr(0, 8).c_str(), address.c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const auto wanted = demo::parse_options(argc, argv);
  struct sigaction on_interrupt {};
  on_interrupt.sa_handler = [](int) { interrupted = true; };
  sigaction(SIGINT, &on_interrupt, nullptr);
  sigaction(SIGTERM, &on_interrupt, nullptr);
  try {
    return play(wanted);
  } catch (const demo::broken& problem) {
    std::fflush(stdout);
    std::fprintf(stderr, "demo: %s\n", problem.sentence.c_str());
    return interrupted ? 130 : 1;
  }
}
