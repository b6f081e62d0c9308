// The demo's command line.
#pragma once

#include "child_process.hpp"

#include <string>

namespace demo {

struct options {
  seconds wait{3.0};        // how long the deploy is to wait
  bool keep = false;        // leave the collector up
  std::string broken_part;  // inject, extract, collector, or nothing
};

// Bad usage: one clear line, exit 2.
options parse_options(int argc, char** argv);

}  // namespace demo
