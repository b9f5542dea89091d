/*
 * A pseudo-terminal whose far end is this program's stdin and stdout.
 *
 * Prints the path of the near end on stderr. Then what is written to the near end comes out on stdout in frames: a byte for
 * the kind, two for the length (little-endian), and the content. Kind 'd' is data; kind 'b' is the near end's baud rate
 * as text, sent when it has changed, before data that was sent at it. What comes in on stdin is read at the near end. The end
 * of stdin hangs up.
 */
#define _XOPEN_SOURCE 600
#include <asm/termbits.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void put(int to, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t count = write(to, bytes, length);
		if (count <= 0)
			exit(0);
		bytes += count;
		length -= count;
	}
}

static void frame(char kind, const char *content, size_t length)
{
	char head[3] = { kind, length & 255, length >> 8 };
	put(1, head, sizeof head);
	put(1, content, length);
}

int main(void)
{
	int far = posix_openpt(O_RDWR | O_NOCTTY);
	if (far < 0 || grantpt(far) < 0 || unlockpt(far) < 0) {
		perror("pty");
		return 1;
	}
	const char *path = ptsname(far);
	int near = open(path, O_RDWR | O_NOCTTY); /* held, so that nothing hangs up while nobody else has it open */
	struct termios2 terminal;
	if (near < 0 || ioctl(near, TCGETS2, &terminal) < 0) {
		perror(path);
		return 1;
	}
	terminal.c_iflag = terminal.c_oflag = terminal.c_lflag = 0;
	ioctl(near, TCSETS2, &terminal);
	fprintf(stderr, "%s\n", path);
	speed_t speed = 0;
	struct pollfd ends[2] = { { 0, POLLIN, 0 }, { far, POLLIN, 0 } };
	while (poll(ends, 2, -1) >= 0) {
		char bytes[4096];
		if (ends[1].revents) {
			ssize_t count = read(far, bytes, sizeof bytes);
			if (count <= 0)
				return 1;
			ioctl(near, TCGETS2, &terminal);
			if (terminal.c_ospeed != speed) {
				char text[16];
				speed = terminal.c_ospeed;
				frame('b', text, snprintf(text, sizeof text, "%u", speed));
			}
			frame('d', bytes, count);
		}
		if (ends[0].revents) {
			ssize_t count = read(0, bytes, sizeof bytes);
			if (count <= 0)
				return 0;
			put(far, bytes, count);
		}
	}
	return 1;
}
