/* Frames to the engine on descriptor 3, bytes from it on descriptor 0. Little endian, as boards/guest/protocol.ts says. */
#include "host.h"

enum { INPUT = 0, OUTPUT = 3 };

static void writeAll(const void* from, size_t size)
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

void sendFrame(int kind, int id, const void* payload, size_t size)
{
	int32_t header[] = { kind, id, (int32_t)size };
	writeAll(header, sizeof(header));
	writeAll(payload, size);
}

void receiveBytes(void* into, size_t size)
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
