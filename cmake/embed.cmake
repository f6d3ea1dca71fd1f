# rt_embed(LIBRARY PROGRAM SYMBOL): puts the built, stripped PROGRAM into LIBRARY as read-only bytes
#   extern "C" const unsigned char SYMBOL[], SYMBOL_end[];
# page aligned, so that it can be written to a memfd straight from the mapping.
enable_language(ASM)

function(rt_embed library program symbol)
  set(blob ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.bin)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.s)
  file(CONFIGURE OUTPUT ${source}.in @ONLY CONTENT
"  .section .rodata.@symbol@, \"a\", %progbits
  .balign 4096
  .globl @symbol@
  .globl @symbol@_end
  .type @symbol@, %object
@symbol@:
  .incbin \"@blob@\"
@symbol@_end:
  .size @symbol@, @symbol@_end - @symbol@
  .section .note.GNU-stack, \"\", %progbits
")
  # The assembler text is rewritten with every new program, so that the object follows it.
  add_custom_command(OUTPUT ${source} BYPRODUCTS ${blob}
    COMMAND ${CMAKE_OBJCOPY} --strip-all $<TARGET_FILE:${program}> ${blob}
    COMMAND ${CMAKE_COMMAND} -E copy ${source}.in ${source}
    COMMAND ${CMAKE_COMMAND} -E touch ${source}
    DEPENDS ${program} VERBATIM)
  add_library(${symbol}_object OBJECT ${source})
  target_sources(${library} PRIVATE $<TARGET_OBJECTS:${symbol}_object>)
endfunction()
