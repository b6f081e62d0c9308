// A file, a pipe or standard output that lines are appended to, opened once and shared by the exporters that write to it.
#pragma once

#include <waybill/base/result.hpp>

#include <memory>
#include <string>

namespace waybill::inline v0 {

class line_file {
 public:
  // path: appended to; "-" is standard output. A pipe must have a reader. failure_code::io.
  static result<std::shared_ptr<const line_file>> open(const std::string& path);
  ~line_file();
  line_file(const line_file&) = delete;
  line_file& operator=(const line_file&) = delete;

  int descriptor() const noexcept { return descriptor_; }
  // Takes lines of any length whole and at once; pipes and terminals take a little, and when somebody reads.
  bool is_regular() const noexcept { return regular_; }

 private:
  explicit line_file(int descriptor) noexcept;

  int descriptor_;
  bool regular_;
};

}  // namespace waybill::inline v0
