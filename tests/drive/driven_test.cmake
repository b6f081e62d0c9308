# Tests that start real processes, driven by Python and its standard library alone.

# waybill_driven_test(NAME SOURCE some_test.py LABELS ... [TIMEOUT seconds])
# One ctest; skipped, with the reason, where something it needs is not there.
function(waybill_driven_test name)
  cmake_parse_arguments(test "" "SOURCE;TIMEOUT" "LABELS" ${ARGN})
  add_test(NAME ${name}
    COMMAND ${PROJECT_SOURCE_DIR}/tests/drive/run ${CMAKE_CURRENT_SOURCE_DIR}/${test_SOURCE})
  if(NOT test_TIMEOUT)
    set(test_TIMEOUT 180)
  endif()
  set_tests_properties(${name} PROPERTIES
    TIMEOUT ${test_TIMEOUT}
    LABELS "${test_LABELS}"
    SKIP_RETURN_CODE 77
    ENVIRONMENT "WAYBILL_BINARY_DIR=${CMAKE_BINARY_DIR};WAYBILL_SOURCE_DIR=${PROJECT_SOURCE_DIR}")
endfunction()
