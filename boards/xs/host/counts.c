/* What a run used: instructions by tile, collections apart from them, and the peaks of heaps and stack. */
#include "host.h"

static uint64_t mark; /* instructions retired at the last call of countLayer */

static uint64_t excluded = 0;

void excludeSince(uint64_t start)
{
	excluded += instructionsRetired() - start;
}

uint64_t instructionsOfBoard(void)
{
	return instructionsRetired() - excluded;
}

static int32_t collections = 0;
static uint64_t inCollections = 0; /* since the last call of countLayer */
static int32_t liveChunkBytes = 0, liveSlots = 0; /* most that a collection left */

/*
 * The build gives XS' own fxCollect this name and has every call of fxCollect, XS' own calls too, come here instead
 * (boards/xs/build.ts).
 */
extern void xsCollect(txMachine* the, txFlag flag);

void fxCollect(txMachine* the, txFlag flag)
{
	uint64_t before = instructionsRetired();
	xsCollect(the, flag);
	collections++;
	if (liveChunkBytes < the->currentChunksSize)
		liveChunkBytes = the->currentChunksSize;
	if (liveSlots < the->currentHeapCount)
		liveSlots = the->currentHeapCount;
	inCollections += instructionsRetired() - before;
}

void countLayer(int layer)
{
	uint64_t now = instructionsRetired();
	if (layer >= 0) {
		double counts[] = { (double)(now - mark), (double)inCollections };
		sendFrame(FRAME_TILE, layer, counts, now ? sizeof(counts) : 0);
	}
	inCollections = 0;
	mark = instructionsRetired();
}

static int32_t frozenChunkBytes, frozenSlots; /* before the artifact's modules */

void startModel(txMachine* root)
{
	fxCollectGarbage(root);
	frozenChunkBytes = root->currentChunksSize;
	frozenSlots = root->currentHeapCount;
}

/* XS keeps the peaks of its heaps; the stack is painted, and shows later how deep it was used. */
#define UNUSED 0xa5

void startPeaks(txMachine* the)
{
	collections = liveChunkBytes = liveSlots = 0;
	fxCollectGarbage(the);
	collections = 0;
	the->peakChunksSize = the->currentChunksSize;
	the->peakHeapCount = the->currentHeapCount;
	memset(the->stackBottom, UNUSED, (char*)the->stack - (char*)the->stackBottom);
}

static txSize stackPeak(txMachine* the)
{
	const unsigned char* p = (const unsigned char*)the->stackBottom;
	while ((p < (const unsigned char*)the->stackTop) && (*p == UNUSED))
		p++;
	return (txSize)(the->stackTop - (const txSlot*)p);
}

/* Where the code of the functions in a frozen machine begins. @param starts NULL: they are only counted */
static int32_t findFunctions(const txMachine* root, const txByte** starts)
{
	int32_t count = 0;
	for (const txSlot* heap = root->firstHeap; heap; heap = heap->next)
		for (const txSlot* slot = heap + 1; slot < heap->value.reference; slot++)
			if (slot->kind == XS_CODE_X_KIND) {
				if (starts)
					starts[count] = slot->value.code.address;
				count++;
			}
	return count;
}

/*
 * Bytes of the artifact's code that Moddable's linker writes to flash: modules as a whole, but of those that are preloaded
 * only the functions that live. A module's own code has run by then, and the literals in it are constants.
 */
static int32_t modelCodeBytes(const txMachine* root)
{
	int32_t count = findFunctions(root, NULL), bytes = 0;
	const txByte** starts = c_malloc(count * sizeof(*starts));
	findFunctions(root, starts);
	for (int32_t i = theImage->firstOwn; i < theImage->entryCount; i++) {
		const Entry* entry = theImage->entries + i;
		if (entry->kind == MODULE)
			bytes += entry->isPreloaded ? functionBytes(entry, starts, count) : moduleBytes(entry);
	}
	c_free(starts);
	return bytes;
}

void sendCounts(txMachine* the, const txMachine* root, const int32_t builtins[3])
{
	int isFrozen = theImage->firstOwn < theImage->entryCount; /* a mod makes nothing there */
	int32_t counters[] = {
		the->peakChunksSize, the->peakHeapCount, stackPeak(the), sizeof(txSlot),
		builtins[0], builtins[1], builtins[2],
		liveChunkBytes, liveSlots, collections,
		root->currentChunksSize, root->currentHeapCount,
		isFrozen ? root->currentChunksSize - frozenChunkBytes : 0,
		isFrozen ? root->currentHeapCount - frozenSlots : 0,
		modelCodeBytes(root),
	};
	sendFrame(FRAME_COUNTERS, 0, counters, sizeof(counters));
}
