/* What XS is told of the system that it runs on: one thread, no console, no files, no debugger, no parser. */
#ifndef XSNN_PLATFORM
#define XSNN_PLATFORM

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define mxUseDefaultBuildKeys 1
#define mxUseDefaultSharedChunks 1
#define mxUseDefaultCStackLimit 0

#define mxMachinePlatform \
	int promiseJobs;

/* XS says through these why it is about to abort: kept as text for the report instead of printed. */
extern int xsnn_remark(const char* format, ...);
extern int xsnn_vremark(const char* format, va_list arguments);
#define c_printf xsnn_remark
#define c_vprintf xsnn_vremark

#ifndef PATH_MAX
	#define C_PATH_MAX 1024
#endif

#endif
