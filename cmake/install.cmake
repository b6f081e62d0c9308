# What cmake --install and the packages hold: components for find_package and pkg-config, public headers, the program.
include(CMakePackageConfigHelpers)

set(WAYBILL_CMAKE_FOLDER ${CMAKE_INSTALL_LIBDIR}/cmake/waybill)
set(WAYBILL_PKGCONFIG_FOLDER ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# waybill_install_component(NAME [DEPENDS component ...] [PACKAGES package ...] [MODULES module ...])
# Called by waybill_component. Each component is a file of targets of its own, so that a project which does not ask for it
# needs nothing of what it stands on.
function(waybill_install_component name)
  cmake_parse_arguments(component "" "" "DEPENDS;PACKAGES;MODULES" ${ARGN})
  install(TARGETS waybill-${name} EXPORT waybill-${name}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
  install(EXPORT waybill-${name} NAMESPACE waybill:: FILE waybill-${name}-targets.cmake
    DESTINATION ${WAYBILL_CMAKE_FOLDER} COMPONENT dev)

  set(requires ${component_DEPENDS})
  list(TRANSFORM requires PREPEND waybill-)
  # An archive does not remember what it stands on: then everyone who links it has to be told.
  if(BUILD_SHARED_LIBS)
    set(private_requires ${component_MODULES})
  else()
    list(APPEND requires ${component_MODULES})
    set(private_requires)
  endif()
  list(JOIN requires ", " requires)
  list(JOIN private_requires ", " private_requires)
  set(component ${name})
  get_target_property(type waybill-${name} TYPE)
  if(type STREQUAL INTERFACE_LIBRARY)
    set(link)
  else()
    set(link "-L\${libdir} -lwaybill-${name}")
  endif()
  file(RELATIVE_PATH prefix_from_here /${WAYBILL_PKGCONFIG_FOLDER} /)  # wherever it is installed
  configure_file(${PROJECT_SOURCE_DIR}/cmake/component.pc.in ${PROJECT_BINARY_DIR}/install/waybill-${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/install/waybill-${name}.pc DESTINATION ${WAYBILL_PKGCONFIG_FOLDER} COMPONENT dev)

  set_property(GLOBAL APPEND PROPERTY waybill_components ${name})
  set_property(GLOBAL APPEND_STRING PROPERTY waybill_component_needs
    "set(waybill_${name}_depends \"${component_DEPENDS}\")\nset(waybill_${name}_packages \"${component_PACKAGES}\")\n")
endfunction()

# Once, after all components.
function(waybill_install_rest)
  get_property(components GLOBAL PROPERTY waybill_components)
  get_property(component_needs GLOBAL PROPERTY waybill_component_needs)
  if(BUILD_SHARED_LIBS)
    set(packages_are_needed FALSE)
  else()
    set(packages_are_needed TRUE)
  endif()
  configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/waybillConfig.cmake.in
    ${PROJECT_BINARY_DIR}/install/waybillConfig.cmake INSTALL_DESTINATION ${WAYBILL_CMAKE_FOLDER}
    NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
  # Before 1.0 every minor version may break what was built for another.
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/install/waybillConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
  install(FILES ${PROJECT_BINARY_DIR}/install/waybillConfig.cmake ${PROJECT_BINARY_DIR}/install/waybillConfigVersion.cmake
    DESTINATION ${WAYBILL_CMAKE_FOLDER} COMPONENT dev)

  # Public are the headers that people include, in cmake/public_headers.cmake, and all that those include.
  install(CODE "set(WAYBILL_SOURCE ${PROJECT_SOURCE_DIR}/src)
    set(WAYBILL_GENERATED ${PROJECT_BINARY_DIR}/generated)
    set(WAYBILL_INCLUDE_FOLDER ${CMAKE_INSTALL_INCLUDEDIR})" COMPONENT dev)
  install(SCRIPT ${PROJECT_SOURCE_DIR}/cmake/public_headers.cmake COMPONENT dev)
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md
    DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
  if(PROJECT_IS_TOP_LEVEL)
    include(${PROJECT_SOURCE_DIR}/cmake/packages.cmake)
  endif()
endfunction()
