#include <waybill/base/light_mutex.hpp>

#include <pthread.h>

namespace waybill::inline v0 {

light_mutex::light_mutex() noexcept : mutex_(PTHREAD_MUTEX_INITIALIZER) {}
light_mutex::~light_mutex() {
  pthread_mutex_destroy(&mutex_);
}

void light_mutex::lock() noexcept {
  pthread_mutex_lock(&mutex_);
}
void light_mutex::unlock() noexcept {
  pthread_mutex_unlock(&mutex_);
}

}  // namespace waybill::inline v0
