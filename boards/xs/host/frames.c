/* Frames to the engine, little endian, as boards/guest/protocol.ts says. */
#include "host.h"

void sendFrame(int kind, int id, const void* payload, size_t size)
{
	int32_t header[] = { kind, id, (int32_t)size };
	uint64_t start = instructionsRetired();
	writeFrames(header, sizeof(header));
	writeFrames(payload, size);
	excludeSince(start);
}

/* What the processor refused to do: its own number for the cause, and two addresses. */
void sendTrap(uint32_t cause, uint32_t pc, uint32_t address)
{
	uint32_t words[] = { cause, pc, address };
	sendFrame(FRAME_TRAP, 0, words, sizeof(words));
	stop(1);
}
