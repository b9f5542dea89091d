/* What the machines without an operating system share. The names with underscores are those of their linker scripts. */
#ifndef XSNN_BARE
#define XSNN_BARE

#include "../host.h"

#define JOB_PATH "job.bin" /* as boards/qemu/ names it, from QEMU's working directory */

extern char __image[], __frozen[], __flash_end[], __ram[], __ram_end[], __stack_bottom[];

void startBoard(void) __attribute__((noreturn)); /* called by the start-up code */

#endif
