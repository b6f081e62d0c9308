// How a task finds the metadata of what it was given, and what the queue says of the message.
//
// The first that fits: a specialisation of message_traits (for C types), the members additional_metadata() and, if there
// is one, message_info(); or the thing is itself a carrier.
#pragma once

#include <waybill/carrier/carrier.hpp>
#include <waybill/record/message_info.hpp>

#include <type_traits>

namespace waybill::inline v0 {

// Specialise for a type that cannot have members:
//   template <> struct waybill::message_traits<rd_kafka_message_t> {
//     static const my_carrier& metadata(const rd_kafka_message_t&);   // anything that carrier_reader accepts
//     static message_info info(const rd_kafka_message_t&);            // may be left out
//   };
template <class T>
struct message_traits {};

namespace message_detail {

template <class T>
concept with_traits = requires(const T& message) {
  message_traits<T>::metadata(message);
};
template <class T>
concept with_metadata = requires(const T& message) {
  message.additional_metadata();
};

template <class T>
decltype(auto) metadata_of(const T& message) {
  if constexpr (with_traits<T>) {
    return message_traits<T>::metadata(message);
  } else if constexpr (with_metadata<T>) {
    return message.additional_metadata();
  } else {
    return (message);
  }
}

template <class T>
concept has_metadata = with_traits<T> || with_metadata<T> || carrier_reader<T>;

template <class T>
message_info info_of(const T& message) {
  if constexpr (requires { message_traits<T>::info(message); }) {
    return message_traits<T>::info(message);
  } else if constexpr (requires { static_cast<message_info>(message.message_info()); }) {
    return message.message_info();
  } else {
    return {};
  }
}

}  // namespace message_detail
}  // namespace waybill::inline v0
