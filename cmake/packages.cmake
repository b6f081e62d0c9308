# ./dev package: two Debian packages, waybill (the program) and libwaybill-dev (headers and archives).
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME waybill)
set(CPACK_PACKAGE_CONTACT "waybill's authors <waybill@localhost>")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_SOURCE_DIR}/build/package)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program dev)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME waybill)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_DEPENDS libcurl4)  # loaded when it is needed, which shlibdeps cannot see
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION
"Receives spans and events over OTLP/HTTP, keeps them, and shows where the time
of a request and of the tasks behind it went: how long each waited in its queue,
and for what.")

set(CPACK_DEBIAN_DEV_PACKAGE_NAME libwaybill-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
# The core stands on nothing; these are for the components export and sqlite_queue.
set(CPACK_DEBIAN_DEV_PACKAGE_RECOMMENDS "libcurl4, libsimdjson-dev, zlib1g-dev, libsqlite3-dev")
set(CPACK_COMPONENT_DEV_DESCRIPTION
"Headers and static libraries to put the current trace beside a message, to go on
from it in a worker, and to export spans and one wide event a task.")

# What Debian expects of every package and CMake does not know: a compressed manual page, copyright and changelog.
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/debian_files.cmake)
set(CPACK_WAYBILL_LICENSE ${CMAKE_SOURCE_DIR}/LICENSE)
include(CPack)
