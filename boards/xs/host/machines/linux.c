/*
 * A Linux process. Flash is memory of the process until it is protected: whatever writes it then is a trap. The job comes
 * in on descriptor 0, frames go out on descriptor 3.
 *
 *     xsnn-xs IMAGE
 */
#include "host.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { INPUT = 0, OUTPUT = 3 };

#define FROZEN_BYTES ((size_t)256 << 20) /* address space: what is not used costs nothing */
#define RAM_BYTES ((size_t)1 << 30)
#define STACK_BYTES (4 << 20)

static char* flash;
static size_t flashBytes;

static char* map(size_t size, int file)
{
	int flags = MAP_PRIVATE | MAP_NORESERVE | ((file < 0) ? MAP_ANONYMOUS : 0);
	char* mapped = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, file, 0);
	if (mapped == MAP_FAILED) {
		perror("xsnn-xs");
		exit(2);
	}
	return mapped;
}

Region flashRegion(void)
{
	flashBytes = FROZEN_BYTES;
	flash = map(flashBytes, -1);
	return (Region){ flash, flash + flashBytes };
}

Region ramRegion(void)
{
	char* ram = map(RAM_BYTES, -1);
	return (Region){ ram, ram + RAM_BYTES };
}

static char* image;
static size_t imageBytes;

void protectFlash(void)
{
	mprotect(flash, flashBytes, PROT_READ);
	mprotect(image, imageBytes, PROT_READ);
}

/* The native stack is not what a run should end on: XS' own stack is far smaller. */
char* nativeStackLimit(void)
{
	return (char*)__builtin_frame_address(0) - STACK_BYTES;
}

uint64_t instructionsRetired(void)
{
	return 0;
}

void writeFrames(const void* from, size_t size)
{
	const char* p = from;
	while (size) {
		ssize_t count = write(OUTPUT, p, size);
		if (count < 0) {
			if (errno == EINTR)
				continue;
			_exit(1); /* nobody listens any more */
		}
		p += count;
		size -= count;
	}
}

void readJob(void* into, size_t size)
{
	char* p = into;
	while (size) {
		ssize_t count = read(INPUT, p, size);
		if (count <= 0) {
			if ((count < 0) && (errno == EINTR))
				continue;
			_exit(1); /* the engine has gone */
		}
		p += count;
		size -= count;
	}
}

void stop(int status)
{
	_exit(status);
}

static void trapped(int signal, siginfo_t* info, void* context)
{
	sendTrap(signal, 0, (uint32_t)(uintptr_t)info->si_addr);
}

int main(int argc, char** argv)
{
	struct stat status;
	struct sigaction action = { .sa_sigaction = trapped, .sa_flags = SA_SIGINFO };
	int file = (argc == 2) ? open(argv[1], O_RDONLY) : -1;
	if ((file < 0) || fstat(file, &status)) {
		fprintf(stderr, "xsnn-xs IMAGE\n");
		return 2;
	}
	imageBytes = status.st_size;
	image = map(imageBytes, file);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	return runImage((const Image*)image);
}
