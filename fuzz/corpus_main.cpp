// Feeds the files of a folder to a fuzz target, and every beginning of the short ones: its corpus as an ordinary test.
#include "claim.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

namespace {

// In memory of just that size, so that a sanitizer sees a read beyond the end.
void feed(std::string_view input) {
  const auto exact = std::make_unique<std::uint8_t[]>(input.size());
  if (!input.empty()) std::memcpy(exact.get(), input.data(), input.size());
  LLVMFuzzerTestOneInput(exact.get(), input.size());
}

}  // namespace

int main(int argc, char** argv) {
  constexpr std::size_t short_size = 300;
  std::vector<std::filesystem::path> files;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator{argv[i]}) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& path : files) {
    std::ifstream file{path, std::ios::binary};
    const std::string input{std::istreambuf_iterator<char>{file}, {}};
    std::fprintf(stderr, "%s\n", path.c_str());  // before: it may be the last that is heard
    feed(input);
    if (input.size() > short_size) continue;
    for (std::size_t size = 0; size < input.size(); ++size) feed({input.data(), size});
  }
  if (files.empty()) std::fprintf(stderr, "There is no corpus in %s.\n", argc > 1 ? argv[1] : "no folder");
  return files.empty() ? 1 : 0;
}
