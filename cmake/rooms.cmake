# How rooms (folders under src/waybill), components (what users link) and tests are declared.

find_package(Threads REQUIRED)

# Flags of our own code only; a project that embeds waybill keeps its own.
add_library(waybill-flags INTERFACE)
target_compile_features(waybill-flags INTERFACE cxx_std_20)
target_compile_options(waybill-flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # With optimisation, g++ 12 sees overflows in "text" + std::string that are not there (GCC bugs 105329, 105651).
  target_compile_options(waybill-flags INTERFACE -Wshadow=local -fpch-preprocess
    -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
endif()
if(WAYBILL_WERROR)
  target_compile_options(waybill-flags INTERFACE -Werror)
endif()
if(WAYBILL_SANITIZE STREQUAL "address")
  target_compile_options(waybill-flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(waybill-flags INTERFACE -fsanitize=address,undefined)
elseif(WAYBILL_SANITIZE STREQUAL "thread")
  target_compile_options(waybill-flags INTERFACE -fsanitize=thread -Wno-tsan)  # Asio has fences, which it cannot see
  target_link_options(waybill-flags INTERFACE -fsanitize=thread)
elseif(WAYBILL_SANITIZE STREQUAL "fuzzer")  # with clang: what fuzz/ builds its programs from
  target_compile_options(waybill-flags INTERFACE
    -fsanitize=fuzzer-no-link,address,undefined,float-cast-overflow -fno-sanitize-recover=undefined,float-cast-overflow)
  target_link_options(waybill-flags INTERFACE -fsanitize=address,undefined)
elseif(WAYBILL_SANITIZE)
  message(FATAL_ERROR "WAYBILL_SANITIZE is \"${WAYBILL_SANITIZE}\"; it can be empty, address, thread or fuzzer.")
endif()

# find_package for a room. Whoever embeds waybill may do without: then the components that need it are not there.
macro(waybill_find)
  if(PROJECT_IS_TOP_LEVEL)
    find_package(${ARGV} REQUIRED)
  else()
    find_package(${ARGV} QUIET)
  endif()
endmacro()

# waybill_room(NAME SOURCES a.cpp ... [LIBRARIES lib ...] [HEADERS lib ...])
# One folder under src/waybill, compiled once. LIBRARIES are the outside libraries that only this room may see, HEADERS those
# of them that are headers alone: whoever links waybill does not need them.
function(waybill_room name)
  cmake_parse_arguments(room "" "" "SOURCES;LIBRARIES;HEADERS" ${ARGN})
  foreach(library IN LISTS room_LIBRARIES room_HEADERS)
    if(library MATCHES "^[A-Za-z0-9_]+::" AND NOT TARGET ${library})
      set_property(GLOBAL PROPERTY waybill_${name}_lacks ${library})
      return()
    endif()
  endforeach()
  string(REPLACE "/" "-" target ${name})
  set(target waybill-room-${target})
  add_library(${target} OBJECT ${room_SOURCES})
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/src ${PROJECT_BINARY_DIR}/generated)
  target_link_libraries(${target} PRIVATE waybill-flags ${room_LIBRARIES} ${room_HEADERS} Threads::Threads)
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  set_property(TARGET ${target} PROPERTY waybill_libraries ${room_LIBRARIES})
  if(NOT name STREQUAL base)
    target_precompile_headers(${target} REUSE_FROM waybill-room-base)
  else()
    target_precompile_headers(${target} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/precompiled.hpp)
  endif()
endfunction()

# waybill_archive(LIBRARY NAME RESULT): an outside library as our own programs link it: from its archive where there is one, so
# that a finished program asks less of the machine it runs on. Whoever links an installed waybill gets LIBRARY, and so does
# what is loaded into another program: Debian's archives cannot be part of that.
function(waybill_archive library name result)
  find_library(WAYBILL_ARCHIVE_${name} lib${name}.a)
  mark_as_advanced(WAYBILL_ARCHIVE_${name})
  if(PROJECT_IS_TOP_LEVEL AND NOT BUILD_SHARED_LIBS AND WAYBILL_ARCHIVE_${name})
    set(${result} $<BUILD_INTERFACE:$<IF:$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>,${WAYBILL_ARCHIVE_${name}},${library}>> $<INSTALL_INTERFACE:${library}> PARENT_SCOPE)
  else()
    set(${result} ${library} PARENT_SCOPE)
  endif()
endfunction()

# waybill_component(NAME ROOMS room ... [DEPENDS component ...] [PROGRAM_ONLY] [PACKAGES package ...] [MODULES module ...])
# The library waybill::NAME, made of whole rooms. PACKAGES and MODULES are what its outside libraries are called by
# find_package and by pkg-config. PROGRAM_ONLY: no user links it, so it is not installed.
function(waybill_component name)
  cmake_parse_arguments(component "PROGRAM_ONLY" "" "ROOMS;DEPENDS;PACKAGES;MODULES" ${ARGN})
  set(objects)
  set(libraries)
  set(lacks)
  foreach(part IN LISTS component_ROOMS component_DEPENDS)
    get_property(lacking GLOBAL PROPERTY waybill_${part}_lacks)
    list(APPEND lacks ${lacking})
  endforeach()
  if(lacks)
    list(REMOVE_DUPLICATES lacks)
    list(JOIN lacks ", " lacks)
    message(STATUS "waybill: the component ${name} is not there, since these were not found: ${lacks}")
    set_property(GLOBAL PROPERTY waybill_${name}_lacks ${lacks})
    return()
  endif()
  foreach(room IN LISTS component_ROOMS)
    string(REPLACE "/" "-" room ${room})
    list(APPEND objects $<TARGET_OBJECTS:waybill-room-${room}>)
    get_target_property(room_libraries waybill-room-${room} waybill_libraries)
    if(room_libraries)
      list(APPEND libraries ${room_libraries})
    endif()
  endforeach()
  if(component_PROGRAM_ONLY OR NOT BUILD_SHARED_LIBS)
    add_library(waybill-${name} STATIC ${objects})
  else()
    add_library(waybill-${name} SHARED ${objects})
    # A thread that ends runs destructors of ours: the library stays, whoever closes it.
    target_link_options(waybill-${name} PRIVATE -Wl,-z,nodelete)
    set_target_properties(waybill-${name} PROPERTIES INSTALL_RPATH "$ORIGIN")  # they stand on each other
  endif()
  add_library(waybill::${name} ALIAS waybill-${name})
  target_include_directories(waybill-${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src> $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(waybill-${name} PUBLIC cxx_std_20)
  set_target_properties(waybill-${name} PROPERTIES
    EXPORT_NAME ${name} VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  set(depends ${component_DEPENDS})
  list(TRANSFORM depends PREPEND waybill::)
  target_link_libraries(waybill-${name} PUBLIC ${depends} PRIVATE ${libraries} Threads::Threads)
  if(WAYBILL_INSTALL AND NOT component_PROGRAM_ONLY)
    waybill_install_component(${name} DEPENDS ${component_DEPENDS} PACKAGES ${component_PACKAGES}
                              MODULES ${component_MODULES})
  endif()
endfunction()

# waybill_header_component(NAME DEPENDS component ...): waybill::NAME, headers alone, for code that is compiled against what
# only its user has.
function(waybill_header_component name)
  cmake_parse_arguments(component "" "" "DEPENDS" ${ARGN})
  add_library(waybill-${name} INTERFACE)
  add_library(waybill::${name} ALIAS waybill-${name})
  set_target_properties(waybill-${name} PROPERTIES EXPORT_NAME ${name})
  set(depends ${component_DEPENDS})
  list(TRANSFORM depends PREPEND waybill::)
  target_link_libraries(waybill-${name} INTERFACE ${depends})
  if(WAYBILL_INSTALL)
    waybill_install_component(${name} DEPENDS ${component_DEPENDS})
  endif()
endfunction()

# waybill_test(ROOM SOURCES a_test.cpp ... LIBRARIES waybill::core ... [LABELS live] [TIMEOUT seconds])
# One doctest program a room; ctest shows it as one test, the program itself lists its sentences.
function(waybill_test room)
  cmake_parse_arguments(test "" "TIMEOUT" "SOURCES;LIBRARIES;LABELS" ${ARGN})
  string(REPLACE "/" "-" target ${room})
  set(target ${target}-test)
  add_executable(${target} ${test_SOURCES})
  target_link_libraries(${target} PRIVATE waybill-flags waybill-test-main ${test_LIBRARIES})
  target_precompile_headers(${target} REUSE_FROM waybill-test-main)
  target_compile_definitions(${target} PRIVATE WAYBILL_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
  add_test(NAME ${room} COMMAND ${target})
  if(NOT test_TIMEOUT)
    set(test_TIMEOUT 120)
  endif()
  set_tests_properties(${room} PROPERTIES TIMEOUT ${test_TIMEOUT} LABELS "${test_LABELS}")
endfunction()
