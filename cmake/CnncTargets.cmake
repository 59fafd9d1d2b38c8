# cnnc_mlir: what every library of the project is compiled with.
# cnnc_tablegen: everything that is generated from .td files.

add_custom_target(cnnc_tablegen)

separate_arguments(CNNC_LLVM_DEFINITIONS UNIX_COMMAND "${LLVM_DEFINITIONS}")

add_library(cnnc_mlir INTERFACE)
target_include_directories(cnnc_mlir SYSTEM INTERFACE ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
target_include_directories(cnnc_mlir INTERFACE
  ${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/include)
target_compile_definitions(cnnc_mlir INTERFACE ${CNNC_LLVM_DEFINITIONS})
target_link_libraries(cnnc_mlir INTERFACE MLIR LLVM Threads::Threads)
# Tablegen reads the directory's include property.
include_directories(${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/include)
include_directories(SYSTEM ${MLIR_INCLUDE_DIRS})

if(CNNC_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-omit-frame-pointer
                      -fno-sanitize=vptr -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined)
endif()

if(CNNC_FUZZ)
  # Every edge of the code is counted; the fuzzer itself is linked by its target.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  find_program(CNNC_LLD ld.lld PATHS /usr/lib/llvm-22/bin NO_DEFAULT_PATH)
  if(CNNC_LLD)
    add_link_options(--ld-path=${CNNC_LLD})
  endif()
endif()

set(CNNC_WARNINGS -Wall -Wextra -Wno-unused-parameter -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # GCC 12 reports false positives of these in inlined LLVM headers, and calls the
  # move redundant without which clang cannot return an Error as an Expected.
  list(APPEND CNNC_WARNINGS -Wno-maybe-uninitialized -Wno-array-bounds
       -Wno-stringop-overread -Wno-redundant-move)
endif()

if(CNNC_PRECOMPILED_HEADER)
  file(WRITE ${PROJECT_BINARY_DIR}/pch.cpp "// Carries the precompiled header.\n")
  add_library(cnnc_pch OBJECT ${PROJECT_BINARY_DIR}/pch.cpp)
  target_link_libraries(cnnc_pch PRIVATE cnnc_mlir)
  target_precompile_headers(cnnc_pch PRIVATE ${PROJECT_SOURCE_DIR}/cmake/pch.h)
endif()

function(cnnc_configure_target name)
  target_link_libraries(${name} PUBLIC cnnc_mlir)
  target_compile_options(${name} PRIVATE ${CNNC_WARNINGS})
  if(CNNC_PRECOMPILED_HEADER)
    # Executables too: code compiled with -fPIE refuses a header compiled with -fPIC.
    target_compile_options(${name} PRIVATE -fPIC)
    target_precompile_headers(${name} REUSE_FROM cnnc_pch)
  endif()
endfunction()

# cnnc_library(NAME [DEPENDS tablegen targets...] [LINK libraries...])
# builds every .cpp of the calling directory.
function(cnnc_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  add_library(${name} STATIC ${sources})
  cnnc_configure_target(${name})
  # Declarations of both dialects and of the passes reach nearly every file.
  add_dependencies(${name} cnnc_tablegen ${ARG_DEPENDS})
  target_link_libraries(${name} PUBLIC ${ARG_LINK})
endfunction()

# cnnc_tool(NAME [LINK libraries...]): an executable in bin/.
function(cnnc_tool name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  add_executable(${name} ${sources})
  cnnc_configure_target(${name})
  add_dependencies(${name} cnnc_tablegen)
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
endfunction()
