/* Calls to the debugger, or the emulator, that a board hangs on: files and text
   of its machine.
   https://github.com/ARM-software/abi-aa/blob/main/semihosting/semihosting.rst
 */

#ifndef SEMIHOSTING_H
#define SEMIHOSTING_H

#include <stddef.h>
#include <stdint.h>

/* What the stack is filled with. */
#define STACK_PATTERN 0xC5C5C5C5u

enum semihosting_mode { SEMIHOSTING_READ = 1, SEMIHOSTING_WRITE = 5 };

static inline intptr_t semihosting_call(int operation, const void *arguments) {
  register intptr_t r0 __asm("r0") = operation;
  register const void *r1 __asm("r1") = arguments;
  __asm volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

static inline void semihosting_print(const char *text) {
  semihosting_call(0x04, text);
}

/* Ends the program. */
static inline void semihosting_exit(int status) {
  const uintptr_t arguments[] = {0x20026, (uintptr_t)status};
  semihosting_call(0x20, arguments);
  for (;;)
    ;
}

/* Reads or writes the whole file; returns 0 unless it has fewer bytes. */
static inline int semihosting_transfer(const char *name,
                                       enum semihosting_mode mode, void *data,
                                       size_t bytes) {
  size_t length = 0;
  while (name[length])
    ++length;
  const uintptr_t open[] = {(uintptr_t)name, mode, length};
  intptr_t file = semihosting_call(0x01, open);
  if (file < 0)
    return 1;
  const uintptr_t transfer[] = {(uintptr_t)file, (uintptr_t)data, bytes};
  intptr_t left =
      semihosting_call(mode == SEMIHOSTING_READ ? 0x06 : 0x05, transfer);
  const uintptr_t close[] = {(uintptr_t)file};
  semihosting_call(0x02, close);
  return left != 0;
}

#endif
