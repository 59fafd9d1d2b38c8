/* Runs the network "network", which has one input and one output, on a Cortex-M: reads input.bin
 * from the machine that the board hangs on, runs the network, and writes output.bin there.
 * docs/Cortex-M.md has the commands.
 *
 * Prints how long the network ran and how much stack that took. */

#include "network.h"
#include "semihosting.h"

#include <stdint.h>

#if NETWORK_INPUT_COUNT != 1 || NETWORK_OUTPUT_COUNT != 1
#error "expected a network of one input and one output"
#endif

/* The only memory the network uses beside the stack. */
NETWORK_DEFINE_ARENA(arena);
/* Of numbers of any type. */
static uint64_t input[(NETWORK_INPUT_0_BYTES + 7) / 8];
static uint64_t output[(NETWORK_OUTPUT_0_BYTES + 7) / 8];

/* A counter of the processor's clock that counts down, 24 bits wide. */
static volatile uint32_t *const systick_control = (uint32_t *)0xE000E010;
static volatile uint32_t *const systick_reload = (uint32_t *)0xE000E014;
static volatile uint32_t *const systick_value = (uint32_t *)0xE000E018;
static const uint32_t systick_largest = 0xFFFFFF;
static volatile uint32_t systick_rounds;

void systick(void) { ++systick_rounds; }

static void start_clock(void) {
  systick_rounds = 0;
  *systick_reload = systick_largest;
  *systick_value = 0;
  *systick_control = 7; /* The processor's clock, with interrupts. */
}

static uint32_t stop_clock(void) {
  uint32_t value = *systick_value;
  *systick_control = 0;
  return systick_rounds * (systick_largest + 1) + systick_largest - value;
}

static void print_number(uint32_t number) {
  char text[11], *digit = text + 10;
  *digit = '\0';
  do
    *--digit = (char)('0' + number % 10);
  while (number /= 10);
  semihosting_print(digit);
}

/* Bytes of the stack that have been used since startup.c filled it. */
static uint32_t measure_stack(void) {
  extern uint32_t stack_start[], stack_end[];
  const uint32_t *word = stack_start;
  while (word != stack_end && *word == STACK_PATTERN)
    ++word;
  return (uint32_t)((const char *)stack_end - (const char *)word);
}

int main(void) {
  if (semihosting_transfer("input.bin", SEMIHOSTING_READ, input,
                           NETWORK_INPUT_0_BYTES) != 0) {
    semihosting_print("cannot read the network's input from input.bin\n");
    return 1;
  }
  const void *inputs[] = {input};
  void *outputs[] = {output};
  start_clock();
  if (network_run(inputs, outputs, arena) != 0)
    return 1;
  uint32_t ticks = stop_clock();
  if (semihosting_transfer("output.bin", SEMIHOSTING_WRITE, output,
                           NETWORK_OUTPUT_0_BYTES) != 0) {
    semihosting_print("cannot write output.bin\n");
    return 1;
  }
  semihosting_print("ticks: ");
  print_number(ticks);
  semihosting_print("\nstack: ");
  print_number(measure_stack());
  semihosting_print(" bytes\n");
  return 0;
}
