# The README's little project, built outside this tree as a newcomer would: waybill is a folder in it. SCRATCH stays, so that
# only the first run is slow.
file(MAKE_DIRECTORY ${SCRATCH}/project)
file(GLOB files ${CMAKE_CURRENT_LIST_DIR}/newcomer/*)
file(COPY ${files} DESTINATION ${SCRATCH}/project)
file(CREATE_LINK ${WAYBILL_ROOT} ${SCRATCH}/project/waybill SYMBOLIC)

execute_process(
  COMMAND ${CMAKE_COMMAND} -S ${SCRATCH}/project -B ${SCRATCH}/build -G ${GENERATOR} -DCMAKE_CXX_COMPILER=${COMPILER}
          -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${SCRATCH}/build --parallel 2 COMMAND_ERROR_IS_FATAL ANY)
