/* What a Cortex-M does from reset to main. */

#include "semihosting.h"

#include <stdint.h>

int main(void);
void systick(void);

/* Of link.ld. */
extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[];
extern uint32_t stack_start[], stack_end[];

void reset(void) {
  /* Access to the floating point unit, before any code may use it. */
  *(volatile uint32_t *)0xE000ED88 |= 0xF << 20;
  __asm volatile("dsb\n isb" ::: "memory");
  for (uint32_t *from = data_load, *to = data_start; to != data_end;)
    *to++ = *from++;
  for (uint32_t *to = bss_start; to != bss_end;)
    *to++ = 0;
  /* main looks for how much of the stack has been used. */
  uint32_t *here = __builtin_frame_address(0);
  for (uint32_t *to = stack_start; to < here - 16; ++to)
    *to = STACK_PATTERN;
  semihosting_exit(main());
}

static void fault(void) {
  semihosting_print("fault\n");
  semihosting_exit(2);
}

__attribute__((section(".vectors"), used)) static const void *const vectors[] = {
    stack_end, reset, fault, fault, fault, fault, fault, fault,
    fault,     fault, fault, fault, fault, fault, fault, systick};
