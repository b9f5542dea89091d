/*
 * Runs one model under XS on a machine of fixed size, as on a board:
 *
 *     xsnn-xs TABLE MAIN CHUNK_BYTES SLOTS STACK_SLOTS
 *
 * TABLE lists modules and data (table.c), MAIN is the specifier of a module whose default export is called with the host
 * object (guest.c). The job comes in on descriptor 0, frames go out on descriptor 3 (io.c).
 */
#include "host.h"

static txMachine* createMachine(txSize chunkBytes, txSize slots, txSize stackSlots)
{
	xsCreation creation = {
		chunkBytes, 0, /* chunks do not grow */
		slots, 0, /* slots do not grow */
		stackSlots,
		2048, 512, /* keys: an array of pointers in the C heap */
		127, 127, /* buckets of the name and symbol tables */
		32 * 1024, 1993, /* the parser's token buffer and symbol buckets, in the C heap */
		0,
	};
	return xsCreateMachine(&creation, "xsnn", NULL);
}

int main(int argc, char** argv)
{
	if (argc != 6) {
		fprintf(stderr, "xsnn-xs TABLE MAIN CHUNK_BYTES SLOTS STACK_SLOTS\n");
		return 2;
	}
	readTable(argv[1]);
	txMachine* machine = createMachine(atoi(argv[3]), atoi(argv[4]), atoi(argv[5]));
	if (!machine) {
		fprintf(stderr, "no memory for the machine\n");
		return 2;
	}
	txSize builtinChunkBytes = machine->currentChunksSize;
	txSize builtinSlots = machine->currentHeapCount;
	txSize builtinStackSlots = machine->stackTop - machine->stack;

	xsBeginHost(machine);
	importModule(the, argv[2], runGuest);
	xsEndHost(machine);
	runPromiseJobs(machine);

	int32_t counters[] = {
		machine->peakChunksSize, machine->peakHeapCount, stackPeak(machine),
		sizeof(txSlot), builtinChunkBytes, builtinSlots, builtinStackSlots,
	};
	sendFrame(FRAME_COUNTERS, 0, counters, sizeof(counters));
	return 0;
}
