/* What a run used: instructions by layer, collections apart from them, and the peaks of heaps and stack. */
#include "host.h"

typedef struct {
	double instructions; /* those of collections included */
	double inCollections;
} LayerCount;

static LayerCount* layers = NULL;
static int layerCount = 0;
static uint64_t mark; /* instructions retired at the last call of countLayer */

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
	if (layer >= layerCount) {
		layers = c_realloc(layers, (layer + 1) * sizeof(LayerCount));
		if (!layers)
			stop(2);
		memset(layers + layerCount, 0, (layer + 1 - layerCount) * sizeof(LayerCount));
		layerCount = layer + 1;
	}
	if (layer >= 0) {
		layers[layer].instructions += (double)(now - mark);
		layers[layer].inCollections += (double)inCollections;
		sendFrame(FRAME_TILE, layer, NULL, 0); /* a sign of life */
	}
	inCollections = 0;
	mark = instructionsRetired();
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

void sendCounts(txMachine* the, const txMachine* root, const int32_t builtins[3])
{
	int32_t counters[] = {
		the->peakChunksSize, the->peakHeapCount, stackPeak(the), sizeof(txSlot),
		builtins[0], builtins[1], builtins[2],
		liveChunkBytes, liveSlots, collections,
		root->currentChunksSize, root->currentHeapCount,
	};
	sendFrame(FRAME_COUNTERS, 0, counters, sizeof(counters));
	if (instructionsRetired())
		sendFrame(FRAME_LAYERS, 0, layers, layerCount * sizeof(LayerCount));
}
