# The target gRPC::unsecure: gRPC without TLS, from its archives, so that a finished program needs no package for it.
# Not there where WAYBILL_GRPC is OFF, or AUTO and gRPC is not installed.

if(NOT WAYBILL_GRPC MATCHES "^(AUTO|ON|OFF)$")
  message(FATAL_ERROR "WAYBILL_GRPC is \"${WAYBILL_GRPC}\"; it can be AUTO, ON or OFF.")
endif()
if(WAYBILL_GRPC STREQUAL "OFF" OR TARGET gRPC::unsecure)
  return()
endif()

find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_check_modules(WAYBILL_GRPC_PARTS QUIET grpc++_unsecure)
endif()
if(NOT WAYBILL_GRPC_PARTS_FOUND)
  if(WAYBILL_GRPC STREQUAL "ON")
    message(FATAL_ERROR "WAYBILL_GRPC is ON, and pkg-config does not know grpc++_unsecure; install libgrpc++-dev.")
  endif()
  message(STATUS "waybill: no OTLP over gRPC, since gRPC is not installed (libgrpc++-dev)")
  return()
endif()

# What the archives of Debian ask of each other is not all in the list of pkg-config.
set(parts ${WAYBILL_GRPC_PARTS_LIBRARIES} absl_synchronization address_sorting re2 upb cares z)
list(REMOVE_DUPLICATES parts)
set(archives)
foreach(part IN LISTS parts)
  find_library(WAYBILL_GRPC_ARCHIVE_${part} lib${part}.a)
  mark_as_advanced(WAYBILL_GRPC_ARCHIVE_${part})
  if(WAYBILL_GRPC_ARCHIVE_${part})
    list(APPEND archives ${WAYBILL_GRPC_ARCHIVE_${part}})
  else()
    list(APPEND archives -l${part})  # of the system, as librt; or where there are no archives
  endif()
endforeach()
add_library(gRPC::unsecure INTERFACE IMPORTED GLOBAL)
target_include_directories(gRPC::unsecure INTERFACE ${WAYBILL_GRPC_PARTS_INCLUDE_DIRS})
target_link_libraries(gRPC::unsecure INTERFACE -Wl,--start-group ${archives} -Wl,--end-group)
