// One process writes to a store. The lock is the operating system's: it ends with the process, however that
// ends.
#pragma once

#include <waybill/base/result.hpp>

#include <string>
#include <utility>

namespace waybill::inline v0 {

class store_lock {
 public:
  // Locks the file at `path`, which is made and stays. failure_code::busy names the process that holds it; sentences name the
  // store. Does not wait.
  static result<store_lock> take(const std::string& path, const std::string& store);

  store_lock(store_lock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  store_lock& operator=(store_lock&&) = delete;
  ~store_lock();

 private:
  explicit store_lock(int descriptor) noexcept : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace waybill::inline v0
