# dfn_embed_model(ARCHIVE FOLDER SOURCES): unpacks a known model's archive into FOLDER and writes what
# builds its files into the program: `embedded_model.inc` for embedded.cc and, when ARCHIVE is not
# empty, an assembler file, put into the variable SOURCES. The assembler takes the files in as they
# are; a compiler would need minutes and gigabytes for them as array literals.
function(dfn_embed_model archive folder sources)
  set(${sources} "" PARENT_SCOPE)
  set(name "")
  set(list "")
  set(assembler "")
  if(archive)
    if(NOT EXISTS "${archive}")
      message(FATAL_ERROR "DEEPFILTER_EMBED_MODEL: ${archive} does not exist")
    endif()
    file(SHA256 "${archive}" sum)
    file(STRINGS "${CMAKE_CURRENT_SOURCE_DIR}/known_models.inc" line REGEX "\"${sum}\"")
    if(NOT line MATCHES "^DFN_KNOWN_MODEL\\(\"([a-z0-9_]+)\"")
      message(FATAL_ERROR "DEEPFILTER_EMBED_MODEL: ${archive} has the sha256 ${sum}, "
        "which is none of those in src/store/known_models.inc")
    endif()
    set(name "${CMAKE_MATCH_1}")
    message(STATUS "Building ${name} into the program")

    set(unpacked "${folder}/${name}")
    if(NOT EXISTS "${unpacked}/${sum}")
      file(REMOVE_RECURSE "${unpacked}")
      file(ARCHIVE_EXTRACT INPUT "${archive}" DESTINATION "${unpacked}")
      file(TOUCH "${unpacked}/${sum}")
    endif()
    file(GLOB_RECURSE files "${unpacked}/*.onnx" "${unpacked}/*.ini")
    set(index 0)
    foreach(file IN LISTS files)
      get_filename_component(base "${file}" NAME)
      file(SIZE "${file}" bytes)
      set(symbol "dfn_embedded_file_${index}")
      string(APPEND list " \\\n  DFN_EMBEDDED_FILE(\"${base}\", ${symbol}, ${bytes})")
      string(APPEND assembler "  .globl ${symbol}\n  .hidden ${symbol}\n  .balign 64\n"
        "${symbol}:\n  .incbin \"${file}\"\n")
      math(EXPR index "${index} + 1")
    endforeach()
    file(CONFIGURE OUTPUT "${folder}/embedded_model.S" @ONLY CONTENT
      "  .section .rodata\n${assembler}  .section .note.GNU-stack,\"\",%progbits\n")
    set_source_files_properties("${folder}/embedded_model.S" PROPERTIES OBJECT_DEPENDS "${files}")
    set(${sources} "${folder}/embedded_model.S" PARENT_SCOPE)
  endif()
  file(CONFIGURE OUTPUT "${folder}/embedded_model.inc" @ONLY CONTENT
    "#define DFN_EMBEDDED_NAME \"${name}\"\n#define DFN_EMBEDDED_FILES${list}\n")
endfunction()
