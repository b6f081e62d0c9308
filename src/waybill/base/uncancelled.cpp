#include <waybill/base/uncancelled.hpp>

#include <pthread.h>

namespace waybill::inline v0 {

uncancelled::uncancelled() noexcept : before_(PTHREAD_CANCEL_ENABLE) {
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before_);
}
uncancelled::~uncancelled() {
  pthread_setcancelstate(before_, nullptr);
}

}  // namespace waybill::inline v0
