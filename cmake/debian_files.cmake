# Run by CPack on what it has installed, before it makes packages of that.
foreach(part program dev)
  set(root ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/${part}/usr/share)
  if(part STREQUAL program)
    set(name waybill)
  else()
    set(name libwaybill-dev)
  endif()
  file(WRITE ${root}/doc/${name}/copyright
    "waybill, copyright: the authors of waybill\nLicense: Apache-2.0\n\n"
    "On Debian systems, the full text of the Apache License version 2.0 is in\n/usr/share/common-licenses/Apache-2.0.\n")
  file(REMOVE ${root}/doc/${name}/LICENSE)
  file(WRITE ${root}/doc/${name}/changelog
    "${name} (${CPACK_PACKAGE_VERSION}) stable; urgency=medium\n\n  * See CHANGELOG.md.\n\n"
    " -- ${CPACK_PACKAGE_CONTACT}  Thu, 01 Jan 2026 00:00:00 +0000\n")
  file(GLOB pages ${root}/man/man1/*.1)
  foreach(file IN LISTS pages ITEMS ${root}/doc/${name}/changelog)
    execute_process(COMMAND gzip -9nf ${file} COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
endforeach()
