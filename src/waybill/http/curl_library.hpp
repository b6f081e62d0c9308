// libcurl, loaded when the first client is made: it brings some forty libraries and five megabytes, which a program
// that only receives, or writes to a file, never pays for.
#pragma once

#include <waybill/base/result.hpp>

#define CURL_DISABLE_TYPECHECK  // its macros would call the functions by their names
#include <curl/curl.h>

namespace waybill::inline v0 {

// Its functions under their names, without "curl_".
struct curl_library {
  decltype(&::curl_global_init) global_init;
  decltype(&::curl_easy_init) easy_init;
  decltype(&::curl_easy_setopt) easy_setopt;
  decltype(&::curl_easy_getinfo) easy_getinfo;
  decltype(&::curl_easy_reset) easy_reset;
  decltype(&::curl_easy_cleanup) easy_cleanup;
  decltype(&::curl_easy_strerror) easy_strerror;
  decltype(&::curl_multi_init) multi_init;
  decltype(&::curl_multi_add_handle) multi_add_handle;
  decltype(&::curl_multi_remove_handle) multi_remove_handle;
  decltype(&::curl_multi_perform) multi_perform;
  decltype(&::curl_multi_poll) multi_poll;
  decltype(&::curl_multi_wakeup) multi_wakeup;
  decltype(&::curl_multi_info_read) multi_info_read;
  decltype(&::curl_multi_cleanup) multi_cleanup;
  decltype(&::curl_slist_append) slist_append;
  decltype(&::curl_slist_free_all) slist_free_all;
};

// Loads and initialises it the first time; stays for the life of the process. Thread-safe. not_found: it is not
// installed, or older than 7.68.
result<const curl_library*> load_curl() noexcept;

}  // namespace waybill::inline v0
