/*
 * A Linux process. Flash is memory of the process until it is protected: whatever writes it then is a trap. The job comes
 * in on descriptor 0, frames go out on descriptor 3. The serial port is a Unix socket.
 *
 *     xsnn-xs IMAGE [SOCKET]
 */
#include "host.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

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

/* Whoever is at the other end has gone, or there is none. */
static void writeAll(int file, const void* from, size_t size)
{
	const char* p = from;
	while (size) {
		ssize_t count = write(file, p, size);
		if (count < 0) {
			if (errno == EINTR)
				continue;
			_exit(1);
		}
		p += count;
		size -= count;
	}
}

static void readAll(int file, void* into, size_t size)
{
	char* p = into;
	while (size) {
		ssize_t count = read(file, p, size);
		if (count <= 0) {
			if ((count < 0) && (errno == EINTR))
				continue;
			_exit(1);
		}
		p += count;
		size -= count;
	}
}

void writeFrames(const void* from, size_t size)
{
	writeAll(OUTPUT, from, size);
}

void readJob(void* into, size_t size)
{
	readAll(INPUT, into, size);
}

static const char* socketPath = NULL;

/* A port with nothing at its other end: what is written is lost, and nothing ever comes. */
static int uart(void)
{
	static int port = -1;
	if ((port < 0) && socketPath) {
		struct sockaddr_un address = { .sun_family = AF_UNIX };
		snprintf(address.sun_path, sizeof(address.sun_path), "%s", socketPath);
		port = socket(AF_UNIX, SOCK_STREAM, 0);
		if (connect(port, (struct sockaddr*)&address, sizeof(address))) {
			perror(socketPath);
			_exit(2);
		}
	}
	return port;
}

void uartWrite(const void* from, size_t size)
{
	if (uart() >= 0)
		writeAll(uart(), from, size);
}

void uartRead(void* into, size_t size)
{
	while (uart() < 0)
		pause();
	readAll(uart(), into, size);
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
	int file = (argc > 1) ? open(argv[1], O_RDONLY) : -1;
	if ((file < 0) || fstat(file, &status)) {
		fprintf(stderr, "xsnn-xs IMAGE [SOCKET]\n");
		return 2;
	}
	socketPath = argv[2];
	imageBytes = status.st_size;
	image = map(imageBytes, file);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	return runImage((const Image*)image);
}
