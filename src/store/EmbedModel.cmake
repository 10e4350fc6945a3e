# dfn_embed_model(MODEL FOLDER SOURCES): writes into FOLDER what builds a model into the program:
# `embedded_model.inc` for embedded.cc and, when MODEL is not empty, an assembler file, put into the
# variable SOURCES. MODEL is a known model's archive, which is packed while the project is built, or
# a packed model file of f32 named after a known model ("dfn3.dfn"). The assembler takes the file in
# as it is; a compiler would need minutes and gigabytes for it as an array literal.
function(dfn_embed_model model folder sources)
  set(${sources} "" PARENT_SCOPE)
  set(name "")
  set(files_sum "")
  if(model)
    if(NOT EXISTS "${model}")
      message(FATAL_ERROR "DEEPFILTER_EMBED_MODEL: ${model} does not exist")
    endif()
    if(model MATCHES "\\.dfn$")
      get_filename_component(name "${model}" NAME_WE)
      dfn_check_packed_name("${model}" "${name}")
      set(packed "${model}")
    else()
      set(packer deepfilter_embed_model)
      if(DEEPFILTER_EMBED_PACKER)
        set(packer "${DEEPFILTER_EMBED_PACKER}")
      elseif(CMAKE_CROSSCOMPILING AND NOT CMAKE_CROSSCOMPILING_EMULATOR)
        message(FATAL_ERROR "DEEPFILTER_EMBED_MODEL: without an emulator (CMAKE_CROSSCOMPILING_EMULATOR) "
          "this machine cannot pack ${model}; give a file that \"deepfilter pack\" has made, or this "
          "machine's own deepfilter_embed_model as DEEPFILTER_EMBED_PACKER")
      endif()
      dfn_find_known_model("${model}" name)
      dfn_sum_of_files("${model}" "${folder}/${name}" files_sum)
      set(packed "${folder}/${name}.dfn")
      add_custom_command(OUTPUT "${packed}"
        COMMAND ${packer} "${model}" "${packed}"
        DEPENDS ${packer} "${model}" VERBATIM
        COMMENT "Packing ${name}")
    endif()
    message(STATUS "Building ${name} into the program")
    configure_file(embedded_model.S.in "${folder}/embedded_model.S" @ONLY)
    set_source_files_properties("${folder}/embedded_model.S" PROPERTIES OBJECT_DEPENDS "${packed}")
    set(${sources} "${folder}/embedded_model.S" PARENT_SCOPE)
  endif()
  file(CONFIGURE OUTPUT "${folder}/embedded_model.inc" @ONLY CONTENT
    "#define DFN_EMBEDDED_NAME \"${name}\"\n#define DFN_EMBEDDED_FILES_SHA256 \"${files_sum}\"\n")
endfunction()

# The known model whose archive this is.
function(dfn_find_known_model archive name)
  file(SHA256 "${archive}" sum)
  file(STRINGS "${CMAKE_CURRENT_SOURCE_DIR}/known_models.inc" line REGEX "\"${sum}\"")
  if(NOT line MATCHES "^DFN_KNOWN_MODEL\\(\"([a-z0-9_]+)\"")
    message(FATAL_ERROR "DEEPFILTER_EMBED_MODEL: ${archive} has the sha256 ${sum}, "
      "which is none of those in src/store/known_models.inc")
  endif()
  set(${name} "${CMAKE_MATCH_1}" PARENT_SCOPE)
endfunction()

function(dfn_check_packed_name file name)
  file(STRINGS "${CMAKE_CURRENT_SOURCE_DIR}/known_models.inc" line
       REGEX "^DFN_KNOWN_MODEL\\(\"${name}\"")
  if(NOT line)
    message(FATAL_ERROR "DEEPFILTER_EMBED_MODEL: ${file} is named after none of the models in "
      "src/store/known_models.inc")
  endif()
endfunction()

# The sum of sums of an archive's files by which a run with a manifest tells models apart
# (src/cli/enhance/model_sha256.h).
function(dfn_sum_of_files archive unpacked sum)
  file(REMOVE_RECURSE "${unpacked}")
  file(ARCHIVE_EXTRACT INPUT "${archive}" DESTINATION "${unpacked}")
  file(GLOB_RECURSE files "${unpacked}/*.onnx" "${unpacked}/*.ini")
  set(lines "")
  foreach(file IN LISTS files)
    get_filename_component(base "${file}" NAME)
    file(SHA256 "${file}" file_sum)
    list(APPEND lines "${base}|${file_sum}  ${base}\n")
  endforeach()
  list(SORT lines)
  list(TRANSFORM lines REPLACE "^[^|]*[|]" "")
  list(JOIN lines "" list)
  string(SHA256 found "${list}")
  file(REMOVE_RECURSE "${unpacked}")
  set(${sum} "${found}" PARENT_SCOPE)
endfunction()
