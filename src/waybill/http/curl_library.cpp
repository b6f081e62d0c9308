#include <waybill/http/curl_library.hpp>

#include <dlfcn.h>

#include <string>

#undef curl_easy_setopt
#undef curl_easy_getinfo

namespace waybill::inline v0 {
namespace {

// Under the first name Debian and most others have it, with OpenSSL; the second is the one with GnuTLS.
constexpr const char* file_names[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};

struct loaded_library {
  curl_library functions{};
  std::string problem;  // empty: it is loaded
};

loaded_library load() {
  loaded_library loaded;
  void* library = nullptr;
  for (const char* const name : file_names) {
    if (!library) library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  }
  if (!library) {
    const char* const why = dlerror();
    loaded.problem = std::string{"libcurl.so.4 could not be loaded ("} + (why ? why : "no reason given") +
                     "); install it (Debian: libcurl4).";
    return loaded;
  }
  const auto find = [&](const char* name, auto& function) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
    if (!function && loaded.problem.empty()) {
      loaded.problem =
          std::string{"libcurl.so.4 is too old: it has no "} + name + "; 7.68 or newer is needed.";
    }
  };
  auto& to = loaded.functions;
  find("curl_global_init", to.global_init);
  find("curl_easy_init", to.easy_init);
  find("curl_easy_setopt", to.easy_setopt);
  find("curl_easy_getinfo", to.easy_getinfo);
  find("curl_easy_reset", to.easy_reset);
  find("curl_easy_cleanup", to.easy_cleanup);
  find("curl_easy_strerror", to.easy_strerror);
  find("curl_multi_init", to.multi_init);
  find("curl_multi_add_handle", to.multi_add_handle);
  find("curl_multi_remove_handle", to.multi_remove_handle);
  find("curl_multi_perform", to.multi_perform);
  find("curl_multi_poll", to.multi_poll);
  find("curl_multi_wakeup", to.multi_wakeup);
  find("curl_multi_info_read", to.multi_info_read);
  find("curl_multi_cleanup", to.multi_cleanup);
  find("curl_slist_append", to.slist_append);
  find("curl_slist_free_all", to.slist_free_all);
  if (loaded.problem.empty() && to.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    loaded.problem = "libcurl could not be initialised.";
  }
  return loaded;
}

}  // namespace

result<const curl_library*> load_curl() noexcept {
  try {
    static const loaded_library& loaded = *new loaded_library{load()};  // never destroyed: exporters end late
    if (loaded.problem.empty()) return &loaded.functions;
    return failure{failure_code::not_found, loaded.problem};
  } catch (...) {
    return failure{failure_code::io, {}};  // out of memory, so no sentence either
  }
}

}  // namespace waybill::inline v0
