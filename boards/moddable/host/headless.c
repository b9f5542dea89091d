/*
 * Runs what `mcconfig -p lin` links, mc.so, without the simulator's windows: no display is needed, and the console is this
 * process's stdout. The SDK's own headers say what a screen is; this one has a pixel and shows nothing.
 *
 *     headless mc.so
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include "screen.h"

static guint idleSource;

static gboolean idle(gpointer data)
{
	txScreen* screen = data;
	if (screen->idle)
		(*screen->idle)(screen);
	return G_SOURCE_CONTINUE;
}

static void start(txScreen* screen, double milliseconds)
{
	if (!idleSource)
		idleSource = g_timeout_add((guint)milliseconds, idle, screen);
}

static void stop(txScreen* screen)
{
	(void)screen;
	if (idleSource)
		g_source_remove(idleSource);
	idleSource = 0;
}

static void fail(txScreen* screen, int status)
{
	(void)screen;
	fflush(stdout);
	exit(status ? status : 1);
}

static void ignore(txScreen* screen)
{
	(void)screen;
}

int main(int count, char* arguments[])
{
	if (count != 2) {
		fprintf(stderr, "usage: headless mc.so\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	void* library = dlopen(arguments[1], RTLD_NOW);
	txScreenLaunchProc launch = library ? (txScreenLaunchProc)dlsym(library, "fxScreenLaunch") : NULL;
	if (!launch) {
		fprintf(stderr, "%s\n", dlerror());
		return 2;
	}
	txScreen* screen = calloc(1, sizeof(txScreen) + screenBytesPerPixel);
	screen->width = screen->height = 1;
	screen->abort = fail;
	screen->start = start;
	screen->stop = stop;
	screen->bufferChanged = ignore;
	screen->formatChanged = ignore;
	GMainLoop* loop = g_main_loop_new(NULL, FALSE);
	(*launch)(screen);
	g_main_loop_run(loop);
	return 0;
}
